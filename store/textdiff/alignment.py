"""Which paragraph became which: the rows of a comparison."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Literal

from store.textdiff.matching import Match, match
from store.textdiff.tokens import is_word, tokenize
from store.textdiff.words import Op, Span, compare_tokens, is_alike

BlockKind = Literal["equal", "changed", "inserted", "deleted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph of a comparison.

    `old` and `new` are its places among the paragraphs of each side, counted from 0; None where a side has it not.
    """

    kind: BlockKind
    old: int | None
    new: int | None
    spans: tuple[Span, ...]
    """Without spans: an empty paragraph."""
    moved: int | None = None
    """For a paragraph that is the same on both sides in another order: its place on the other side."""


def compare_paragraphs(old: Sequence[str], new: Sequence[str]) -> tuple[Block, ...]:
    """One block a paragraph, in reading order, deleted paragraphs before what stands in their place.

    Per paragraph, equal and deleted spans joined are the old text, equal and inserted ones the new. An edited
    paragraph is one `changed` block; one that shares little with any near it is deleted or inserted whole; one that
    was moved is both, and each of the two names the other's place. Time and memory grow with the length of the texts,
    whatever is in them. Swapping the sides swaps the result.
    """
    blocks: list[Block] = []
    runs = [Match(0, 0, 0), *match(old, new), Match(len(old), len(new), 0)]
    gaps = [
        (range(left.old + left.size, right.old), range(left.new + left.size, right.new))
        for left, right in pairwise(runs)
    ]
    moved_to, moved_from = _moved(old, new, gaps)
    for (old_gap, new_gap), run in zip(gaps, runs[1:], strict=True):
        pairs = _pairs(
            {i: old[i] for i in old_gap if i not in moved_to}, {j: new[j] for j in new_gap if j not in moved_from}
        )
        i, j = old_gap.start, new_gap.start
        for pair in (*pairs, (old_gap.stop, new_gap.stop, None)):
            blocks += (
                Block(kind="deleted", old=k, new=None, spans=_whole("delete", old[k]), moved=moved_to.get(k))
                for k in range(i, pair[0])
            )
            blocks += (
                Block(kind="inserted", old=None, new=k, spans=_whole("insert", new[k]), moved=moved_from.get(k))
                for k in range(j, pair[1])
            )
            i, j = pair[0] + 1, pair[1] + 1
            if pair[2] is not None:
                kind: BlockKind = "changed" if old[pair[0]] != new[pair[1]] else "equal"
                blocks.append(Block(kind=kind, old=pair[0], new=pair[1], spans=pair[2]))
        blocks += (
            Block(kind="equal", old=run.old + k, new=run.new + k, spans=_whole("equal", old[run.old + k]))
            for k in range(run.size)
        )
    return tuple(blocks)


def _whole(op: Op, text: str) -> tuple[Span, ...]:
    return (Span(op=op, text=text),) if text else ()


def _moved(
    old: Sequence[str], new: Sequence[str], gaps: list[tuple[range, range]]
) -> tuple[dict[int, int], dict[int, int]]:
    """Old places to new ones and back, for paragraphs that are unmatched on both sides and equal."""
    waiting = defaultdict(list)
    for _, new_gap in reversed(gaps):
        for j in reversed(new_gap):
            waiting[new[j]].append(j)
    moved_to = {
        i: waiting[old[i]].pop()
        for old_gap, _ in gaps
        for i in old_gap
        if waiting.get(old[i]) and not (not old[i] or old[i].isspace())
    }
    return moved_to, {j: i for i, j in moved_to.items()}


def _pairs(old: dict[int, str], new: dict[int, str]) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """Paragraphs that are one edited, in order, with the words that were changed."""
    if not old or not new:
        return
    old_tokens = {i: tokenize(text) for i, text in old.items()}
    new_tokens = {j: tokenize(text) for j, text in new.items()}
    if len(old) == len(new):
        # Almost always each was edited in its place, which is seen at half the cost of looking for it.
        pairs = []
        for i, j in zip(old, new, strict=True):
            spans = compare_tokens(old_tokens[i], new_tokens[j])
            if spans is None:
                break
            pairs.append((i, j, spans))
        else:
            yield from pairs
            return
        if len(old) == 1:
            return
    for i, j in _likely(old_tokens, new_tokens):
        spans = compare_tokens(old_tokens[i], new_tokens[j])
        if spans is not None:
            yield i, j, spans


def _likely(old: dict[int, list[str]], new: dict[int, list[str]]) -> list[tuple[int, int]]:
    """Which paragraphs to read as one: those that share most words when all are matched as one text.

    As the matching keeps the order, so do the pairs; comparing each paragraph with each would cost the square of
    their number.
    """
    words = set(filter(is_word, {token for tokens in (*old.values(), *new.values()) for token in tokens}))
    left, right = _Joined(old, words), _Joined(new, words)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for run in match(left.words, right.words):
        start = 0
        while start < run.size:
            i, j = left.paragraph(run.old + start), right.paragraph(run.new + start)
            end = min(run.size, left.ends[i] - run.old, right.ends[j] - run.new)
            shared[i, j] += sum(map(len, left.words[run.old + start : run.old + end]))
            start = end
    pairs = [(i, j) for (i, j), size in shared.items() if is_alike(size, left.letters[i], right.letters[j])]

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
    """The words of several paragraphs in one list, and where each paragraph ends in it."""

    def __init__(self, paragraphs: dict[int, list[str]], words: set[str]) -> None:
        self.places = list(paragraphs)
        parts = [list(filter(words.__contains__, tokens)) for tokens in paragraphs.values()]
        self.words = list(chain.from_iterable(parts))
        self.ends = list(accumulate(map(len, parts)))
        self.letters = [sum(map(len, part)) for part in parts]

    def paragraph(self, word: int) -> int:
        return bisect_right(self.ends, word)
