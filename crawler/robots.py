"""robots.txt: obeyed, kept for a day, and no reason to stop where the family's server redirects it in a loop.

RFC 9309 in short: an answer may be kept for 24 hours; "unavailable" (4xx, or more redirects than one follows) means no
rules; "unreachable" (5xx, no connection) means that nothing may be asked, unless an older copy says otherwise. Many
hosts of this family answer /robots.txt with a redirect loop or an HTML page; both are "no rules".
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Self

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.capture import capture_of
from crawler.failures import describe
from crawler.session import CrawlSession, session_of

log = logging.getLogger(__name__)

AGENT = "missionwatch"
"""The product token that rules may name."""
MAX_CRAWL_DELAY = 60.0
MAX_BYTES = 512 * 1024
"""Of rules that are read; RFC 9309 asks for 500 KiB at least. 2 MB of rules took 3 s and 200 MB of memory."""


class RobotsDeniedError(IgnoreRequest):
    """A request that robots.txt forbids."""


class RobotsUnreadableError(IgnoreRequest):
    """A request that may not be sent because robots.txt cannot be read; that itself is the run's one problem."""


class RobotsGate:
    """Downloader middleware: asks for the rules before the first request, then lets through what they allow."""

    def __init__(self, crawler: Crawler, session: CrawlSession) -> None:
        self._crawler = crawler
        self._session = session
        self._page = f"{session.plan.urls.canonical_base}/robots.txt"
        self._rules: asyncio.Task[Protego | None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, session_of(crawler))

    def process_request(self, request: Request) -> Coroutine[Any, Any, None] | None:
        if not self._session.plan.obey_robots or request.meta.get("robots"):
            return None
        if self._rules is None:
            self._rules = asyncio.ensure_future(self._fetch())
        if not self._rules.done():
            return self._wait(self._rules, request)
        self._check(self._rules.result(), request)
        return None

    async def _wait(self, rules: "asyncio.Task[Protego | None]", request: Request) -> None:
        self._check(await asyncio.shield(rules), request)

    def _check(self, rules: Protego | None, request: Request) -> None:
        if rules is None:
            raise RobotsUnreadableError("robots.txt could not be read, so no page was asked for.")
        if not rules.can_fetch(request.url, AGENT):
            raise RobotsDeniedError("robots.txt of the site forbids this page.")

    async def _fetch(self) -> Protego | None:
        """The rules; None while they cannot be known."""
        kept = self._session.recorder.kept_robots(self._page, self._session.clock())
        if kept is not None and kept[0] < 500:
            return self._parse(*kept)
        request = Request(
            self._session.plan.urls.fetch_url(self._page), meta={"robots": True}, priority=1000, dont_filter=True
        )
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:
            code, detail = describe(error)
            if code in ("redirects", "off-site"):
                log.info("robots=none why=%s", error)
                return Protego.parse("")
            self._unreadable(code, detail)  # whatever kept the answer away, it is not there
            return None
        if response.status >= 500:
            self._unreadable("http-5xx", f"The site answered {response.status}.")
            return None
        self._keep(response)
        return self._parse(response.status, response.body)

    def _unreadable(self, code: str, detail: str) -> None:
        told = f"{detail} Without robots.txt no page was asked for; `crawl.robots` can change that."
        self._session.tally.problem(code, self._page, told)

    def _keep(self, response: Response) -> None:
        self._session.take(capture_of(self._session, response, self._page, "robots"))

    def _parse(self, status: int, body: bytes) -> Protego:
        if len(body) > MAX_BYTES:
            body = body[:MAX_BYTES].rpartition(b"\n")[0]  # half a rule is none
        text = body.decode("utf-8", "replace")
        if status != 200 or "<html" in text[:2000].lower():
            log.info("robots=none why=status %s or an HTML page", status)
            return Protego.parse("")
        rules = Protego.parse(text)
        delay = rules.crawl_delay(AGENT)
        if delay is not None:
            self._slow_down(min(float(delay), MAX_CRAWL_DELAY))
        return rules

    def _slow_down(self, delay: float) -> None:
        assert self._crawler.engine is not None
        downloader = self._crawler.engine.downloader
        for slot in downloader.slots.values():
            slot.delay = max(slot.delay, delay)
        # There is no slot yet when the rules come from the archive, and one that was idle for a minute is made anew.
        host = downloader.get_slot_key(Request(self._session.plan.urls.fetch_url(self._page)))
        own = self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        downloader.per_slot_settings.setdefault(host, {})["delay"] = max(own, delay)
