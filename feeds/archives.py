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
    """The numbers of the changes in an archive: of each closed document, oldest first, and those not closed yet."""

    closed: list[list[int]] = []
    open: list[int] = []

    def known(self) -> set[int]:
        """Every number in it."""
        return {number for each in (*self.closed, self.open) for number in each}


def take(archived: Archived, found: Iterable[int], left: Iterable[int]) -> None:
    """Opens the numbers that were `found` and are not known yet; those that `left` the slice go, unless closed.

    A change of a statement that joined a slice late has an older number than those already closed. It is told after
    them: a closed document is read once and not again.
    """
    found = list(found)
    newest = max((each[-1] for each in (*archived.closed, archived.open) if each), default=0)
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
                archived.closed.append(archived.open[:place])
                archived.open = archived.open[place:]
                fresh.append(len(archived.closed))
                break
            room -= taken
        else:
            break
    return fresh
