"""Running crawls: Scrapy's settings from plain values, one event loop for all sites, signals that end it whole."""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.engine import SiteCrawler
from crawler.session import CrawlSession
from crawler.settings import SETTINGS
from crawler.spiders.statements import StatementsSpider

PULSE = 5.0
"""Seconds between two signs of life of a crawl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a site is treated. Times in seconds, sizes in bytes."""

    user_agent: str
    delay: float = 2.0
    concurrency: int = 1
    timeout: float = 60.0
    max_bytes: int = 32 * 1024 * 1024
    log_level: str = "WARNING"

    def settings(self) -> dict[str, Any]:
        """The same in Scrapy's words."""
        return {
            "USER_AGENT": self.user_agent,
            "DOWNLOAD_DELAY": self.delay,
            "CONCURRENT_REQUESTS": self.concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": self.concurrency,
            "DOWNLOAD_TIMEOUT": self.timeout,
            "DOWNLOAD_MAXSIZE": self.max_bytes,
            "LOG_LEVEL": self.log_level,
        }


def run_crawls(
    sessions: Sequence[tuple[CrawlSession, Manners]],
    spider: type[Spider] = StatementsSpider,
    *,
    pulse: Callable[[], None] | None = None,
) -> int | None:
    """Runs all crawls to their end; each session's tally and run record then tell what happened.

    Sites are crawled side by side: politeness is per site. Returns the number of the signal that ended them early,
    or None. A first SIGINT or SIGTERM ends the crawls in good order, a second ends the process. `pulse` is called by
    the event loop as long as it turns.
    """
    base = Settings(SETTINGS, priority="project")
    base.set("LOG_LEVEL", sessions[0][1].log_level if sessions else "WARNING", priority="cmdline")
    process = AsyncCrawlerProcess(base)
    # Scrapy opens its logger wide and leaves the choice to the handlers: two records a page for nobody.
    logging.getLogger("scrapy").setLevel(base["LOG_LEVEL"])
    for session, manners in sessions:
        settings = base.copy()
        settings.setdict(manners.settings(), priority="cmdline")
        process.crawl(SiteCrawler(spider, settings, init_reactor=False), session=session)
    ended_by: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        ended_by.append(number)
        signal.signal(number, signal.SIG_DFL)
        loop.call_soon_threadsafe(lambda: stopping.append(asyncio.ensure_future(process.stop())))

    stopping: list[asyncio.Future[None]] = []
    loop = asyncio.get_event_loop()
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}

    def beat() -> None:
        if pulse is not None:
            pulse()
            loop.call_later(PULSE, beat)

    loop.call_soon(beat)
    # What is loaded by now stays: looking through it for cycles again and again takes 3 % of a fast crawl's CPU time.
    gc.collect()
    gc.freeze()
    try:
        process.start(install_signal_handlers=False)
    finally:
        gc.unfreeze()
        for number, handler in before.items():
            signal.signal(number, handler)
    return ended_by[0] if ended_by else None
