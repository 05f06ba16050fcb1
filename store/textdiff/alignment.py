"""Which paragraph became which."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise

from store.textdiff.blocks import Blocks, Run
from store.textdiff.matching import Match, match
from store.textdiff.pairing import Pairing

# Past so many paragraphs that differ, as many as a book has, those must have LEAST letters on average to be worth more
# than a look whether they stand on both sides in the same order. If they have not, only those that do are.
MANY = 1000
LEAST = 80


def compare_paragraphs(old: Sequence[str], new: Sequence[str]) -> Blocks:
    """One block a paragraph, in reading order, deleted paragraphs before what stands in their place.

    Per paragraph, equal and deleted spans joined are the old text, equal and inserted ones the new. An edited
    paragraph is one `changed` block; one that shares little with any near it is deleted or inserted whole; one that
    was moved is both, and each of the two names the other's place. Time and memory grow with the length of the texts,
    whatever is in them: where more than a thousand short paragraphs differ, the short ones are deleted or inserted
    whole. Swapping the sides swaps the result.
    """
    most = MANY if len(old) + len(new) < 10 * MANY else MANY // 5
    matches = [Match(0, 0, 0), *match(old, new, most), Match(len(old), len(new), 0)]
    gaps = [
        (range(left.old + left.size, right.old), range(left.new + left.size, right.new))
        for left, right in pairwise(matches)
    ]
    old_left, new_left = _worth_a_look(_places(gap for gap, _ in gaps), old, _places(gap for _, gap in gaps), new)
    moved_to = _moved(old_left, new_left)
    moved_from = {j: i for i, j in moved_to.items()}
    for i, j in moved_to.items():
        del old_left[i], new_left[j]
    pairing = Pairing(old_left, new_left)
    runs: list[Run] = []
    for (old_gap, new_gap), equal in zip(gaps, matches[1:], strict=True):
        i, j = old_gap.start, new_gap.start
        for old_place, new_place, spans in pairing.pairs(old_gap, new_gap):
            runs += _deleted(old, range(i, old_place), new_place, moved_to)
            runs += _inserted(new, range(j, new_place), old_place, moved_from)
            before, after = old[old_place : old_place + 1], new[new_place : new_place + 1]
            same = before == after
            runs.append(Run("equal" if same else "changed", old_place, new_place, before, after, () if same else spans))
            i, j = old_place + 1, new_place + 1
        runs += _deleted(old, range(i, old_gap.stop), new_gap.stop, moved_to)
        runs += _inserted(new, range(j, new_gap.stop), old_gap.stop, moved_from)
        if equal.size:
            texts = old[equal.old : equal.old + equal.size]
            runs.append(Run("equal", equal.old, equal.new, texts, texts))
    return Blocks(tuple(runs))


def _deleted(texts: Sequence[str], places: range, new: int, moved: Mapping[int, int]) -> Iterator[Run]:
    for part in _cut_at_moved(places, moved):
        yield Run("deleted", part.start, new, texts[part.start : part.stop], (), moved=moved.get(part.start))


def _inserted(texts: Sequence[str], places: range, old: int, moved: Mapping[int, int]) -> Iterator[Run]:
    for part in _cut_at_moved(places, moved):
        yield Run("inserted", old, part.start, (), texts[part.start : part.stop], moved=moved.get(part.start))


def _cut_at_moved(places: range, moved: Mapping[int, int]) -> Iterator[range]:
    """The places, those of moved paragraphs alone."""
    start = places.start
    for place in filter(moved.__contains__, places) if moved else ():
        if start < place:
            yield range(start, place)
        yield range(place, place + 1)
        start = place + 1
    if start < places.stop:
        yield range(start, places.stop)


def _places(gaps: Iterable[range]) -> list[int]:
    return [*chain.from_iterable(gaps)]


def _worth_a_look(
    old_places: list[int], old: Sequence[str], new_places: list[int], new: Sequence[str]
) -> tuple[dict[int, str], dict[int, str]]:
    """By place the paragraphs to look for elsewhere, whole or edited: all, or of very many short ones the longer."""
    olds, news = list(map(old.__getitem__, old_places)), list(map(new.__getitem__, new_places))
    count, size = len(olds) + len(news), sum(map(len, olds)) + sum(map(len, news))
    if count <= MANY or size >= LEAST * count:
        return dict(zip(old_places, olds, strict=True)), dict(zip(new_places, news, strict=True))
    return _longer(old_places, olds), _longer(new_places, news)


def _longer(places: list[int], texts: list[str]) -> dict[int, str]:
    if max(map(len, texts), default=0) < LEAST:
        return {}
    return {place: text for place, text in zip(places, texts, strict=True) if len(text) >= LEAST}


def _moved(old: dict[int, str], new: dict[int, str]) -> dict[int, int]:
    """Old places to new ones, for paragraphs that are unmatched on both sides and equal."""
    waiting = defaultdict(list)
    for j in reversed(new):
        if new[j] and not new[j].isspace():
            waiting[new[j]].append(j)
    return {i: waiting[text].pop() for i, text in old.items() if waiting.get(text)}
