"""From capture to archive, one way: fetch → extract → record → decide. The crawl's nine lines:

listing fronts and missing statements          crawler.plan
  | fetch politely, on the site only           crawler.guard, crawler.robots, Scrapy
  | capture the bytes as they are              crawler.spiders.statements
  | recognise and read                         crawler.extract
  | gather a small batch                       crawler.session
  | write it in one transaction                store.archive
  | decide what it means                       store.decision
  | note the change in the log                 store.changelog
  | tell                                       feeds
"""

import asyncio
import logging
from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.session import CrawlSession, session_of
from store.model import Capture

LARGE = 256 * 1024
"""A page of more bytes is recorded at once, since a batch counts pages: of 30 MB each, they took 600 MB."""

log = logging.getLogger(__name__)


class RecordPipeline:
    """The only pipeline: hands captures to the session, which reads and records them."""

    def __init__(self, crawler: Crawler, session: CrawlSession) -> None:
        self._crawler = crawler
        self._session = session
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, session_of(crawler))

    async def process_item(self, item: Any) -> Any:
        """What Scrapy's own engine calls; ours need not wait."""
        self.take(item)

    def take(self, item: Any) -> None:
        """Hands a capture to the session; the crawl ends when it cannot be recorded."""
        assert isinstance(item, Capture), "the spider yields captures only"
        if self._session.tally.fatal is not None:
            return
        try:
            self._session.take(item)
            if len(item.body) > LARGE:
                self._session.flush()
        except Exception as error:
            # Nothing can be kept any more: going on would only ask the site for pages to throw away.
            self._session.tally.unrecorded(error, item.page)
            log.info("record=failed page=%s", item.page, exc_info=error)
            assert self._crawler.engine is not None
            # Not awaited: closing waits for this very item.
            self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="archive_failed"))
