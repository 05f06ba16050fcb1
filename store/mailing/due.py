"""Who is due a letter now, and what there is to tell."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, tuple_

from store.blobs import BlobCache, BlobShelf, DamagedBlobError
from store.content import load
from store.database import Database
from store.derived_tables import facet, member
from store.mailing.model import Period, Subscriber, ToldChange
from store.mailing.periods import CLOCK_FAULT, due
from store.mailing.rows import subscriber_of
from store.mailing.tables import digest, subscriber
from store.model import ChangeRecord
from store.records import CHANGES, change_record
from store.selection import Field
from store.tables import change, version

log = logging.getLogger(__name__)

_CHUNK = 400
_NEWS = change.c.baseline.is_(False)


def due_digests(database: Database, now: datetime) -> list[tuple[Subscriber, Period]]:
    """Every active subscriber for whom a period has ended that was not considered yet, with that period, by number.

    Also where there is nothing to tell in it: that too has to be put (see `Outbox.put_digest`), but for `instant`, for
    which something has come up after the cursor. Raises DatabaseError.
    """
    with database.reading() as connection:
        news = _News(connection)
        rows = select(subscriber).where(subscriber.c.state == "active").order_by(subscriber.c.id)
        found: list[tuple[Subscriber, Period]] = []
        alike: dict[tuple[object, ...], Period | None] = {}
        for row in connection.execute(rows).all():
            if row.cadence == "instant" and news.newest <= row.cursor:
                continue
            schedule = (row.cadence, row.zone, row.send_at, row.weekday, row.told_until)
            kind = (*schedule, row.cursor)
            if kind not in alike:
                period = due(*schedule, now, newest=news.newest, untold=news.first_after(row.cursor))
                if period is not None and period.cadence == "instant":
                    period = replace(period, ends=news.end(now))
                alike[kind] = period
            period = alike[kind]
            if period is not None:
                found.append((subscriber_of(row), period))
        # Whoever puts the hour off on a day on which he was told already has had the letter of that day.
        had = _had(connection, {period.key for _, period in found})
    return [(each, period) for each, period in found if (each.id, period.key) not in had]


def told_changes(database: Database, after: int, until: datetime, now: datetime) -> list[ToldChange]:
    """The changes that are news, with numbers greater than `after` and detected up to `until`, oldest first.

    Slices are as of the last `store.indexing.catch_up`; a text whose bytes are damaged is left out and said in the
    log. If the newest change was noted by a clock far ahead of `now`, everything is told: changes after it bear its
    time, and would else not be told before that has come. Raises DatabaseError.
    """
    with database.reading() as connection:
        rows = CHANGES.where(_NEWS, change.c.id > after)
        if not _News(connection).is_ahead(now):
            rows = rows.where(change.c.detected <= until)
        found = connection.execute(rows.order_by(change.c.id)).all()
        slices = _slices(connection, sorted({row.statement_id for row in found}))
        texts = _Texts(connection, found)
        told = []
        for row in found:
            record = change_record(row)
            text = "\n".join((record.title, *texts.of(row.statement_id, record)))
            told.append(ToldChange(change=record, slices=slices.get(row.statement_id, frozenset()), text=text))
        return told


class _News:
    """Where the log stands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        last = select(change.c.id, change.c.detected).where(_NEWS).order_by(change.c.id.desc()).limit(1)
        row = connection.execute(last).one_or_none()
        self.newest: int = row.id if row is not None else 0
        self._detected: datetime | None = row.detected if row is not None else None
        self._first: dict[int, datetime | None] = {}

    def is_ahead(self, now: datetime) -> bool:
        """Whether its end was written by a clock that went wrong."""
        return self._detected is not None and self._detected > now + CLOCK_FAULT

    def end(self, now: datetime) -> datetime:
        """The moment up to which everything is told: lines written at once are noted some milliseconds apart."""
        return now if self._detected is None or self.is_ahead(now) else max(now, self._detected)

    def first_after(self, cursor: int) -> datetime | None:
        """When the first change after a cursor was detected."""
        if cursor >= self.newest:
            return None
        if cursor not in self._first:
            rows = select(change.c.detected).where(_NEWS, change.c.id > cursor).order_by(change.c.id).limit(1)
            self._first[cursor] = self._connection.execute(rows).scalar()
        return self._first[cursor]


class _Texts:
    """The texts of versions, read at once."""

    def __init__(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        self._shelf = BlobShelf(connection, BlobCache())
        self._blobs: dict[tuple[int, int], int] = {}
        wanted = {
            (row.statement_id, number)
            for row in rows
            for number in (row.from_version, row.to_version)
            if number is not None
        }
        for some in _chunks(sorted(wanted)):
            named = tuple_(version.c.statement_id, version.c.number).in_(some)
            columns = select(version.c.statement_id, version.c.number, version.c.blob_id).where(named)
            self._blobs |= {(row.statement_id, row.number): row.blob_id for row in connection.execute(columns)}
        self._shelf.read_ahead(self._blobs.values())

    def of(self, statement_id: int, told: ChangeRecord) -> list[str]:
        """Titles and texts of the versions before and after a change."""
        texts = []
        for number in dict.fromkeys((told.from_version, told.to_version)):
            blob_id = self._blobs.get((statement_id, number)) if number is not None else None
            if blob_id is None:
                continue
            try:
                said = load(self._shelf.get(blob_id))
            except DamagedBlobError as error:
                log.error("statement=%s version=%s not read for letters: %s", told.statement, number, error)
                continue
            texts += [said.title, said.subtitle, said.text]
        return texts


def _slices(connection: Connection, statement_ids: Sequence[int]) -> dict[int, frozenset[tuple[Field, str]]]:
    found: dict[int, set[tuple[Field, str]]] = {}
    for some in _chunks(statement_ids):
        rows = (
            select(member.c.statement_id, facet.c.field, facet.c.slug)
            .join(facet, facet.c.id == member.c.facet_id)
            .where(member.c.statement_id.in_(some))
        )
        for row in connection.execute(rows):
            found.setdefault(row.statement_id, set()).add((row.field, row.slug))
    return {of: frozenset(slices) for of, slices in found.items()}


def _had(connection: Connection, keys: Iterable[str]) -> set[tuple[int, str]]:
    had: set[tuple[int, str]] = set()
    for some in _chunks(sorted(keys)):
        rows = select(digest.c.subscriber_id, digest.c.key).where(digest.c.key.in_(some))
        had.update((row.subscriber_id, row.key) for row in connection.execute(rows))
    return had


def _chunks(of: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (of[start : start + _CHUNK] for start in range(0, len(of), _CHUNK))
