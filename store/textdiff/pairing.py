"""Which of the paragraphs that differ are one that was edited."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, groupby, takewhile

from store.textdiff.manner import MARKS, manner
from store.textdiff.matching import apart, common_head, match_codes
from store.textdiff.words import Pair, Span, is_alike, legible

SOME = 20
"""Paragraphs after which is seen how many were edited in their places."""
LONG = 3000
"""Words of both sides between two paragraphs that are the same, or pieces of several words."""

STEPS = ((0, 1), (1, 0), (1, 1))
"""Each: paragraphs of each side that may have come or gone where the others are edited in their places."""

Gap = tuple[range, range]
"""Paragraphs of each side that stand between two that are the same."""
Places = tuple[int, int]
"""An old paragraph and a new one."""


class Pairing:
    """Finds the edited paragraphs among those that are left."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._manner = manner(chain(old, new))
        self._old, self._new = self._manner.cut(old), self._manner.cut(new)
        self._matched: dict[Places, Pair | None] = {}
        self._spans: dict[Places, tuple[Span, ...] | None] = {}

    def edited(self, gaps: Sequence[Gap]) -> list[dict[Places, tuple[Span, ...]]]:
        """For each gap the paragraphs that are one edited, in order, with the words that were changed."""
        plans = [self._in_place(*gap) for gap in gaps]
        found = [self._likely(*gap) if plan is None else plan for gap, plan in zip(gaps, plans, strict=True)]
        self._compare(chain.from_iterable(found))
        for at, (gap, plan) in enumerate(zip(gaps, plans, strict=True)):
            if plan and not self._is_long(*gap) and any(self._spans[places] is None for places in plan):
                found[at] = self._likely(*gap) if len(plan) > 1 else []
        self._compare(chain.from_iterable(found))
        return [{places: spans for places in plan if (spans := self._spans[places]) is not None} for plan in found]

    def _is_long(self, old: range, new: range) -> bool:
        """Whether so much differs in one place that looking for each paragraph is left where it can be."""
        if not self._manner.hasty:
            return False
        sides = ((self._old.places, old), (self._new.places, new))
        return sum(places[gap[-1]].end - places[gap[0]].first for places, gap in sides) > LONG

    def _in_place(self, old: range, new: range) -> list[Places] | None:
        """Each paragraph with the one in its place, if these seem to be edited ones.

        Almost always they are, which is seen at half the cost of looking for them.
        """
        if self._is_long(old, new):
            return self._most_in_place(old, new)
        if len(old) != len(new):
            return None
        plan = list(zip(old, new, strict=True))
        if not all(map(self._match, plan)):
            return None if len(plan) > 1 else []
        return plan

    def _most_in_place(self, old: range, new: range) -> list[Places]:
        """Those that seem to be edited in their places, counted from the beginning or the end, others where likely."""
        head = self._in_step(old, new)
        if head:
            i, j = head[-1]
            old, new = range(i + 1, old.stop), range(j + 1, new.stop)
        tail = list(takewhile(self._match, zip(old[::-1], new[::-1], strict=False)))[::-1]
        old, new = old[: len(old) - len(tail)], new[: len(new) - len(tail)]
        return [*head, *self._half_in_place(old, new), *tail]

    def _in_step(self, old: range, new: range) -> list[Places]:
        """Those that seem to be edited in their places from the beginning, past such as came or went between."""
        plan: list[Places] = []
        i, j = old.start, new.start
        while i < old.stop and j < new.stop:
            if self._match((i, j)):
                plan.append((i, j))
                i, j = i + 1, j + 1
                continue
            steps = [(i + came, j + went) for came, went in STEPS if self._goes_on(i + came, j + went, old, new)]
            if len(steps) != 1:
                break
            came, went = steps[0][0] - i, steps[0][1] - j
            if plan and came + went == 1:
                # What came or went may be a half of the one before, and the larger.
                plan[-1] = max(plan[-1], (i - went, j - came), key=self._shared)
            i, j = steps[0]
        return plan

    def _shared(self, places: Places) -> int:
        """How many characters the two have of what is common."""
        pair = self._match(places)
        return pair.shared if pair else 0

    def _goes_on(self, i: int, j: int, old: range, new: range) -> bool:
        """Whether two paragraphs seem to be edited ones of these, and the next two, too."""
        ends = i + 1 < old.stop and j + 1 < new.stop
        return ends and self._match((i, j)) is not None and self._match((i + 1, j + 1)) is not None

    def _half_in_place(self, old: range, new: range) -> list[Places]:
        """If every second one seems to be edited in its place, those that do, and between them others where likely."""
        if len(old) != len(new):
            return self._likely(old, new)
        strange = 0
        for seen, places in enumerate(zip(old, new, strict=True)):
            strange += self._match(places) is None
            if 2 * strange > min(len(old), SOME + seen):
                return self._likely(old, new) if len(old) > 1 else []
        plan: list[Places] = []
        for fit, stretch in groupby(zip(old, new, strict=True), key=lambda places: self._match(places) is not None):
            several = list(stretch)
            if fit:
                plan += several
            elif len(several) > 1:
                (i, j), (last, end) = several[0], several[-1]
                plan += self._likely(range(i, last + 1), range(j, end + 1))
        return plan

    def _match(self, places: Places) -> Pair | None:
        if places not in self._matched:
            i, j = places
            self._matched[places] = self._manner.match(self._old, self._new, self._old.places[i], self._new.places[j])
        return self._matched[places]

    def _compare(self, plan: Iterable[Places]) -> None:
        pairs = {places: pair for places in plan if places not in self._spans for pair in [self._match(places)]}
        self._spans.update(dict.fromkeys(pairs))
        matched = {places: pair for places, pair in pairs.items() if pair is not None}
        self._spans.update(zip(matched, self._manner.compare(list(matched.values())), strict=True))

    def _likely(self, old: range, new: range) -> list[Places]:
        """Which paragraphs to read as one: those that share most words when all are matched as one text.

        As the matching keeps the order, so do the pairs; comparing each paragraph with each would cost the square of
        their number.
        """
        if not old or not new:
            return []
        starts, new_starts = self._old.starts, self._new.starts
        places, new_places = self._old.places[old.start : old.stop], self._new.places[new.start : new.stop]
        first, begin = places[0].first, new_places[0].first
        left = apart(self._old.codes[first : places[-1].end])
        right = apart(self._new.codes[begin : new_places[-1].end])
        # Past that many runs the texts have no more in common than any two.
        most = legible(max(len(left), len(right)), MARKS)
        head = common_head(left[1:], right[1:]) + 1
        swapped = self._new.word(begin + head, new_places[-1]) < self._old.word(first + head, places[-1])
        shared: dict[Places, int] = defaultdict(int)
        i = j = 0  # the runs rise on both sides
        for at, new_at, size in match_codes(left, right, most, swapped, (first, begin)):
            while places[i].end <= at:
                i += 1
            while new_places[j].end <= new_at:
                j += 1
            shared[i, j] += starts[at + size] - starts[at] + new_starts[new_at + size] - new_starts[new_at]
        alike = {
            (old[i], new[j]): size
            for (i, j), size in shared.items()
            if is_alike(size, self._old.length(places[i]), self._new.length(new_places[j]))
        }
        return _best(alike)


def _best(shared: dict[Places, int]) -> list[Places]:
    """The largest sum of shared letters with each paragraph in one pair at most.

    The pairs rise on both sides, so whatever shares a paragraph with one stands directly before it.
    """
    pairs = list(shared)
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
            chosen.append(pairs[index - 1])
            index = before[index - 1]
    return chosen[::-1]
