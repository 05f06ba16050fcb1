"""What the rules find in a text, and which of it an edit changed."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from store.significance.wordings import change

MOST = 32

_START, _END = itemgetter(0), itemgetter(1)


class Feature(NamedTuple):
    """A number, a date, a name, a negation or a quotation in a text."""

    start: int
    end: int
    key: str
    """What it means: `80`, `eighty` and `八十` share one."""
    text: str
    weak: bool = False
    """Counts only where it replaces, or is replaced by, another of its kind: the `one` of `one of us`."""


class Range(NamedTuple):
    """A changed stretch of one side; empty where the other side has more."""

    start: int
    end: int


def overlaps(feature: Feature, others: Sequence[Feature]) -> bool:
    """Whether one of the others, which stand in order and apart, shares a character with the feature."""
    at = bisect_left(others, feature.end, key=_START) if others else 0
    return at > 0 and others[at - 1].end > feature.start


def apart(features: Iterable[Feature]) -> list[Feature]:
    """The features in order, without those that overlap an earlier one; of two that begin together the longer stays."""
    kept: list[Feature] = []
    for feature in sorted(sorted(features, key=_END, reverse=True), key=_START):
        if not kept or feature.start >= kept[-1].end:
            kept.append(feature)
    return kept


def by_hunk(features: Iterable[Feature], ranges: Sequence[Range]) -> dict[int, list[Feature]]:
    """The features that a changed stretch touches, by the number of the first such stretch.

    A stretch that only stands beside a feature touches it too, as `%` after `80` makes it another number. A feature
    that was not changed is then there on both sides, and the comparison drops it.
    """
    touched: dict[int, list[Feature]] = {}
    for feature in features:
        index = bisect_left(ranges, feature.start - 1, key=_END)
        if index < len(ranges) and ranges[index].start <= feature.end + 1:
            touched.setdefault(index, []).append(feature)
    return touched


def unmatched(old: Sequence[Feature], new: Sequence[Feature]) -> tuple[list[Feature], list[Feature]]:
    """Those of each side whose meaning the other lacks; weak ones only if both sides have some."""
    left = _without(old, new)
    right = _without(new, old)
    if left and right:
        return left, right
    return [feature for feature in left if not feature.weak], [feature for feature in right if not feature.weak]


def tokens(old: Sequence[Feature], new: Sequence[Feature]) -> Iterator[str]:
    """One line a change: pairs where as many went as came, otherwise each on its own; not more than anybody reads."""
    if len(old) == len(new):
        yield from (change(before.text, after.text) for before, after in zip(old[:MOST], new[:MOST], strict=True))
    else:
        yield from (change(feature.text, "") for feature in old[:MOST])
        yield from (change("", feature.text) for feature in new[:MOST])


def _without(features: Sequence[Feature], others: Sequence[Feature]) -> list[Feature]:
    spare = Counter(feature.key for feature in others)
    left = []
    for feature in features:
        if spare[feature.key]:
            spare[feature.key] -= 1
        else:
            left.append(feature)
    return left
