"""The gate in front of the network: no request leaves for anything but the site, whoever asked for it.

Scrapy's own offsite middleware lets start requests and their redirects through, so every request is checked here,
redirected and retried ones too, and every address a name resolves to (crawler.resolver).
"""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.session import CrawlSession, session_of


class OffSiteError(IgnoreRequest):
    """A request for an address that is not the site's."""


class GivenUpError(IgnoreRequest):
    """A request that was not sent, since the last ones all failed."""


class SiteGuard:
    """Downloader middleware, first in line."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(session_of(crawler))

    def process_request(self, request: Request) -> None:
        if self._session.tally.is_hopeless:
            raise GivenUpError("Too many requests in a row failed; the rest was not asked for.")
        if not self._session.plan.urls.fetchable(request.url):
            raise OffSiteError(f"{request.url} is not an address of the site; it was not asked for.")


class Redirects(RedirectMiddleware):
    """Scrapy's redirects without a Referer header, so that no middleware for it has to see every page."""

    def handle_referer(self, request: Request, response: Response) -> None:
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Scrapy's looks for that middleware here, and warns at each start that it is missing."""
