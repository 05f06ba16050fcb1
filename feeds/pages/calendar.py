"""The calendar as a view: years, and the months of one of them, with the days on which something is to be seen."""

from calendar import Calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.phrases import MONTHS
from store.selection import DayCount

_WEEKS = Calendar(firstweekday=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What a year holds."""

    number: int
    changes: int
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day of a month; `count` is None where nothing is to be seen."""

    number: int
    count: DayCount | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month with its weeks from Monday on; None stands for a day of another month."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]


def years(days: Sequence[DayCount]) -> tuple[Year, ...]:
    """The years in which there is something, newest first."""
    found: dict[int, tuple[int, int]] = {}
    for each in days:
        changes, statements = found.get(each.day.year, (0, 0))
        found[each.day.year] = changes + each.changes, statements + each.statements
    return tuple(
        Year(number=number, changes=counts[0], statements=counts[1])
        for number, counts in sorted(found.items(), reverse=True)
    )


def months(days: Sequence[DayCount], year: int) -> Iterator[Month]:
    """The months of a year that have something, newest first."""
    counts = {(each.day.month, each.day.day): each for each in days if each.day.year == year}
    for number in sorted({month for month, _ in counts}, reverse=True):
        yield Month(
            name=f"{MONTHS[number - 1]} {year}",
            weeks=tuple(
                tuple(Cell(number=day, count=counts.get((number, day))) if day else None for day in week)
                for week in _WEEKS.monthdayscalendar(year, number)
            ),
        )
