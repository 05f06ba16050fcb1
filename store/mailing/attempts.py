"""How often a form may be used within an hour, for an address and from an origin. Kept as hashes, for a day."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import Connection, func, select

from store.mailing.tables import form_attempt

What = Literal["address", "origin"]

WITHIN = timedelta(hours=1)
AT_MOST: Mapping[What, int] = {"address": 1, "origin": 20}
"""Mails that forms may cause within an hour: to an address, whatever is asked for it, and from one origin."""


def allowed(connection: Connection, who: Sequence[tuple[What, str]], now: datetime) -> bool:
    """Whether one more is allowed for each of these; if so it is counted for each, and otherwise for none.

    An attempt that was noted by a clock far ahead counts for nothing.
    """
    hashes = [(what, _hash(what, value)) for what, value in who]
    for what, digest in hashes:
        lately = form_attempt.c.at.between(now - WITHIN + timedelta(microseconds=1), now + WITHIN)
        rows = select(func.count()).select_from(form_attempt).where(form_attempt.c.who == digest, lately)
        if connection.execute(rows).scalar_one() >= AT_MOST[what]:
            return False
    last = connection.execute(select(func.max(form_attempt.c.id))).scalar() or 0
    noted = [{"id": last + number, "who": digest, "at": now} for number, (_, digest) in enumerate(hashes, start=1)]
    connection.execute(form_attempt.insert(), noted)
    return True


def forget(connection: Connection, what: What, value: str) -> None:
    """Takes away what was counted for one of them."""
    connection.execute(form_attempt.delete().where(form_attempt.c.who == _hash(what, value)))


def _hash(what: What, value: str) -> bytes:
    return sha256(f"{what}\n{value}".encode("utf-8", "replace")).digest()
