"""Marks: for each statement one short word that is another one as soon as anything to be shown of it is.

What never changes once it is written is not in the stamp, only that there is more of it. Looks count by the day.
"""

from datetime import date as Day
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import BigInteger, ColumnElement, Connection, Integer, select, type_coerce

from store.changes import DAY, day_of
from store.records import PUBLISHED
from store.selection import Field, Mark
from store.tables import change, coverage, facet, location, reading, section, statement, version

_Slices = tuple[tuple[Field, str], ...]


def read_marks(connection: Connection) -> dict[str, Mark]:
    """Key → mark of every statement that was read, in the order of their ids.

    Every row that can change is looked at, so queries fetch plain numbers and little is done for each.
    """
    around, days = _around(connection), _days_of_changes(connection)
    facets = {str(row.id): (row.field, row.slug) for row in connection.execute(select(facet))}
    slices: dict[str | None, tuple[_Slices, str]] = {None: ((), "")}
    columns = (
        *(statement.c.id, statement.c.key, statement.c.stated, reading.c.members, reading.c.facets),
        *(statement.c.state, type_coerce(statement.c.baseline, Integer), type_coerce(statement.c.updated, BigInteger)),
        *(statement.c.version, statement.c.page_id, statement.c.duplicate_of),
    )
    rows = select(*columns).outerjoin(reading, reading.c.statement_id == statement.c.id).where(PUBLISHED)
    marks: dict[str, Mark] = {}
    for of, key, stated, members, read, *facts in connection.execute(rows.order_by(statement.c.id)).all():
        if members not in slices:
            named = tuple(sorted({facets[each] for each in members.split()}))
            slices[members] = (named, repr(named))
        inside, as_text = slices[members]
        told = days.get(of, [])
        seen = {day_of(number) for number in told if number is not None}
        if stated:
            seen.add(Day.fromisoformat(stated))
        shown = f"{facts}{stated}{as_text}{read}{told}{around.get(of)}"
        stamp = blake2b(shown.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        marks[key] = Mark(stamp=stamp, slices=inside, days=tuple(sorted(seen)))
    return marks


def _around(connection: Connection) -> dict[int, str]:
    """What the rows around each statement say: its versions, looks and places, in the order in which they came."""
    labels = {row.id: row.label for row in connection.execute(select(section.c.id, section.c.label))}
    said: dict[int, str] = {}
    versions = select(version.c.statement_id, _day(version.c.observed_last), version.c.extractor)
    for of, day, extractor in connection.execute(versions.order_by(version.c.id)).all():
        said[of] = f"{said.get(of, '')}v{day} {extractor}\n"
    looks = select(coverage.c.statement_id, _day(coverage.c.until))
    for of, day in connection.execute(looks.order_by(coverage.c.id)).all():
        said[of] = f"{said.get(of, '')}c{day}\n"
    places = select(location.c.statement_id, location.c.section_id, location.c.page_id, _day(location.c.last_seen))
    for of, section_id, page_id, day in connection.execute(places.order_by(location.c.id)).all():
        said[of] = f"{said.get(of, '')}p{section_id} {page_id} {day} {labels[section_id]}\n"
    return said


def _days_of_changes(connection: Connection) -> dict[int, list[int | None]]:
    """For each change of a statement the day (see `day_of`) if it was news, else None."""
    days: dict[int, list[int | None]] = {}
    rows = select(change.c.statement_id, type_coerce(change.c.baseline, Integer), _day(change.c.detected))
    for of, baseline, day in connection.execute(rows.order_by(change.c.statement_id)).all():
        days.setdefault(of, []).append(None if baseline else day)
    return days


def _day(moment: ColumnElement[datetime]) -> ColumnElement[int]:
    return type_coerce(moment, BigInteger) // DAY
