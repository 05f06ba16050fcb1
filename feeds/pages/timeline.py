"""The timeline as a view: changes by day, statements beside, and what both can be limited to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from feeds.pages.filters import Condition, Group, conditions, groups
from feeds.pages.parts import Part, Parts
from feeds.pages.rows import ChangeRow, StatementRow, joined
from feeds.permalinks import Permalinks
from store.model import ChangeRecord
from store.selection import ALL, Selection, Slice


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDay:
    """The changes detected on one day in UTC: the most significant first, then the newest."""

    day: date
    rows: tuple[ChangeRow, ...]

    @property
    def lines(self) -> Markup:
        return joined(self.rows)


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
    def statement_lines(self) -> Markup:
        return joined(self.statements)

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
    changes: Sequence[ChangeRow],
    statements: Sequence[StatementRow],
    slices: Sequence[Slice],
    *,
    newest: ChangeRecord | None,
    parts: Parts,
    links: Permalinks,
    combinable: bool,
) -> Timeline:
    """The view of a selection.

    A file for one slice or day names the filters of what it shows: were it to name all there are, each new statement
    would rewrite every such file.
    """
    whole = combinable or selection == ALL
    own = set(selection.facets)
    named = {key: parts.named(*key) for key in selection.facets}
    shown = [*(row.parts for row in changes), *(row.parts for row in statements)]
    named |= {(part.field, part.slug): part for found in reversed(shown) for part in found}
    named |= {(each.field, each.slug): parts.of_slice(each) for each in slices if (each.field, each.slug) in own}
    offered: list[tuple[Part, int | None]]
    if whole:
        offered = [(parts.of_slice(each), each.statements if selection == ALL else None) for each in slices]
    else:
        offered = [(part, None) for part in sorted(named.values(), key=lambda part: (part.label.casefold(), part.slug))]
    days = tuple(_days(changes))
    labels = {key: part.label for key, part in named.items()}
    one_slice = len(selection.facets) == 1 and selection.type is None
    return Timeline(
        selection=selection,
        days=days,
        statements=tuple(statements),
        conditions=tuple(conditions(selection, labels, links)),
        groups=tuple(groups(selection, offered, [each.day for each in days], links, combinable=combinable)),
        part=named[selection.facets[0]] if one_slice else None,
        day=selection.since if selection.since == selection.until else None,
        newest=newest,
        whole=whole,
    )


def _days(changes: Sequence[ChangeRow]) -> Iterator[ChangeDay]:
    newest_first = sorted(changes, key=lambda row: row.number, reverse=True)
    for day, group in groupby(newest_first, lambda row: row.day):
        yield ChangeDay(day=day, rows=tuple(sorted(group, key=lambda row: row.rank)))
