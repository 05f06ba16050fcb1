"""Tokens: what lets somebody without a name do one thing for one subscription. Kept as hashes only."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from store.mailing.model import Purpose
from store.mailing.tables import subscriber_token

TOKEN_LENGTH = 43
"""Characters of a token: 256 random bits, safe in addresses."""
LASTS: Mapping[Purpose, timedelta] = {
    "confirm": timedelta(days=7),
    "manage": timedelta(days=7),
    "unsubscribe": timedelta(days=400),
}


def new_token() -> str:
    """A token that nobody can guess; it is worth nothing until it is issued."""
    return secrets.token_urlsafe(32)


def issued(
    subscriber_id: int, purpose: Purpose, token: str, now: datetime, settings: str | None = None
) -> dict[str, Any]:
    """The row that makes a token worth something. `settings` are what it confirms."""
    return {
        "sha256": _hash(token),
        "subscriber_id": subscriber_id,
        "purpose": purpose,
        "created": now,
        "expires": now + LASTS[purpose],
        "used": None,
        "settings": settings,
    }


def found(connection: Connection, token: str, purpose: Purpose, now: datetime) -> Row[Any] | None:
    """The row of a token that was issued for this purpose and has not expired, or None."""
    if len(token) != TOKEN_LENGTH:
        return None
    rows = select(subscriber_token).where(
        subscriber_token.c.sha256 == _hash(token),
        subscriber_token.c.purpose == purpose,
        subscriber_token.c.expires > now,
    )
    return connection.execute(rows).one_or_none()


def withdraw(connection: Connection, subscriber_id: int, *purposes: Purpose) -> None:
    """Makes a subscriber's tokens for these purposes worth nothing."""
    of = (subscriber_token.c.subscriber_id == subscriber_id, subscriber_token.c.purpose.in_(purposes))
    connection.execute(delete(subscriber_token).where(*of))


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
