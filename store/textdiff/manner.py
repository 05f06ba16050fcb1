"""How closely texts are compared: every word, or of very long ones what lies between the pieces that stayed."""

from collections.abc import Iterable

from store.textdiff.cut import Cut, Cutter
from store.textdiff.tokens import byte_count, estimate, is_plain, pieces, units
from store.textdiff.words import MARKS, Op, Span, common, compare_cuts, is_alike

# Words and marks of both sides that are compared one by one whatever they are, which takes some 10 ms.
MANY = 10_000
MARKS_IF_MANY = 12
# More than that are, if they are spread over a text as long as one of words is: English has one for 5.5 to 6 bytes,
# one of 55 KB full of figures one for 4.8. Of texts made of smaller things, what is equal is found in pieces of a few
# words first; words are then looked at only between these, and where they are at most one for so many bytes of the
# whole. Had those 55 KB been compared so, a tenth of their words replaced would mark 26,000 words and not 6,100.
BYTES_A_WORD = 4.5
BYTES_A_WORD_BETWEEN = 10
SAMPLE = 10_000
"""Characters by which is judged whether words come again and again."""
END = 8
"""Pieces at each end of what lies between two equal pieces."""


class Manner:
    """A way to compare the texts of one comparison."""

    hasty = False
    """Whether paragraphs are taken for edited in their places as soon as that holds for every second one."""

    def __init__(self, texts: str, marks: int = MARKS) -> None:
        self._marks = marks
        self._cutter = Cutter(texts[:SAMPLE], is_plain(texts))

    def cut(self, text: str) -> Cut:
        """The text in the items that are compared."""
        return self._cutter.cut(text)

    def compare(self, old: Cut, new: Cut) -> tuple[Span, ...] | None:
        """The difference of two texts, or None if they have too little in common to be one text edited."""
        return compare_cuts(old, new, self._marks)


def manner(texts: Iterable[str]) -> Manner:
    """How to compare texts, both sides together, so that time grows with their length whatever is in them."""
    joined = "\n".join(texts)
    words = estimate(joined)
    if words <= MANY:
        return Manner(joined)
    return (
        Manner(joined, MARKS_IF_MANY) if words * BYTES_A_WORD <= byte_count(joined) else _Coarse(joined, MARKS_IF_MANY)
    )


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


class _Coarse(Manner):
    """Finds what is equal in pieces of a few words, and looks at single words only between these."""

    hasty = True

    def cut(self, text: str) -> Cut:
        rest = text.lstrip()
        return self._cutter.joined(text, [text[: len(text) - len(rest)], *pieces(rest)], wide=True)

    def compare(self, old: Cut, new: Cut) -> tuple[Span, ...] | None:
        runs = [(i + 1, j + 1, size) for i, j, size in common(old, new)]
        gaps: list[tuple[list[str], list[str]]] = []
        i = j = 1
        for left, right, size in (*runs, (len(old.units), len(new.units), 0)):
            gaps.append((old.units[i:left], new.units[j:right]))
            i, j = left + size, right + size
        words = estimate(
            "\n".join(
                ["".join(side if len(side) <= 2 * END else side[:END] + side[-END:]) for gap in gaps for side in gap]
            )
        )
        if words * BYTES_A_WORD_BETWEEN > byte_count(old.text + new.text):
            shared = sum(len("".join(old.units[left : left + size])) for left, _, size in runs)
            return super().compare(old, new) if is_alike(shared, len(old.text), len(new.text)) else None
        old_units, new_units = old.units[:1], new.units[:1]
        for (old_gap, new_gap), (left, right, size) in zip(gaps, (*runs, (0, 0, 0)), strict=True):
            _add_words(old_units, old_gap)
            old_units += old.units[left : left + size]
            _add_words(new_units, new_gap)
            new_units += new.units[right : right + size]
        cut = self._cutter.joined
        return super().compare(cut(old.text, old_units, wide=True), cut(new.text, new_units, wide=True))


def _add_words(joined: list[str], gap: list[str]) -> None:
    """Puts the words of the pieces between two equal ones behind the text before.

    Only the ends of many may share words with the other side.
    """
    if len(gap) <= 2 * END:
        _add_text(joined, "".join(gap))
    else:
        _add_text(joined, "".join(gap[:END]))
        joined += gap[END:-END]
        _add_text(joined, "".join(gap[-END:]))


def _add_text(joined: list[str], text: str) -> None:
    blank, *words = units(text)
    joined[-1] += blank
    joined += words
