"""An answer of the site as a capture."""

from scrapy.http import Response

from crawler.session import CrawlSession
from store.model import Capture, CaptureKind


def capture_of(session: CrawlSession, response: Response, page: str, kind: CaptureKind) -> Capture:
    """The answer as a capture; `url` is where it came from, which is `page` itself when the site answered there."""
    urls = session.plan.urls
    direct = response.url == urls.fetch_url(page) and urls.fetch_base == urls.canonical_base
    return Capture(
        site=session.plan.site,
        kind=kind,
        page=page,
        url=page if direct else response.url,
        fetched=session.clock(),
        status=response.status,
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ),
        body=b"" if response.status == 304 else response.body,
    )
