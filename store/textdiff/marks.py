"""Where the marks stand that show what was changed: joined and moved the way a person would set them."""

from collections.abc import Iterator
from itertools import zip_longest
from operator import add

from store.textdiff.cut import Cut, Place
from store.textdiff.tokens import is_word

Hunk = tuple[int, int, int, int]
"""The first and last edge of what the old side has, and of what stands in its place; one of the two may be empty."""


def combined(old: Cut, new: Cut, found: list[Hunk]) -> list[Hunk]:
    """The hunks, those joined that have only a little between them: marks with crumbs in between are hard to read."""
    wide = old.wide
    joined: list[Hunk] = []
    weights: list[int] = []
    for hunk in found:
        while True:
            start, end, begin, stop = hunk
            first, second, third, fourth = start + 1 >> 1, end + 1 >> 1, begin + 1 >> 1, stop + 1 >> 1
            if wide:
                weight = max(old.count(first, second), new.count(third, fourth))
            else:
                weight = max(second - first, fourth - third)
            if not joined:
                break
            last = joined[-1]
            least = min(weights[-1], weight)
            between = first - (last[1] + 1 >> 1)
            if wide and 2 * between <= least:
                between = old.count(first - between, first)
            if 2 * between > least and (between > 1 or not _is_crumb(old, new, last, hunk)):
                break
            hunk = last[0], end, last[2], stop
            joined.pop()
            weights.pop()
        joined.append(hunk)
        weights.append(weight)
    return joined


def _is_crumb(old: Cut, new: Cut, left: Hunk, right: Hunk) -> bool:
    """Whether a small word is all that stands between two changed ones, neither of which is a number."""
    between = old.units[left[1] + 1 >> 1 : right[0] + 1 >> 1]
    return (
        all(map(_is_small, map(str.rstrip, between)))
        and _has_word(old, new, left)
        and _has_word(old, new, right)
        and not (_lone_number(old, new, left) or _lone_number(old, new, right))
    )


def _is_small(word: str) -> bool:
    """Whether it is no more than an alphabet's word of up to three letters: `a`, `of`, `the`."""
    return len(word) <= 3 and word.isalpha() and word[0] < "\u2e80"


def _lone_number(old: Cut, new: Cut, hunk: Hunk) -> bool:
    """Whether a number alone was changed: readers look for these, so nothing is added to the mark."""
    if max(hunk[1] - hunk[0], hunk[3] - hunk[2]) > 3:
        return False
    deleted, inserted = (_single(side, *edges) for side, edges in ((old, hunk[:2]), (new, hunk[2:])))
    return deleted is not None and inserted is not None and any(map(str.isdecimal, deleted + inserted))


def _single(side: Cut, start: int, end: int) -> str | None:
    """The one word or white space between two edges, if there is no more."""
    text = side.text[side.at(start) : side.at(end)]
    return text if not text or text == next(side.ahead(start, Place(0, len(side.units)))) else None


def _has_word(old: Cut, new: Cut, hunk: Hunk) -> bool:
    # From the end: where hunks were joined before, a word is near it, and looking stays short.
    inserted, deleted = range(hunk[2] + 1 >> 1, hunk[3] + 1 >> 1), range(hunk[0] + 1 >> 1, hunk[1] + 1 >> 1)
    return any(new.units[place][0].isalnum() for place in reversed(inserted)) or any(
        old.units[place][0].isalnum() for place in reversed(deleted)
    )


def shifted(old: Cut, new: Cut, place: Place, new_place: Place, found: list[Hunk], reach: int) -> list[Hunk]:
    """Where in the joined texts the hunks are, insertions and deletions moved to where a word or sentence begins.

    Between `A. C.` and `A. B. C.` a comparison may find `. B`, ` B.` or `B. ` inserted; a person says `B. `.
    None is moved past more than `reach` tokens.
    """
    places = [(old.at(start), old.at(end), new.at(begin), new.at(stop)) for start, end, begin, stop in found]
    for index, (start, end, begin, stop) in enumerate(places if reach else ()):
        if (start < end) == (begin < stop):
            continue
        before = places[index - 1] if index else _NONE
        behind = places[index + 1] if index + 1 < len(places) else _NONE
        first, last, first_new, last_new = found[index]
        if begin < stop:
            by = _best(new, new_place, (first_new, last_new), (begin, stop), (before[3], behind[2]), reach)
        else:
            by = _best(old, place, (first, last), (start, end), (before[1], behind[0]), reach)
        places[index] = start + by, end + by, begin + by, stop + by
    return places


_NONE = (-1, -1, -1, -1)


def _best(
    side: Cut, place: Place, edges: tuple[int, int], ends: tuple[int, int], limits: tuple[int, int], reach: int
) -> int:
    """By how many characters a reader would set a mark further on than between these edges, which are at these ends.

    Between it and the hunks that end and start at the limits, negative where there is none, a token is left.
    """
    (start, end), (first, last), (low, high) = edges, ends, limits
    if _stays(side.text, first, last, side.starts[place.first], side.starts[place.end]):
        return 0
    size, before = last - first, first - low if low >= 0 else -1
    ahead, next_first, next_last = _passed(side.ahead(start, place), side.ahead(end, place), size, high - last, reach)
    back, back_first, back_last = _passed(side.back(start, place), side.back(end, place), size, before, reach)
    if not (ahead or back):
        return 0
    same = [*reversed(back), *ahead]
    seams = map(
        add,
        map(_seam, (back_first, *same), (*same, next_first)),
        map(_seam, (back_last, *same), (*same, next_last)),
    )
    best = max((seam, -abs(by), by) for by, seam in enumerate(seams, -len(back)))[2]
    return sum(map(len, ahead[:best])) if best > 0 else -sum(map(len, back[:-best]))


def _stays(text: str, first: int, last: int, begin: int, end: int) -> bool:
    """Whether it is seen at once that the mark cannot go anywhere, or only before a blank, where it is no better.

    `begin` and `end` are those of the text that it is in.
    """
    if last < end and text[first] == text[last]:
        return False
    if first < begin + 2:
        return first == begin
    if text[first - 1] == text[last - 1] == " ":
        first, last = first - 1, last - 1
    return text[first - 1] != text[last - 1] and not (text[first - 1].isspace() or text[last - 1].isspace())


def _passed(
    ones: Iterator[str], others: Iterator[str], inside: int, outside: int, reach: int
) -> tuple[list[str], str, str]:
    """The tokens that are the same inside of a hunk and beside it, one after the other, and the two that end them."""
    passed: list[str] = []
    for one, other in zip_longest(ones, others, fillvalue=""):
        if one != other or not inside or len(one) == outside or len(passed) == reach:
            return passed, one, other
        passed.append(one)
        inside -= len(one)
        outside -= len(one)
    return passed, "", ""


def _seam(before: str, after: str) -> int:
    """How natural it is to begin or end a mark between two tokens."""
    if not before or not after:
        return 4
    if before.isspace() or before in "。！？；，、：）】」』”":
        return 3
    if after.isspace() or after in "（【「『“":
        return 2
    return 0 if is_word(before) and is_word(after) else 1
