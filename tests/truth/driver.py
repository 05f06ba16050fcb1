"""Crawls without a network: the real spider, session, verdict, archive and gate over a replica asked directly.

Only Scrapy's engine and HTTP are left out, so that simulated days take seconds. What the engine adds is held to account
by the tests of whole crawls. Time is a clock that the test turns.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urljoin

from scrapy import Request
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response, TextResponse
from sqlalchemy import select

from crawler.guard import OffSiteError
from crawler.plan import CrawlPlan
from crawler.profile import load_profile
from crawler.session import CrawlSession
from crawler.spiders.statements import StatementsSpider
from crawler.tally import Tally
from crawler.urls import SiteUrls
from missionwatch.recording import ArchiveRecorder
from missionwatch.replica import ReplicaSite
from store.blobs import BlobCache, BlobShelf
from store.database import Database
from store.gate import held_statements
from store.incidents import Incident, incidents
from store.model import Capture, ChangeRecord, StatementRecord
from store.reader import ChangeFilter, Reader
from store.runs import start_run
from store.survey import survey
from store.tables import capture, page
from store.truth import TruthRules

BASE = "https://un.china-mission.gov.cn"
START = datetime(2026, 4, 1, 12, tzinfo=UTC)


@dataclass
class Clock:
    """The time, as the test says; each look at it takes a millisecond."""

    now: datetime = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class Asked(NamedTuple):
    """A request that a crawl made."""

    at: datetime
    path: str
    conditional: bool


@dataclass
class Simulation:
    """A replica, an archive and a clock."""

    site: ReplicaSite
    database: Database
    clock: Clock = field(default_factory=Clock)
    rules: TruthRules = field(default_factory=TruthRules)
    asked: list[Asked] = field(default_factory=list)
    """Every request so far, redirects not counted."""

    def crawl(self, *, full: bool = False, recheck: bool = False, accept: bool = False) -> Tally:
        """One crawl, from its plan to its record."""
        profile = load_profile("china-mission-un")
        plan = CrawlPlan(
            site="un",
            profile=profile,
            urls=SiteUrls(profile),
            survey=survey(self.database, "un"),
            sections=tuple(self.site.catalogue.sections),
            full=full,
            recheck=recheck,
            rules=self.rules,
            accept=accept,
            waiting=tuple(url for url, _ in held_statements(self.database, "un").values()),
        )
        run_id = start_run(self.database, "un", plan.mode, self.clock())
        recorder = ArchiveRecorder(self.database, "un", run_id, self.rules)
        session = CrawlSession(plan, recorder, self.clock)
        self._drive(StatementsSpider(session), session)
        recorder.finish(session.tally, self.clock())
        return session.tally

    def look_again(self) -> Tally:
        """A crawl that looks at everything: whole listings and every known statement."""
        return self.crawl(full=True, recheck=True)

    def changes(self, *types: str) -> list[ChangeRecord]:
        """The news so far, oldest first, of these types or of all."""
        found = Reader(self.database).changes(ChangeFilter())
        return [each for each in found if not types or each.type in types]

    def incidents(self, *, only_open: bool = True) -> list[Incident]:
        return incidents(self.database, "un", only_open=only_open)

    def stored(self, path: str) -> list[tuple[int, bytes]]:
        """Status and body of every capture of a page, oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                select(capture.c.status, capture.c.blob_id)
                .join(page, page.c.id == capture.c.page_id)
                .where(page.c.url == BASE + path)
                .order_by(capture.c.id)
            ).all()
            shelf = BlobShelf(connection, BlobCache())
            return [(row.status, shelf.get(row.blob_id)) for row in rows]

    def record(self, doc_id: str) -> StatementRecord:
        """A statement as kept, with its versions and coverage."""
        found = Reader(self.database).statement(f"un-{doc_id}")
        assert found is not None
        return found

    def _drive(self, spider: StatementsSpider, session: CrawlSession) -> None:
        queue: deque[Request] = deque(asyncio.run(_collected(spider)))
        while True:
            while queue:
                request = queue.popleft()
                conditional = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
                self.asked.append(Asked(self.clock(), request.url.removeprefix(BASE), conditional))
                for result in _answered(spider, request, self.site):
                    if isinstance(result, Capture):
                        session.take(result)
                    elif isinstance(result, Request):
                        queue.append(result)
            pages = session.more_pages()
            if not pages:
                return
            queue.extend(spider.look_request(page) for page in pages)


async def _collected(spider: StatementsSpider) -> list[Request]:
    return [request async for request in spider.start()]


_FAILURES = (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
_NO_ANSWER: dict[str, Callable[[], Exception]] = {
    "refuse": DownloadConnectionRefusedError,
    "drop": DownloadFailedError,
    "timeout": DownloadTimeoutError,
}


def _answered(spider: StatementsSpider, request: Request, site: ReplicaSite) -> list[object]:
    assert request.callback is not None
    try:
        if site.outage_kind in _NO_ANSWER:
            raise _NO_ANSWER[site.outage_kind]()
        response = _fetch(spider, request, site)
    except _FAILURES as error:
        return list(spider.failed(SimpleNamespace(request=request, value=error)))
    return list(request.callback(response, **request.cb_kwargs))


def _fetch(spider: StatementsSpider, request: Request, site: ReplicaSite) -> Response:
    url = request.url
    for _ in range(5):
        given = site.answer(url.removeprefix(BASE))
        etag = (request.headers.get("If-None-Match") or b"").decode()
        since = (request.headers.get("If-Modified-Since") or b"").decode()
        if given.unchanged(etag, since):
            given = given.not_modified()
        if given.cut:
            raise ResponseDataLossError
        lines = [line.split(": ", 1) for line in given.head.decode("latin-1").split("\r\n")[1:] if ": " in line]
        headers = {name: value for name, value in lines if name != "Content-Length"}
        if given.status not in (301, 302, 303, 307, 308):
            break
        url = urljoin(url, headers["Location"])
        if not spider.session.plan.urls.fetchable(url):
            raise OffSiteError(f"{url} is not an address of the site; it was not asked for.")
    else:
        raise IgnoreRequest
    return TextResponse(url, status=given.status, headers=headers, body=given.body, request=request, encoding="utf-8")
