"""The calendar as a view: years, and the months of one of them, with the days on which something is to be seen."""

import calendar
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from feeds.phrases import MONTHS
from store.selection import DayCount

_WEEKS = calendar.Calendar(firstweekday=0)


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


class Calendar:
    """Every day on which something is to be seen, by year."""

    def __init__(self, days: Mapping[date, tuple[int, int]]) -> None:
        """`days` tell changes and statements of each."""
        self._days = days

    @cached_property
    def years(self) -> tuple[Year, ...]:
        """The years in which there is something, newest first."""
        told: Counter[int] = Counter()
        dated: Counter[int] = Counter()
        for day, (changes, statements) in self._days.items():
            told[day.year] += changes
            dated[day.year] += statements
        return tuple(
            Year(number=each, changes=told[each], statements=dated[each]) for each in sorted(told, reverse=True)
        )

    def months(self, year: int) -> Iterator[Month]:
        """The months of a year that have something, newest first."""
        days = {day: counts for day, counts in self._days.items() if day.year == year}
        for number in sorted({day.month for day in days}, reverse=True):
            yield Month(
                name=f"{MONTHS[number - 1]} {year}",
                weeks=tuple(
                    tuple(_cell(date(year, number, day), days) if day else None for day in week)
                    for week in _WEEKS.monthdayscalendar(year, number)
                ),
            )


def _cell(day: date, days: Mapping[date, tuple[int, int]]) -> Cell:
    counts = days.get(day)
    count = DayCount(day=day, changes=counts[0], statements=counts[1]) if counts else None
    return Cell(number=day.day, count=count)
