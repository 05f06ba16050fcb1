"""How long mail's rows are kept, and what is deleted at once when somebody wants to be forgotten (docs/mail.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Update, and_, delete, exists, func, or_, select, update
from sqlalchemy.sql.dml import Delete

from store.database import Database
from store.mailing import attempts
from store.mailing.addresses import folded, household
from store.mailing.tables import digest, form_attempt, letter, subscriber, subscriber_token

BODIES = timedelta(days=7)
"""Body and recipient of a letter, after it was sent or given up."""
ADDRESSES = timedelta(days=28)
"""Addresses of those whose subscription has ended."""
HISTORY = timedelta(days=400)
"""What was told to whom, by numbers; as long as the links in letters are good for."""
NOTHING_TOLD = timedelta(days=14)
"""That a period was considered and nothing of it matched: longer than is looked back."""
ATTEMPTS = timedelta(days=1)
"""How often a form was used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """How many rows were deleted, or freed of what is in them."""

    letters_emptied: int
    addresses_forgotten: int
    never_confirmed: int
    tokens: int
    history: int
    attempts: int


def bytes_of_bodies(database: Database, now: datetime) -> int:
    """How many bytes of letters `tidy` would free. Raises DatabaseError."""
    columns = select(func.coalesce(func.sum(func.length(letter.c.body)), 0))
    with database.reading() as connection:
        return int(connection.execute(columns.where(_to_be_emptied(now))).scalar_one())


def keeps_traces(database: Database) -> bool:
    """Whether `tidy` will have something to delete sooner or later that somebody was promised. Raises DatabaseError."""
    leaving = subscriber.c.state.in_(("pending", "ended")) & subscriber.c.address.is_not(None)
    columns = select(
        or_(exists().where(leaving), exists().where(letter.c.recipient.is_not(None)), exists(form_attempt.c.id))
    )
    with database.reading() as connection:
        return bool(connection.execute(columns).scalar_one())


def tidy(database: Database, now: datetime) -> Tidied:
    """Deletes what has been kept for long enough. May be called at any time, as often as one likes, with a clock that
    is trusted: what is deleted does not come back. Raises DatabaseError."""
    with database.writing() as connection:
        run = _Counting(connection)
        lives = (subscriber_token.c.subscriber_id == subscriber.c.id, subscriber_token.c.purpose == "confirm")
        asked_for = exists().where(*lives, subscriber_token.c.expires > now)
        return Tidied(
            attempts=run(
                delete(form_attempt).where(or_(form_attempt.c.at <= now - ATTEMPTS, form_attempt.c.at > now + ATTEMPTS))
            ),
            never_confirmed=_delete_subscribers(run, (subscriber.c.state == "pending") & ~asked_for),
            addresses_forgotten=run(
                update(subscriber)
                .where(subscriber.c.ended <= now - ADDRESSES, subscriber.c.state == "ended", ~asked_for)
                .where(subscriber.c.address.is_not(None))
                .values(address=None, folded=None)
            ),
            letters_emptied=run(update(letter).where(_to_be_emptied(now)).values(body=None, recipient=None)),
            tokens=run(delete(subscriber_token).where(subscriber_token.c.expires <= now)),
            history=run(
                delete(digest).where(
                    or_(
                        digest.c.made <= now - HISTORY,
                        digest.c.letter_id.is_(None) & (digest.c.made <= now - NOTHING_TOLD),
                    )
                )
            )
            + run(
                delete(letter).where(
                    letter.c.settled <= now - HISTORY, ~exists().where(digest.c.letter_id == letter.c.id)
                )
            ),
        )


def _to_be_emptied(now: datetime) -> ColumnElement[bool]:
    return and_(letter.c.settled <= now - BODIES, letter.c.recipient.is_not(None))


def forget(connection: Connection, address: str) -> bool:
    """Deletes all rows about an address, whatever their state; returns whether there were any."""
    run = _Counting(connection)
    attempts.forget(connection, "address", household(address))
    gone = _delete_subscribers(run, subscriber.c.folded == folded(address))
    gone += run(delete(letter).where(func.lower(letter.c.recipient) == folded(address)))
    return gone > 0


class _Counting:
    """Runs statements and says how many rows they met."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __call__(self, statement: Update | Delete) -> int:
        done: CursorResult[Any] = self._connection.execute(statement)
        return done.rowcount


def _delete_subscribers(run: _Counting, which: ColumnElement[bool]) -> int:
    """Deletes subscribers with all that is about them."""
    ids = select(subscriber.c.id).where(which)
    run(delete(subscriber_token).where(subscriber_token.c.subscriber_id.in_(ids)))
    run(delete(digest).where(digest.c.subscriber_id.in_(ids)))
    run(delete(letter).where(letter.c.subscriber_id.in_(ids)))
    return run(delete(subscriber).where(which))
