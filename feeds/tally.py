"""How much there is in each slice and on each day: counted anew, or what was published and what has come to it.

Counting anew goes through the whole archive. What has come since the last publication is a line or two.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import date

from feeds.manifest import Manifest, Part, has_address, name, part_of
from feeds.reading import Archive
from store.model import ChangeRecord
from store.selection import FIELDS, Moved, Slice

Days = Mapping[date, tuple[int, int]]
"""Day → changes and statements."""


def read_slices(archive: Archive) -> list[Slice]:
    """The slices that an address can name, counted anew."""
    return [each for each in archive.slices() if has_address((each.field, each.slug))]


def slices_since(
    archive: Archive, last: Manifest, moved: Moved, fresh: Sequence[ChangeRecord], until: int
) -> list[Slice]:
    """The same, by what was published, the marks that have moved, and the changes, up to `until`, that are new."""
    statements: Counter[Part] = Counter()
    changes: Counter[Part] = Counter()
    for text, (held, told) in last.slices.items():
        statements[part_of(text)], changes[part_of(text)] = held, told
    new: dict[str, int] = Counter(change.statement for change in fresh)
    for key, mark in moved.marks.items():
        before = last.statements[key].parts if key in last.statements else set()
        now = set(filter(has_address, mark.slices))
        changes.update(dict.fromkeys(before & now, new[key]))
        if before == now:
            continue
        news = [each.id for each in archive.changes_of(key) if not each.baseline and each.id <= until]
        statements.update(now - before)
        changes.update(dict.fromkeys(now - before, len(news)))
        statements.subtract(before - now)
        changes.subtract(dict.fromkeys(before - now, sum(number <= last.newest[0] for number in news)))
    labels = archive.labels()
    found = [
        Slice(
            field=part[0],
            slug=part[1],
            label=labels.get(part, part[1]),
            statements=held,
            changes=changes[part],
        )
        for part, held in statements.items()
        if held > 0
    ]
    return sorted(found, key=lambda each: (FIELDS.index(each.field), -each.statements, each.slug))


def kept_slices(slices: Sequence[Slice]) -> dict[str, tuple[int, int]]:
    """As the next publication is to find them."""
    return {name((each.field, each.slug)): (each.statements, each.changes) for each in slices}


def read_days(archive: Archive, until: int, moved: Moved) -> Days:
    """The days with anything, by all marks and the changes up to `until`."""
    changes = archive.news_days(until)
    statements = Counter(mark.stated for mark in moved.marks.values() if mark.stated)
    return {day: (changes.get(day, 0), statements[day]) for day in {*changes, *statements}}


def days_since(last: Manifest, moved: Moved, fresh: Sequence[ChangeRecord]) -> tuple[Days, Set[date]]:
    """The same, by what was published and what has come to it; and the days that may be others than before."""
    changes = Counter(change.detected.date() for change in fresh)
    statements: Counter[date] = Counter()
    for key, mark in moved.marks.items():
        before = last.statements[key].mark.stated if key in last.statements else None
        if mark.stated != before:
            statements.update({day: add for day, add in ((before, -1), (mark.stated, 1)) if day})
    found = dict(last.days)
    altered = {*changes, *statements}
    for day in altered:
        told, dated = found.get(day, (0, 0))
        found[day] = (told + changes[day], dated + statements[day])
    return with_something(found), altered


def with_something(days: Days) -> Days:
    """The days without those that are empty by now."""
    nothing = (0, 0)
    return {day: counts for day, counts in days.items() if counts != nothing} if nothing in days.values() else days
