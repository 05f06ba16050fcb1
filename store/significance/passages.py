"""Two wordings of one passage, and where exactly they differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from store.significance.features import Range
from store.significance.folding import SEPARATOR, bare
from store.textdiff import Span, count_words

# A name or a date is shorter; what stands farther from a change does not belong to it.
REACH = 80
_MOVED_WORDS = 6


class Hunk(NamedTuple):
    """A stretch of the old wording and what stands in its place."""

    old: Range
    new: Range


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, title or other line before and after an edit."""

    old: str
    new: str
    hunks: tuple[Hunk, ...]
    whole: bool = field(default=False, kw_only=True)
    """Whether it was not compared word by word: the two have little in common, or nothing but their letters."""

    @classmethod
    def compared(cls, spans: Iterable[Span]) -> "Passage":
        """From the spans of a comparison."""
        old: list[str] = []
        new: list[str] = []
        hunks: list[Hunk] = []
        i = j = 0
        for span in spans:
            size = len(span.text)
            if span.op == "equal":
                old.append(span.text)
                new.append(span.text)
                i, j = i + size, j + size
                continue
            before, after = (
                (Range(i, i + size), Range(j, j)) if span.op == "delete" else (Range(i, i), Range(j, j + size))
            )
            if hunks and hunks[-1].old.end == i and hunks[-1].new.end == j:
                last = hunks.pop()
                before, after = Range(last.old.start, before.end), Range(last.new.start, after.end)
            hunks.append(Hunk(before, after))
            if span.op == "delete":
                old.append(span.text)
                i += size
            else:
                new.append(span.text)
                j += size
        return cls("".join(old), "".join(new), tuple(hunks))

    @classmethod
    def replaced(cls, old: str, new: str) -> "Passage":
        """One wording for another."""
        return cls(old, new, (Hunk(Range(0, len(old)), Range(0, len(new))),), whole=True)

    @classmethod
    def joined(cls, pairs: list[tuple[str, str]]) -> "Passage":
        """Many changed stretches as if one had been changed to another, to be read as closely as words are."""
        old, new = SEPARATOR.join(old for old, _ in pairs), SEPARATOR.join(new for _, new in pairs)
        return cls(old, new, (Hunk(Range(0, len(old)), Range(0, len(new))),))

    def pieces(self, hunk: Hunk) -> tuple[str, str]:
        """What the hunk took away and what it put there."""
        return self.old[hunk.old.start : hunk.old.end], self.new[hunk.new.start : hunk.new.end]

    def moved(self) -> frozenset[int]:
        """The numbers of the hunks that only carry some words to another place of the passage."""
        waiting: dict[tuple[bool, str], list[int]] = {}
        moved: set[int] = set()
        for index, hunk in enumerate(self.hunks):
            old, new = self.pieces(hunk)
            text = old or new
            if (old and new) or len(text) < _MOVED_WORDS or count_words(text) < _MOVED_WORDS:
                continue
            key = bare(text)
            if partners := waiting.get((not old, key)):
                moved |= {partners.pop(), index}
            else:
                waiting.setdefault((bool(old), key), []).append(index)
        return frozenset(moved)


def near(ranges: Iterable[Range], length: int) -> Iterator[Range]:
    """The ranges with the text around them, those joined that meet."""
    start = end = -1
    for found in ranges:
        low, high = max(0, found.start - REACH), min(length, found.end + REACH)
        if start < 0:
            start, end = low, high
        elif low <= end:
            end = high
        else:
            yield Range(start, end)
            start, end = low, high
    if start >= 0:
        yield Range(start, end)
