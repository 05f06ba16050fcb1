"""New letters as rows, and when one that could not be sent is tried again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from store.mailing.model import LetterKind
from store.mailing.rows import packed

RANKS: Mapping[LetterKind, int] = {"confirmation": 0, "notice": 0, "webhook": 0, "apprise": 0, "digest": 1}
"""Ten thousand digests must not keep one waiting who has just asked for something, nor an operator."""
GIVE_UP = timedelta(days=5)
MIN_ATTEMPTS = 8
"""So often a letter is tried at least, lest a clock that jumps ahead by years gives up all that waits."""
MAX_WAIT = timedelta(hours=6)


def wait_after(failures: int) -> timedelta:
    """How long after so many failures the next attempt is made: at once, then 1, 2, 4, … minutes, up to six hours."""
    return min(timedelta(minutes=2 ** min(failures - 1, 20)), MAX_WAIT) if failures else timedelta()


def is_hopeless(attempts: int, tried: datetime, now: datetime) -> bool:
    """Whether it is time to give up a letter that has failed so often, since then."""
    return attempts >= MIN_ATTEMPTS and now - tried >= GIVE_UP


def new_letter(
    kind: LetterKind, recipient: str, body: bytes, message_id: str, now: datetime, subscriber: int | None
) -> dict[str, Any]:
    """The row of a letter that waits, without its number."""
    return {
        "kind": kind,
        "rank": RANKS[kind],
        "subscriber_id": subscriber,
        "recipient": recipient,
        "message_id": message_id,
        "body": packed(body),
        "state": "pending",
        "attempts": 0,
        "doubts": 0,
        "due": now,
        "created": now,
        "error": "",
    }
