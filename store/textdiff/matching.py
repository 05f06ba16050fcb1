"""What two sequences have in common, in time and memory that grow with their length and not with its square."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

# Exact matching compares each token with each. This many comparisons are allowed per token of both sides: 10,000 words
# against 10,000 then take 16 ms; without a bound 600 KB took 16 s and 5 GB.
SPAN = 1024
CELLS = 40_000_000
"""Most pairs held at once: one bit each, 5 MB."""

ANCHORS = 2000
"""Most items considered to cut long sequences at: enough for pieces of some thousand items, whatever the length."""

_OLD_ONLY, _NEW_ONLY = "\0", "\1"


class Match(NamedTuple):
    """`size` items from `old` on equal as many from `new` on."""

    old: int
    new: int
    size: int


def match(old: Sequence[str], new: Sequence[str], most: int | None = None) -> list[Match]:
    """The runs of equal items that leave least unmatched, in order, none overlapping, touching in both or empty.

    Exact up to some thousand items a side. Longer ones are cut at items that occur once on each side, then into
    windows; the runs are still equal, but there might be more of them. The same for the same input, and swapping the
    sides swaps the result. Given `most`, no more are looked for once there are more than that, but at the end.
    """
    old, new = list(old), list(new)
    if new < old:  # among equally good answers the order of the sides would choose
        return [Match(run.new, run.old, run.size) for run in match(new, old, most)]
    left, right = _encode(old, new)
    head = _common_head(left, right)
    tail = _common_head(left[head:][::-1], right[head:][::-1])
    end = Point(len(left) - tail, len(right) - tail)
    runs = [Match(0, 0, head)] if head else []
    pieces = _pieces(left, right, Point(head, head), end)
    for window in chain.from_iterable(_windows(left, right, *piece) for piece in pieces):
        _add(runs, window)
        if most is not None and len(runs) > most:
            break
    _add(runs, [Match(end.old, end.new, tail)] if tail else [])
    return runs


class Point(NamedTuple):
    """A place on both sides."""

    old: int
    new: int


def _encode(old: list[str], new: list[str]) -> tuple[str, str]:
    """Both as strings of one character an item: rapidfuzz reads these twice as fast as lists."""
    left, right = dict.fromkeys(old, _OLD_ONLY), dict.fromkeys(new, _NEW_ONLY)
    common = [item for item in left if item in right]
    # Of more than a million different items those beyond simply count as unmatched.
    codes = dict(zip(common, map(chr, range(2, 0x110000)), strict=False))
    left.update(codes)
    right.update(codes)
    return "".join(map(left.__getitem__, old)), "".join(map(right.__getitem__, new))


def _common_head(left: str, right: str) -> int:
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _affordable(start: Point, end: Point) -> bool:
    old, new = end.old - start.old, end.new - start.new
    return old * new <= min(CELLS, SPAN * (old + new))


def _pieces(left: str, right: str, start: Point, end: Point) -> Iterator[tuple[Point, Point]]:
    """What to match on its own: all in one, or from anchor to anchor as much as is affordable."""
    if not _affordable(start, end):
        last = start
        for anchor in _anchors(left, right, start, end):
            if last != start and not _affordable(start, anchor):
                yield start, last
                start = last
            last = anchor
        yield start, last
        start = last
    yield start, end


def _anchors(left: str, right: str, start: Point, end: Point) -> list[Point]:
    """Where both have an item that each has once: the longest series that rises on both sides."""
    left_counts, right_counts = Counter(left[start.old : end.old]), Counter(right[start.new : end.new])
    once = [item for item, count in left_counts.items() if count == 1 and right_counts.get(item) == 1]
    once = once[:: len(once) // ANCHORS + 1]
    # The counter holds the items in the order of their places, in which `find` takes as long as one look at all.
    olds: list[int] = []
    for item in once:
        olds.append(left.find(item, olds[-1] if olds else start.old))
    chosen = set(once)
    places = {item: j for j, item in enumerate(right[start.new : end.new], start.new) if item in chosen}
    news = list(map(places.__getitem__, once))
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, new in enumerate(news):
        length = bisect_left(ends, new)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [new]
        last[length : length + 1] = [index]
    series = []
    at = last[-1] if last else -1
    while at >= 0:
        series.append(Point(olds[at], news[at]))
        at = before[at]
    return series[::-1]


def _windows(left: str, right: str, start: Point, end: Point) -> Iterator[list[Match]]:
    """The runs between two places: exact if that is affordable, otherwise window after window."""
    if _affordable(start, end):
        yield _exact(left, right, start, end)
        return
    while start.old < end.old and start.new < end.new:
        stop = Point(min(start.old + SPAN, end.old), min(start.new + SPAN, end.new))
        runs = _exact(left, right, start, stop)
        if stop != end:
            # The end of a window is matched with whatever fits in it; go on after its safest run instead.
            half = start.old + start.new + SPAN
            late = [index for index, run in enumerate(runs) if run.old + run.new + 2 * run.size >= half]
            if late:
                safest = max(late, key=lambda index: runs[index].size)
                runs = runs[: safest + 1]
                stop = Point(runs[-1].old + runs[-1].size, runs[-1].new + runs[-1].size)
        yield runs
        start = stop


def _exact(left: str, right: str, start: Point, end: Point) -> list[Match]:
    if start.old == end.old or start.new == end.new:
        return []
    from rapidfuzz.distance import Indel  # 4 MiB, which a daemon at rest can do without

    blocks = Indel.editops(left[start.old : end.old], right[start.new : end.new]).as_matching_blocks()
    return [Match(start.old + block.a, start.new + block.b, block.size) for block in blocks if block.size]


def _add(runs: list[Match], more: list[Match]) -> None:
    """Puts runs behind the others; the first becomes one with the last if they touch on both sides."""
    if runs and more:
        last, first = runs[-1], more[0]
        if (last.old + last.size, last.new + last.size) == (first.old, first.new):
            runs[-1] = Match(last.old, last.new, last.size + first.size)
            more = more[1:]
    runs += more
