"""How closely texts are compared: every word, or of very long ones what lies between the pieces that stayed."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from store.textdiff.matching import Match, match
from store.textdiff.tokens import estimate, pieces, size, tokenize
from store.textdiff.words import Op, Span, compare_tokens, is_alike

# Words and marks of both sides that are compared one by one whatever they are, which takes some 10 ms.
MANY = 10_000
MARKS_IF_MANY = 12
# More than that are, if they are spread over a text as long as one of words is: English has one for 5.5 to 6 bytes,
# one of 55 KB full of figures one for 4.8. Of texts made of smaller things, what is equal is found in pieces of a few
# words first; words are then looked at only between these, and where they are at most one for so many bytes of the
# whole. Had those 55 KB been compared so, a tenth of their words replaced would mark 26,000 words and not 6,100.
BYTES_A_WORD = 4.5
BYTES_A_WORD_BETWEEN = 10
END = 8
"""Pieces at each end of what lies between two equal pieces."""


class Manner(NamedTuple):
    """A way to compare texts."""

    cut: Callable[[str], list[str]]
    """The text in the items that are compared."""
    compare: Callable[[Sequence[str], Sequence[str]], tuple[Span, ...] | None]
    """The difference of two texts given as items, or None if they have too little in common to be one text edited."""
    hasty: bool = False
    """Whether paragraphs are taken for edited in their places as soon as that holds for every second one."""


def manner(texts: Iterable[str]) -> Manner:
    """How to compare texts, both sides together, so that time grows with their length whatever is in them."""
    joined = "\n".join(texts)
    words = estimate(joined)
    if words <= MANY:
        return _CLOSE
    return _WIDE if words * BYTES_A_WORD <= size(joined) else _COARSE


def compare_text(old: str, new: str) -> tuple[Span, ...]:
    """The difference of two texts, in reading order, a deletion before the insertion that replaces it.

    Equal and deleted spans joined are the old text, equal and inserted ones the new. Texts with little in common come
    back as one deletion and one insertion. No word, number or composed character is split.
    """
    if old == new:
        return (Span(op="equal", text=old),) if old else ()
    way = manner((old, new))
    return way.compare(way.cut(old), way.cut(new)) or _replaced(old, new)


def _replaced(old: str, new: str) -> tuple[Span, ...]:
    both: tuple[tuple[Op, str], ...] = (("delete", old), ("insert", new))
    return tuple(Span(op=op, text=text) for op, text in both if text)


def _compare_many(old: Sequence[str], new: Sequence[str]) -> tuple[Span, ...] | None:
    return compare_tokens(old, new, MARKS_IF_MANY)


def _compare_pieces(old: Sequence[str], new: Sequence[str]) -> tuple[Span, ...] | None:
    """As `compare_tokens`, for the pieces of texts; only between equal pieces it looks at single words."""
    runs = [Match(0, 0, 0), *match(old, new), Match(len(old), len(new), 0)]
    gaps = [
        (_Gap(old[left.old + left.size : right.old]), _Gap(new[left.new + left.size : right.new]))
        for left, right in pairwise(runs)
    ]
    words = estimate("\n".join(side.ends for gap in gaps for side in gap))
    if words * BYTES_A_WORD_BETWEEN > size("".join(chain(old, new))):
        shared = sum(len(piece) for run in runs for piece in old[run.old : run.old + run.size])
        if not is_alike(shared, sum(map(len, old)), sum(map(len, new))):
            return None
        return _compare_many(old, new)
    old_tokens: list[str] = []
    new_tokens: list[str] = []
    for (old_gap, new_gap), run in zip(gaps, runs[1:], strict=True):
        equal = old[run.old : run.old + run.size]
        old_tokens += *old_gap.tokens(), *equal
        new_tokens += *new_gap.tokens(), *equal
    return _compare_many(old_tokens, new_tokens)


class _Gap:
    """The pieces of one side between equal ones. Only the ends of a long gap may share words with the other side."""

    def __init__(self, gap: Sequence[str]) -> None:
        at = max(END, len(gap) - END)
        self._head, self._middle, self._tail = "".join(gap[:END]), gap[END:at], "".join(gap[at:])

    @property
    def ends(self) -> str:
        return self._head + self._tail

    def tokens(self) -> list[str]:
        if not self._middle:
            return tokenize(self.ends)
        return [*tokenize(self._head), *self._middle, *tokenize(self._tail)]


_CLOSE = Manner(tokenize, compare_tokens)
_WIDE = Manner(tokenize, _compare_many)
_COARSE = Manner(pieces, _compare_pieces, hasty=True)
