"""Subscribers, what they wish for, the periods they are told of, and the letters that go out.

Addresses stay in here: only a letter to be sent, and an export, carry them out.
"""
