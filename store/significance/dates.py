"""Dates, times of day and words such as `today`, English and Chinese."""

import re
from collections.abc import Iterator
from functools import lru_cache

from store.significance.features import Feature, apart
from store.significance.numerals import han_value
from store.significance.vocabulary import BEGINS, ENDS, alternatives, cases

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH_NUMBER = {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
_ABBREVIATED = ("Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec")
_MONTH = rf"{alternatives((*_MONTHS, *_ABBREVIATED))}{ENDS}\.?"
_ANY_MONTH = re.compile(alternatives(_MONTH_NUMBER))
# `May` and `March` are other words too, and a year alone may be the number of a resolution: they need company.
_COMPANY = re.compile(
    r"(?<![A-Za-z])(?:in|since|until|till|by|from|last|this|next|early|late|mid|of|during|year)[ -]$", re.IGNORECASE
)

_AMBIGUOUS = ("March", "May", "Mar", "Jan", "Jun", "Dec", "Sep")
_NTH = r"(?:st|nd|rd|th)?"
_WITH_MONTH = re.compile(
    rf"""
    (?P<d>\d{{1,2}})(?<!\d{{3}}){_NTH}\ (?:of\ )?(?P<m>{_MONTH})(?:,?\ (?P<y>\d{{4}}))?(?![A-Za-z\d])
    | (?<![A-Za-z])(?P<m2>{_MONTH})\ (?P<d2>\d{{1,2}}){_NTH}(?:,?\ (?P<y2>\d{{4}}))?(?![A-Za-z\d])
    | (?<![A-Za-z])(?P<m3>{_MONTH})(?:,?\ (?:of\ )?(?P<y3>\d{{4}})(?!\d))?(?P<d3>)
    """,
    re.VERBOSE,
)
_IN_DIGITS = re.compile(
    r"""
    \d(?<![\d/.]\d)(?:
        (?P<y>\d{3})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d/])
        | (?P<hour>(?<=[01])\d|(?<=2)[0-3]|)[:：](?P<minute>[0-5]\d)(?![\d:])(?:\s?(?P<half>[ap])\.?m\b\.?)?
        | (?P<hour2>\d?)\s?(?P<half2>[ap])\.?m\b\.?
        | (?P<year>\d{3})(?<=19\d\d|20\d\d)(?!\d|[.,/-]\d)
    )
    """,
    re.VERBOSE,
)
_HAN = "〇零一二两三四五六七八九十"
_DAY = rf"(?:\d{{1,2}}|[{_HAN}]{{1,3}})"
_ANY_HAN = re.compile("[年月时期拜今昨明]")
_IN_HAN = re.compile(
    rf"""
    (?<!\d)(?P<y>\d{{4}}|[{_HAN}]{{4}})年(?:(?P<m>{_DAY})月(?:(?P<d>{_DAY})[日号])?)?
    | (?<![\d{_HAN}])(?P<m2>{_DAY})月(?:(?P<d2>{_DAY})[日号]|份)
    | (?<!\d)(?P<hour>\d{{1,2}})时(?:(?P<minute>\d{{1,2}})分)?
    | (?:星期|礼拜)(?P<weekday>[一二三四五六日天])
    """,
    re.VERBOSE,
)
_RELATIVE = {
    **{word: word for word in ("today", "yesterday", "tomorrow")},
    **{f"{day}day": f"{day}day" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")},
}
_RELATIVE_HAN = {
    "今天": "today", "今日": "today", "昨天": "yesterday", "昨日": "yesterday", "明天": "tomorrow", "明日": "tomorrow",
    "今年": "this year", "去年": "last year", "明年": "next year",
}  # fmt: skip
_WORD = re.compile(alternatives(cases(_RELATIVE), after=BEGINS) + ENDS)
_HAN_WORD = re.compile(alternatives(_RELATIVE_HAN))
_DIGIT = re.compile(r"\d")


def dates(text: str, start: int, end: int) -> list[Feature]:
    """The dates in that stretch of the text; `19 November 2009`, `November 19, 2009` and `2009-11-19` mean the same."""
    found: list[Feature] = []
    if _ANY_MONTH.search(text, start, end):
        found += _with_month(text, start, end)
    if _DIGIT.search(text, start, end):
        found += _in_digits(text, start, end)
    if _ANY_HAN.search(text, start, end):
        found += _in_han(text, start, end)
    found += (Feature(*each.span(), _RELATIVE[each[0].lower()], each[0]) for each in _WORD.finditer(text, start, end))
    return apart(found)


def _with_month(text: str, start: int, end: int) -> Iterator[Feature]:
    for found in _WITH_MONTH.finditer(text, start, end):
        d, m, y, m2, d2, y2, m3, y3, _ = found.groups("")
        year, month, day = y or y2 or y3, m or m2 or m3, d or d2
        if year or day or month.rstrip(".") not in _AMBIGUOUS or _has_company(text, found.start()):
            yield Feature(*found.span(), _day(year, str(_MONTH_NUMBER[month[:3]]), day), found[0])


def _in_digits(text: str, start: int, end: int) -> Iterator[Feature]:
    for found in _IN_DIGITS.finditer(text, start, end):
        y, m, d, hour, minute, half, hour2, half2, _ = found.groups("")
        first = found[0][0]
        if y:
            key = _day(first + y, m, d)
        elif minute:
            key = f"{int(first + hour)}:{minute} {half}"
        elif half2:
            key = f"{int(first + hour2)}:00 {half2}"
        elif _has_company(text, found.start()):
            key = _day(found[0], "", "")
        else:
            continue
        yield Feature(*found.span(), key, found[0])


def _in_han(text: str, start: int, end: int) -> Iterator[Feature]:
    for found in _IN_HAN.finditer(text, start, end):
        if found["hour"]:
            key = f"{int(found['hour'])}:{found['minute'] or '00'} "
        elif found["weekday"]:
            key = "weekday " + found["weekday"].replace("天", "日")
        else:
            key = _day(found["y"] or "", found["m"] or found["m2"] or "", found["d"] or found["d2"] or "")
        yield Feature(*found.span(), key, found[0])
    yield from (Feature(*each.span(), _RELATIVE_HAN[each[0]], each[0]) for each in _HAN_WORD.finditer(text, start, end))


def _has_company(text: str, at: int) -> bool:
    return _COMPANY.search(text[max(0, at - 8) : at]) is not None


def _day(*numbers: str) -> str:
    return "-".join(map(_plain, numbers))


@lru_cache(1024)  # in a text of dates a few years and the days of the months
def _plain(number: str) -> str:
    if not number:
        return ""
    return str(int(number) if number.isdecimal() else han_value(number))
