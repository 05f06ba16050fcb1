"""What two sequences have in common, in time and memory that grow with their length and not with its square."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, repeat
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rapidfuzz.distance import Editops, MatchingBlock

# Exact matching compares each token with each. This many comparisons are allowed per token of both sides: 10,000 words
# against 10,000 then take 16 ms; without a bound 600 KB took 16 s and 5 GB.
SPAN = 1024
CELLS = 40_000_000
"""Most pairs held at once: one bit each, 5 MB."""

ANCHORS = 500
"""Most items considered to cut long sequences at: enough for pieces of some thousand items, whatever the length."""

CODES = range(3, 0x110000)
"""The characters that items are given."""
_UNKNOWN, _UNKNOWN_TOO = "\0", "\1"
NOTHING = "\2"
"""What the empty item is given."""


Match = tuple[int, int, int]
"""Where in the old and in the new equal items begin, and how many they are."""


class Point(NamedTuple):
    """A place on both sides."""

    old: int
    new: int


def match(old: Sequence[str], new: Sequence[str], most: int | None = None) -> list[Match]:
    """The runs of equal items that leave least unmatched, in order, none overlapping, touching in both or empty.

    Exact up to some thousand items a side. Longer ones are cut at items that occur once on each side, then into
    windows; the runs are still equal, but there might be more of them. The same for the same input, and swapping the
    sides swaps the result. Given `most`, no more are looked for once there are more than that, but at the end.
    """
    # What only one side has needs no character of its own.
    codes = dict(zip(dict.fromkeys(filter(frozenset(new).__contains__, old)), map(chr, CODES), strict=False))
    left = "".join(map(codes.get, old, repeat(_UNKNOWN)))
    right = "".join(map(codes.get, new, repeat(_UNKNOWN_TOO)))
    head = common_head(left, right)
    return match_codes(left, right, most, swapped=list(new[head : head + 1]) < list(old[head : head + 1]))


def match_codes(left: str, right: str, most: int | None, swapped: bool, at: tuple[int, int] = (0, 0)) -> list[Match]:
    """As `match`, for items that are characters; among equally good answers `swapped` chooses.

    `at` is where the two begin.
    """
    right = right.replace(_UNKNOWN, _UNKNOWN_TOO)
    if _affordable(len(left), len(right)):
        edits = _edits(right, left) if swapped else _edits(left, right)
        return _placed(edits.as_matching_blocks(), swapped, *at)
    i, j = at
    if swapped:
        return [(i + a, j + b, size) for b, a, size in _runs(right, left, most)]
    return [(i + a, j + b, size) for a, b, size in _runs(left, right, most)]


def match_few(left: str, right: str, most: int, swapped: bool, at: tuple[int, int]) -> list[Match] | int:
    """As `match_codes`, or how many characters are equal if these are in more than `most` runs."""
    if not _affordable(len(left), len(right)):
        return match_codes(left, right, most, swapped, at)
    right = right.replace(_UNKNOWN, _UNKNOWN_TOO)
    edits = _edits(right, left) if swapped else _edits(left, right)
    blocks = edits.as_matching_blocks()
    if len(blocks) - 1 > most:
        return (len(left) + len(right) - len(edits)) // 2
    return _placed(blocks, swapped, *at)


def _runs(left: str, right: str, most: int | None) -> list[Match]:
    head = common_head(left, right)
    tail = common_head(left[head:][::-1], right[head:][::-1])
    end = Point(len(left) - tail, len(right) - tail)
    runs = [(0, 0, head)] if head else []
    pieces = _pieces(left, right, Point(head, head), end)
    for window in chain.from_iterable(_windows(left, right, *piece) for piece in pieces):
        _add(runs, window)
        if most is not None and len(runs) > most:
            break
    _add(runs, [(end.old, end.new, tail)] if tail else [])
    return runs


def coding() -> dict[str, str]:
    """Gives each item a character, the empty one the same always: rapidfuzz reads strings twice as fast as lists.

    Of more than a million different items those beyond have one together, which matches nothing.
    """
    return defaultdict(chain(map(chr, CODES), repeat(_UNKNOWN)).__next__, {"": NOTHING})


def apart(codes: str) -> str:
    """The same, but the empty item is unlike that of the other side."""
    return codes.replace(NOTHING, _UNKNOWN)


def common_head(left: str, right: str) -> int:
    """How many characters both begin with."""
    size: int = _rapidfuzz().Prefix.similarity(left, right)
    return size


def _affordable(old: int, new: int) -> bool:
    return old * new <= min(CELLS, SPAN * (old + new))


def _pieces(left: str, right: str, start: Point, end: Point) -> Iterator[tuple[Point, Point]]:
    """What to match on its own: all in one, or from anchor to anchor as much as is affordable."""
    if not _affordable(end.old - start.old, end.new - start.new):
        last: tuple[int, int] = start
        for i, j in _anchors(left, right, start, end):
            if last != start and not _affordable(i - start.old, j - start.new):
                yield start, Point(*last)
                start = Point(*last)
            last = i, j
        yield start, Point(*last)
        start = Point(*last)
    yield start, end


def _anchors(left: str, right: str, start: Point, end: Point) -> list[tuple[int, int]]:
    """Where both have an item that each has once: the longest series that rises on both sides."""
    left_counts = Counter(_numbers(left)[start.old : end.old])
    right_counts = Counter(_numbers(right)[start.new : end.new])
    both = [item for item, count in left_counts.items() if count == 1 and right_counts.get(item) == 1]
    once = list(map(chr, both[:: len(both) // ANCHORS + 1]))
    # The counter holds the items in the order of their places on the old side.
    there = "".join(filter(set(once).__contains__, right[start.new : end.new]))
    items = [once[i + at] for i, _, size in match_codes("".join(once), there, None, False) for at in range(size)]
    return list(zip(_found(left, items, start.old), _found(right, items, start.new), strict=True))


def _numbers(text: str) -> memoryview:
    """The characters as numbers, which are counted in two thirds of the time."""
    return memoryview(text.encode("utf-32-" + sys.byteorder[0] + "e", "surrogatepass")).cast("I")


def _found(text: str, items: list[str], at: int) -> Iterator[int]:
    """Where in the text the items are, which come one after the other."""
    for item in items:
        at = text.find(item, at)
        yield at


def _windows(left: str, right: str, start: Point, end: Point) -> Iterator[list[Match]]:
    """The runs between two places: exact if that is affordable, otherwise window after window."""
    if _affordable(end.old - start.old, end.new - start.new):
        yield _between(left, right, start, end)
        return
    while start.old < end.old and start.new < end.new:
        stop = Point(min(start.old + SPAN, end.old), min(start.new + SPAN, end.new))
        runs = _between(left, right, start, stop)
        if stop != end:
            # The end of a window is matched with whatever fits in it; go on after its safest run instead.
            half = start.old + start.new + SPAN
            late = [index for index, (i, j, size) in enumerate(runs) if i + j + 2 * size >= half]
            if late:
                safest = max(late, key=lambda index: runs[index][2])
                runs = runs[: safest + 1]
                i, j, size = runs[-1]
                stop = Point(i + size, j + size)
        yield runs
        start = stop


def _between(left: str, right: str, start: Point, end: Point) -> list[Match]:
    edits = _edits(left[start.old : end.old], right[start.new : end.new])
    return _placed(edits.as_matching_blocks(), False, *start)


def _placed(blocks: "list[MatchingBlock]", swapped: bool, i: int, j: int) -> list[Match]:
    """The runs of what begins at `i` and `j`, sides swapped back."""
    del blocks[-1]  # empty, at the end of both
    if swapped:
        return [(i + block.b, j + block.a, block.size) for block in blocks]
    return [(i + block.a, j + block.b, block.size) for block in blocks]


def _edits(left: str, right: str) -> "Editops":
    edits: Editops = _rapidfuzz().Indel.editops(left, right)
    return edits


@cache
def _rapidfuzz() -> ModuleType:
    """4 MiB, which a daemon at rest can do without."""
    from rapidfuzz import distance

    return distance


def _add(runs: list[Match], more: list[Match]) -> None:
    """Puts runs behind the others; the first becomes one with the last if they touch on both sides."""
    if runs and more:
        i, j, size = runs[-1]
        if (i + size, j + size) == more[0][:2]:
            runs[-1] = i, j, size + more[0][2]
            more = more[1:]
    runs += more
