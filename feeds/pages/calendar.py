"""The calendar as a view: years, and the months of one of them, with the days on which something is to be seen."""

import calendar
from collections import defaultdict
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
        self._days: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
        for day, counts in days.items():
            self._days[day.year][day] = counts

    @cached_property
    def years(self) -> tuple[Year, ...]:
        """The years in which there is something, newest first."""
        return tuple(
            Year(
                number=number,
                changes=sum(changes for changes, _ in days.values()),
                statements=sum(statements for _, statements in days.values()),
            )
            for number, days in sorted(self._days.items(), reverse=True)
        )

    def months(self, year: int) -> Iterator[Month]:
        """The months of a year that have something, newest first."""
        days = self._days.get(year, {})
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
