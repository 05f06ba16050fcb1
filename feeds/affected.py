"""What a publication has to make anew: what is on record now against what was published."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import get_args

from feeds.manifest import Manifest, Part, Statements, has_address, name, part_of
from feeds.notices import concerns
from feeds.reading import Archive
from feeds.state import State
from feeds.tally import with_something
from store.model import ChangeRecord, ChangeType
from store.selection import Mark

TYPES: tuple[ChangeType, ...] = get_args(ChangeType)
MANY = 500
"""Statements to make anew: a first crawl, or a new release. What one change needs is in memory anyway."""
_ASKED_AT_ONCE = 1000


@dataclass(slots=True, kw_only=True)
class Affected:
    """What is to be made anew."""

    everything: bool = False
    keys: list[str] = field(default_factory=list)
    """Statements whose pages and entries differ, in the order in which they were first recorded."""
    gone: list[str] = field(default_factory=list)
    """Statements that are not in the archive any more."""
    parts: set[Part] = field(default_factory=set)
    """Slices whose timelines and feeds may differ."""
    types: set[ChangeType] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    found: dict[Part | None, list[int]] = field(default_factory=dict)
    """Changes that are new in the feed of a slice (None: in that of everything)."""
    left: dict[Part | None, list[int]] = field(default_factory=dict)
    """Changes of statements that are in a slice no longer."""
    shown: bool = False
    """Whether the timeline, the feeds of everything and the lists of slices may differ."""
    calendar: bool = False
    status: bool = False

    @property
    def is_much(self) -> bool:
        """Whether what is made is hardly asked for again, and memory counts for more than time."""
        return self.everything or len(self.keys) > MANY

    def __bool__(self) -> bool:
        return self.shown or self.calendar or self.status


def is_of_same_log(archive: Archive, newest: tuple[int, str]) -> bool:
    """Whether the newest change told is still what it was: a restored backup may give its number to another.

    As each change vouches for all before it, these are what they were as well.
    """
    number, told = newest
    return number == 0 or [change.hash for change in archive.changes_by_id([number])] == [told]


def forget(manifest: Manifest) -> Manifest:
    """The manifest for making everything anew: what was there is known and keeps its place in the archives."""
    for archived in manifest.archives.values():
        archived.open = []
    lines, names = dict(manifest.published), list(manifest.names)
    statements = Statements(lines, names)
    for key, kept in manifest.statements.items():
        statements[key] = replace(kept, stamp="", shape="")
    return Manifest(
        published=lines,
        names=names,
        labels=manifest.labels,
        days=manifest.days,
        archives=manifest.archives,
    )


def compare(archive: Archive, state: State, manifest: Manifest, *, everything: bool) -> Affected:
    """What differs since the manifest was written."""
    kept, marks = manifest.statements, state.moved.marks
    found = Affected(everything=everything, types=set(TYPES) if everything else set())
    differing = [key for key, mark in marks.items() if key not in kept or kept.stamp(key) != mark.stamp]
    if len(differing) > 1:
        places = {key: place for place, key in enumerate(archive.keys())}
        differing.sort(key=lambda key: places.get(key, len(places)))
    found.keys = differing
    if state.moved.is_all:
        found.gone = [key for key, each in kept.items() if each.stamp and key not in marks]
    _distribute(archive, state, manifest, found)
    for key in found.keys:
        before = kept[key].mark if key in kept else None
        found.days |= _days_of(marks[key], before)
        found.parts.update(filter(has_address, marks[key].slices), before.slices if before else ())
    for key in found.gone:
        found.days |= kept[key].days
        found.parts |= kept[key].parts
    _compare_slices(state, manifest, found)
    _compare_days(state, manifest, found)
    silent = digest(state.silences)
    if everything or silent != manifest.silences:
        for silence in state.silences:
            found.parts |= {part for part in state.labels if concerns(silence, part)}
    found.shown = everything or bool(found.keys or found.gone or found.parts or silent != manifest.silences)
    found.status = everything or digest([state.sites, state.silences, state.head]) != manifest.status
    return found


def digest(facts: object) -> str:
    """A hash of records."""
    return sha256(ascii(facts).encode()).hexdigest()


def news_of(archive: Archive, key: str, last: int) -> list[ChangeRecord]:
    """The changes of a statement that are news, up to a number."""
    return [change for change in archive.changes_of(key) if not change.baseline and change.id <= last]


def _days_of(mark: Mark, before: Mark | None) -> set[date]:
    """The days whose pages differ by a statement: of an old change they only say more than is in the log by `said`."""
    if before is None or mark.said != before.said:
        return {*mark.days, *(before.days if before else ())}
    own = {mark.stated, before.stated} - {None}
    return {*mark.days} ^ {*before.days} | {day for day in own if day}


def _distribute(archive: Archive, state: State, manifest: Manifest, found: Affected) -> None:
    """Sorts new changes into the feeds of the slices that their statements are in."""
    for change in _unpublished(archive, state, manifest):
        found.types.add(change.type)
        found.days.add(change.detected.date())
        mark = state.marks.get(change.statement)
        parts: list[Part | None] = [None, *filter(has_address, mark.slices if mark else ())]
        for part in parts:
            found.found.setdefault(part, []).append(change.id)
    found.parts.update(part for part in found.found if part is not None)
    if found.everything:
        return
    for key in found.keys:
        before = manifest.statements[key].parts if key in manifest.statements else set()
        now = set(filter(has_address, state.marks[key].slices))
        news = news_of(archive, key, state.last)
        found.types.update(change.type for change in news)
        for part in now - before:
            found.found.setdefault(part, []).extend(change.id for change in news)
        for part in before - now:
            found.left.setdefault(part, []).extend(change.id for change in news)


def _unpublished(archive: Archive, state: State, manifest: Manifest) -> Iterator[ChangeRecord]:
    """Changes that are news and were not published yet, oldest first."""
    if not state.moved.is_all:
        yield from state.fresh
        return
    numbers = [number for number in archive.news(after=manifest.newest[0]) if number <= state.last]
    for start in range(0, len(numbers), _ASKED_AT_ONCE):
        yield from archive.changes_by_id(numbers[start : start + _ASKED_AT_ONCE])


def _compare_slices(state: State, manifest: Manifest, found: Affected) -> None:
    labels = state.labels
    if found.everything:
        found.parts.update(labels)
        found.parts.update(map(part_of, manifest.labels))
    # A slice that is empty now is still named in the manifest, and was made empty when it became so.
    found.parts.update(part for part, label in labels.items() if manifest.labels.get(name(part)) != label)


def _compare_days(state: State, manifest: Manifest, found: Affected) -> None:
    now, before = state.counts, with_something(manifest.days)
    differing = {day for day in state.recounted if now.get(day) != before.get(day)}
    come_or_gone = {day for day in differing if day not in now or day not in before}
    found.years.update(day.year for day in differing)
    if come_or_gone:
        found.days |= come_or_gone
        order = sorted({*now, *before})
        for day in come_or_gone:
            place = bisect_left(order, day)
            found.days.update(order[max(place - 1, 0) : place + 2])
        if {day.year for day in now} != {day.year for day in before}:
            # Each year names the others.
            found.years.update(day.year for day in (*now, *before))
    if found.everything:
        found.days.update(now, manifest.days)
        found.years.update(day.year for day in (*now, *manifest.days))
    found.calendar = found.everything or bool(differing)
