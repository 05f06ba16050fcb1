"""The newest changes and statements of each timeline and feed: those that were published, and what has come since.

Asking the archive goes through as much as it takes to find a hundred of a rare slice.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from feeds.affected import Affected
from feeds.manifest import name
from feeds.reading import Archive
from feeds.state import State
from store.selection import ALL, Selection

_FEW = 100
"""Statements that altered; of more every list is another one."""


class Newest:
    """Answers from what was published where that is sure to be what the archive would say, and asks it otherwise."""

    def __init__(
        self,
        archive: Archive,
        state: State,
        affected: Affected,
        numbers: Mapping[str, Sequence[int]],
        keys: Mapping[str, str],
    ) -> None:
        """`numbers` and `keys` are what another one had so, in the publication before, with the same limits."""
        self._archive = archive
        self._state = state
        self._affected = affected
        anew = state.moved.is_all or affected.everything
        self.kept_numbers = {} if anew else dict(numbers)
        """For the next publication: the lists of what is of lasting interest, by name."""
        self.kept_keys = {} if anew else dict(keys)
        """The same of statements, with spaces between."""

    def numbers(self, selection: Selection, limit: int) -> Sequence[int]:
        """The ids of the newest changes that are news and not later than the state, newest first."""
        title = _title(selection)
        found = self._followed_numbers(selection, title, limit)
        if found is None:
            asked = self._archive.newest_numbers(limit, selection)
            found = [number for number in asked if number <= self._state.last]
        if title is not None:
            self.kept_numbers[title] = found
        return found

    def keys(self, selection: Selection, limit: int) -> Sequence[str]:
        """The keys of the newest statements that are not later than the state, newest first."""
        title = _title(selection)
        found = self._followed_keys(selection, title, limit)
        is_whole = True
        if found is None:
            asked = self._archive.newest_keys(limit, selection)
            found = [key for key in asked if key in self._state.marks]
            is_whole = len(asked) == len(found)
        if title is not None:
            self.kept_keys.pop(title, None)
            if is_whole and not any(" " in key for key in found):
                self.kept_keys[title] = " ".join(found)
        return found

    def _followed_numbers(self, selection: Selection, title: str | None, limit: int) -> list[int] | None:
        if title is None or title not in self.kept_numbers:
            return None
        before = set(self.kept_numbers[title])
        part = selection.facets[0] if selection.facets else None
        come: Iterable[int] = self._affected.found.get(part, ())
        if selection.type is not None:
            come = [change.id for change in self._state.fresh if change.type == selection.type]
        gone = before.intersection(self._affected.left.get(part, ()))
        if gone and len(before) >= limit:
            return None  # an older one comes after them, which was not kept
        return sorted(before.union(come) - gone, reverse=True)[:limit]

    def _followed_keys(self, selection: Selection, title: str | None, limit: int) -> list[str] | None:
        if title not in self.kept_keys or selection.type is not None or not self._are_first:
            return None
        before, altered = self.kept_keys[title].split(), set(self._affected.keys)
        rest = [key for key in before if key not in altered]
        first = [key for key in self._first if set(selection.facets) <= set(self._state.marks[key].slices)]
        if len(first) + len(rest) < len(before) >= limit:
            return None  # an older one comes after them, which was not kept
        return [*first, *rest][:limit]

    @cached_property
    def _first(self) -> Sequence[str]:
        return self._archive.newest_keys(len(self._affected.keys), ALL)

    @cached_property
    def _are_first(self) -> bool:
        """Whether what has altered is what is newest of all, as after news: then it comes first wherever it is."""
        return len(self._affected.keys) <= _FEW and set(self._first) == set(self._affected.keys)


def _title(selection: Selection) -> str | None:
    """What a list is kept under; None for days, of which there are thousands, each hardly ever asked for again."""
    if selection == ALL:
        return "all"
    if selection == Selection(facets=selection.facets[:1]):
        return name(selection.facets[0])
    if selection == Selection(type=selection.type):
        return f"types/{selection.type}"
    return None
