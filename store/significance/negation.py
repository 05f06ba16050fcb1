"""Words that turn a sentence into its opposite, English and Chinese, apart from those that only look like one."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from store.significance.features import Feature, Range
from store.significance.vocabulary import BEGINS, ENDS, WORDS, alternatives, cases

_WORDS_OF = WORDS["negation"]
_APART = frozenset((*_WORDS_OF["english_apart"], *_WORDS_OF["chinese_apart"]))
_WORDS = re.compile(
    alternatives(cases((*_WORDS_OF["english"], *_WORDS_OF["english_apart"])), after=BEGINS) + r"(?!['’]?[A-Za-z])"
)
_SHORT = re.compile(r"[Nn]['’][Tt](?<=[A-Za-z]...)" + ENDS)
_HAN = re.compile(alternatives((*_WORDS_OF["chinese"], *_WORDS_OF["chinese_apart"])))
_INNER = re.compile(rf"(?:{'|'.join(_WORDS_OF['english'])}){ENDS}|[不没未无非]", re.IGNORECASE)
_KEY = "negation"


def negations(text: str, start: int, end: int, changed: Sequence[Range]) -> Iterator[Feature]:
    """The negations in that stretch; all mean the same, so that `cannot` for `can not` is no difference.

    `not only` and `不久` are none, unless the edit put the negating word before words that stand on both sides: `only`
    and `not only` are opposites.
    """
    for pattern in (_WORDS, _SHORT, _HAN):
        for found in pattern.finditer(text, start, end):
            word = found[0].lower().replace("-", " ")
            after = text[found.end() : found.end() + 3]
            if word in _APART:
                yield from _put_before(found, changed)
            elif not _is_other(word, after):
                yield Feature(found.start(), found.end(), _KEY, found[0])


def _is_other(word: str, after: str) -> bool:
    """Whether it is the `non` of another language or the `No.` of a number."""
    return (word == "non" and not after.startswith("-")) or (word == "no" and re.match(r"\. ?\d", after) is not None)


def _put_before(found: re.Match[str], changed: Sequence[Range]) -> Iterator[Feature]:
    """The negating word of a compound, if it was changed and the rest of the compound was not."""
    inner = _INNER.search(found.string, found.start(), found.end())
    if inner is None:
        return
    at = bisect_right(changed, found.start(), key=lambda part: part.end)
    if at == len(changed) or not changed[at].start <= inner.start() < inner.end() <= changed[at].end:
        return
    if found.string[changed[at].end : found.end()].strip():
        yield Feature(inner.start(), inner.end(), _KEY, inner[0])
