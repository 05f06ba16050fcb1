"""Letters that came back, and who has to be left alone for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from store.mailing.subscriptions import cancel
from store.mailing.tables import letter, subscriber

MAX_BOUNCES = 3
"""Hard bounces in a row after which nothing is sent any more."""
_LATELY = 20
"""How many letters are looked at."""


def note_bounce(connection: Connection, row: Row[Any], now: datetime, message_id: str) -> None:
    """Notes a hard bounce, and suspends the subscriber whose last three letters all came back.

    Counted are letters and not notes of bounces: a relay takes every letter and reports days later, so that a letter
    counts as delivered until it comes back, and as come back once, however often that is said.
    """
    settled = (letter.c.subscriber_id == row.id, letter.c.state.in_(("sent", "failed")))
    columns = select(letter.c.id, letter.c.message_id, letter.c.state, letter.c.bounced).where(*settled)
    lately = connection.execute(columns.order_by(letter.c.settled.desc(), letter.c.id.desc()).limit(_LATELY)).all()
    back = {each.id for each in lately if each.bounced is not None}
    meant = [each.id for each in lately if each.message_id == message_id]
    for id in meant or [each.id for each in lately if each.id not in back][:1]:
        back.add(id)
        connection.execute(update(letter).where(letter.c.id == id).values(bounced=now))
    bounces = 0 if lately else row.bounces + 1
    for each in lately:
        if each.id in back:
            bounces += 1
        elif each.state == "sent":
            break
    connection.execute(update(subscriber).where(subscriber.c.id == row.id).values(bounces=bounces))
    if bounces >= MAX_BOUNCES and row.state == "active":
        connection.execute(update(subscriber).where(subscriber.c.id == row.id).values(state="suspended"))
        cancel(connection, row.id, "the subscriber is suspended: too many letters came back", now)
