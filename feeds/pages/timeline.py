"""The timeline as a view: changes by day, statements beside, and what both can be limited to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby
from typing import get_args

from feeds.pages.filters import Condition, Group, conditions, groups
from feeds.pages.parts import Part, Parts
from feeds.pages.reasons import Reason, read_reasons
from feeds.permalinks import Permalinks
from store.attribution import Facets
from store.model import ChangeRecord, Significance, StatedDate, StatementRecord
from store.selection import ALL, Selection, Slice

SHOWN_REASONS = 3
_RANKS: tuple[Significance, ...] = get_args(Significance)
_QUIET_FIELDS = ("speakers", "organs", "kinds")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change with what is known about its statement."""

    change: ChangeRecord
    parts: tuple[Part, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The first ones. Read when the line is set: most lines are there already."""
        return read_reasons(self.change.reasons)[:SHOWN_REASONS]

    @property
    def more_reasons(self) -> int:
        return len(read_reasons(self.change.reasons)[SHOWN_REASONS:])


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """What a list says of a statement."""

    statement: str
    """Its key."""
    language: str
    title: str
    date: StatedDate
    version: int
    is_removed: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDay:
    """The changes detected on one day in UTC: the most significant first, then the newest."""

    day: date
    rows: tuple[ChangeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What a timeline page shows."""

    selection: Selection
    days: tuple[ChangeDay, ...]
    statements: tuple[StatementRow, ...]
    conditions: tuple[Condition, ...]
    groups: tuple[Group, ...]
    part: Part | None
    """The one slice that it is about, if it is about one alone."""
    day: date | None
    """The one day that it is about."""
    newest: ChangeRecord | None
    whole: bool
    """Whether the groups have every filter there is."""

    @property
    def is_day(self) -> bool:
        """Whether it is the page of a day, with nothing else asked for."""
        return self.day is not None and self.selection == Selection(since=self.day, until=self.day)

    @property
    def heading(self) -> str:
        """What it is limited to, or `Timeline`."""
        return " · ".join(condition.label for condition in self.conditions) or "Timeline"


def timeline(
    selection: Selection,
    changes: Sequence[ChangeRecord],
    statements: Sequence[StatementRecord],
    slices: Sequence[Slice],
    *,
    facets: Mapping[str, Facets],
    parts: Parts,
    links: Permalinks,
    combinable: bool,
) -> Timeline:
    """The view of a selection.

    A file for one slice or day names the filters of what it shows: were it to name all there are, each new statement
    would rewrite every such file.
    """
    whole = combinable or selection == ALL
    shown = _parts_of(changes, statements, facets, parts)
    named = {part.key: part for found in reversed(shown.values()) for part in found}
    own = set(selection.facets)
    named |= {(each.field, each.slug): parts.of_slice(each) for each in slices if (each.field, each.slug) in own}
    named = {key: parts.named(*key) for key in selection.facets} | named
    offered: list[tuple[Part, int | None]]
    if whole:
        offered = [(parts.of_slice(each), each.statements if selection == ALL else None) for each in slices]
    else:
        offered = [(part, None) for part in sorted(named.values(), key=lambda part: (part.label.casefold(), part.slug))]
    days = tuple(_days(changes, shown))
    labels = {key: part.label for key, part in named.items()}
    one_slice = len(selection.facets) == 1 and selection.type is None
    return Timeline(
        selection=selection,
        days=days,
        statements=tuple(_statement(record, shown[record.key]) for record in statements),
        conditions=tuple(conditions(selection, labels, links)),
        groups=tuple(groups(selection, offered, [each.day for each in days], links, combinable=combinable)),
        part=named[selection.facets[0]] if one_slice else None,
        day=selection.since if selection.since == selection.until else None,
        newest=max(changes, key=lambda change: change.id, default=None),
        whole=whole,
    )


def _parts_of(
    changes: Sequence[ChangeRecord],
    statements: Sequence[StatementRecord],
    facets: Mapping[str, Facets],
    parts: Parts,
) -> dict[str, tuple[Part, ...]]:
    """By statement, in the order in which they are named."""
    known = {record.key: record for record in statements}
    shown: dict[str, tuple[Part, ...]] = {}
    for change in changes:
        key = change.statement
        if key in shown:
            continue
        if key in known:
            shown[key] = parts.of(known[key])
        elif key in facets:
            shown[key] = parts.of_change(change, facets[key])
    return shown | {key: parts.of(record) for key, record in known.items() if key not in shown}


def _days(changes: Sequence[ChangeRecord], shown: Mapping[str, tuple[Part, ...]]) -> Iterator[ChangeDay]:
    newest_first = sorted(changes, key=lambda change: change.id, reverse=True)
    for day, group in groupby(newest_first, lambda change: change.detected.astimezone(UTC).date()):
        ranked = sorted(group, key=lambda change: _RANKS.index(change.significance))
        rows = (ChangeRow(change=change, parts=_quiet(shown.get(change.statement, ()))) for change in ranked)
        yield ChangeDay(day=day, rows=tuple(rows))


def _statement(record: StatementRecord, parts: tuple[Part, ...]) -> StatementRow:
    return StatementRow(
        statement=record.key,
        language=record.language,
        title=record.content.title,
        date=record.content.date,
        version=record.version.number,
        is_removed=record.state == "removed",
        parts=_quiet(parts),
    )


def _quiet(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.field in _QUIET_FIELDS)
