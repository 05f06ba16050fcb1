"""One publication's view of the archive: what its files are made of, each asked for and rendered once."""

from collections.abc import Sequence

from feeds.cache import Cache
from feeds.drawers import KEPT_IN_MEMORY, change_rows, entries, statement_rows
from feeds.entries import change_entry, statement_entry
from feeds.fragments import Fragment, render
from feeds.newest import Newest
from feeds.notices import concerns, notices
from feeds.pages.ready import pages_for
from feeds.pages.rows import ChangeRow, StatementRow
from feeds.permalinks import change_id
from feeds.reading import Archive
from feeds.settings import PublishSettings
from feeds.state import State
from store.model import ChangeRecord, Statement, StatementRecord
from store.selection import Field, Selection, Silence

_ASKED_AT_ONCE = 200
_VERSIONS = 50
"""Versions that are kept: those of the statement at hand, whose pages come before all feeds, and a few before."""


class Edition:
    """Rendered entries and rows. Changes newer than the state are left to the next publication."""

    def __init__(
        self,
        archive: Archive,
        state: State,
        newest: Newest,
        settings: PublishSettings,
        cache: Cache,
        room: int = KEPT_IN_MEMORY,
    ) -> None:
        """`room` is how many bytes of each sort of entries and rows stay in memory."""
        self.archive = archive
        self.state = state
        self.settings = settings
        self.pages = pages_for(settings)
        self.links = self.pages.absolute
        # The log is the one of which the cache was filled, so a number says which change it is.
        self._change_entries = entries(cache, "change_entry", lambda key, stamp: True, room)
        self._change_rows = change_rows(cache, self.pages.parts, self._still_says, room)
        self._statement_entries = entries(cache, "statement_entry", self._is_current, room)
        self._statement_rows = statement_rows(cache, self.pages.parts, self._is_current, room)
        self._newest = newest
        self._numbers: dict[Selection, Sequence[int]] = {}
        self._keys: dict[Selection, Sequence[str]] = {}
        self._notices: list[tuple[Silence, Fragment]] | None = None
        self._sizes: dict[int, int] = {}
        self._versions: dict[tuple[str, int], Statement] = {}

    def numbers(self, selection: Selection, limit: int | None = None) -> Sequence[int]:
        """The ids of the newest changes of a selection, newest first."""
        if selection not in self._numbers:
            self._numbers[selection] = self._newest.numbers(selection, limit or self.settings.feed_entries)
        return self._numbers[selection]

    def keys(self, selection: Selection, limit: int | None = None) -> Sequence[str]:
        """The keys of the newest statements of a selection."""
        if selection not in self._keys:
            self._keys[selection] = self._newest.keys(selection, limit or self.settings.feed_entries)
        return self._keys[selection]

    def done_with(self, selection: Selection) -> None:
        """Lets go of a selection: a first publication has hundreds."""
        self._numbers.pop(selection, None)
        self._keys.pop(selection, None)

    def change_rows(self, numbers: Sequence[int]) -> list[ChangeRow]:
        """These changes as lists show them, in this order."""
        keys = list(map(str, numbers))
        found = self._change_rows.get(keys)
        if len(found) < len(keys):
            changes = self.archive.changes_by_id([int(key) for key in keys if key not in found])
            facets = self.archive.facets(list(dict.fromkeys(change.statement for change in changes)))
            for change in changes:
                row = self.pages.rows.change(change, facets.get(change.statement))
                self._change_rows.put(str(change.id), self._said(change.statement), row)
                found[str(change.id)] = row
        return [found[key] for key in keys if key in found]

    def statement_rows(self, keys: Sequence[str]) -> list[StatementRow]:
        """These statements as lists show them, in this order."""
        found = self._statement_rows.get(keys)
        if len(found) < len(keys):
            for record in self.archive.statements_by_key([key for key in keys if key not in found]):
                row = self.pages.rows.statement(record)
                self._statement_rows.put(record.key, self.state.marks.stamp(record.key), row)
                found[record.key] = row
        return [found[key] for key in keys if key in found]

    def statement(self, key: str) -> StatementRecord | None:
        """A statement with all that is known of it, or None."""
        record = self.archive.statement(key)
        if record is not None:
            self._keep_version(key, record.version.number, record.content)
        return record

    def version(self, key: str, number: int) -> Statement:
        """One version of a statement: the page of a difference shows those that an entry tells of."""
        if (key, number) not in self._versions:
            self._keep_version(key, number, self.archive.version(key, number))
        return self._versions[key, number]

    def statement_fragments(self, keys: Sequence[str]) -> list[Fragment]:
        """The entries of these statements, in this order."""
        found = self._statement_entries.get(keys)
        for key in keys if len(found) < len(keys) else ():
            if key not in found and (record := self.statement(key)) is not None:
                found[key] = self.keep_statement(record, self.archive.changes_of(key))
        return [found[key] for key in keys if key in found]

    def keep_statement(self, record: StatementRecord, history: Sequence[ChangeRecord]) -> Fragment:
        """Renders the entry of a statement."""
        news = [change for change in history if change.id <= self.state.last or change.baseline]
        fragment = render(statement_entry(record, self.links, author=self.settings.label(record.site), history=news))
        self._statement_entries.put(record.key, self.state.marks.stamp(record.key), fragment)
        return fragment

    def change_fragments(self, numbers: Sequence[int]) -> list[Fragment]:
        """The entries of these changes, in this order."""
        keys = list(map(str, numbers))
        found = self._change_entries.get(keys)
        if len(found) < len(keys):
            for change in self.archive.changes_by_id([int(key) for key in keys if key not in found]):
                found[str(change.id)] = self._render_change(change)
        return [found[key] for key in keys if key in found]

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
            told = notices(self.archive, self.state.silences, self.links, self.settings)
            self._notices = [(silence, render(entry)) for silence, entry in told]
        return [fragment for silence, fragment in self._notices if concerns(silence, part)]

    def _keep_version(self, key: str, number: int, content: Statement) -> None:
        if len(self._versions) >= _VERSIONS:
            self._versions.clear()
        self._versions[key, number] = content

    def _is_current(self, key: str, stamp: str) -> bool:
        return stamp == self.state.marks.stamp(key)

    def _still_says(self, key: str, stamp: str) -> bool:
        return stamp == self._said(stamp.partition(" ")[0])

    def _said(self, statement: str) -> str:
        """The stamp of a change's row: its statement, and what lines say of that."""
        return f"{statement} {self.state.marks.said(statement)}"

    def _render_change(self, change: ChangeRecord) -> Fragment:
        before, after = (
            None if number is None else self.version(change.statement, number)
            for number in (change.from_version, change.to_version)
        )
        entry = change_entry(change, before, after, self.links, author=self.settings.label(change.site))
        fragment = render(entry)
        self._change_entries.put(str(change.id), "", fragment)
        return fragment
