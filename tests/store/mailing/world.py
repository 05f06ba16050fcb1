"""An invented readership: subscribers, changes to tell them, and a pump that tells without sending anything."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import delete, event, func, select

from store.changelog import ChangeLog
from store.database import Database
from store.derived_tables import facet, member
from store.mailing.due import due_digests, told_changes
from store.mailing.model import Letter, Period, Subscriber, ToldChange
from store.mailing.outbox import Outbox
from store.mailing.subscribers import Subscribers
from store.mailing.tables import subscriber_token
from store.mailing.tokens import issued, new_token
from store.mailing.wishes import matches
from store.metadata import metadata
from store.model import ChangeType, Significance
from store.selection import Field
from store.tables import change, page, statement
from tests.store.mailing.told import NOW, after

ANN, BOB = "ann@harbour.example", "bob@harbour.example"
BODY = b"Subject: Harbour\r\n\r\nThe harbour opens at eight.\r\n"
_NUMBERS = count(1)


def _new_message_id() -> str:
    # Several processes count from one, and a Message-ID is there once.
    return f"<{os.getpid()}.{next(_NUMBERS)}@mission.example>"


def empty(database: Database) -> None:
    """Takes every row away."""
    with database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))


def subscribed(database: Database, address: str = ANN, now: datetime = NOW, **settings: Any) -> Subscriber:
    return Subscribers(database).add(address, now=now, **settings)


def current(database: Database, of: Subscriber) -> Subscriber:
    return next(each for each in Subscribers(database).all() if each.id == of.id)


def put(
    database: Database, recipient: str = ANN, now: datetime = NOW, *, kind: Any = "notice", of: Subscriber | None = None
) -> str:
    """Puts a letter, and returns its Message-ID."""
    message_id = _new_message_id()
    assert Outbox(database).put(kind, recipient, BODY, message_id, now, of.id if of else None)
    return message_id


def claimed(database: Database, now: datetime = NOW) -> Letter:
    """The one letter that may be tried."""
    (found,) = Outbox(database).claim(10, now)
    return found


def log_change(
    database: Database,
    now: datetime = NOW,
    *,
    doc: int = 1,
    slices: Sequence[tuple[Field, str]] = (),
    type: ChangeType = "edited",
    significance: Significance = "high",
    title: str = "Remarks on the harbour",
    baseline: bool = False,
) -> int:
    """Writes a line of the change log about a statement that was never read; returns its number."""
    with database.writing() as connection:
        known = connection.execute(select(statement.c.id).where(statement.c.id == doc)).scalar()
        if known is None:
            url = f"https://mission.example/{doc}"
            connection.execute(page.insert().values(id=doc, site="un", url=url, kind="statement"))
            named = {"id": doc, "key": f"un-{doc}", "site": "un", "doc_id": str(doc), "language": "en"}
            connection.execute(statement.insert().values(**named, page_id=doc, first_seen=now))
            for field, slug in slices:
                last = connection.execute(select(func.max(facet.c.id))).scalar() or 0
                same = (facet.c.field == field, facet.c.slug == slug)
                known = connection.execute(select(facet.c.id).where(*same)).scalar()
                if known is None:
                    known = last + 1
                    connection.execute(facet.insert().values(id=known, field=field, slug=slug, label=slug))
                connection.execute(member.insert().values(facet_id=known, statement_id=doc))
        log = ChangeLog(connection)
        number, _ = log.append(
            type=type,
            key=f"un-{doc}",
            statement_id=doc,
            run_id=None,
            from_version=None,
            to_version=None,
            text_sha256=None,
            significance=significance,
            reasons=(),
            baseline=baseline,
            title=title,
            url=f"https://mission.example/{doc}",
            now=now,
        )
        log.flush()
        return number


def tell(database: Database, now: datetime) -> list[tuple[Subscriber, Period, list[int]]]:
    """What a pump does for digests, one transaction each; returns to whom what was told."""
    done = []
    for each, period in due_digests(database, now):
        told = told_changes(database, each.cursor, period.ends, now)
        wanted = [one.change.id for one in told if matches(each.wishes, one)]
        if tell_one(database, each, period, wanted, told, now):
            done.append((each, period, wanted))
    return done


def tell_one(
    database: Database, of: Subscriber, period: Period, wanted: list[int], told: Sequence[ToldChange], now: datetime
) -> bool:
    """Writes one digest, with a letter if there is anything to tell."""
    considered = told[-1].change.id if told else of.cursor
    body = f"{period.key}: {wanted}".encode() if wanted else None
    tokens: dict[Any, str] = {"manage": new_token(), "unsubscribe": new_token()}
    message_id = _new_message_id() if wanted else None
    return Outbox(database).put_digest(of, period, wanted, considered, body, message_id, tokens, now)


class Killed(Exception):
    """What stands for the death of the process."""


@contextmanager
def killed_at(database: Database, statement_number: int) -> Iterator[None]:
    """Lets the process die before the so-manyth writing statement, or before the commit where there are fewer."""
    left = [statement_number]

    def die(connection: Any, *_: Any) -> None:
        if connection.get_execution_options().get("writing"):
            left[0] -= 1
            if left[0] < 0:
                raise Killed

    def die_at_commit(connection: Any) -> None:
        if connection.get_execution_options().get("writing"):
            raise Killed

    engine = database._engine
    event.listen(engine, "before_cursor_execute", die)
    event.listen(engine, "commit", die_at_commit)
    try:
        yield
    except Killed:
        pass
    finally:
        event.remove(engine, "before_cursor_execute", die)
        event.remove(engine, "commit", die_at_commit)


def newest_change(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.max(change.c.id))).scalar() or 0


def asked(people: Subscribers, address: str = ANN, days: float = 0, **settings: Any) -> str:
    """The token of a request that is allowed."""
    token = people.request(address, now=after(days=days), **settings)
    assert token is not None
    return token


def unsubscribe_token(database: Database, of: Subscriber, days: float = 1) -> str:
    """A token as letters carry it."""
    token = new_token()
    with database.writing() as connection:
        row = issued(of.id, "unsubscribe", token, after(days=days))
        connection.execute(subscriber_token.insert().values(row))
    return token
