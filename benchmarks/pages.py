"""The pages of a replica as captures, without a network between: what the stages and the disk are measured with."""

from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.profile import SiteProfile, load_profile
from crawler.urls import SiteUrls
from missionwatch.replica import DEFAULT_SECTIONS, ReplicaSite
from store.model import Capture, CaptureKind

SITE = "un"
FETCHED = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Every page of a replica that a first crawl would read: listings by section and number, statements once each."""

    site: ReplicaSite
    profile: SiteProfile
    urls: SiteUrls
    listings: list[Capture]
    statements: list[Capture]


def pages_of(count: int, seed: int = 7) -> Pages:
    """The pages of a replica with that many statements, as fetched from the site itself."""
    site = ReplicaSite(count=count, seed=seed)
    profile = load_profile("china-mission-un")
    urls = SiteUrls(profile)
    listings: list[Capture] = []
    for section in DEFAULT_SECTIONS:
        number = 0
        while (found := _capture(site, urls.listing(section, number), "listing")).status == 200:
            listings.append(found)
            number += 1
    return Pages(site=site, profile=profile, urls=urls, listings=listings, statements=statements_of(site, urls))


def statements_of(site: ReplicaSite, urls: SiteUrls, fetched: datetime = FETCHED) -> list[Capture]:
    """The pages of all statements as they are now, once each, by rising document id."""
    addresses = [f"{urls.canonical_base}{truth.urls[0]}" for truth in site.truth()]
    return [_capture(site, address, "statement", fetched) for address in addresses]


def _capture(site: ReplicaSite, page: str, kind: CaptureKind, fetched: datetime = FETCHED) -> Capture:
    answer = site.answer("/" + page.split("/", 3)[3])
    lines = answer.head.decode("latin-1").split("\r\n")[1:]
    headers = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines if line))
    return Capture(
        site=SITE,
        kind=kind,
        page=page,
        url=page,
        fetched=fetched,
        status=answer.status,
        headers=headers,
        body=answer.body,
    )
