"""The run record, from signals: what Scrapy's exit code and statistics do not say."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from crawler.session import CrawlSession, session_of
from store.database import DatabaseError

if TYPE_CHECKING:
    from crawler.spiders.statements import StatementsSpider

log = logging.getLogger(__name__)


class RunRecorder:
    """Extension: turns exceptions into problems of the run, and completes the run's record at the end.

    A spider's exception leaves Scrapy with exit code 0 and reason "finished", a pipeline's leaves no trace in the
    statistics at all; both are faults of this program, so the run cannot be `ok`.
    """

    def __init__(self, crawler: Crawler, session: CrawlSession) -> None:
        self._crawler = crawler
        self._session = session
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        recorder = cls(crawler, session_of(crawler))
        crawler.signals.connect(recorder.request_sent, signals.request_reached_downloader)
        crawler.signals.connect(recorder.spider_error, signals.spider_error)
        crawler.signals.connect(recorder.item_error, signals.item_error)
        crawler.signals.connect(recorder.spider_idle, signals.spider_idle)
        crawler.signals.connect(recorder.spider_closed, signals.spider_closed)
        return recorder

    def request_sent(self) -> None:
        self._session.tally.counts["requests"] += 1

    def spider_error(self, failure: Any, response: Any) -> None:
        page = getattr(getattr(response, "request", None), "url", "")  # a failure has no address, the start no request
        if isinstance(failure.value, DatabaseError):  # what is known could not be read: nothing can be judged any more
            self._session.tally.unrecorded(failure.value, page)
            if self._crawler.engine is not None:
                self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="archive_failed"))
            return
        self._session.tally.problem("spider-error", page, f"{type(failure.value).__name__}: {failure.value}")

    def item_error(self, item: Any, failure: Any) -> None:
        self._session.tally.unrecorded(failure.value, getattr(item, "page", ""))

    def spider_idle(self, spider: "StatementsSpider") -> None:
        """Nothing is under way any more: asks for second looks if any are needed, else lets the crawl end."""
        if self._session.tally.fatal is not None:
            return
        try:
            pages = self._session.more_pages()
        except Exception as error:  # as in `_flush`
            self._session.tally.unrecorded(error)
            log.info("record=failed verdict", exc_info=error)
            return
        engine = self._crawler.engine
        if pages and engine is not None:
            for page in pages:
                engine.crawl(spider.look_request(page))
            raise DontCloseSpider

    def spider_closed(self, reason: str) -> None:
        if reason not in ("finished", "archive_failed"):
            self._session.tally.problem("interrupted", "", f"The crawl was ended early ({reason}).")
        self._flush()
        tally = self._session.tally
        try:
            self._session.recorder.finish(tally, self._session.clock())
        except Exception as error:  # Scrapy would log it and go on as if the run were recorded
            tally.unrecorded(error)
            log.info("record=failed run", exc_info=error)

    def _flush(self) -> None:
        if self._session.tally.fatal is None:
            try:
                self._session.flush()
            except Exception as error:  # as above
                self._session.tally.unrecorded(error)
                log.info("record=failed batch", exc_info=error)
