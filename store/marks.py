"""Marks: for each statement one short word that is another one as soon as anything to be shown of it is.

What never changes once it is written is not in the stamp, only that there is more of it. Looks count by the day.
"""

from datetime import date as Day
from datetime import datetime
from functools import reduce
from hashlib import blake2b
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, case, cast, func, literal, select, type_coerce

from store.changes import DAY, day_of
from store.records import PUBLISHED
from store.selection import Field, Mark
from store.slices import section_labels
from store.tables import change, coverage, facet, location, reading, statement, version


class Marks:
    """Reads marks, and keeps the last ones: a mark is made anew only where what the database says is another."""

    def __init__(self) -> None:
        self._last: tuple[object, dict[str, tuple[tuple[Any, ...], Mark]]] = (None, {})

    def read(self, connection: Connection) -> dict[str, Mark]:
        """Key → mark of every statement that was read, in the order of their ids.

        The database itself puts the rows around a statement into lines of text: fetching so many rows would take
        longer.
        """
        slices = _Slices(connection)
        names, known = self._last
        if names != slices.names:
            known = {}
        days_of: dict[str, tuple[Day, ...]] = {}
        rows = select(statement.c.key, statement.c.stated, func.coalesce(reading.c.members, ""), _news(), *_shown())
        rows = rows.outerjoin(reading, reading.c.statement_id == statement.c.id).where(PUBLISHED)
        found: dict[str, tuple[tuple[Any, ...], Mark]] = {}
        for some in connection.execute(rows.order_by(statement.c.id)).partitions(1000):  # less for the collector
            for row in map(tuple, some):
                before = known.get(row[0])
                found[row[0]] = (
                    before if before is not None and before[0] == row else (row, _mark(row, slices, days_of))
                )
        self._last = (slices.names, found)
        return {key: mark for key, (_, mark) in found.items()}


def _mark(row: tuple[Any, ...], slices: "_Slices", days_of: dict[str, tuple[Day, ...]]) -> Mark:
    _, stated, members, news, own, versions, places = row
    inside, named = slices.of(members)
    if news not in days_of:
        days_of[news] = tuple(day_of(int(number)) for number in news.split() if number != "-")
    days = set(days_of[news])
    if stated:
        days.add(Day.fromisoformat(stated))
    if "\n" in versions or "\n" in places:  # in no order that either engine would answer for
        versions, places = sorted(versions.split("\n")), sorted(places.split("\n"))
    shown = f"{named}{stated}{len(news)}{own}{versions}{places}".encode("utf-8", "surrogatepass")
    stamp = blake2b(shown, digest_size=12).hexdigest()
    return Mark(stamp=stamp, slices=inside, days=tuple(sorted(days)))


class _Slices:
    """What the ids of facets stand for, worked out once for all statements with the same."""

    def __init__(self, connection: Connection) -> None:
        self._facets = {str(row.id): (row.field, row.slug) for row in connection.execute(select(facet))}
        self._labels = section_labels(connection)
        self._known: dict[str, tuple[tuple[tuple[Field, str], ...], str]] = {}
        self.names = (self._facets, self._labels)
        """Everything beside a statement's own rows that its mark is made of."""

    def of(self, members: str) -> tuple[tuple[tuple[Field, str], ...], str]:
        """The slices, and a short word for them and for the names of sections among them."""
        if members not in self._known:
            slices = tuple(sorted({self._facets[each] for each in members.split()}))
            named = repr([(*each, self._labels.get(each[1])) for each in slices])
            self._known[members] = (slices, blake2b(named.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest())
        return self._known[members]


def _news() -> ColumnElement[str]:
    """For each change of a statement the day (see `day_of`), or `-` for one that was no news."""
    day = case((change.c.baseline, "-"), else_=_line(_day(change.c.detected)))
    return _gathered(change.c.statement_id, day, " ")


def _shown() -> tuple[ColumnElement[str], ...]:
    """What else is to be shown of a statement: facts of its own, versions, and places."""
    of = statement.c
    # No interval ever ends earlier than before, so one that ends on a later day alters the sum.
    looks = select(_line(func.count(), func.coalesce(func.sum(_day(coverage.c.until)), 0)))
    own = _line(
        *(of.state, of.baseline, type_coerce(of.updated, BigInteger), of.version, of.page_id),
        func.coalesce(of.duplicate_of, 0),
        looks.where(coverage.c.statement_id == of.id).correlate(statement).scalar_subquery(),
        func.coalesce(reading.c.facets, ""),
    )
    version_line = _line(version.c.extractor, _day(version.c.observed_last))
    place_line = _line(location.c.section_id, location.c.page_id, _day(location.c.last_seen))
    return (
        own,
        _gathered(version.c.statement_id, version_line, "\n"),
        _gathered(location.c.statement_id, place_line, "\n"),
    )


def _gathered(of: ColumnElement[int], line: ColumnElement[str], between: str) -> ColumnElement[str]:
    """A line of each row that belongs to a statement."""
    lines = select(func.aggregate_strings(line, between)).where(of == statement.c.id)
    return func.coalesce(lines.correlate(statement).scalar_subquery(), "")


def _line(*facts: Any) -> ColumnElement[str]:
    """Facts, none of them null, as text: either engine makes a text of a number that is put behind one."""
    return reduce(lambda text, fact: text.op("||")(fact).op("||")(" "), facts, literal("", Text))


def _day(moment: ColumnElement[datetime]) -> ColumnElement[int]:
    # The cast is there for its brackets: in SQLite `||` binds tighter than `/`.
    return cast(type_coerce(moment, BigInteger) // DAY, BigInteger)
