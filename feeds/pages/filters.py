"""The filters of a timeline: conditions that hold, each with a way out, and links that add or replace one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from feeds.pages.parts import Part
from feeds.permalinks import Permalinks
from feeds.phrases import FIELD_WORDS, VERBS, day_words
from store.model import ChangeType
from store.selection import ALL, FIELDS, Field, Selection

TYPES: tuple[ChangeType, ...] = get_args(ChangeType)
SHOWN = 6
"""Choices of a group that are shown at once; the others are folded."""
FEWEST_FOLDED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of the selection, and where the timeline is without it."""

    field: str
    label: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link to the timeline with one more condition, or another one."""

    label: str
    href: str
    count: int | None = None
    """Statements that have it."""
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The choices of one field."""

    id: str
    heading: str
    shown: tuple[Choice, ...]
    folded: tuple[Choice, ...] = ()


Wanted = Callable[[Selection], Selection]


def conditions(selection: Selection, labels: dict[tuple[Field, str], str], links: Permalinks) -> Iterator[Condition]:
    """What the page is limited to, in the order of the filters."""
    for field, slug in selection.facets:
        rest = replace(selection, facets=tuple(each for each in selection.facets if each[0] != field))
        yield Condition(field=FIELD_WORDS[field], label=labels.get((field, slug), slug), without=links.timeline(rest))
    if selection.type is not None:
        rest = replace(selection, type=None)
        yield Condition(field="Change", label=VERBS[selection.type], without=links.timeline(rest))
    if selection.since is not None and selection.since == selection.until:
        rest = replace(selection, since=None, until=None)
        yield Condition(field="Day", label=day_words(selection.since), without=links.timeline(rest))
        return
    if selection.since is not None:
        rest = replace(selection, since=None)
        yield Condition(field="From", label=day_words(selection.since), without=links.timeline(rest))
    if selection.until is not None:
        rest = replace(selection, until=None)
        yield Condition(field="Until", label=day_words(selection.until), without=links.timeline(rest))


def groups(
    selection: Selection,
    parts: Iterable[tuple[Part, int | None]],
    days: Sequence[date],
    links: Permalinks,
    *,
    combinable: bool,
) -> Iterator[Group]:
    """Filters as links, one group a field; a group that leaves no choice is left out.

    With `combinable`, a link keeps the other conditions; otherwise it leads to its own condition alone, since a file
    server knows no combinations.
    """
    base = selection if combinable else ALL
    by_field: dict[Field, list[Choice]] = {field: [] for field in FIELDS}
    for part, count in parts:
        by_field[part.field].append(
            Choice(
                label=part.label,
                href=links.timeline(_with(selection, part.field, part.slug)) if combinable else part.address,
                count=count,
                current=part.key in selection.facets,
            )
        )
    types = [
        Choice(label=VERBS[kind], href=links.timeline(replace(base, type=kind)), current=selection.type == kind)
        for kind in TYPES
    ]
    yield Group(id="filter-types", heading="Change", shown=tuple(types))
    for field in ("sections", "speakers", "organs", "kinds", "languages", "sites"):
        choices = by_field[field]
        if len(choices) > 1 or (choices and field not in ("languages", "sites")):
            yield _group(field, choices)
    dated = [
        Choice(
            label=day_words(day),
            href=links.timeline(replace(base, since=day, until=day)),
            current=selection.since == selection.until == day,
        )
        for day in days[:SHOWN]
    ]
    yield Group(id="filter-days", heading="Day", shown=(*dated, Choice(label="All days", href=links.days())))


def _group(field: Field, choices: Sequence[Choice]) -> Group:
    # Folding two or three saves no room and costs a click.
    cut = SHOWN if len(choices) >= SHOWN + FEWEST_FOLDED else len(choices)
    first = [*choices[:cut], *(choice for choice in choices[cut:] if choice.current)]
    rest = [choice for choice in choices[cut:] if not choice.current]
    return Group(id=f"filter-{field}", heading=FIELD_WORDS[field], shown=tuple(first), folded=tuple(rest))


def _with(selection: Selection, field: Field, slug: str) -> Selection:
    others = [each for each in selection.facets if each[0] != field]
    return replace(selection, facets=tuple(sorted([*others, (field, slug)], key=lambda each: FIELDS.index(each[0]))))
