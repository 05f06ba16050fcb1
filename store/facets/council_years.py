"""In which year the Security Council adopted a resolution. Its resolutions are numbered on and on, so that the number
tells the year; a symbol such as `S/RES/2231(2015)` needs both.

Facts as published by the United Nations. Before 1990 only the numbers that are often cited; after the last line of the
table the year must be printed beside the number.
"""

from bisect import bisect_right

_FIRST_OF_YEAR = {
    1990: 647,
    1991: 684,
    1992: 726,
    1993: 800,
    1994: 893,
    1995: 970,
    1996: 1036,
    1997: 1093,
    1998: 1147,
    1999: 1220,
    2000: 1285,
    2001: 1335,
    2002: 1387,
    2003: 1455,
    2004: 1522,
    2005: 1581,
    2006: 1652,
    2007: 1739,
    2008: 1795,
    2009: 1860,
    2010: 1908,
    2011: 1967,
    2012: 2033,
    2013: 2086,
    2014: 2133,
    2015: 2196,
    2016: 2260,
    2017: 2337,
    2018: 2398,
    2019: 2452,
    2020: 2504,
    2021: 2561,
    2022: 2618,
    2023: 2672,
    2024: 2722,
    2025: 2768,
}
LAST = 2803
"""The last number whose year is known here, of 17 November 2025."""
_BEFORE = {242: 1967, 338: 1973, 425: 1978, 435: 1978, 478: 1980, 497: 1981, 598: 1987}

_YEARS, _FIRSTS = list(_FIRST_OF_YEAR), list(_FIRST_OF_YEAR.values())


def year_of(number: int) -> int | None:
    """The year in which the Council adopted that resolution, or None if it is not known here."""
    if number < _FIRSTS[0] or number > LAST:
        return _BEFORE.get(number)
    return _YEARS[bisect_right(_FIRSTS, number) - 1]


def agrees(number: int, year: int) -> bool:
    """Whether a printed number and year can be those of a resolution of the Council."""
    known = year_of(number)
    if known is not None:
        return known == year
    if number > LAST:
        return _YEARS[-1] <= year <= 2099
    return 1 <= number < _FIRSTS[0] and 1946 <= year < _YEARS[0]
