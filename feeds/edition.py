"""One publication's view of the archive: what its files are made of, each asked for and rendered once."""

from collections.abc import Mapping, Sequence

from feeds.entries import change_entry, statement_entry
from feeds.feed import Entry
from feeds.fragments import Fragment, FragmentCache, render
from feeds.notices import concerns, notices
from feeds.pages.ready import pages_for
from feeds.permalinks import change_id
from feeds.reading import Archive
from feeds.settings import PublishSettings
from feeds.state import State
from store.attribution import Facets
from store.model import ChangeRecord, StatementRecord
from store.selection import Field, Selection, Silence

_ASKED_AT_ONCE = 200
_KEPT = 4000
"""Records that are kept for other files that show them. A first publication comes by all there are."""


class Edition:
    """Records and rendered entries. Changes newer than the state are left to the next publication."""

    def __init__(self, archive: Archive, state: State, settings: PublishSettings, cache: FragmentCache) -> None:
        self.archive = archive
        self.state = state
        self.settings = settings
        self.pages = pages_for(settings)
        self.links = self.pages.absolute
        self._cache = cache
        self._numbers: dict[Selection, Sequence[int]] = {}
        self._keys: dict[Selection, Sequence[str]] = {}
        self._changes: dict[int, ChangeRecord] = {}
        self._statements: dict[str, StatementRecord] = {}
        self._facets: dict[str, Facets] = {}
        self._notices: list[tuple[Silence, Fragment]] | None = None
        self._sizes: dict[int, int] = {}

    def changes(self, selection: Selection, limit: int | None = None) -> Sequence[ChangeRecord]:
        """The newest changes of a selection, newest first."""
        if selection not in self._numbers:
            found = self.archive.newest_numbers(limit or self.settings.feed_entries, selection)
            self._numbers[selection] = [number for number in found if number <= self.state.last]
        return self._changes_of(self._numbers[selection])

    def keys(self, selection: Selection, limit: int | None = None) -> Sequence[str]:
        """The keys of the newest statements of a selection."""
        if selection not in self._keys:
            found = self.archive.newest_keys(limit or self.settings.feed_entries, selection)
            self._keys[selection] = [key for key in found if key in self.state.marks]
        return self._keys[selection]

    def statements(self, keys: Sequence[str]) -> Sequence[StatementRecord]:
        """These statements, in this order."""
        if len(self._statements) > _KEPT:
            self._statements.clear()
        missing = [key for key in keys if key not in self._statements]
        if missing:
            self._statements.update((each.key, each) for each in self.archive.statements_by_key(missing))
        return [self._statements[key] for key in keys if key in self._statements]

    def facets_of(self, changes: Sequence[ChangeRecord]) -> Mapping[str, Facets]:
        """What was read of the statements that these changes are about, by key."""
        if len(self._facets) > _KEPT:
            self._facets.clear()
        keys = dict.fromkeys(change.statement for change in changes)
        if missing := [key for key in keys if key not in self._facets]:
            self._facets.update(self.archive.facets(missing))
        return self._facets

    def done_with(self, selection: Selection) -> None:
        """Lets go of a selection: a first publication has hundreds."""
        self._numbers.pop(selection, None)
        self._keys.pop(selection, None)

    def statement_fragments(self, keys: Sequence[str]) -> list[Fragment]:
        """The entries of these statements, in this order."""
        found = self._cache.get((key, self.state.marks.stamp(key)) for key in keys)
        for key in keys:
            if key not in found and (record := self.archive.statement(key)) is not None:
                found[key] = self.keep_statement(record, self.archive.changes_of(key))
        return [found[key] for key in keys if key in found]

    def keep_statement(self, record: StatementRecord, history: Sequence[ChangeRecord]) -> Fragment:
        """Renders the entry of a statement."""
        news = [change for change in history if change.id <= self.state.last or change.baseline]
        entry = statement_entry(record, self.links, author=self.settings.label(record.site), history=news)
        return self._keep(record.key, self.state.marks.stamp(record.key), entry)

    def change_fragments(self, numbers: Sequence[int]) -> list[Fragment]:
        """The entries of these changes, in this order."""
        return self.fragments_of(self._changes_of(numbers))

    def fragments_of(self, changes: Sequence[ChangeRecord]) -> list[Fragment]:
        """The entries of these changes, in this order."""
        found = self._cache.get((change_id(change.id), change.hash) for change in changes)
        for change in changes:
            if change_id(change.id) not in found:
                found[change_id(change.id)] = self._render_change(change)
        return [found[change_id(change.id)] for change in changes]

    def change_sizes(self, numbers: Sequence[int]) -> Sequence[int]:
        """Bytes of these changes' entries in their longest form."""
        unknown = [number for number in numbers if number not in self._sizes]
        for start in range(0, len(unknown), _ASKED_AT_ONCE):
            asked = unknown[start : start + _ASKED_AT_ONCE]
            found = {each.id: each.size for each in self.change_fragments(asked)}
            self._sizes.update((number, found.get(change_id(number), 0)) for number in asked)
        return [self._sizes[number] for number in numbers]

    def notices(self, part: tuple[Field, str] | None) -> list[Fragment]:
        """The notices that a feed tells."""
        if self._notices is None:
            told = notices(self.archive, self.links, self.settings)
            self._notices = [(silence, render(entry)) for silence, entry in told]
        return [fragment for silence, fragment in self._notices if concerns(silence, part)]

    def _changes_of(self, numbers: Sequence[int]) -> list[ChangeRecord]:
        if len(self._changes) > _KEPT:
            self._changes.clear()
        missing = [number for number in numbers if number not in self._changes]
        if missing:
            self._changes.update((each.id, each) for each in self.archive.changes_by_id(missing))
        return [self._changes[number] for number in numbers if number in self._changes]

    def _render_change(self, change: ChangeRecord) -> Fragment:
        before, after = (
            None if number is None else self.archive.version(change.statement, number)
            for number in (change.from_version, change.to_version)
        )
        entry = change_entry(change, before, after, self.links, author=self.settings.label(change.site))
        return self._keep(change_id(change.id), change.hash, entry)

    def _keep(self, key: str, stamp: str, entry: Entry) -> Fragment:
        fragment = render(entry)
        self._cache.put(key, stamp, fragment)
        return fragment
