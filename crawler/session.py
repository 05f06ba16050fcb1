"""One crawl at work: reads captures, gathers them into small batches, records these, keeps the tally."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from scrapy.crawler import Crawler

from crawler.extract import ExtractionError, extract_listing, extract_statement, extractor_id
from crawler.plan import CrawlPlan
from crawler.tally import Tally
from store.model import Capture, Listing
from store.observation import ListingSeen, Observation, PageSeen, Recorded, StatementSeen

BATCH_PAGES = 64
BATCH_SECONDS = 0.5
"""A batch is written when it is full or this old. At polite speed that is every page at once."""


class Recorder(Protocol):
    """What a session needs of the archive."""

    def record(self, observations: list[Observation], now: datetime) -> list[Recorded]:
        """Writes a batch in one transaction."""

    def close_walk(self, section: str, now: datetime) -> None:
        """Notes that all listing pages of a section were read in one walk."""

    def finish(self, tally: Tally, now: datetime) -> None:
        """Completes the run's record."""

    def kept_robots(self, url: str, now: datetime) -> tuple[int, bytes] | None:
        """Status and body of robots.txt if it was asked for within a day."""


@dataclass(slots=True)
class _Walk:
    read: set[int] = field(default_factory=set)
    page_count: int = 1


class CrawlSession:
    """Everything that belongs to one crawl of one site. Lives in one thread."""

    def __init__(
        self,
        plan: CrawlPlan,
        recorder: Recorder,
        clock: Callable[[], datetime],
        on_progress: Callable[[Tally], None] = lambda tally: None,
    ) -> None:
        self.plan = plan
        self.recorder = recorder
        self.clock = clock
        self.tally = Tally()
        self._on_progress = on_progress
        self._batch: list[Observation] = []
        self._written = time.monotonic()
        self._walks: dict[str, _Walk] = {}
        self._last_listing: tuple[Capture, Listing] | None = None

    def read_listing(self, capture: Capture) -> Listing:
        """What a listing page says. Raises ExtractionError. The spider and the recording share one reading."""
        if self._last_listing is None or self._last_listing[0] is not capture:
            self._last_listing = (capture, extract_listing(self.plan.profile, capture, self.plan.urls))
        return self._last_listing[1]

    def take(self, capture: Capture) -> None:
        """Reads a capture and records it with its batch. Raises DatabaseError when the archive cannot be written."""
        self.tally.counts["not_modified"] += capture.status == 304
        self.tally.counts["pages"] += capture.kind == "statement"
        self.tally.counts["listings"] += capture.kind == "listing"
        self._batch.append(self._read(capture))
        if len(self._batch) >= BATCH_PAGES or time.monotonic() - self._written >= BATCH_SECONDS:
            self.flush()
        self._on_progress(self.tally)

    def flush(self) -> None:
        """Records what was gathered. Raises DatabaseError."""
        batch, self._batch = self._batch, []
        if batch:
            now = self.clock()
            for each in self.recorder.record(batch, now):
                self.tally.recorded(each)
            for path in [path for path, walk in self._walks.items() if len(walk.read) >= walk.page_count]:
                del self._walks[path]
                self.recorder.close_walk(path, now)
        self._written = time.monotonic()

    def _read(self, capture: Capture) -> Observation:
        if capture.status == 304:
            self.tally.answers += 1
            if capture.kind == "listing":
                self._walked(capture, None)
            return PageSeen(capture=capture)
        if capture.kind == "robots":
            return PageSeen(capture=capture)
        if capture.status != 200:
            return self._problem(capture, _status_code(capture.status), f"The site answered {capture.status}.")
        try:
            if capture.kind == "listing":
                return self._read_listing(capture)
            statement = extract_statement(self.plan.profile, capture, self.plan.urls)
        except ExtractionError as error:
            return self._problem(capture, error.code, error.detail)
        self.tally.answers += 1
        return StatementSeen(capture=capture, statement=statement, extractor=extractor_id(self.plan.profile))

    def _read_listing(self, capture: Capture) -> Observation:
        listing = self.read_listing(capture)
        known = self.plan.survey.sections.get(listing.section)
        if not listing.items and known is not None and known.items:
            # Zero items where there were items is a failure of the site or of ours, never a quiet day.
            return self._problem(capture, "listing-empty", "The listing names no statement, though it did before.")
        self.tally.answers += 1
        self._walked(capture, listing.page_count)
        return ListingSeen(capture=capture, listing=listing)

    def _walked(self, capture: Capture, page_count: int | None) -> None:
        section = self.plan.urls.section(capture.page)
        if not self.plan.walks_whole(section) or self.plan.since is not None:
            return
        known = self.plan.survey.sections.get(section)
        walk = self._walks.setdefault(section, _Walk(page_count=known.page_count if known else 1))
        walk.read.add(self.plan.urls.listing_number(capture.page) or 0)
        walk.page_count = page_count or walk.page_count

    def _problem(self, capture: Capture, code: str, detail: str) -> Observation:
        self.tally.problem(code, capture.page, detail)
        return PageSeen(capture=capture, code=code)


def _status_code(status: int) -> str:
    return "http-5xx" if status >= 500 else f"http-{status}"


def session_of(crawler: Crawler) -> CrawlSession:
    """The session a crawler works for; the spider brings it, and Scrapy makes the spider first."""
    session = getattr(crawler.spider, "session", None)
    assert isinstance(session, CrawlSession)
    return session
