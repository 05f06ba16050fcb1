"""Rows of mail as records."""

from typing import Any

import zstandard
from sqlalchemy import Row

from store.mailing.model import Letter, Subscriber
from store.mailing.wishes import wishes_from_json

_LEVEL = 3


def subscriber_of(row: Row[Any]) -> Subscriber:
    """A row of `subscriber`; the address is empty where it was forgotten."""
    return Subscriber(
        id=row.id,
        address=row.address or "",
        state=row.state,
        frame=row.frame,
        cadence=row.cadence,
        zone=row.zone,
        send_at=row.send_at,
        weekday=row.weekday,
        wishes=wishes_from_json(row.wishes),
        created=row.created,
        cursor=row.cursor,
        told_until=row.told_until,
        bounces=row.bounces,
    )


def letter_of(row: Row[Any]) -> Letter:
    """A row of `letter`; recipient and body are empty where they were forgotten."""
    return Letter(
        id=row.id,
        kind=row.kind,
        subscriber=row.subscriber_id,
        recipient=row.recipient or "",
        message_id=row.message_id,
        body=zstandard.ZstdDecompressor().decompress(row.body) if row.body is not None else b"",
        state=row.state,
        attempts=row.attempts,
        doubts=row.doubts,
        due=row.due,
        created=row.created,
        error=row.error,
        claim=row.claim or "",
    )


def packed(body: bytes) -> bytes:
    """A letter's bytes as they are kept: letters are long, alike, and many at once."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(body)
