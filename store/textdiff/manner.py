"""How closely texts are compared: every word, or of very long ones what lies between the pieces that stayed."""

from collections.abc import Iterable, Sequence

from store.textdiff.cut import Cut, Cutter, Place
from store.textdiff.tokens import byte_count, estimate, pieces, units
from store.textdiff.words import Op, Pair, Span, coarser, common, hunks, is_alike, legible, marked, may_be_edited

MARKS = 50
"""Marks that a paragraph may always have, however short it is."""
# Words and marks of both sides up to which nothing else is bounded; all is done in some 15 ms.
MANY = 10_000
MARKS_IF_MANY = 12
# More than that are compared one by one, too, if they are spread over a text as long as one of words is: English has
# one for 5.5 to 6 bytes, one of 55 KB full of figures one for 4.8. Of texts made of smaller things, what is equal is
# found in pieces of a few words first; words are then looked at only between these, and where they are at most one for
# so many bytes of the whole. Had those 55 KB been compared so, a tenth of their words replaced would mark 26,000 words
# and not 6,100.
BYTES_A_WORD = 4.5
BYTES_A_WORD_BETWEEN = 20
END = 4
"""Pieces at each end of what lies between two equal pieces."""
# Each mark costs some 10 µs. As many as a person makes in a long speech are set with care; up to one in so many bytes
# of both sides, some 17 words of one, they stay where words were found to differ; further ones are joined.
TIDY = 500
BLANKS = 1000
"""Marks of a text that is not long of which some may be of white space alone, however many."""
SHIFT = 200
"""Tokens past which a mark may be moved; a sentence begins before that."""
STEPS = 5000
"""As many for all marks of a long text, which leaves five words a mark at least."""
BYTES_A_MARK = 200


class Manner:
    """A way to compare the texts of one comparison."""

    def __init__(self, marks: int = MARKS, most: int | None = None) -> None:
        """`marks` any two texts may have; more than `most` in all are too many."""
        self._marks, self._most = marks, most
        self._cutter = Cutter()
        self.hasty = most is not None
        """Whether paragraphs are looked for only where they seem not to be edited in their places."""

    def cut(self, texts: Sequence[str]) -> Cut:
        """The texts in the items that are compared."""
        return self._cutter.cut(texts)

    def match(self, old: Cut, new: Cut, place: Place, new_place: Place) -> Pair | None:
        """What two texts have in common, or None if that is seen to be too little for one text edited."""
        pair = common(old, new, place, new_place, self._marks, few=self.hasty)
        return pair if may_be_edited(pair) else None

    def compare(self, pairs: list[Pair]) -> list[tuple[Span, ...] | None]:
        """The difference of each two texts, or None if they have too little in common to be one text edited.

        In long texts that would have too many marks in all, only the longer runs stay equal.
        """
        legible = {
            at: most
            for at, pair in enumerate(pairs)
            if pair.crowded is None and len(pair.runs) <= (most := self._limit(pair))
        }
        kept = {at: pairs[at] for at in legible}
        shares = self._shares(list(kept.values()))
        if self._most is not None and sum(len(pair.runs) - 1 for pair in kept.values()) > self._most:
            kept = {at: coarser(pair, most) for (at, pair), most in zip(kept.items(), shares, strict=True)}
        # White space matches anywhere: left out before, the words decide, in a quarter of the time.
        found = list(map(hunks, kept.values()))
        total = sum(map(len, found))
        limits = list(legible.values())
        if self._most is None and total <= BLANKS:
            limits = list(map(len, found))
        elif self._most is not None and total > self._most + 2 * len(found):
            limits = shares
        reach = SHIFT
        if self._most is not None:
            reach = min(SHIFT, STEPS // max(1, total)) if total <= TIDY else 0
        spans: list[tuple[Span, ...] | None] = [None] * len(pairs)
        for (at, pair), each, most in zip(kept.items(), found, limits, strict=True):
            if len(each) <= most + 1:
                spans[at] = marked(pair, each, reach)
        return spans

    def _limit(self, pair: Pair) -> int:
        """How many marks two texts may have to be read easily."""
        return legible(pair.words, self._marks)

    def _shares(self, pairs: list[Pair]) -> list[int]:
        """How many marks each may have if there are too many in all; none if there cannot be."""
        if self._most is None:
            return []
        words = max(1, sum(pair.words for pair in pairs))
        return [self._most * pair.words // words + 1 for pair in pairs]


def manner(texts: Iterable[str]) -> Manner:
    """How to compare texts, both sides together, so that time grows with their length whatever is in them."""
    joined = "\n".join(texts)
    words = estimate(joined)
    if words <= MANY:
        return Manner()
    size = byte_count(joined)
    way = Manner if words * BYTES_A_WORD <= size else _Coarse
    return way(MARKS_IF_MANY, max(TIDY, size // BYTES_A_MARK))


def compare_text(old: str, new: str) -> tuple[Span, ...]:
    """The difference of two texts, in reading order, a deletion before the insertion that replaces it.

    Equal and deleted spans joined are the old text, equal and inserted ones the new. Texts with little in common come
    back as one deletion and one insertion. No word, number or composed character is split.
    """
    if old == new:
        return (Span(op="equal", text=old),) if old else ()
    way = manner((old, new))
    before, after = way.cut([old]), way.cut([new])
    pair = way.match(before, after, before.places[0], after.places[0])
    return (way.compare([pair])[0] if pair else None) or _replaced(old, new)


def _replaced(old: str, new: str) -> tuple[Span, ...]:
    both: tuple[tuple[Op, str], ...] = (("delete", old), ("insert", new))
    return tuple(Span(op=op, text=text) for op, text in both if text)


class _Coarse(Manner):
    """Finds what is equal in pieces of a few words, and looks at single words only between these."""

    def cut(self, texts: Sequence[str]) -> Cut:
        return self._cutter.joined(list(map(_pieces, texts)))

    def match(self, old: Cut, new: Cut, place: Place, new_place: Place) -> Pair | None:
        pair = common(old, new, place, new_place, self._marks)
        ends = (*pair.runs, (place.end, new_place.end, 0))
        gaps: list[tuple[list[str], list[str]]] = []
        i, j = place.first + 1, new_place.first + 1
        for left, right, size in ends:
            gaps.append((old.units[i:left], new.units[j:right]))
            i, j = left + size, right + size
        words = estimate(
            "\n".join(
                ["".join(side if len(side) <= 2 * END else side[:END] + side[-END:]) for gap in gaps for side in gap]
            )
        )
        before, after = old.text_of(place), new.text_of(new_place)
        if words * BYTES_A_WORD_BETWEEN > byte_count(before + after):
            return pair if is_alike(pair.shared, len(before), len(after)) else None
        old_units, new_units = [old.units[place.first]], [new.units[new_place.first]]
        for (old_gap, new_gap), (left, right, size) in zip(gaps, ends, strict=True):
            _add_words(old_units, old_gap)
            old_units += old.units[left : left + size]
            _add_words(new_units, new_gap)
            new_units += new.units[right : right + size]
        old, new = self._cutter.joined([old_units]), self._cutter.joined([new_units])
        return super().match(old, new, old.places[0], new.places[0])


def _pieces(text: str) -> list[str]:
    rest = text.lstrip()
    return [text[: len(text) - len(rest)], *pieces(rest)]


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
