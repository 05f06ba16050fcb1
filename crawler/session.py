"""One crawl at work: reads captures, gathers them into small batches, records these, keeps the tally."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from scrapy.crawler import Crawler

from crawler.extract import ExtractionError, extract_listing, extract_statement, extractor_id
from crawler.plan import CrawlPlan
from crawler.tally import Tally
from crawler.verdict import Verdict
from store.model import Capture, CaptureKind, Listing
from store.observation import MISSING_CODES, ListingSeen, LookFailed, Observation, PageSeen, Recorded, StatementSeen
from store.truth import Absence

BATCH_PAGES = 128
BATCH_LOOKS = 512
BATCH_SECONDS = 1.0
"""A batch is written when it holds so many pages, or so many looks of which most brought none ("not modified"), or is
this old: each costs some thirty statements and a commit, whatever it holds. At polite speed that is every page."""


class Recorder(Protocol):
    """What a session needs of the archive. Every method raises DatabaseError when the archive cannot be used."""

    def record(self, observations: Sequence[Observation], now: datetime) -> list[Recorded]:
        """Writes a batch in one transaction."""

    def remove(self, removals: Sequence[tuple[str, str, str | None]], now: datetime) -> list[Recorded]:
        """Writes removals: (key, why, key of a live statement that says the same)."""

    def absences(self) -> list[Absence]:
        """The statements whose own address was found empty."""

    def weigh(
        self, candidates: Mapping[str, str | None], looked_at: Sequence[str], accept: bool, now: datetime
    ) -> bool:
        """Whether so many edits (key → new text's hash) and removals (key → None) may be told."""

    def close_walk(self, section: str, began: datetime, now: datetime) -> None:
        """Notes that all listing pages of a section were read in one walk."""

    def finish(self, tally: Tally, now: datetime) -> None:
        """Completes the run's record."""

    def kept_robots(self, url: str, now: datetime) -> tuple[int, bytes] | None:
        """Status and body of robots.txt if it was asked for within a day."""


@dataclass(slots=True)
class _Walk:
    began: datetime
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
        self.verdict = Verdict(plan, recorder, self.tally)
        self._on_progress = on_progress
        self._batch: list[Observation] = []
        self._pages = 0  # how many captures in the batch have bodies
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
        self._pages += bool(capture.body)
        self._gather(self.verdict.second_look(self._read(capture)))

    def fail(self, kind: CaptureKind, page: str, code: str, detail: str) -> None:
        """Notes a request that got no answer, to be recorded with the next batch."""
        self.tally.looked(code)
        self.tally.problem(code, page, detail)
        key = self._key(page) if kind == "statement" else ""
        # Written with what comes next: an error of the archive must not come out in the spider's errback.
        self._batch.append(LookFailed(site=self.plan.site, kind=kind, page=page, key=key, code=code, at=self.clock()))

    def flush(self) -> None:
        """Records what was gathered. Raises DatabaseError."""
        batch, self._batch, self._pages = self._batch, [], 0
        if batch:
            now = self.clock()
            for observation, each in zip(batch, self.recorder.record(batch, now), strict=True):
                self.tally.recorded(each)
                self.verdict.recorded(observation, each)
            for path, walk in [(path, walk) for path, walk in self._walks.items() if len(walk.read) >= walk.page_count]:
                del self._walks[path]
                self.recorder.close_walk(path, walk.began, now)
        self._written = time.monotonic()

    def more_pages(self) -> list[str]:
        """What is left to ask for when nothing is under way: second looks at what differs, and proofs of life.

        Empty when the crawl can end; then what was found has been weighed and told. Raises DatabaseError.
        """
        self.flush()
        return self.verdict.more_pages(self.clock())

    def _gather(self, observation: Observation) -> None:
        self._batch.append(observation)
        is_full = self._pages >= BATCH_PAGES or len(self._batch) >= BATCH_LOOKS
        if is_full or time.monotonic() - self._written >= BATCH_SECONDS:
            self.flush()
        self._on_progress(self.tally)

    def _read(self, capture: Capture) -> Observation:
        key = self._key(capture.page) if capture.kind == "statement" else ""
        if capture.status == 304:
            self.tally.looked()
            self.tally.answers += 1
            if capture.kind == "listing":
                self._walked(capture, None)
            return PageSeen(capture=capture, key=key)
        if capture.kind == "robots":
            return PageSeen(capture=capture)
        if capture.status != 200:
            return self._problem(capture, key, _status_code(capture.status), f"The site answered {capture.status}.")
        try:
            if capture.kind == "listing":
                return self._read_listing(capture)
            statement = extract_statement(self.plan.profile, capture, self.plan.urls)
        except ExtractionError as error:
            return self._problem(capture, key, error.code, error.detail)
        self.tally.looked()
        self.tally.answers += 1
        answered = self.plan.urls.canonical(capture.url) or capture.page
        return StatementSeen(
            capture=capture,
            statement=statement,
            extractor=extractor_id(self.plan.profile),
            page="" if answered == capture.page else answered,
        )

    def _read_listing(self, capture: Capture) -> Observation:
        listing = self.read_listing(capture)
        known = self.plan.survey.sections.get(listing.section)
        if not listing.items and known is not None and known.items:
            # Zero items where there were items is a failure of the site or of ours, never a quiet day.
            return self._problem(capture, "", "listing-empty", "The listing names no statement, though it did before.")
        self.tally.looked()
        self.tally.answers += 1
        if self._is_short(listing, known.items if known is not None else 0):
            self.tally.problem(
                "listing-short", capture.page, "The listing names less than half of what it named before."
            )
            return ListingSeen(capture=capture, listing=listing, code="listing-short")
        self._walked(capture, listing.page_count)
        return ListingSeen(capture=capture, listing=listing)

    def _is_short(self, listing: Listing, before: int) -> bool:
        """Whether a list lost so much that it is rather cut than weeded; the operator's word makes it right."""
        if listing.number or self.plan.accept:
            return False
        room = len(listing.items) * listing.page_count
        return before > self.plan.rules.mass_change_floor + room and before > 2 * room

    def _walked(self, capture: Capture, page_count: int | None) -> None:
        section = self.plan.urls.section(capture.page)
        if not self.plan.walks_whole(section) or self.plan.since is not None:
            return
        known = self.plan.survey.sections.get(section)
        walk = self._walks.setdefault(
            section, _Walk(began=capture.fetched, page_count=known.page_count if known else 1)
        )
        walk.read.add(self.plan.urls.listing_number(capture.page) or 0)
        walk.page_count = page_count or walk.page_count

    def _problem(self, capture: Capture, key: str, code: str, detail: str) -> Observation:
        self.tally.looked(code)
        if capture.kind != "statement" or code not in MISSING_CODES or not self.verdict.is_recorded(key):
            self.tally.problem(code, capture.page, detail)
        return PageSeen(capture=capture, code=code, key=key)

    def _key(self, page: str) -> str:
        doc_id = self.plan.urls.doc_id(page)
        return f"{self.plan.site}-{doc_id}" if doc_id else ""


def _status_code(status: int) -> str:
    return "http-5xx" if status >= 500 else f"http-{status}"


def session_of(crawler: Crawler) -> CrawlSession:
    """The session a crawler works for; the spider brings it, and Scrapy makes the spider first."""
    session = getattr(crawler.spider, "session", None)
    assert isinstance(session, CrawlSession)
    return session
