"""Feeds and pages as files: made anew where something changed, and written where their bytes did."""

import gc
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from feeds import cache, files, manifest
from feeds.affected import Affected, compare, digest, forget, is_of_same_log
from feeds.cache import Cache
from feeds.documents import feed_files, opml_file
from feeds.drawers import KEPT_IN_MEMORY, KEPT_OF_MUCH
from feeds.edition import Edition
from feeds.fingerprint import fingerprint
from feeds.manifest import Kept, Manifest, Statements
from feeds.newest import Newest
from feeds.pages.calendar import Calendar
from feeds.reading import Archive
from feeds.settings import PublishSettings
from feeds.state import State, observe
from feeds.statements import shape_of, statement_files
from feeds.status import status_json
from feeds.tally import kept_slices
from feeds.websub import pending_file
from store.selection import ALL, Selection, Slice

__all__ = ["PublishSettings", "Published", "publish"]

STATEMENTS_BESIDE = 40
"""Newest statements that a timeline names beside its changes, at most."""
COLLECT_AFTER = 100_000
"""New objects, of which Python looks through 700 otherwise. Where much is made anew, memory counts for more."""
DAY_LIMIT = 1000
"""Changes and statements that the page of a day names, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publication did."""

    written: int
    unchanged: int
    """Files that were made anew and came out as they were. What nothing could have altered was not made anew."""
    files: Mapping[str, int]
    """Written ones by the first folder of their name (`statements`, `feeds`, …); `` for those beside the folders."""
    paths: tuple[str, ...]
    """Written ones, relative to the output folder."""


def publish(archive: Archive, out: Path, settings: PublishSettings, *, full: bool = False) -> Published:
    """Writes what differs from the last publication into this folder: feeds, archives, timelines, days, statements.

    However many publications there were, in whatever process, time zone or locale, the files are those that one
    publication into an empty folder would write; what is no longer in the archive stays, since addresses are permanent
    (a feed or timeline of a slice that is empty now is an empty one), and a change that came late into a slice stands
    in the slice's archive behind what had been told (see `feeds.archives`). Published again from the same state,
    nothing is written or made anew. `full` makes everything anew, for a folder that somebody else has altered.

    One publication into a folder at a time: another one waits. A process that is killed leaves whole files, and the
    next publication does its work again.

    Raises:
        ValueError: `base_url` is no plain address.
        OSError: The folder cannot be written; every file is as it was or as it should be.
    """
    with files.alone(out):
        mark = fingerprint(settings)
        last = manifest.read(out)
        everything = full or last is None or last.fingerprint != mark
        if last is None or not is_of_same_log(archive, last.newest):
            everything, last = True, Manifest()
        elif everything:
            last = forget(last)
        state = observe(archive, last)
        affected = compare(archive, state, last, everything=everything)
        if not affected:
            return Published(written=0, unchanged=0, files={}, paths=())
        with nullcontext() if affected.is_much else _few_collections():
            return _write(archive, out, settings, state, last, affected, mark)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Has the collector look for circles seldom: there are few, and looking took a thirtieth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _write(
    archive: Archive,
    out: Path,
    settings: PublishSettings,
    state: State,
    last: Manifest,
    affected: Affected,
    mark: str,
) -> Published:
    written: list[str] = []
    made = 0
    with Cache(out / cache.NAME, mark) as kept, files.Batch(out) as batch:
        if kept.log != last.newest and not is_of_same_log(archive, kept.log):
            kept.clear()
        kept.follow(state.newest_told)
        newest = Newest(archive, state, affected, last.numbers, last.keys)
        room = KEPT_OF_MUCH if affected.is_much else KEPT_IN_MEMORY
        edition = Edition(archive, state, newest, settings, kept, room)
        result = _Result(edition, last, affected)
        for name, data in result.files():
            made += 1
            if batch.put(name, data):
                written.append(name)
        if settings.websub_hubs:
            batch.flush()
            batch.put(*pending_file(out, settings, written))
        # Until it is there, the next publication takes nothing for done.
        batch.put_last(manifest.NAME, manifest.dump(result.manifest(mark, newest)))
    by_sort = Counter(name.partition("/")[0] if "/" in name else "" for name in written)
    return Published(
        written=len(written), unchanged=made - len(written), files=dict(sorted(by_sort.items())), paths=tuple(written)
    )


