"""Visiting single pages politely: through the settings, the guard and the robots gate of a crawl, storing nothing.

Not in `crawler.spiders`: it cannot be started by `scrapy crawl`, so `scrapy list` does not offer it.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.capture import capture_of
from crawler.failures import describe
from crawler.plan import CrawlPlan
from crawler.robots import RobotsDeniedError, RobotsUnreadableError
from crawler.session import CrawlSession
from crawler.tally import Tally
from crawler.visit import Answer, Route, Visit
from store.observation import Observation, Recorded
from store.truth import Absence

RETRIES = 1
"""A crawl asks three times; who waits for the result at a terminal would rather know sooner."""


class VisitSession(CrawlSession):
    """A session that follows a route and keeps the answers in memory; `requests` of its tally counts as in a crawl."""

    def __init__(
        self,
        plan: CrawlPlan,
        route: Route,
        clock: Callable[[], datetime],
        on_visit: Callable[[Visit], None] = lambda visit: None,
    ) -> None:
        self._memory = _Memory()
        super().__init__(plan, self._memory, clock)
        self.answers: list[Answer] = []
        self._route = route
        self._on_visit = on_visit

    def first(self) -> Visit | None:
        """The first visit of the route."""
        return self._announced(next(self._route, None))

    def after(self, answer: Answer) -> Visit | None:
        """The visit that the route wants after this answer; None at its end."""
        self.answers.append(answer)
        if answer.visit.kind == "robots":
            self._memory.robots = _as_rules(answer)
        try:
            return self._announced(self._route.send(answer))
        except StopIteration:
            return None

    def _announced(self, visit: Visit | None) -> Visit | None:
        if visit is not None:
            self._on_visit(visit)
        return visit


class VisitsSpider(Spider):
    """Asks for one page after the other, each when the answer to the last is there. Yields requests only."""

    name = "visits"

    def __init__(self, session: VisitSession) -> None:
        super().__init__()
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = cls(kwargs["session"])
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """The first page of the route."""
        for request in self._requests(self.session.first()):
            yield request

    def answered(self, response: Response, visit: Visit) -> Iterator[Request]:
        """A page: its capture goes to the route, which names the next."""
        # Redirects leave their traces in `meta`; a reason that is no number is a meta refresh, which is not followed.
        reasons = response.meta.get("redirect_reasons", ())
        capture = capture_of(self.session, response, visit.page, visit.kind)
        redirects = tuple(each for each in reasons if isinstance(each, int))
        yield from self._requests(self.session.after(Answer(visit=visit, capture=capture, redirects=redirects)))

    def failed(self, failure: Any) -> Iterator[Request]:
        """A request without an answer: the route is told why."""
        match failure.value:
            case RobotsDeniedError() | RobotsUnreadableError() as error:
                code, detail = "robots", str(error)
            case error:
                code, detail = describe(error)
        visit = failure.request.cb_kwargs["visit"]
        yield from self._requests(self.session.after(Answer(visit=visit, code=code, detail=detail)))

    def _requests(self, visit: Visit | None) -> Iterator[Request]:
        if visit is not None:
            yield Request(
                visit.address or self.session.plan.urls.fetch_url(visit.page),
                callback=self.answered,
                errback=self.failed,
                headers=dict(visit.headers),
                cb_kwargs={"visit": visit},
                meta={"max_retry_times": RETRIES, "robots": visit.kind == "robots"},
                dont_filter=True,
            )


class _Memory:
    """Implements `crawler.session.Recorder` by keeping nothing but the rules for robots."""

    robots: tuple[int, bytes] | None = None

    def record(self, observations: Sequence[Observation], now: datetime) -> list[Recorded]:
        return [Recorded(effect="kept") for _ in observations]

    def remove(self, removals: Sequence[tuple[str, str, str | None]], now: datetime) -> list[Recorded]:
        return []

    def absences(self) -> list[Absence]:
        return []

    def weigh(
        self, candidates: Mapping[str, str | None], looked_at: Sequence[str], accept: bool, now: datetime
    ) -> bool:
        return True

    def close_walk(self, section: str, began: datetime, now: datetime) -> None:
        pass

    def finish(self, tally: Tally, now: datetime) -> None:
        pass

    def kept_robots(self, url: str, now: datetime) -> tuple[int, bytes] | None:
        """What the route's own visit found, so that the gate need not ask once more."""
        return self.robots


def _as_rules(answer: Answer) -> tuple[int, bytes] | None:
    """Status and body as the gate reads them; redirects without end are "unavailable", as a 404 is (crawler.robots)."""
    if answer.capture is not None:
        return answer.capture.status, answer.capture.body
    return (404, b"") if answer.code in ("redirects", "off-site") else None
