"""What goes to an SMTP server and what comes back, as words: answers that mean something, a body as DATA takes it."""

import re
from typing import Literal

from missionwatch.delivery.carrier import Answer

_ENHANCED = re.compile(r"\b5\.(\d)\.\d{1,3}\b")
_ADDRESS = ("1", "2")
"""Subjects of refusals that are about the mailbox (RFC 3463 §3.2, §3.3)."""


def refused_as(code: int, said: bytes, *, policy: Literal["deferred", "failed"]) -> Answer:
    """What an answer other than yes means; `policy` where it is not about the mailbox."""
    words = as_words(code, said)
    if code < 500:
        return Answer(outcome="deferred", said=words)
    enhanced = _ENHANCED.search(words)
    if code in (530, 534, 535, 538) or (enhanced and enhanced[1] not in _ADDRESS):
        return Answer(outcome=policy, said=words)
    return Answer(outcome="failed", said=words, is_bounce=True)


def dotted(body: bytes) -> bytes:
    """A message with CRLF line ends as DATA takes it: dots at the beginnings of lines doubled, and the end."""
    if body.startswith(b"."):
        body = b"." + body
    stuffed = body.replace(b"\r\n.", b"\r\n..")
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


def as_words(code: int, said: bytes | str) -> str:
    """An answer for people."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {text}".strip()


def reason_of(error: Exception) -> str:
    """What an error says of itself, or at least what it is."""
    return str(error) or type(error).__name__
