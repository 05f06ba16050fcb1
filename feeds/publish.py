"""Feeds and pages as files: written when something changed, and only then."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from feeds import files
from feeds.clean import title_text
from feeds.entries import Entry, Feed, change_entry, statement_entry
from feeds.jsonfeed import json_feed
from feeds.pages import Pages
from feeds.permalinks import FORMATS, FeedName, Format, Permalinks, feed_id
from feeds.reading import Archive
from feeds.settings import PublishSettings
from feeds.syndication import atom, fit, rss
from store.model import ChangeRecord, Statement, StatementRecord
from store.selection import ALL

__all__ = ["PublishSettings", "Published", "publish"]

RENDERERS: dict[Format, Callable[[Feed], bytes]] = {"atom": atom, "rss": rss, "json": json_feed}
SUBTITLES: dict[FeedName, str] = {
    "statements": "Every statement with its latest text, newest first.",
    "changes": "What is new, edited, reverted, removed, restored or moved; one entry for each change.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publication did. `paths` are all files of it, written or not, relative to the output folder."""

    written: int
    unchanged: int
    paths: tuple[str, ...]


def publish(archive: Archive, out: Path, settings: PublishSettings) -> Published:
    """Writes the feeds, the timeline and the pages of every statement these name.

    Published again from the same state, nothing is written, in whatever process, time zone or locale. Files of
    earlier publications stay: their addresses are permanent.

    Raises:
        ValueError: `base_url` is no plain address.
        OSError: The folder cannot be written; every file is as it was or as it should be.
    """
    files.sweep(out)
    written = 0
    paths: list[str] = []
    for name, data in render(archive, settings):
        written += files.write(out, name, data)
        paths.append(name)
    return Published(written=written, unchanged=len(paths) - written, paths=tuple(paths))


def render(archive: Archive, settings: PublishSettings) -> Iterator[tuple[str, bytes]]:
    """All files by name. Those that others link to come first, so that no published link leads nowhere."""
    pages = Pages(settings)
    reader = _Reader(archive)
    statements = archive.latest_statements(settings.feed_entries)
    changes = archive.latest_changes(settings.feed_entries)
    yield from ((f"assets/{name}", data) for name, data in pages.assets.items())
    for key in dict.fromkeys([*(record.key for record in statements), *(change.statement for change in changes)]):
        yield from _statement_files(pages, reader, key)
    yield "feeds/index.html", pages.feeds(archive.slices())
    yield "index.html", pages.timeline(ALL, changes, statements, archive.slices())
    links = pages.absolute
    entries: dict[FeedName, list[Entry]] = {
        "statements": [
            statement_entry(record, links, author=settings.label(record.site), history=reader.changes_of(record.key))
            for record in statements
        ],
        "changes": [
            change_entry(change, *reader.both(change), links, author=settings.label(change.site)) for change in changes
        ],
    }
    for name, found in entries.items():
        feed = _feed(name, found, links, settings)
        for kind in FORMATS:
            yield f"feeds/{name}.{kind}", fit(feed, RENDERERS[kind])


class _Reader:
    """Reads each version and each history once for a publication: pages, diffs and entries share them."""

    def __init__(self, archive: Archive) -> None:
        self.statement = archive.statement
        self._archive = archive
        self._versions: dict[tuple[str, int], Statement] = {}
        self._changes: dict[str, Sequence[ChangeRecord]] = {}

    def version(self, key: str, number: int) -> Statement:
        if (key, number) not in self._versions:
            self._versions[key, number] = self._archive.version(key, number)
        return self._versions[key, number]

    def changes_of(self, key: str) -> Sequence[ChangeRecord]:
        if key not in self._changes:
            self._changes[key] = self._archive.changes_of(key)
        return self._changes[key]

    def both(self, change: ChangeRecord) -> tuple[Statement | None, Statement | None]:
        """The versions before and after a change."""
        first, last = (
            None if number is None else self.version(change.statement, number)
            for number in (change.from_version, change.to_version)
        )
        return first, last


def _statement_files(pages: Pages, reader: _Reader, key: str) -> Iterator[tuple[str, bytes]]:
    record = reader.statement(key)
    if record is None:
        return
    changes = reader.changes_of(key)
    folder = f"statements/{key}"
    for facts in record.versions:
        content = reader.version(key, facts.number)
        yield f"{folder}/versions/{facts.number}/index.html", pages.version(record, facts.number, content)
    for first, last in _compared(record, changes):
        old, new = reader.version(key, first), reader.version(key, last)
        yield f"{folder}/diff/{first}..{last}/index.html", pages.diff(record, (first, last), old, new)
    yield f"{folder}/index.html", pages.statement(record, changes)


def _compared(record: StatementRecord, changes: Sequence[ChangeRecord]) -> list[tuple[int, int]]:
    """The pairs of versions that published pages and entries link to."""
    numbers = sorted(facts.number for facts in record.versions)
    pairs = set(pairwise(numbers))
    for change in changes:
        match change.from_version, change.to_version:
            case int(first), int(last) if first != last:
                pairs.add((first, last))
    return sorted(pairs)


def _feed(name: FeedName, entries: list[Entry], links: Permalinks, settings: PublishSettings) -> Feed:
    return Feed(
        id=feed_id(name),
        title=f"{title_text(settings.title)}: {name}",
        subtitle=SUBTITLES[name],
        home=links.home(),
        selves={kind: links.feed(name, kind) for kind in FORMATS},
        entries=tuple(entries),
    )
