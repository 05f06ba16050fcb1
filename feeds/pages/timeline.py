"""The timeline as a view: changes by day, statements beside, and what both can be limited to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby
from typing import get_args

from feeds.pages.filters import Condition, Group, conditions, groups
from feeds.pages.parts import Part, named, part_of, parts_of
from feeds.pages.reasons import Reason, read_reasons
from feeds.permalinks import Permalinks
from feeds.settings import PublishSettings
from store.model import ChangeRecord, Significance, StatementRecord
from store.selection import ALL, Field, Selection, Slice

SHOWN_REASONS = 3
_RANKS: tuple[Significance, ...] = get_args(Significance)
_QUIET_FIELDS = ("speakers", "organs", "kinds")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change with what is known about its statement."""

    change: ChangeRecord
    reasons: tuple[Reason, ...]
    more_reasons: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    record: StatementRecord
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
    def heading(self) -> str:
        """What it is limited to, or `Timeline`."""
        return " · ".join(condition.label for condition in self.conditions) or "Timeline"


def timeline(
    selection: Selection,
    changes: Sequence[ChangeRecord],
    statements: Sequence[StatementRecord],
    slices: Sequence[Slice],
    *,
    records: Mapping[str, StatementRecord],
    settings: PublishSettings,
    links: Permalinks,
    combinable: bool,
) -> Timeline:
    """The view of a selection.

    A file for one slice or day names the filters of what it shows: were it to name all there are, each new statement
    would rewrite every such file.
    """
    known = {record.key: record for record in statements} | dict(records)
    whole = combinable or selection == ALL
    shown = [known[key] for key in dict.fromkeys(_keys(changes, statements)) if key in known]
    labels: dict[tuple[Field, str], str] = {}
    for part in (part for record in shown for part in parts_of(record, settings)):
        labels.setdefault(part.key, part.label)
    own = dict(selection.facets)
    for each in slices:
        if whole or own.get(each.field) == each.slug:
            labels[each.field, each.slug] = part_of(each, settings).label
    for field, slug in selection.facets:
        labels.setdefault((field, slug), named(field, slug, settings).label)
    days = tuple(_days(changes, known, settings))
    offered: list[tuple[Part, int | None]]
    if whole:
        counted = selection == ALL
        offered = [(part_of(each, settings), each.statements if counted else None) for each in slices]
    else:
        found = [Part(field=key[0], slug=key[1], label=label) for key, label in labels.items()]
        offered = [(part, None) for part in sorted(found, key=lambda part: (part.label.casefold(), part.slug))]
    one_slice = len(selection.facets) == 1 and selection.type is None
    field, slug = selection.facets[0] if one_slice else ("sites", "")
    return Timeline(
        selection=selection,
        days=days,
        statements=tuple(_statement_row(record, settings) for record in statements),
        conditions=tuple(conditions(selection, labels, links)),
        groups=tuple(groups(selection, offered, [each.day for each in days], links, combinable=combinable)),
        part=Part(field=field, slug=slug, label=labels[field, slug]) if one_slice else None,
        day=selection.since if selection.since == selection.until else None,
        newest=max(changes, key=lambda change: change.id, default=None),
        whole=whole,
    )


def change_row(change: ChangeRecord, record: StatementRecord | None, settings: PublishSettings) -> ChangeRow:
    """A change as a line of a list."""
    reasons = read_reasons(change.reasons)
    return ChangeRow(
        change=change,
        reasons=reasons[:SHOWN_REASONS],
        more_reasons=len(reasons[SHOWN_REASONS:]),
        parts=() if record is None else _quiet(record, settings),
    )


def _keys(changes: Sequence[ChangeRecord], statements: Sequence[StatementRecord]) -> Iterator[str]:
    yield from (change.statement for change in changes)
    yield from (record.key for record in statements)


def _days(
    changes: Sequence[ChangeRecord], known: Mapping[str, StatementRecord], settings: PublishSettings
) -> Iterator[ChangeDay]:
    newest_first = sorted(changes, key=lambda change: change.id, reverse=True)
    for day, group in groupby(newest_first, lambda change: change.detected.astimezone(UTC).date()):
        ranked = sorted(group, key=lambda change: _RANKS.index(change.significance))
        yield ChangeDay(
            day=day, rows=tuple(change_row(change, known.get(change.statement), settings) for change in ranked)
        )


def _statement_row(record: StatementRecord, settings: PublishSettings) -> StatementRow:
    return StatementRow(record=record, parts=_quiet(record, settings))


def _quiet(record: StatementRecord, settings: PublishSettings) -> tuple[Part, ...]:
    return tuple(part for part in parts_of(record, settings) if part.field in _QUIET_FIELDS)
