"""Pages made on request, straight from the archive: what no file can serve, or is not published yet."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from typing import get_args

from feeds.memory import Memory
from feeds.pages import Pages
from feeds.pages.calendar import Calendar
from feeds.permalinks import QUERY_NAMES
from feeds.queries import TYPES, day_of, read_query
from feeds.reading import Archive
from feeds.representation import HeaderLines, Resource
from feeds.settings import PublishSettings
from feeds.shelf import MEDIA_TYPES
from feeds.status import status_json
from store.selection import FIELDS, DayCount, Field, Selection, Slice

LIVE = frozenset({"", "status", "status.json", "days", "types", *FIELDS})
"""First steps of paths that are made on request even where a file is published: links there combine filters."""
HTML = MEDIA_TYPES[".html"]
_NUMBER = "[1-9][0-9]{0,8}"
_STATEMENT = re.compile(
    rf"statements/(?P<key>[\w-]+)"
    rf"(?:/versions/(?P<number>{_NUMBER})(?P<capture>/capture)?"
    rf"|/diff/(?P<old>{_NUMBER})\.\.(?P<new>{_NUMBER}))?",
    re.ASCII,
)
_TIMELINE = re.compile(rf"(?P<field>{'|'.join(get_args(Field))}|types|days)(?:/(?P<value>[^/]+))?")
_YEAR = re.compile("[0-9]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Outline:
    """What every timeline of one state shows or asks: the slices and the days there are."""

    slices: tuple[Slice, ...]
    days: tuple[DayCount, ...]


class Views:
    """Finds or makes pages. For several threads.

    `state` names the archive's state: while it gives the same, the archive gives the same answers. It is asked for
    each page, so it should be quick. `headers` go with every page, `capture_headers` with every download.
    """

    def __init__(
        self,
        archive: Archive,
        pages: Pages,
        settings: PublishSettings,
        *,
        state: Callable[[], str],
        now: Callable[[], datetime],
        headers: HeaderLines,
        capture_headers: HeaderLines,
    ) -> None:
        self._archive = archive
        self._pages = pages
        self._entries = settings.feed_entries
        self._state = state
        self._now = now
        self._headers = headers
        self._capture_headers = capture_headers
        self._memory = Memory()
        self._outlined: tuple[str, _Outline] | None = None

    def find(self, path: str, query: bytes) -> Resource | None:
        """The page at a path without slashes at its ends, or None.

        Raises:
            QueryError: The address is that of a timeline, and its query cannot be answered.
            Exception: Whatever the archive raises where it cannot answer.
        """
        if path in ("status", "status.json"):
            return self._status(path)
        timeline = path == "" or _TIMELINE.fullmatch(path) is not None
        address = f"{path}?{query.decode('latin-1')}" if timeline else path
        state = self._state()
        found = self._memory.find(state, address)
        if found is None:
            found = self._timeline(state, path, query) if timeline else self._statement(path)
            if found is not None:
                self._memory.keep(state, address, found)
        return found

    def _status(self, path: str) -> Resource:
        sites, silences = self._archive.status(self._now()), self._archive.silences()
        head = self._archive.change_head()
        if path == "status":
            return self._page(self._pages.status(sites, silences, head))
        data = status_json(sites, silences, head)
        return Resource(data=data, media_type=MEDIA_TYPES[".json"], headers=self._headers)

    def _timeline(self, state: str, path: str, query: bytes) -> Resource | None:
        if path == "":
            return self._selected(state, read_query(query))
        asked = _TIMELINE.fullmatch(path)
        assert asked is not None
        field, value = asked["field"], asked["value"]
        if field == "days":
            return self._days(state, value or "", query)
        if field == "types":
            return self._selected(state, read_query(query, {"type": value})) if value in TYPES else None
        for known in self._outline(state).slices:
            if (known.field, known.slug) == (field, value):
                return self._selected(state, read_query(query, {QUERY_NAMES[known.field]: value}))
        return None

    def _days(self, state: str, value: str, query: bytes) -> Resource | None:
        days = self._outline(state).days
        if not value or _YEAR.fullmatch(value):
            calendar = Calendar({each.day: (each.changes, each.statements) for each in days})
            year = int(value) if value else None
            known = year is None or any(each.number == year for each in calendar.years)
            return self._page(self._pages.calendar(calendar, year)) if known else None
        if all(each.day != day_of(value) for each in days):
            return None
        return self._selected(state, read_query(query, {"since": value, "until": value}))

    def _selected(self, state: str, selection: Selection) -> Resource:
        outline = self._outline(state)
        before, after = _neighbours(outline.days, selection)
        changes = self._archive.latest_changes(self._entries, selection)
        facets = self._archive.facets(list(dict.fromkeys(change.statement for change in changes)))
        rows = self._pages.rows
        data = self._pages.timeline(
            selection,
            [rows.change(each, facets.get(each.statement)) for each in changes],
            [rows.statement(each) for each in self._archive.latest_statements(self._entries, selection)],
            outline.slices,
            newest=changes[0] if changes else None,
            combinable=True,
            before=before,
            after=after,
        )
        return self._page(data)

    def _statement(self, path: str) -> Resource | None:
        asked = _STATEMENT.fullmatch(path)
        record = None if asked is None else self._archive.statement(asked["key"])
        if asked is None or record is None:
            return None
        key = record.key
        try:
            if asked["capture"]:
                return self._capture(key, int(asked["number"]))
            changes = self._archive.changes_of(key)
            if asked["number"]:
                number = int(asked["number"])
                return self._page(self._pages.version(record, number, self._archive.version(key, number), changes))
            if asked["old"]:
                numbers = int(asked["old"]), int(asked["new"])
                old, new = (self._archive.version(key, number) for number in numbers)
                return self._page(self._pages.diff(record, numbers, old, new, changes))
        except KeyError:
            return None
        return self._page(self._pages.statement(record, changes))

    def _capture(self, key: str, number: int) -> Resource:
        """The bytes as the site sent them: hostile until shown otherwise, so no browser may take them for a page."""
        name = re.sub(r"[^A-Za-z0-9_-]", "_", key)[:100]
        disposition = f'attachment; filename="{name}-v{number}.html.bin"'
        return Resource(
            data=self._archive.capture(key, number),
            media_type="application/octet-stream",
            headers=(*self._capture_headers, (b"content-disposition", disposition.encode())),
        )

    def _outline(self, state: str) -> _Outline:
        known = self._outlined
        if known is None or known[0] != state:
            known = state, _Outline(tuple(self._archive.slices()), tuple(self._archive.days()))
            self._outlined = known
        return known[1]

    def _page(self, data: bytes) -> Resource:
        return Resource(data=data, media_type=HTML, headers=self._headers)


def _neighbours(days: tuple[DayCount, ...], selection: Selection) -> tuple[Day | None, Day | None]:
    """The last day before and the first day after a selection of one day on which there is something."""
    day = selection.since
    if day is None or selection != Selection(since=day, until=day):
        return None, None
    before = max((each.day for each in days if each.day < day), default=None)
    after = min((each.day for each in days if each.day > day), default=None)
    return before, after
