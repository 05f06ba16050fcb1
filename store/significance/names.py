"""Names of persons, bodies and countries, and the titles persons bear, English and Chinese."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from store.significance.features import Feature, apart, overlaps
from store.significance.folding import fold
from store.significance.vocabulary import BEGINS, ENDS, WORDS, alternatives, cases

_LISTED = WORDS["names"]

_LETTER = "[A-ZÀ-ÖØ-Þ]"
_REST = r"[A-Za-zÀ-ɏ\d]*+(?:[-’'](?!s\b)[A-Za-zÀ-ɏ\d]+)*+"
_CAPITAL = _LETTER + _REST
_RUN = re.compile(rf"{_LETTER}{BEGINS}(?<!/.){_REST}(?:(?:(?<=\b[MD][rs])\.)?\ (?:of\ (?:the\ )?)?{_CAPITAL})*+")


@cache  # compiling these takes 50 ms, which a start of the program does not need
def _english() -> tuple[re.Pattern[str], ...]:
    roles = (*cases(_LISTED["english_roles"]), *_LISTED["english_capital_roles"])
    return (
        re.compile(rf"{alternatives(roles, after=BEGINS)}{ENDS}(?:\.?\ {_CAPITAL}){{0,3}}"),
        re.compile(alternatives(_LISTED["english_countries"], after=BEGINS) + ENDS),
    )


_HAN = "[\u4e00-\u9fff]"
# After a role nothing shows where a name ends; these begin the next word far more often than they end a name.
_NEXT = "在出指表说发于就和与同向对会应再强呼重介致主的将已为是先女阁大公参"


@cache
def _chinese() -> tuple[re.Pattern[str], ...]:
    roles = _LISTED["chinese_roles"]
    role = alternatives(roles)
    before = alternatives((*roles, "代表"))
    surname = f"[{''.join(_LISTED['chinese_surnames'])}]"
    return (
        re.compile(rf"{surname}{_HAN}{{1,2}}?{role}"),
        re.compile(rf"{before}{surname}(?![{_NEXT}]){_HAN}(?:(?![{_NEXT}]){_HAN})?(?:{role})?"),
        re.compile(alternatives((*_LISTED["chinese_countries"], *_LISTED["chinese_bodies"], *roles))),
    )


_ANY_HAN = re.compile(_HAN)

_COMMON = frozenset(_LISTED["english_common"])
_SENTENCE_END = frozenset(".!?:;。！？：；…•“\"‘'(（「")
_ABBREVIATION = re.compile(r"(?:^|[^A-Za-z])(?:Mr|Mrs|Ms|Dr|St|No|[A-Z])\.$")
_SAMPLE = 600


def is_headline(text: str) -> bool:
    """Whether most words begin with a capital, as in a title, so that a capital says nothing."""
    words = [word for word in re.findall(r"[A-Za-z]+", text[:_SAMPLE]) if len(word) > 3]
    return sum(map(str.istitle, words)) + sum(map(str.isupper, words)) > len(words) // 2


def names(text: str, start: int, end: int, *, headline: bool, dates: Sequence[Feature]) -> Iterator[Feature]:
    """The names in that stretch, in order; in a headline only what the lists know and what follows a title."""
    runs: list[Feature] = []
    if not headline:
        found = (_run(text, match) for match in _RUN.finditer(text, start, end))
        runs = [feature for feature in found if feature and not overlaps(feature, dates)]
    patterns = (*_english(), *_chinese()) if _ANY_HAN.search(text, start, end) else _english()
    listed = apart(
        Feature(*match.span(), fold(match[0]), match[0])
        for pattern in patterns
        for match in pattern.finditer(text, start, end)
    )
    yield from sorted([*runs, *(feature for feature in listed if not overlaps(feature, runs))])


def _run(text: str, found: re.Match[str]) -> Feature | None:
    """The run of capitalised words without the common words at its start; None if only a sentence begins here."""
    start = found.start()
    name = found[0]
    while (word := name.partition(" ")[0]).casefold() in _COMMON:
        if word == name:
            return None
        name = name[len(word) + 1 :].removeprefix("of ").removeprefix("the ")
    begin = found.end() - len(name)
    if len(name) == 1:
        return None  # a mark of a list or a part of a symbol
    if begin == start and " " not in name and _begins_sentence(text, start):
        return None
    return Feature(begin, found.end(), fold(name), name)


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 8) : at].rstrip()
    if not before:
        return True
    return before[-1] in _SENTENCE_END and not _ABBREVIATION.search(before)
