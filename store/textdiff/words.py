"""Which words of a paragraph were changed, marked the way a person would mark them."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from store.textdiff.cut import Cut, blank
from store.textdiff.marks import Hunk, combined, shifted
from store.textdiff.matching import Match, common_head, match_codes

Op = Literal["equal", "insert", "delete"]

# Below this share of common letters marks between the words are harder to read than the two texts. Of 2,000
# pairs of unrelated paragraphs of English statements, 95 in 100 share less than 0.14 of their letters in order,
# 99 in 100 less than 0.32.
ALIKE = 0.4
CONTAINED = 0.75
CONTAINED_LETTERS = 20

# More marks than one in WORDS_A_MARK words cannot be read either, which also bounds the work; up to MARKS always may.
MARKS = 50
WORDS_A_MARK = 4


SOME = 20
"""Words that are counted at once."""


class Span(NamedTuple):  # as a frozen dataclass it would take three times as long to make
    """A stretch of text that both sides have, or only the new, or only the old; never empty."""

    op: Op
    text: str


def compare_cuts(old: Cut, new: Cut, marks: int = MARKS) -> tuple[Span, ...] | None:
    """The difference of two texts, or None if they have too little in common to be one text edited.

    None also if there were more than so many marks, and more than are read easily in a text of that length.
    """
    most = max(marks, max(len(old.codes), len(new.codes)) // WORDS_A_MARK)
    # White space matches anywhere: left out, the words decide, in a quarter of the time.
    runs = common(old, new, most)
    if len(runs) > most:
        return None
    found = _hunks(old, new, runs)
    many = len(found) > marks
    if many and not _is_edited(old, new, found):
        return None  # as it would below, after more work
    joined = combined(old, new, found)
    if not (many and len(joined) == len(found)) and not _is_edited(old, new, joined):
        return None
    return tuple(_spans(old, new, shifted(old, new, joined)))


def common(old: Cut, new: Cut, most: int | None = None) -> list[Match]:
    """The runs of equal words, in the places that their codes have."""
    head = common_head(old.codes, new.codes)
    # Among equally good answers the order of the sides would choose.
    return match_codes(old.codes, new.codes, most, swapped=new.word(head) < old.word(head))


def _is_edited(old: Cut, new: Cut, found: list[Hunk]) -> bool:
    """Whether what lies outside of the hunks is enough to call the one text the other edited."""
    deleted: list[str] = []
    inserted: list[str] = []
    for start, end, begin, stop in found:
        deleted += old.units[start + 1 >> 1 : end + 1 >> 1]
        inserted += new.units[begin + 1 >> 1 : stop + 1 >> 1]
    lost, gained, shared = _letters(deleted), _letters(inserted), 0
    kept: list[str] = []
    at = 1
    for start, end, _, _ in (*found, (2 * len(old.units), 0, 0, 0)):
        kept += old.units[at : start + 1 >> 1]
        at = end + 1 >> 1
        if len(kept) > SOME or not at:
            shared += _letters(kept)
            if shared and is_alike(shared, shared + lost, shared + gained):
                return True  # which more of them would not change
            kept.clear()
    if lost or gained or shared:
        return False
    # Where there are only marks, these count.
    lost, gained = (sum(map(len, map(str.rstrip, units))) for units in (deleted, inserted))
    shared = sum(map(len, map(str.rstrip, old.units))) - lost
    return is_alike(shared, shared + lost, shared + gained)


def _letters(units: list[str]) -> int:
    """The length of those that are words or numbers and not marks."""
    return sum([len(unit.rstrip()) for unit in units if unit[0].isalnum()])


def is_alike(shared: int, old_letters: int, new_letters: int) -> bool:
    """Whether so many letters in common make two texts one text edited, or one taken into the other."""
    if 2 * shared >= ALIKE * (old_letters + new_letters):
        return True
    return shared >= max(CONTAINED_LETTERS, CONTAINED * min(old_letters, new_letters))


def _hunks(old: Cut, new: Cut, runs: list[Match]) -> list[Hunk]:
    """What stands between the matched words, white space in it compared like the rest."""
    old_units, new_units = old.units, new.units
    found = []
    i = j = 1
    for left, right, size in (*runs, (len(old_units) - 1, len(new_units) - 1, 0)):
        left, right = left + 1, right + 1
        start, end, begin, stop = 2 * i, 2 * left, 2 * j, 2 * right
        if old_units[i - 1] != new_units[j - 1]:  # not the words, but the white space behind them
            start, begin = start - 1, begin - 1
        if start < end and begin < stop and blank(old_units[left - 1]) == blank(new_units[right - 1]):
            end, stop = end - 1, stop - 1
        if start < end or begin < stop:
            found.append((start, end, begin, stop))
        i, j = left + size, right + size
        if old_units[left : i - 1] != new_units[right : j - 1]:
            for at in range(size - 1):
                if old_units[left + at] != new_units[right + at]:
                    start, begin = 2 * (left + at) + 1, 2 * (right + at) + 1
                    found.append((start, start + 1, begin, begin + 1))
    return found


def _spans(old: Cut, new: Cut, found: list[Hunk]) -> Iterator[Span]:
    at = 0
    for start, end, begin, stop in found:
        if text := old.between(at, start):
            yield Span("equal", text)
        if text := old.between(start, end):
            yield Span("delete", text)
        if text := new.between(begin, stop):
            yield Span("insert", text)
        at = end
    if text := old.between(at, 2 * len(old.units)):
        yield Span("equal", text)
