"""The change log, read: by filter, by selection, by number, and day by day."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from functools import lru_cache

from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from store.columns import EPOCH
from store.derived_tables import facet
from store.model import ChangeRecord
from store.records import CHANGES, change_record
from store.selection import DayCount, Selection
from store.slices import NothingThereError, are_few, facet_ids, is_among, is_in, news_conditions, speaker_slugs
from store.tables import change, location, section, statement

DAY = 86_400_000_000
"""Microseconds, by which moments are divided to give days since 1970, in UTC."""
_FIRST = EPOCH.toordinal()
_CHUNK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which lines of the change log are asked for; None means all."""

    since: datetime | None = None
    type: str | None = None
    section: str | None = None
    """A section path, or the first steps of one."""
    site: str | None = None
    speaker: str | None = None
    """A speaker's slug, or words of the name in any order; case does not matter."""
    include_baseline: bool = False


def filtered(connection: Connection, wanted: ChangeFilter) -> Iterator[ChangeRecord]:
    """The change log, oldest first, as far as the filter lets it through."""
    rows = CHANGES.order_by(change.c.id)
    if not wanted.include_baseline:
        rows = rows.where(change.c.baseline.is_(False))
    if wanted.since is not None:
        rows = rows.where(change.c.detected >= wanted.since)
    if wanted.type is not None:
        rows = rows.where(change.c.type == wanted.type)
    if wanted.site is not None:
        rows = rows.where(statement.c.site == wanted.site)
    if wanted.section is not None and (path := wanted.section.strip("/")):
        inside = (
            select(location.c.statement_id)
            .join(section, section.c.id == location.c.section_id)
            .where((section.c.path == path) | section.c.path.startswith(f"{path}/", autoescape=True))
        )
        rows = rows.where(statement.c.id.in_(inside))
    if wanted.speaker is not None:
        slugs = speaker_slugs(connection, wanted.speaker)
        named = select(facet.c.id).where(facet.c.field == "speakers", facet.c.slug.in_(slugs))
        rows = rows.where(is_among(statement.c.id, list(connection.execute(named).scalars())))
    for row in connection.execute(rows):
        yield change_record(row)


def latest(connection: Connection, limit: int, within: Selection) -> list[ChangeRecord]:
    """The newest lines that are news, newest first."""
    return numbered(connection, newest(connection, limit, within))


def newest(connection: Connection, limit: int, within: Selection) -> list[int]:
    """The numbers of the newest lines that are news, newest first."""
    try:
        found = facet_ids(connection, within)
    except NothingThereError:
        return []
    inside = [(is_among if are_few(connection, ids) else is_in)(change.c.statement_id, ids) for ids in found]
    rows = select(change.c.id).where(*news_conditions(within), *inside).order_by(change.c.id.desc())
    return list(connection.execute(rows.limit(limit)).scalars())


def numbers(connection: Connection, within: Selection, after: int) -> list[int]:
    """The numbers of lines that are news, ascending, of those greater than `after`."""
    try:
        inside = [is_among(change.c.statement_id, ids) for ids in facet_ids(connection, within)]
    except NothingThereError:
        return []
    rows = select(change.c.id).where(*news_conditions(within), *inside)
    if after > 0:
        rows = rows.where(change.c.id > after)
    return list(connection.execute(rows.order_by(change.c.id)).scalars())


def numbered(connection: Connection, ids: Sequence[int]) -> list[ChangeRecord]:
    """The lines with these numbers, in this order; those that are not there are left out."""
    found: dict[int, ChangeRecord] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = CHANGES.where(change.c.id.in_(ids[start : start + _CHUNK]))
        found |= {row.id: change_record(row) for row in connection.execute(rows).all()}
    return [found[each] for each in ids if each in found]


def read_news_days(connection: Connection, until: int | None = None) -> dict[Day, int]:
    """How many changes are news of each day, of those numbered up to `until`."""
    day = (type_coerce(change.c.detected, BigInteger) // DAY).label("day")
    told = select(day, func.count()).where(change.c.baseline.is_(False)).group_by(day)
    if until is not None:
        told = told.where(change.c.id <= until)
    return {day_of(number): count for number, count in connection.execute(told)}


def read_days(connection: Connection) -> list[DayCount]:
    """Every day with a change that is news or a dated statement, newest first."""
    stated = statement.c.stated
    dated = select(stated, func.count()).where(stated.is_not(None)).group_by(stated)
    changes = Counter(read_news_days(connection))
    statements = Counter({Day.fromisoformat(text): count for text, count in connection.execute(dated).all() if text})
    days = sorted({*changes, *statements}, reverse=True)
    return [DayCount(day=each, changes=changes[each], statements=statements[each]) for each in days]


@lru_cache(maxsize=50_000)
def day_of(number: int) -> Day:
    """The day that is so many after the first of 1970."""
    return Day.fromordinal(_FIRST + number)
