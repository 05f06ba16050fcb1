"""How often and when a statement was looked at, as sentences by the day.

Looks that find nothing new are told together whatever the server answered, and the newest of them without their number:
it grows with every crawl, and a page is not rewritten for that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from feeds.phrases import counted
from store.model import Interval

_QUIET = frozenset({"first", "unchanged", "not_modified"})
FINDINGS = {
    "changed": "another text than before",
    "missing": "its address was empty",
    "failed": "no usable answer",
    "unclear": "two looks within seconds contradicted each other",
}
"""Result of a look → words; a word that is not here stands for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Looks with one result, from the first day to the last (UTC)."""

    since: date
    until: date
    words: str


def spells(coverage: Sequence[Interval]) -> tuple[Spell, ...]:
    """The looks at a statement, newest first."""
    return tuple(_spells(coverage))[::-1]


def _spells(coverage: Sequence[Interval]) -> Iterator[Spell]:
    runs = [list(run) for _, run in groupby(coverage, lambda each: "" if each.result in _QUIET else each.result)]
    for position, run in enumerate(runs):
        first, last = run[0], run[-1]
        looks = sum(each.looks for each in run)
        told, result = f" ({counted(looks, 'look')})", FINDINGS.get(first.result, first.result)
        if first.result in _QUIET:
            result = "read for the first time, then unchanged" if first.result == "first" else "unchanged"
            if position == len(runs) - 1:
                told = " at every look"
            elif first.result == "first" and looks == 1:
                result = "read for the first time"
        yield Spell(since=_day(first.since), until=_day(last.until), words=f"{result}{told}")


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
