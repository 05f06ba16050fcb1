"""The newest changes of each timeline and feed: those that were published, and what has come since.

Asking the archive goes through as many changes as it takes to find a hundred of a rare slice.
"""

from collections.abc import Iterable, Mapping, Sequence

from feeds.affected import Affected
from feeds.manifest import name
from feeds.reading import Archive
from feeds.state import State
from store.selection import ALL, Selection


class Newest:
    """Answers from what was published where that is sure to be what the archive would say, and asks it otherwise."""

    def __init__(self, archive: Archive, state: State, affected: Affected, kept: Mapping[str, Sequence[int]]) -> None:
        """`kept` is what an earlier one had as `kept`, of the publication before, with the same limits."""
        self._archive = archive
        self._state = state
        self._affected = affected
        self.kept = {} if state.moved.is_all or affected.everything else dict(kept)
        """For the next publication: the lists of what is of lasting interest, by name."""

    def numbers(self, selection: Selection, limit: int) -> Sequence[int]:
        """The ids of the newest changes that are news and not later than the state, newest first."""
        title = _title(selection)
        found = self._followed(selection, title, limit)
        if found is None:
            asked = self._archive.newest_numbers(limit, selection)
            found = [number for number in asked if number <= self._state.last]
        if title is not None:
            self.kept[title] = found
        return found

    def _followed(self, selection: Selection, title: str | None, limit: int) -> list[int] | None:
        if title is None or title not in self.kept:
            return None
        before = set(self.kept[title])
        part = selection.facets[0] if selection.facets else None
        come: Iterable[int] = self._affected.found.get(part, ())
        if selection.type is not None:
            come = [change.id for change in self._state.fresh if change.type == selection.type]
        gone = before.intersection(self._affected.left.get(part, ()))
        if gone and len(before) >= limit:
            return None  # an older one comes after them, which was not kept
        return sorted(before.union(come) - gone, reverse=True)[:limit]


def _title(selection: Selection) -> str | None:
    """What a list is kept under; None for days, of which there are thousands, each hardly ever asked for again."""
    if selection == ALL:
        return "all"
    if selection == Selection(facets=selection.facets[:1]):
        return name(selection.facets[0])
    if selection == Selection(type=selection.type):
        return f"types/{selection.type}"
    return None
