"""Recording a replica's pages as a crawl records them, without the network: extracted ahead, in the crawl's batches."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime

from benchmarks.pages import FETCHED, SITE, Pages
from crawler.extract import extract_listing, extract_statement, extractor_id
from crawler.session import BATCH_PAGES
from store import schema
from store.archive import Archive
from store.database import Database
from store.model import Capture
from store.observation import ListingSeen, Observation, Recorded, StatementSeen
from store.runs import start_run


def seen(pages: Pages, captures: Sequence[Capture], *, confirmed: bool = False) -> list[StatementSeen]:
    """What a crawl hands to the archive for these captures of statements; `confirmed` as by a second look."""
    extractor = extractor_id(pages.profile)
    return [
        StatementSeen(
            capture=each,
            statement=extract_statement(pages.profile, each, pages.urls),
            extractor=extractor,
            confirmed=confirmed,
        )
        for each in captures
    ]


@contextmanager
def archive_of(pages: Pages, url: str) -> Iterator[Archive]:
    """The archive of a database that is empty or has its tables; it knows the pages' listings and no statement yet."""
    with closing(Database(url)) as database:
        schema.ensure(database)
        archive = Archive(database, start_run(database, SITE, "full", FETCHED))
        listings: list[Observation] = [
            ListingSeen(capture=each, listing=extract_listing(pages.profile, each, pages.urls))
            for each in pages.listings
        ]
        archive.record(listings, FETCHED)
        yield archive


def record_all(archive: Archive, observations: Sequence[Observation], now: datetime) -> list[Recorded]:
    """Records everything in batches of the size that a crawl without delay makes."""
    starts = range(0, len(observations), BATCH_PAGES)
    return [each for at in starts for each in archive.record(observations[at : at + BATCH_PAGES], now)]
