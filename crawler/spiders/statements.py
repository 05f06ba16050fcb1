"""The spider: which pages to ask for, and the answers as captures. It understands listings only to follow them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.capture import capture_of
from crawler.extract import ExtractionError
from crawler.failures import describe
from crawler.guard import GivenUpError
from crawler.robots import RobotsDeniedError, RobotsUnreadableError
from crawler.session import CrawlSession
from store.model import Capture, CaptureKind

OPEN_SESSION = "MISSIONWATCH_OPEN_SESSION"
"""Setting with the dotted path of a function that makes a session from the arguments of `scrapy crawl -a`."""

LISTING, STATEMENT, RECHECK = 10, 5, 0
"""Priorities: what is new is found first, then fetched, then what is known is looked at again."""


class StatementsSpider(Spider):
    """Configured sections → listing pages → statement pages. Yields captures and nothing else."""

    name = "statements"

    def __init__(self, session: CrawlSession) -> None:
        super().__init__()
        self.session = session
        self._plan = session.plan
        self._asked: set[str] = set()
        self._left = session.plan.limit
        self._announced: dict[str, int] = {}  # section → listing pages, as this crawl was told

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """With `session=` from `missionwatch crawl`; under plain `scrapy crawl` one is made from the `-a` arguments."""
        session = kwargs.pop("session", None) or load_object(crawler.settings[OPEN_SESSION])(**kwargs)
        spider = cls(session)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """First the fronts of the listings, then what is missing or due."""
        pages: list[str] = []
        fault: Exception | None = None
        try:
            pages += self._plan.first_pages(self.session.clock())  # as it is before anything is recorded
        except Exception as error:  # what is new is looked for all the same
            fault = error
        if self._plan.walks_listings:
            self._plan.survey.expect(self._plan.urls.listing(section, 0) for section in self._plan.sections)
            for section in self._plan.sections:
                yield self._listing_request(section, 0)
        if fault is not None:
            raise fault
        for page in pages:
            request = self._statement_request(page, RECHECK)
            if request is not None:
                yield request

    def parse_listing(self, response: Response, page: str, section: str, number: int) -> Iterator[Capture | Request]:
        """A listing page: its capture, requests for the statements that are wanted, the next page if it is needed."""
        capture = self._capture(response, page, "listing")
        known = self._plan.survey.sections.get(section)
        count = max(known.page_count if known else 0, self._announced.get(section, 0))
        if number and number >= count and not self._is_listing(capture):
            return  # asked for one page more than was announced, since one site of the family serves it
        self._plan.meet(section)
        if response.status != 200:
            yield capture
            # "Not modified" or failed: an incremental walk ends here, a whole one goes on to what was there before.
            yield from self._next_listing(section, number, count)
            return
        try:
            listing = self.session.read_listing(capture)
        except ExtractionError:
            yield capture
            yield from self._next_listing(section, number, count)
            return
        self._plan.meet(section, listing.items)
        pages = self._plan.vanished(listing)
        pages += [item.page for item in listing.items if self._plan.is_wanted(section, item)]
        self._plan.survey.expect(pages)
        yield capture
        for each in pages:
            request = self._statement_request(each, STATEMENT)
            if request is not None:
                yield request
        if self._left != 0 and self._plan.goes_on(listing) and number + 1 < self._plan.profile.listings.max_pages:
            whole = self._plan.walks_whole(section)
            if number + 1 < listing.page_count + whole:
                yield self._listing_request(section, number + 1, listing.page_count)

    def parse_statement(self, response: Response, page: str) -> Iterator[Capture | Request]:
        """A statement page: its capture; and where it is not there, a request for where else it is listed."""
        yield self._capture(response, page, "statement")
        if response.status in (404, 410):
            other = self._plan.elsewhere(page, self._plan.urls.doc_id(page) or "")
            if other is not None and other not in self._asked:
                self._asked.add(other)
                yield self.look_request(other)

    def failed(self, failure: Any) -> Iterator[Request]:
        """A request without an answer: a problem of the run, and a whole walk goes on behind it."""
        arguments = failure.request.cb_kwargs
        section, number = arguments.get("section"), arguments.get("number", 0)
        known = self._plan.survey.sections.get(section or "")
        count = known.page_count if known else 0
        if section and number and number >= max(count, self._announced.get(section, 0)):
            return
        match failure.value:
            case RobotsUnreadableError():
                return
            case GivenUpError():
                self.session.tally.problem("given-up", "", str(failure.value))
                return
            case RobotsDeniedError():
                self.session.tally.problem("robots", arguments["page"], str(failure.value))
            case error:
                kind: CaptureKind = "listing" if section else "statement"
                self.session.fail(kind, arguments["page"], *describe(error))
        if section:
            yield from self._next_listing(section, number, count)

    def _next_listing(self, section: str, number: int, count: int) -> Iterator[Request]:
        count = max(count, self._announced.get(section, 0))
        if self._plan.walks_whole(section) and number + 1 < count:
            yield self._listing_request(section, number + 1, count)

    def _listing_request(self, section: str, number: int, count: int = 0) -> Request:
        self._announced[section] = max(count, self._announced.get(section, 0))
        page = self._plan.urls.listing(section, number)
        # A section that was never read to its end needs its items, so "not modified" would be no answer.
        known = self._plan.survey.sections.get(section)
        return Request(
            self._plan.urls.fetch_url(page),
            callback=self.parse_listing,
            errback=self.failed,
            headers=self._plan.validators(page) if known and known.baselined else {},
            cb_kwargs={"page": page, "section": section, "number": number},
            priority=LISTING,
            dont_filter=True,
        )

    def look_request(self, page: str) -> Request:
        """An unconditional request for a statement page, whether it was asked for already or not."""
        return Request(
            self._plan.urls.fetch_url(page),
            callback=self.parse_statement,
            errback=self.failed,
            cb_kwargs={"page": page},
            priority=RECHECK,
            dont_filter=True,
        )

    def _statement_request(self, page: str, priority: int) -> Request | None:
        """A request for a statement, unless it was asked for already, under any address, or the limit is reached."""
        doc_id = self._plan.urls.doc_id(page) or page
        if doc_id in self._asked or self._left == 0:
            return None
        self._asked.add(doc_id)
        self._plan.survey.meet([doc_id])
        if self._left is not None:
            self._left -= 1
        return Request(
            self._plan.urls.fetch_url(page),
            callback=self.parse_statement,
            errback=self.failed,
            headers=self._plan.validators(page),
            cb_kwargs={"page": page},
            priority=priority,
            dont_filter=True,
        )

    def _is_listing(self, capture: Capture) -> bool:
        """Whether it is the page of a list, with items in it."""
        try:
            return capture.status == 200 and bool(self.session.read_listing(capture).items)
        except ExtractionError:
            return False

    def _capture(self, response: Response, page: str, kind: CaptureKind) -> Capture:
        return capture_of(self.session, response, page, kind)
