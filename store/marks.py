"""Marks: for each statement one short word that is another one as soon as anything to be shown of it is.

What never changes once it is written is not in the stamp, only that there is more of it. Looks count by the day.
The database notes which statements were touched (see the migration `0006_touches`), so that after a crawl only those
are looked at, however large the archive is.
"""

from collections.abc import Sequence
from datetime import date as Day
from datetime import datetime
from functools import cache, reduce
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
    update,
)

from store.changes import DAY, day_of
from store.derived_tables import facet, reading, touch
from store.records import PUBLISHED
from store.selection import Field, Mark, Moved
from store.slices import section_labels
from store.tables import change, coverage, location, statement, version

_CHUNK = 500
_FEW = 2000
"""So many statements are asked for one by one; of more it is quicker to read all."""


def moved(connection: Connection, since: str = "") -> Moved:
    """The marks that may differ from those of an earlier answer, by the `state` of that one; without it all marks."""
    slices = _Slices(connection)
    last: int = connection.execute(select(func.coalesce(func.max(touch.c.number), 0))).scalar_one()
    state = f"{last} {slices.names}"
    number, _, names = since.partition(" ")
    # A number that is ahead is of another database: a backup was put in the place of the one that was asked.
    if names != slices.names or not number.isdecimal() or int(number) > last:
        return Moved(state=state, marks=_read(connection, slices, None), is_all=True)
    touched = select(touch.c.statement_id).where(touch.c.number > int(number)).order_by(touch.c.statement_id)
    ids = list(connection.execute(touched).scalars())
    if len(ids) > _FEW:
        return Moved(state=state, marks=_read(connection, slices, None), is_all=True)
    return Moved(state=state, marks=_read(connection, slices, ids), is_all=False)


def touch_all(connection: Connection, now: datetime) -> None:
    """Makes every earlier state unknown: for an archive in whose place another one was put."""
    # No number that a database has given can be as high: that would take a touch each microsecond since 1970.
    connection.execute(update(touch).values(number=literal(now, statement.c.first_seen.type)))


def _read(connection: Connection, slices: "_Slices", ids: Sequence[int] | None) -> dict[str, Mark]:
    """Key → mark of statements that were read, in the order of their ids.

    The database itself puts the rows around a statement into lines of text: fetching so many rows would take longer.
    """
    days_of: dict[str, tuple[Day, ...]] = {}
    asked = [_rows()] if ids is None else [_rows().where(statement.c.id.in_(some)) for some in _chunks(ids)]
    found: dict[str, Mark] = {}
    for each in asked:
        for some in connection.execute(each).partitions(1000):  # less for the collector
            found.update((row[0], _mark(tuple(row), slices, days_of)) for row in some)
    return found


@cache  # composing it takes as long as asking for a hundred marks
def _rows() -> Select[Any]:
    read = (func.coalesce(reading.c.members, ""), func.coalesce(reading.c.facets, ""))
    rows = select(statement.c.key, statement.c.stated, *read, _news(), *_shown())
    rows = rows.outerjoin(reading, reading.c.statement_id == statement.c.id)
    return rows.where(PUBLISHED).order_by(statement.c.id)


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]


def _mark(row: tuple[Any, ...], slices: "_Slices", days_of: dict[str, tuple[Day, ...]]) -> Mark:
    _, stated, members, facets, news, facts, versions, places = row
    inside, named = slices.of(members)
    if news not in days_of:
        days_of[news] = tuple(day_of(int(number)) for number in news.split() if number != "-")
    days = set(days_of[news])
    own = Day.fromisoformat(stated) if stated else None
    if own:
        days.add(own)
    if "\n" in versions or "\n" in places:  # in no order that either engine would answer for
        versions, places = sorted(versions.split("\n")), sorted(places.split("\n"))
    said = _short(facets)
    stamp = _short(f"{named}{stated}{len(news)}{said}{facts}{versions}{places}")
    return Mark(stamp=stamp, slices=inside, days=tuple(sorted(days)), stated=own, said=said)


def _short(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


class _Slices:
    """What the ids of facets stand for, worked out once for all statements with the same."""

    def __init__(self, connection: Connection) -> None:
        self._facets = {str(row.id): (row.field, row.slug) for row in connection.execute(select(facet)).all()}
        self._labels = section_labels(connection)
        self._known: dict[str, tuple[tuple[tuple[Field, str], ...], str]] = {}
        self.names = _short(repr(sorted(self._labels.items())))
        """Of all that a mark is made of beside a statement's own rows: a facet is never altered, a label may be."""

    def of(self, members: str) -> tuple[tuple[tuple[Field, str], ...], str]:
        """The slices, and a short word for them and for the names of sections among them."""
        if members not in self._known:
            slices = tuple(sorted({self._facets[each] for each in members.split()}))
            named = repr([(*each, self._labels.get(each[1])) for each in slices])
            self._known[members] = (slices, _short(named))
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
