"""Which paragraph became which."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise, repeat

from store.textdiff.blocks import Blocks, Run
from store.textdiff.matching import match
from store.textdiff.pairing import Pairing
from store.textdiff.words import Span

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
    matches = [*match(old, new, most), (len(old), len(new), 0)]
    gaps = []
    i = j = 0
    for old_run, new_run, size in matches:
        gaps.append((range(i, old_run), range(j, new_run)))
        i, j = old_run + size, new_run + size
    old_left, new_left = _worth_a_look([gap for gap, _ in gaps], old, [gap for _, gap in gaps], new)
    moved_to = _moved(old_left, new_left)
    moved_from = {j: i for i, j in moved_to.items()}
    for i, j in moved_to.items():
        del old_left[i], new_left[j]
    edited = _edited(gaps, old_left, new_left)
    runs: list[Run] = []
    for (old_gap, new_gap), (old_run, new_run, size), pairs in zip(gaps, matches, edited, strict=True):
        i, j = old_gap.start, new_gap.start
        for old_place, new_place, spans in pairs:
            if i < old_place:
                runs += _deleted(old, range(i, old_place), new_place, moved_to)
            if j < new_place:
                runs += _inserted(new, range(j, new_place), old_place, moved_from)
            before, after = old[old_place : old_place + 1], new[new_place : new_place + 1]
            same = before == after
            runs.append(Run("equal" if same else "changed", old_place, new_place, before, after, () if same else spans))
            i, j = old_place + 1, new_place + 1
        if i < old_gap.stop:
            runs += _deleted(old, range(i, old_gap.stop), new_gap.stop, moved_to)
        if j < new_gap.stop:
            runs += _inserted(new, range(j, new_gap.stop), old_gap.stop, moved_from)
        if size:
            texts = old[old_run : old_run + size]
            runs.append(Run("equal", old_run, new_run, texts, texts))
    return Blocks(tuple(runs))


def _edited(
    gaps: list[tuple[range, range]], old: dict[int, str], new: dict[int, str]
) -> Iterator[list[tuple[int, int, tuple[Span, ...]]]]:
    """For each gap the places of paragraphs that are one edited, in order, and the words that were changed."""
    if not (old and new):
        yield from repeat([], len(gaps))
        return
    left = [(list(filter(old.__contains__, i)), list(filter(new.__contains__, j))) for i, j in gaps]
    olds = list(chain.from_iterable(i for i, j in left if j))
    news = list(chain.from_iterable(j for i, j in left if i))
    at = begin = 0
    looked = []
    for i, j in left:
        if i and j:
            looked.append((range(at, at + len(i)), range(begin, begin + len(j))))
            at, begin = at + len(i), begin + len(j)
    found = iter(Pairing([old[i] for i in olds], [new[j] for j in news]).edited(looked) if looked else ())
    for i, j in left:
        edited = next(found) if i and j else {}
        yield [(olds[at], news[begin], spans) for (at, begin), spans in edited.items()]


def _deleted(texts: Sequence[str], places: range, new: int, moved: Mapping[int, int]) -> list[Run]:
    if not moved:
        return [Run("deleted", places.start, new, texts[places.start : places.stop], ())]
    return [
        Run("deleted", part.start, new, texts[part.start : part.stop], (), (), moved.get(part.start))
        for part in _cut_at_moved(places, moved)
    ]


def _inserted(texts: Sequence[str], places: range, old: int, moved: Mapping[int, int]) -> list[Run]:
    if not moved:
        return [Run("inserted", old, places.start, (), texts[places.start : places.stop])]
    return [
        Run("inserted", old, part.start, (), texts[part.start : part.stop], (), moved.get(part.start))
        for part in _cut_at_moved(places, moved)
    ]


def _cut_at_moved(places: range, moved: Mapping[int, int]) -> Sequence[range]:
    """The places, those of moved paragraphs alone."""
    cuts = chain.from_iterable((place, place + 1) for place in filter(moved.__contains__, places))
    return [range(start, end) for start, end in pairwise((places.start, *cuts, places.stop)) if start < end]


def _worth_a_look(
    old_gaps: list[range], old: Sequence[str], new_gaps: list[range], new: Sequence[str]
) -> tuple[dict[int, str], dict[int, str]]:
    """By place the paragraphs to look for elsewhere, whole or edited: all, or of very many short ones the longer."""
    olds, news = _texts(old_gaps, old), _texts(new_gaps, new)
    count = len(olds) + len(news)
    least = 0 if count <= MANY or len("".join(olds)) + len("".join(news)) >= LEAST * count else LEAST
    return _longer(old_gaps, olds, least), _longer(new_gaps, news, least)


def _texts(gaps: list[range], texts: Sequence[str]) -> list[str]:
    return list(chain.from_iterable(texts[gap.start : gap.stop] for gap in gaps))


def _longer(gaps: list[range], texts: list[str], least: int) -> dict[int, str]:
    if max(map(len, texts), default=0) < least:
        return {}
    return {place: text for place, text in zip(chain.from_iterable(gaps), texts, strict=True) if len(text) >= least}


def _moved(old: dict[int, str], new: dict[int, str]) -> dict[int, int]:
    """Old places to new ones, for paragraphs that are unmatched on both sides and equal."""
    waiting = defaultdict(list)
    for j in reversed(new):
        if new[j] and not new[j].isspace():
            waiting[new[j]].append(j)
    return {i: waiting[text].pop() for i, text in old.items() if waiting.get(text)}
