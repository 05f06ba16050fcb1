"""Dates as the site prints them."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_TIME = r"(?: {0,3}(?P<hour>\d{1,2}):(?P<minute>\d\d)(?!\d))?"
_HAN_DIGITS = {character: str(index // 2) for index, character in enumerate("〇零一一二二三三四四五五六六七七八八九九")}
_HAN_DIGITS["○"] = "0"

# What a date line may hold beside the date: names of places and weekdays, clock times. A lower-case word other than
# these makes it a sentence.
_LOWER_WORD = re.compile(r"\b(?!(?:am|pm|a\.m|p\.m|at|in|of|the|st|nd|rd|th)\b)[a-z]{2,}")
_LONGEST_LINE = 100


class Stated(NamedTuple):
    """A day, and the time of day as `HH:MM` where one is printed that is not `00:00`."""

    day: date
    time: str | None


class _Format(NamedTuple):
    pattern: re.Pattern[str]
    number: Callable[[str], int]


def _number(digits: str) -> int:
    return int(digits) if digits.isdigit() else _MONTHS.index(digits[:3].lower()) + 1


def _han_number(digits: str) -> int:
    """`二〇二四` is 2024, `三十一` is 31."""
    tens, ten, ones = digits.partition("十")
    if not ten:
        return int("".join(_HAN_DIGITS[digit] for digit in digits))
    return int(_HAN_DIGITS[tens] if tens else 1) * 10 + int(_HAN_DIGITS[ones] if ones else 0)


def _formats(number: Callable[[str], int], *patterns: str) -> tuple[_Format, ...]:
    return tuple(_Format(re.compile(pattern, re.IGNORECASE), number) for pattern in patterns)


FORMATS: dict[str, tuple[_Format, ...]] = {
    "iso": _formats(_number, rf"(?<!\d){_YEAR}-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?!\d){_TIME}"),
    "slash": _formats(_number, rf"(?<!\d){_YEAR}/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?!\d){_TIME}"),
    "long": _formats(
        _number,
        rf"(?<!\d){_ORDINAL} {{0,3}}(?:of )?{_MONTH} {{0,3}},? {{0,3}}{_YEAR}(?!\d)",
        rf"(?<![a-z]){_MONTH} {{0,3}}{_ORDINAL} {{0,3}},? {{0,3}}{_YEAR}(?!\d)",
    ),
    "han": (
        *_formats(_number, rf"(?<!\d){_YEAR} ?年 ?(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?日{_TIME}"),
        *_formats(
            _han_number,
            r"(?P<year>[一二][〇○零一二三四五六七八九]{3})年(?P<month>[一二三四五六七八九十]{1,2})月"
            r"(?P<day>[一二三四五六七八九十]{1,3})日",
        ),
    ),
}
"""What each name in a profile's `date_formats` means."""


def read_date(text: str, formats: Iterable[str] = tuple(FORMATS)) -> Stated | None:
    """The first real day that the text states in one of these formats, tried in their order; None if there is none.

    Full-width digits and punctuation are read as their narrow forms. A time that no clock shows is left out.
    """
    found = _find(_folded(text), formats)
    return found[0] if found else None


def read_dateline(line: str, formats: Iterable[str] = tuple(FORMATS)) -> Stated | None:
    """The day that a line states which says little else, such as `New York, 19 November 2009`; None for prose."""
    if len(line) > _LONGEST_LINE:
        return None
    folded = _folded(line)
    found = _find(folded, formats)
    if not found:
        return None
    stated, start, end = found
    rest = f"{folded[:start]} {folded[end:]}"
    if _LOWER_WORD.search(rest) or any(mark in rest for mark in "。;!?") or rest.rstrip().endswith("."):
        return None
    # Without lower-case letters a Chinese sentence is known by its length alone.
    return stated if rest.isascii() or len(rest) <= 24 else None


def _folded(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text[:2000])


def _find(text: str, formats: Iterable[str]) -> tuple[Stated, int, int] | None:
    for name in formats:
        for pattern, number in FORMATS[name]:
            for match in pattern.finditer(text):
                try:
                    day = date(number(match["year"]), number(match["month"]), number(match["day"]))
                except (ValueError, KeyError):  # no such day, or digits that make no number
                    continue
                return Stated(day, _time(match)), match.start(), match.end()
    return None


def _time(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    if not groups.get("hour"):
        return None
    hour, minute = int(groups["hour"]), int(groups["minute"])
    # The site prints 00:00 where it has no time.
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 and (hour or minute) else None