class _Result:
    """What comes out of a publication: files, and the manifest that tells of them."""

    def __init__(self, edition: Edition, last: Manifest, affected: Affected) -> None:
        self._edition = edition
        self._last = last
        self._affected = affected
        self._days = sorted(edition.state.counts)
        self._state = edition.state.moved.state
        # In the order of first publication: each keeps its place in the paged feed, even one that is gone.
        self._lines, self._names = dict(last.published), list(last.names)
        self._statements = Statements(self._lines, self._names)
        self._statements.update((key, Kept()) for key in affected.gone)
        # Slices and days stay known when they are empty: their pages are there.
        self._labels = {
            **{manifest.part_of(name): label for name, label in last.labels.items()},
            **edition.state.labels,
        }

    def manifest(self, mark: str, newest: Newest) -> Manifest:
        """What the next publication has to know, once all files are there."""
        state = self._edition.state
        return Manifest(
            fingerprint=mark,
            newest=state.newest_told,
            published=self._lines,
            names=self._names,
            labels={manifest.name(part): label for part, label in self._labels.items()},
            slices=kept_slices(state.slices),
            days={**dict.fromkeys(self._last.days, (0, 0)), **state.counts},
            archives=self._last.archives,
            numbers=newest.kept_numbers,
            keys=newest.kept_keys,
            silences=digest(state.silences),
            status=digest([state.sites, state.silences, state.head]),
            state=self._state,
        )

    def files(self) -> Iterator[tuple[str, bytes]]:
        """All that is affected, by name. What others link to comes first, so that no published link leads nowhere."""
        edition, affected = self._edition, self._affected
        if affected.everything:
            yield from ((f"assets/{name}", data) for name, data in edition.pages.assets.items())
        yield from self._statement_files()
        for day in sorted(affected.days):
            yield f"days/{day.isoformat()}/index.html", self._day(day)
        if affected.calendar:
            days = Calendar(edition.state.counts)
            for year in sorted(affected.years):
                yield f"days/{year:04d}/index.html", edition.pages.calendar(days, year)
            yield "days/index.html", edition.pages.calendar(days, None)
        if affected.shown:
            yield from feed_files(edition, affected, self._last.archives, self._labels, list(self._statements))
            yield from self._timelines()
            if affected.everything or self._are_other_feeds():
                yield opml_file(edition)
            yield "feeds/index.html", edition.pages.feeds(edition.state.slices)
        if affected.status:
            state = edition.state
            yield "status/index.html", edition.pages.status(state.sites, state.silences, state.head)
            yield "status.json", status_json(state.sites, state.silences, state.head)
        if affected.shown:
            yield "index.html", self._timeline(ALL)

    def _are_other_feeds(self) -> bool:
        """Whether the list of all feeds names others, or in another order, than the last one published."""
        labels = [(manifest.name(part), label) for part, label in self._edition.state.labels.items()]
        return labels != [(name, self._last.labels.get(name)) for name in self._last.slices]

    def _statement_files(self) -> Iterator[tuple[str, bytes]]:
        edition = self._edition
        for key in self._affected.keys:
            record = edition.statement(key)
            if record is None:
                self._state = ""  # so that the next publication asks for it again
                continue
            changes = edition.archive.changes_of(key)
            shape = shape_of(record, changes)
            looks_only = key in self._statements and self._statements[key].shape == shape
            yield from statement_files(edition.pages, edition.version, record, changes, looks_only=looks_only)
            edition.keep_statement(record, changes)
            self._statements[key] = manifest.kept(edition.state.marks[key], shape)

    def _timelines(self) -> Iterator[tuple[str, bytes]]:
        for field, slug in sorted(self._affected.parts):
            yield f"{field}/{slug}/index.html", self._timeline(Selection(facets=((field, slug),)))
        for kind in sorted(self._affected.types):
            yield f"types/{kind}/index.html", self._timeline(Selection(type=kind))

    def _timeline(self, selection: Selection) -> bytes:
        edition = self._edition
        page = edition.pages.timeline(
            selection,
            edition.change_rows(edition.numbers(selection)),
            edition.statement_rows(edition.keys(selection)[:STATEMENTS_BESIDE]),
            [*edition.state.slices, *self._vanished(selection)],
            newest=edition.state.newest,
        )
        edition.done_with(selection)
        return page

    def _vanished(self, selection: Selection) -> Iterator[Slice]:
        """The slice of a selection if it is empty by now: a page names what it is about."""
        for part in selection.facets:
            if part not in self._edition.state.labels:
                yield Slice(field=part[0], slug=part[1], label=self._labels[part])

    def _day(self, day: date) -> bytes:
        edition = self._edition
        selection = Selection(since=day, until=day)
        # A day that is empty by now is in no order: its page says the same for ever.
        known = self._days if day in edition.state.counts else []
        place = bisect_left(known, day)
        page = edition.pages.timeline(
            selection,
            edition.change_rows(edition.numbers(selection, DAY_LIMIT)),
            edition.statement_rows(edition.keys(selection, DAY_LIMIT)),
            edition.state.slices,
            before=known[place - 1] if place > 0 else None,
            after=known[place + 1] if place + 1 < len(known) else None,
        )
        edition.done_with(selection)
        return page
