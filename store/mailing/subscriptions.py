"""Steps in the life of a subscription, each inside the caller's transaction, who is alone in writing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select, update

from store.mailing import attempts, tokens
from store.mailing.addresses import folded, household
from store.mailing.model import Purpose, Subscriber
from store.mailing.settings import SCHEDULE
from store.mailing.tables import letter, subscriber, subscriber_token
from store.mailing.wishes import wishes_from_json
from store.tables import change

Columns = Mapping[str, Any]
"""Choices as columns (see `store.mailing.settings.columns_of`)."""


def named(connection: Connection, address: str) -> Row[Any] | None:
    """The row of an address, whose subscription may have ended."""
    return connection.execute(select(subscriber).where(subscriber.c.folded == folded(address))).one_or_none()


def numbered(connection: Connection, id: int) -> Row[Any]:
    """The row with this number, which is there."""
    return connection.execute(select(subscriber).where(subscriber.c.id == id)).one()


def numbered_or_none(connection: Connection, id: int) -> Row[Any] | None:
    """The row with this number, if it is there."""
    return connection.execute(select(subscriber).where(subscriber.c.id == id)).one_or_none()


def chosen(kept: Subscriber, columns: Columns) -> Subscriber:
    """The subscriber as he would be with these choices."""
    return replace(kept, **{**columns, "wishes": wishes_from_json(columns["wishes"])})


def form_allowed(connection: Connection, address: str, origin: str, now: datetime) -> bool:
    """Whether a form may cause one more mail to this address from this origin; if so, that is counted."""
    who: list[tuple[attempts.What, str]] = [("address", household(address))]
    if origin:
        who.append(("origin", origin))
    return attempts.allowed(connection, who, now)


def insert(connection: Connection, address: str, columns: Columns, now: datetime, *, source: str) -> int:
    """A row for an address that has none, not confirmed yet; returns its number."""
    id = next_id(connection, subscriber)
    values = {"id": id, "address": address, "folded": folded(address), "state": "pending", "created": now}
    start = {"source": source, "cursor": 0, "told_until": now, "bounces": 0}
    connection.execute(subscriber.insert().values(**values, **start, **columns))
    return id


def issue(connection: Connection, id: int, purpose: Purpose, now: datetime, settings: str | None = None) -> str:
    """A token for this subscriber and purpose."""
    token = tokens.new_token()
    connection.execute(subscriber_token.insert().values(tokens.issued(id, purpose, token, now, settings)))
    return token


def begin(connection: Connection, id: int, columns: Columns, now: datetime) -> None:
    """Makes a subscription active with these choices; alters one that is. What was before is no news to who is new."""
    row = numbered(connection, id)
    if row.state == "active":
        alter(connection, row, columns, now)
        return
    newest = connection.execute(select(func.max(change.c.id))).scalar() or 0
    fresh = {"state": "active", "cursor": newest, "told_until": now, "bounces": 0, "ended": None, "reason": None}
    connection.execute(update(subscriber).where(subscriber.c.id == id).values(**fresh, **columns))


def alter(connection: Connection, row: Row[Any], columns: Columns, now: datetime) -> None:
    """Gives a subscription these choices. The cursor stays; with another schedule, periods count from now."""
    values = dict(columns)
    if any(columns.get(name, kept) != kept for name, kept in row._mapping.items() if name in SCHEDULE):
        values["told_until"] = now
    if values:
        connection.execute(update(subscriber).where(subscriber.c.id == row.id).values(values))


def end(connection: Connection, id: int, reason: str, now: datetime) -> bool:
    """Ends a subscription with all that waits for it. Tokens to unsubscribe go on, for they may be used twice."""
    row = numbered_or_none(connection, id)
    if row is None or row.state == "ended":
        return False
    connection.execute(update(subscriber).where(subscriber.c.id == id).values(state="ended", ended=now, reason=reason))
    tokens.withdraw(connection, id, "confirm", "manage")
    cancel(connection, id, f"the subscription has ended: {reason}", now)
    return True


def cancel(connection: Connection, id: int, why: str, now: datetime) -> None:
    """Gives up what waits to be sent to a subscriber; what is under way just now cannot be called back."""
    waiting = (letter.c.subscriber_id == id, letter.c.state == "pending")
    given_up = {"state": "failed", "settled": now, "error": why, "claim": None, "claimed": None}
    connection.execute(update(letter).where(*waiting).values(given_up))


def next_id(connection: Connection, table: Table) -> int:
    """The number for the next row."""
    return (connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1
