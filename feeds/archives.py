"""Archives of the feeds of changes (RFC 5005 §4): documents that are closed when they are full, and stay as they are.

What is not in a closed document is open, and stands in the feed itself: whoever reads the feed and follows its
`prev-archive` links has every change, however many there were at once.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

ENTRIES = 50
BYTES = 400 * 1024
"""Of a document's entries in their longest form."""


class Archived(msgspec.Struct, array_like=True):
    """The numbers of the changes in an archive."""

    closed: list[str] = []
    """Of each closed document, oldest first, with spaces between: of thousands of numbers hardly one is asked for."""
    open: list[int] = []
    """Those not closed yet."""

    def document(self, number: int) -> list[int]:
        """What a closed document (from 1) holds."""
        return _numbers(self.closed[number - 1])

    def known(self) -> set[int]:
        """Every number in it."""
        return set(self.open).union(*map(_numbers, self.closed))

    def newest(self) -> int:
        """The highest number in it; 0 if there is none."""
        return max([*self.open, *(int(each.rpartition(" ")[2]) for each in self.closed)], default=0)


def _numbers(document: str) -> list[int]:
    return list(map(int, document.split()))


def take(archived: Archived, found: Iterable[int], left: Iterable[int]) -> None:
    """Opens the numbers that were `found` and are not known yet; those that `left` the slice go, unless closed.

    A change of a statement that joined a slice late has an older number than those already closed. It is told after
    them: a closed document is read once and not again.
    """
    found = list(found)
    newest = archived.newest()
    # As a rule all are newer than what is known, and then nobody has to look.
    known = archived.known() if any(number <= newest for number in found) else set()
    fresh = {number for number in found if number not in known}
    archived.open = sorted({*archived.open, *fresh} - set(left))


def close(archived: Archived, size: Callable[[Sequence[int]], Sequence[int]], most: int = ENTRIES) -> list[int]:
    """Closes what is full; returns the numbers (from 1) of the documents that are new.

    A document is full when the next entry does not fit into it, so that where one ends follows from the entries alone,
    in how many publications soever they came. `size` says how many bytes entries take.
    """
    fresh: list[int] = []
    # As many as a document can hold and one more say whether it is full.
    while len(archived.open) > 1:
        candidates = archived.open[: most + 1]
        room = BYTES
        for place, taken in enumerate(size(candidates)):
            if place == most or (place and taken > room):
                archived.closed.append(" ".join(map(str, archived.open[:place])))
                archived.open = archived.open[place:]
                fresh.append(len(archived.closed))
                break
            room -= taken
        else:
            break
    return fresh
