"""Resolutions that a text names without their symbol: `Security Council resolution 2334`, `联大第2758号决议`.

A number alone says nothing of the body that adopted it. It is read only if the body is printed beside it, if the form
of the number shows it (`2231 (2015)`, `2758 (XXVI)`), or if the statement was made in the Security Council itself.
"""

import re
from collections.abc import Iterator
from functools import cache

from store.facets.council_years import agrees, year_of

# Resolutions of the General Assembly of before 1976, which are numbered on and on, with their session and year.
ASSEMBLY: dict[int, tuple[str, int]] = {
    181: ("II", 1947),
    194: ("III", 1948),
    217: ("III", 1948),
    377: ("V", 1950),
    1514: ("XV", 1960),
    1803: ("XVII", 1962),
    1991: ("XVIII", 1963),
    2131: ("XX", 1965),
    2625: ("XXV", 1970),
    2758: ("XXVI", 1971),
    3201: ("S-VI", 1974),
    3281: ("XXIX", 1974),
    3314: ("XXIX", 1974),
    3379: ("XXX", 1975),
}
_LAST_OF_ASSEMBLY = 3541

_BODIES = (
    ("un security council", "S"),
    ("security council", "S"),
    ("unsc", "S"),
    ("general assembly", "A"),
    ("unga", "A"),
    ("ga", "A"),
    ("human rights council", "H"),
    ("economic and social council", "E"),
    ("ecosoc", "E"),
)
_BODIES_HAN = (
    ("安理会", "S"),
    ("安全理事会", "S"),
    ("联合国大会", "A"),
    ("联大", "A"),
    ("人权理事会", "H"),
    ("经社理事会", "E"),
)
_LINKS = (" relevant", " landmark", "'s", "’s")
_LINKS_HAN = ("通过的", "通过", "有关", "相关", "关于", "的")
_NUMBER = r"(?:\d{1,4}/)?\d{1,4}(?: ?[A-Z](?= ?[(（]))?(?: ?[(（](?:\d{4}|(?:E?S-)?[IVX]{1,6})[)）])?"
# What a Chinese list of numbers consists of: 第2334号、第2720（2023）号
_LIST_HAN = "0123456789第号、和及与以/()（）IVXES- "
_BEFORE = 60
_BEHIND = 160


def find_resolutions(text: str, *, in_council: bool, stated: int | None) -> Iterator[tuple[int, str]]:
    """The canonical symbols of the resolutions named in a text, with where they are named, in order.

    `in_council`: the statement was made in the Security Council, whose resolutions are then meant by a number alone;
    `stated`: the statement's year, after which none of these can be. Time grows with the text's length.
    """
    end = 0
    while (at := text.find("esolution", end)) >= 0:
        end = at + 9
        listed = _numbers().match(text, end, end + _BEHIND)
        before = text[max(0, at - 1 - _BEFORE) : at - 1].rstrip().casefold()
        if listed is None or before.endswith("draft"):
            continue
        body = _last(before, _BODIES, _LINKS)
        if not body and (behind := _body_behind().match(text, listed.end(), listed.end() + _BEFORE)):
            body = _last(behind[1].casefold(), _BODIES, ())
        for symbol in _symbols(listed["numbers"], body, in_council, stated):
            yield at, symbol
    end = 0
    while (at := text.find("号决议", end)) >= 0:
        end = at + 3
        if text.startswith("草案", end):
            continue
        window = text[max(0, at - _BEFORE) : at]
        before = window.rstrip(_LIST_HAN)
        for symbol in _symbols(window[len(before) :], _last(before, _BODIES_HAN, _LINKS_HAN), in_council, stated):
            yield at, symbol


def _last(before: str, bodies: tuple[tuple[str, str], ...], links: tuple[str, ...]) -> str:
    """The letter of the body with whose name the text ends, such a word between them or not; empty for none."""
    for link in links:
        before = before.removesuffix(link)
    for name, letter in bodies:
        if before.endswith(name) and not (name.isascii() and before[-len(name) - 1 : -len(name)].isalnum()):
            return letter
    return ""


def _symbols(numbers: str, body: str, in_council: bool, stated: int | None) -> Iterator[str]:
    for printed in _each().finditer(numbers):
        if symbol := _symbol(printed, body, in_council, stated):
            yield symbol


def _symbol(printed: re.Match[str], body: str, in_council: bool, stated: int | None) -> str | None:
    number, series, bracket = int(printed["number"]), printed["series"], printed["bracket"]
    if series:
        return _of_a_session(int(series), number, body) if bracket is None else None
    if bracket is None:
        return _alone(number, body, in_council, stated)
    if not bracket.isdigit():
        return f"A/RES/{number}({bracket})" if body in ("", "A") and 1 <= number <= _LAST_OF_ASSEMBLY else None
    if body != "S" and number in ASSEMBLY and ASSEMBLY[number][1] == int(bracket):
        return f"A/RES/{number}({ASSEMBLY[number][0]})"
    return f"S/RES/{number}({bracket})" if body in ("", "S") and agrees(number, int(bracket)) else None


def _of_a_session(series: int, number: int, body: str) -> str | None:
    if body == "A" and 31 <= series <= 119:
        return f"A/RES/{series}/{number}"
    if body == "H" and 1 <= series <= 99:
        return f"A/HRC/RES/{series}/{number}"
    if body == "E" and 1978 <= series <= 2099:
        return f"E/RES/{series}/{number}"
    return None


def _alone(number: int, body: str, in_council: bool, stated: int | None) -> str | None:
    if body == "A":
        return f"A/RES/{number}({ASSEMBLY[number][0]})" if number in ASSEMBLY else None
    year = year_of(number)
    if year is None or (stated is not None and year > stated):
        return None
    if body == "S" or (body == "" and in_council and number not in ASSEMBLY):
        return f"S/RES/{number}({year})"
    return None


@cache
def _numbers() -> re.Pattern[str]:
    separator = r"(?:, and |, | and | or |/)"
    return re.compile(
        rf"s? (?:Nos?\. ?|numbers? )?(?P<numbers>{_NUMBER}(?:{separator}{_NUMBER}){{0,8}})(?![\w/])(?!\.\d)",
        re.ASCII,
    )


@cache
def _each() -> re.Pattern[str]:
    return re.compile(
        r"(?<!\d)(?:(?P<series>\d{1,4})/)?(?P<number>\d{1,4})(?: ?[A-Z](?= ?[(（]))?"
        r"(?: ?[(（](?P<bracket>\d{4}|(?:E?S-)?[IVX]{1,6})[)）])?",
        re.ASCII,
    )


@cache
def _body_behind() -> re.Pattern[str]:
    return re.compile(
        r",? (?:of|by|adopted by) the (?:UN |United Nations )?"
        r"(Security Council|General Assembly|Human Rights Council|Economic and Social Council)"
    )
