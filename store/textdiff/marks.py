"""Where the marks stand that show what was changed: joined and moved the way a person would set them."""

from itertools import islice

from store.textdiff.cut import Cut
from store.textdiff.tokens import is_word

# How many tokens an insertion or deletion may be shifted; a sentence begins before that.
SHIFT = 200

Hunk = tuple[int, int, int, int]
"""The first and last edge of what the old side has, and of what stands in its place; one of the two may be empty."""


def combined(old: Cut, new: Cut, found: list[Hunk]) -> list[Hunk]:
    """The hunks, those joined that have only a little between them: marks with crumbs in between are hard to read."""
    joined: list[Hunk] = []
    weights: list[int] = []
    for start, end, begin, stop in found:
        while True:
            first = start + 1 >> 1
            weight = max(old.count(first, end + 1 >> 1), new.count(begin + 1 >> 1, stop + 1 >> 1))
            if not joined:
                break
            last = joined[-1]
            least = min(weights[-1], weight)
            between = first - (last[1] + 1 >> 1)
            if 2 * between <= least:
                between = old.count(first - between, first)
            if 2 * between > least and (between > 1 or not _is_crumb(old, new, last, (start, end, begin, stop))):
                break
            start, begin = last[0], last[2]
            joined.pop()
            weights.pop()
        joined.append((start, end, begin, stop))
        weights.append(weight)
    return joined


def _is_crumb(old: Cut, new: Cut, left: Hunk, right: Hunk) -> bool:
    """Whether a small word is all that stands between two changed ones, neither of which is a number."""
    if _lone_number(old, new, left) or _lone_number(old, new, right):
        return False
    between = old.words(left[1], right[0])
    return all(map(_is_small, between)) and _has_word(old, new, left) and _has_word(old, new, right)


def _is_small(word: str) -> bool:
    """Whether it is no more than an alphabet's word of up to three letters: `a`, `of`, `the`."""
    return len(word) <= 3 and word.isalpha() and word[0] < "\u2e80"


def _lone_number(old: Cut, new: Cut, hunk: Hunk) -> bool:
    """Whether a number alone was changed: readers look for these, so nothing is added to the mark."""
    if max(hunk[1] - hunk[0], hunk[3] - hunk[2]) > 3:
        return False
    deleted, inserted = [*old.tokens(hunk[0], hunk[1])], [*new.tokens(hunk[2], hunk[3])]
    if max(len(deleted), len(inserted)) > 1:
        return False
    return any(character.isdecimal() for _, token in (*deleted, *inserted) for character in token)


def _has_word(old: Cut, new: Cut, hunk: Hunk) -> bool:
    # From the end: where hunks were joined before, a word is near it, and looking stays short.
    inserted, deleted = range(hunk[2] + 1 >> 1, hunk[3] + 1 >> 1), range(hunk[0] + 1 >> 1, hunk[1] + 1 >> 1)
    return any(new.units[place][0].isalnum() for place in reversed(inserted)) or any(
        old.units[place][0].isalnum() for place in reversed(deleted)
    )


def shifted(old: Cut, new: Cut, found: list[Hunk]) -> list[Hunk]:
    """Insertions and deletions moved along equal tokens to where a word or sentence begins.

    Between `A. C.` and `A. B. C.` a comparison may find `. B`, ` B.` or `B. ` inserted; a person says `B. `.
    """
    moved: list[Hunk] = []
    for index, hunk in enumerate(found):
        start, end, begin, stop = hunk
        if start + 1 >> 1 < end + 1 >> 1 and begin + 1 >> 1 < stop + 1 >> 1:
            moved.append(hunk)
            continue
        deleted, inserted = old.between(start, end), new.between(begin, stop)
        if deleted and inserted:
            moved.append(hunk)
            continue
        before = moved[-1] if moved else _NONE
        behind = found[index + 1] if index + 1 < len(found) else _NONE
        if inserted:
            (begin, stop), by = _best(new, begin, stop, before[3], behind[2])
            start = end = _further(old, start, by)
        else:
            (start, end), by = _best(old, start, end, before[1], behind[0])
            begin = stop = _further(new, begin, by)
        moved.append((start, end, begin, stop))
    return moved


def _further(side: Cut, edge: int, by: int) -> int:
    """The edge that is so many tokens further on, or if negative further back."""
    if not by:
        return edge
    if by > 0:
        tokens = side.tokens(edge, edge + 2 * by + 2)
        return next(islice(tokens, by, None), (2 * len(side.units), ""))[0]
    return [*side.tokens(max(edge + 2 * by - 2, 0), edge)][by][0]


_NONE = (-1, -1, -1, -1)


def _best(side: Cut, start: int, end: int, low: int, high: int) -> tuple[tuple[int, int], int]:
    """The edges between which a reader would set a mark, and how many tokens further on they are than the given ones.

    Between it and the hunks that end at `low` and start at `high`, negative where there is none, a token is left.
    """
    inside = [*side.tokens(start, end)]
    most = min(len(inside), SHIFT)
    # Each way one token more than may be passed; between two edges that are two apart there is one at least.
    before = [*side.tokens(max(low, start - 2 * most - 2), start)]
    behind = [*side.tokens(end, end + 2 * most + 2 if high < 0 else min(high, end + 2 * most + 2))]
    edges, tokens = zip(*before, *inside, *behind, (2 * len(side.units), ""), strict=True)
    first, last = len(before), len(before) + len(inside)
    back, ahead = min(most, len(before) - (low >= 0)), min(most, len(behind) - (high >= 0))
    least = by = 0
    while by < ahead and tokens[first + by] == tokens[last + by]:
        by += 1
    while -least < back and tokens[first + least - 1] == tokens[last + least - 1]:
        least -= 1
    if least == by:
        return (start, end), 0
    by = max(range(least, by + 1), key=lambda k: (_seam(tokens, first + k) + _seam(tokens, last + k), -abs(k), k))
    return ((edges[first + by], edges[last + by]) if by else (start, end)), by


def _seam(tokens: tuple[str, ...], at: int) -> int:
    """How natural it is to begin or end a mark before token `at`."""
    before, after = tokens[at - 1] if at else "", tokens[at]
    if not before or not after:
        return 4
    if before.isspace() or before in "。！？；，、：）】」』”":
        return 3
    if after.isspace() or after in "（【「『“":
        return 2
    return 0 if is_word(before) and is_word(after) else 1
