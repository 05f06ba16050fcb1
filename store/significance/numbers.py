"""Numbers in digits and in words, percentages, ordinals and document symbols, English and Chinese."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from store.significance.features import Feature, apart, overlaps
from store.significance.folding import bare
from store.significance.numerals import (
    CARDINALS,
    HAN_LARGE,
    HAN_NUMERALS,
    ORDINALS,
    SCALES,
    digits_value,
    english_value,
    han_value,
    written,
)
from store.significance.vocabulary import BEGINS, ENDS, WORDS, alternatives, cases

_PERCENT = r"(?:[%％‰]|[Pp]er\ ?cent(?!a)|percentage\ points?|个百分点)"
_SYMBOL = re.compile(
    r"(?:ST|[SAET])/(?<![\w/]S/)(?<![\w/][AET]/)(?:[A-Z0-9][\w.-]*/)*[A-Z0-9](?:[\w.-]*\w)?(?: ?\(\d{4}\))?"
    r"|L\.(?<![A-Za-z]L\.) ?\d+(?:/[Rr]ev\. ?\d+)?"
    r"|(?:Chapter|Article|Part|Annex|Section|Pillar) [IVXLC]+\b"
)
_DIGITS = re.compile(
    rf"""
    \d(?<![A-Za-zÀ-ɏ\d]\d)(?<!\d[.,/:]\d)\d*+(?:[.,，/:]\d+)*+
    (?:(?P<nth>st|nd|rd|th)(?![A-Za-z]))?
    (?P<scale>\ (?:{"|".join(SCALES)}){ENDS}|[百千万亿]{{1,4}})?
    (?P<percent>\ ?{_PERCENT})?
    """,
    re.VERBOSE,
)
# Words that are counted with; after `一` they make an article.
_MEASURES = "个名位项次国票届条份人倍成天周章轮艘吨元年月日时分号点级架辆所座家种"
_HAN = re.compile(
    rf"[{HAN_NUMERALS}](?:(?<=百)分之(?P<share>[{HAN_NUMERALS}]{{1,24}})|[{HAN_NUMERALS}]{{0,23}})"
    rf"(?:(?P<percent>个百分点)|(?P<measure>[{_MEASURES}]))?"
)
_NO_NUMBER = re.compile(alternatives(WORDS["numbers"]["chinese_apart"]))
_BEFORE = frozenset("第之-−")
_WEAK = frozenset(("one", "first", "second"))


@cache  # compiling this takes 20 ms, which a start of the program does not need
def _words() -> re.Pattern[str]:
    names = (*CARDINALS, *ORDINALS)
    first, other = alternatives(cases(names), after=BEGINS), alternatives(cases(names))
    vague = alternatives(cases(WORDS["numbers"]["english_vague"]), after=BEGINS)
    return re.compile(
        rf"(?P<words>{first}(?:(?: and |[ -]){other}{ENDS}){{0,16}}){ENDS}(?P<percent> {_PERCENT})?|{vague}{ENDS}"
    )


def numbers(text: str, start: int, end: int, dates: Sequence[Feature]) -> list[Feature]:
    """The numbers in that stretch that belong to none of its dates; `80`, `８０`, `eighty` and `八十` mean the same."""
    found = [Feature(*each.span(), each[0].replace(" ", ""), each[0]) for each in _SYMBOL.finditer(text, start, end)]
    for finder in (_in_digits, _in_words, _in_han):
        if more := list(finder(text, start, end)):
            taken = apart((*dates, *found))
            found += [feature for feature in more if not overlaps(feature, taken)]
    return sorted(found)


def _in_digits(text: str, start: int, end: int) -> Iterator[Feature]:
    keys: dict[tuple[str, str], str] = {}
    for found in _DIGITS.finditer(text, start, end):
        begin, stop = found.span()
        digits = found[0]
        before = text[max(0, begin - 1) : begin]
        unmarked = before not in _BEFORE or (before in "-−" and text[max(0, begin - 2) : begin - 1].isalnum())
        if unmarked and found.lastgroup is None and digits.isascii() and digits.isdecimal():
            yield Feature(begin, stop, digits.lstrip("0") or "0", digits)  # as below, in a quarter of the time
            continue
        ordinal, scale, share = found.group("nth", "scale", "percent")
        for rest in (share, scale, ordinal):
            if rest:
                digits = digits.removesuffix(rest)
        nth, percent, sign = bool(ordinal), bool(share), ""
        if not unmarked:
            if before == "第":
                begin, nth = begin - 1, True
            elif before != "之":
                begin, sign = begin - 1, "-"
            elif text.startswith("百分", max(0, begin - 3), begin):
                begin, percent = begin - 3, True
        asked = digits, scale.strip() if scale else ""
        if asked not in keys:  # a text has most of its numbers again and again
            keys[asked] = _digits_key(*asked)
        yield Feature(begin, stop, _key(sign + keys[asked], nth, percent), text[begin:stop])


def _digits_key(digits: str, scale: str) -> str:
    value = digits_value(digits)
    if value is None:
        return bare(digits) + "".join(mark for mark in digits if mark in ".,/:") + scale
    for step in (scale,) if scale in SCALES else scale:
        value *= Decimal(SCALES.get(step) or HAN_LARGE.get(step) or {"百": 100, "千": 1000}[step])
    return written(value)


def _in_words(text: str, start: int, end: int) -> Iterator[Feature]:
    for found in _words().finditer(text, start, end):
        if not found["words"]:
            yield Feature(*found.span(), found[0].lower(), found[0])
            continue
        words = found["words"].lower()
        value = english_value(words.replace("-", " ").split())
        nth = words.endswith(tuple(ORDINALS))
        key = _key(words if value is None else written(value), nth, bool(found["percent"]))
        yield Feature(found.start(), found.end(), key, found[0], weak=words in _WEAK and not found["percent"])


def _in_han(text: str, start: int, end: int) -> Iterator[Feature]:
    words = [Feature(each.start(), each.end(), "", each[0]) for each in _NO_NUMBER.finditer(text, start, end)]
    for found in _HAN.finditer(text, start, end):
        begin = found.start()
        nth = text.startswith("第", begin - 1, begin)
        share, measure = found["share"], found["measure"]
        numeral = share or found[0].removesuffix(measure or found["percent"] or "")
        percent = bool(share or found["percent"])
        value = han_value(numeral)
        # Alone, a small numeral is a part of many words, and `第一，` only enumerates.
        counted = percent or len(numeral) > 1 or (measure and numeral != "一")
        enumerates = nth and len(numeral) == 1 and text[found.end() : found.end() + 1] in ("，", "、", ",")
        feature = Feature(
            begin - nth,
            found.end(),
            _key(numeral if value is None else written(value), nth, percent),
            text[begin - nth : found.end()],
            weak=enumerates or not (counted or nth),
        )
        if not overlaps(feature, words):
            yield feature


def _key(value: str, nth: bool, percent: bool) -> str:
    return value + ("th" if nth else "") + ("%" if percent else "")
