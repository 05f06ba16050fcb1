"""Which of the paragraphs that differ are one that was edited."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate, chain, compress
from operator import itemgetter

from store.textdiff.cut import Cut
from store.textdiff.manner import manner
from store.textdiff.matching import common_head, match_codes
from store.textdiff.words import MARKS, WORDS_A_MARK, Span, is_alike


class Pairing:
    """Finds the edited paragraphs among those that are left."""

    def __init__(self, old: dict[int, str], new: dict[int, str]) -> None:
        self._old, self._new = old, new
        self._manner = manner(chain(old.values(), new.values()))

    def pairs(self, old_gap: range, new_gap: range) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
        """Paragraphs of a gap that are one edited, in order, with the words that were changed."""
        if not old_gap or not new_gap or not self._old or not self._new:
            return
        old = {i: self._manner.cut(self._old[i]) for i in old_gap if i in self._old}
        new = {j: self._manner.cut(self._new[j]) for j in new_gap if j in self._new}
        if not old or not new:
            return
        compared: dict[tuple[int, int], tuple[Span, ...] | None] = {}
        if len(old) == len(new):
            # Almost always each was edited in its place, which is seen at half the cost of looking for it.
            strange, tolerated = 0, len(old) // 2 if self._manner.hasty else 0
            for i, j in zip(old, new, strict=True):
                compared[i, j] = self._manner.compare(old[i], new[j])
                strange += compared[i, j] is None
                if strange > tolerated:
                    break
            else:
                yield from ((i, j, spans) for (i, j), spans in compared.items() if spans is not None)
                return
            if len(old) == 1:
                return
        for i, j in _likely(old, new):
            spans = compared[i, j] if (i, j) in compared else self._manner.compare(old[i], new[j])
            if spans is not None:
                yield i, j, spans


def _likely(old: dict[int, Cut], new: dict[int, Cut]) -> list[tuple[int, int]]:
    """Which paragraphs to read as one: those that share most words when all are matched as one text.

    As the matching keeps the order, so do the pairs; comparing each paragraph with each would cost the square of
    their number.
    """
    known: dict[str, str] = {}
    for cut in chain(old.values(), new.values()):
        known.update(zip(cut.codes, cut.units[1:], strict=True))
    words = list(map(str.rstrip, known.values()))
    letters = dict(compress(zip(known, map(len, words), strict=True), map(str.isalnum, map(itemgetter(0), words))))
    left, right = _Joined(old, letters), _Joined(new, letters)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    # Past that many runs the texts have no more in common than any two.
    most = max(MARKS, max(len(left.codes), len(right.codes)) // WORDS_A_MARK)
    head = common_head(left.codes, right.codes)
    old_word, new_word = ([known[code].rstrip() for code in side.codes[head : head + 1]] for side in (left, right))
    runs = match_codes(left.codes, right.codes, most, swapped=new_word < old_word)
    i = j = 0  # the runs rise on both sides
    for left_word, right_word, rest in runs:
        while rest:
            while left.ends[i] <= left_word:
                i += 1
            while right.ends[j] <= right_word:
                j += 1
            size = min(rest, left.ends[i] - left_word, right.ends[j] - right_word)
            shared[i, j] += left.sizes[left_word + size] - left.sizes[left_word]
            left_word, right_word, rest = left_word + size, right_word + size, rest - size
    pairs = [(i, j) for (i, j), size in shared.items() if is_alike(size, left.letters(i), right.letters(j))]

    # The largest sum of shared letters with each paragraph in one pair at most. The pairs rise on both sides, so
    # whatever shares a paragraph with one stands directly before it.
    first: dict[tuple[str, int], int] = {}
    best = [0]
    before = []
    for index, (i, j) in enumerate(pairs):
        before.append(min(first.setdefault(("old", i), index), first.setdefault(("new", j), index)))
        best.append(max(best[-1], best[before[-1]] + shared[i, j]))
    chosen = []
    index = len(pairs)
    while index:
        if best[index] == best[index - 1]:
            index -= 1
        else:
            i, j = pairs[index - 1]
            chosen.append((left.places[i], right.places[j]))
            index = before[index - 1]
    return chosen[::-1]


class _Joined:
    """The words of several paragraphs in one, and where each paragraph ends in it."""

    def __init__(self, paragraphs: dict[int, Cut], letters: dict[str, int]) -> None:
        self.places = list(paragraphs)
        parts = ["".join(filter(letters.__contains__, cut.codes)) for cut in paragraphs.values()]
        self.codes = "".join(parts)
        self.ends = list(accumulate(map(len, parts)))
        self.sizes = list(accumulate(map(letters.__getitem__, self.codes), initial=0))
        """How many letters stand before each word."""

    def letters(self, paragraph: int) -> int:
        return self.sizes[self.ends[paragraph]] - self.sizes[self.ends[paragraph - 1] if paragraph else 0]
