"""Following a route over a replica without a network: each visit is answered by the site's own routes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from crawler.profile import SiteProfile, load_profile
from crawler.urls import SiteUrls
from crawler.visit import Answer, Reader, Route, Visit
from missionwatch.replica import ReplicaSite
from store.model import Capture

MOMENT = datetime(2026, 4, 1, 12, tzinfo=UTC)
REDIRECTS = 5


def reader(profile: SiteProfile | None = None) -> Reader:
    """A reader of the profile that comes with the program."""
    profile = profile or load_profile("china-mission-un")
    return Reader(profile=profile, urls=SiteUrls(profile))


def follow(route: Route, site: ReplicaSite, failing: dict[str, Answer] | None = None) -> list[Answer]:
    """The answers of all visits; a role in `failing` gets that answer's failure instead."""
    answers: list[Answer] = []
    visit = next(route, None)
    while visit is not None:
        failure = (failing or {}).get(visit.role)
        if failure is not None:
            answers.append(Answer(visit=visit, code=failure.code, detail=failure.detail))
        else:
            answers.append(_answer(visit, site))
        try:
            visit = route.send(answers[-1])
        except StopIteration:
            visit = None
    return answers


def _answer(visit: Visit, site: ReplicaSite) -> Answer:
    url = visit.address or visit.page
    redirects: list[int] = []
    while True:
        given = site.answer(urlsplit(url).path)
        conditions = (visit.headers.get("If-None-Match", ""), visit.headers.get("If-Modified-Since", ""))
        if given.unchanged(*conditions):
            given = given.not_modified()
        headers = tuple(_headers(given.head))
        location = dict(headers).get("Location")
        if location is None:
            break
        redirects.append(given.status)
        if len(redirects) > REDIRECTS:
            return Answer(visit=visit, code="redirects", detail="max redirections reached")
        url = urljoin(url, location)
    capture = Capture(
        site="un",
        kind=visit.kind,
        page=visit.page,
        url=url,
        fetched=MOMENT,
        status=given.status,
        headers=headers,
        body=given.body,
    )
    return Answer(visit=visit, capture=capture, redirects=tuple(redirects))


def _headers(head: bytes) -> Iterator[tuple[str, str]]:
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(": ")
        if value:
            yield name, value
