"""The daemon: scheduled crawls, publishing, mail and web pages in one process tree.

The process that an operator starts answers and decides; it imports neither the crawler's framework nor what publishing
needs. Work is done by children, forked by a process that has made these imports once (`nursery`).
"""
