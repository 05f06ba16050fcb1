"""What two sequences have in common, in time and memory that grow with their length and not with its square."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import NamedTuple

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
_NOTHING = "\2"


Match = tuple[int, int, int]
"""Where in the old and in the new equal items begin, and how many they are."""


def match(old: Sequence[str], new: Sequence[str], most: int | None = None) -> list[Match]:
    """The runs of equal items that leave least unmatched, in order, none overlapping, touching in both or empty.

    Exact up to some thousand items a side. Longer ones are cut at items that occur once on each side, then into
    windows; the runs are still equal, but there might be more of them. The same for the same input, and swapping the
    sides swaps the result. Given `most`, no more are looked for once there are more than that, but at the end.
    """
    code = coding().__getitem__
    left, right = "".join(map(code, old)), "".join(map(code, new))
    head = common_head(left, right)
    return match_codes(left, right, most, swapped=list(new[head : head + 1]) < list(old[head : head + 1]))


def match_codes(left: str, right: str, most: int | None, swapped: bool) -> list[Match]:
    """As `match`, for items that are characters; among equally good answers `swapped` chooses."""
    right = right.replace(_UNKNOWN, _UNKNOWN_TOO)
    return [(i, j, size) for j, i, size in _runs(right, left, most)] if swapped else _runs(left, right, most)


def _runs(left: str, right: str, most: int | None) -> list[Match]:
    if _affordable(len(left), len(right)):
        return _exact(left, right)
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


class Point(NamedTuple):
    """A place on both sides."""

    old: int
    new: int


def coding() -> dict[str, str]:
    """Gives each item a character, the empty one the same always: rapidfuzz reads strings twice as fast as lists.

    Of more than a million different items those beyond have one together, which matches nothing.
    """
    return defaultdict(chain(map(chr, CODES), repeat(_UNKNOWN)).__next__, {"": _NOTHING})


def common_head(left: str, right: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


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
    left_counts, right_counts = Counter(left[start.old : end.old]), Counter(right[start.new : end.new])
    once = [item for item, count in left_counts.items() if count == 1 and right_counts.get(item) == 1]
    once = once[:: len(once) // ANCHORS + 1]
    # The counter holds the items in the order of their places on the old side.
    there = "".join(filter(set(once).__contains__, right[start.new : end.new]))
    items = [once[i + at] for i, _, size in _exact("".join(once), there) for at in range(size)]
    return list(zip(_found(left, items, start.old), _found(right, items, start.new), strict=True))


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
    i, j = start
    return [(i + a, j + b, size) for a, b, size in _exact(left[i : end.old], right[j : end.new])]


def _exact(left: str, right: str) -> list[Match]:
    if not left or not right:
        return []
    from rapidfuzz.distance import Indel  # 4 MiB, which a daemon at rest can do without

    blocks = Indel.editops(left, right).as_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size]


def _add(runs: list[Match], more: list[Match]) -> None:
    """Puts runs behind the others; the first becomes one with the last if they touch on both sides."""
    if runs and more:
        i, j, size = runs[-1]
        if (i + size, j + size) == more[0][:2]:
            runs[-1] = i, j, size + more[0][2]
            more = more[1:]
    runs += more
