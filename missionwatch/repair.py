"""Our own repairs, wired: what today's extractor and today's rules make of what is stored."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from missionwatch.config_model import Settings
from missionwatch.output import tell
from missionwatch.wiring import profile_of

if TYPE_CHECKING:
    from crawler.urls import SiteUrls
    from store.database import Database
    from store.model import Capture, Statement


def repair(settings: Settings, database: "Database", site: str) -> int:
    """Re-reads what an older extractor read, and says how many statements that were. The caller holds the lease.

    A crawl compares what it reads with what is kept; without this, every difference between the two extractors would
    look like an edit.
    """
    from crawler.extract import extractor_id
    from store.reextraction import needs_reextraction, reextract

    extractor = extractor_id(profile_of(settings.config, site))
    outdated = needs_reextraction(database, site, extractor)
    if outdated:
        reextract(database, site, reader_of(settings, site), extractor)
    return outdated


def index(database: "Database") -> None:
    """Brings the index of slices up to date; where that cannot be done now, says so and leaves it as it was."""
    from store.database import DatabaseError
    from store.indexing import catch_up
    from store.rules import RULES

    try:
        catch_up(database, RULES)
    except DatabaseError as error:
        tell(f"missionwatch: What is known of speakers, sections and kinds may be out of date. {error}")


def reader_of(settings: Settings, site: str) -> "Callable[[Capture], Statement]":
    """Reads a stored capture of a site as a crawl would today. Raises UnreadableError."""
    from crawler.extract import ExtractionError, extract_statement
    from crawler.urls import SiteUrls
    from store.reextraction import UnreadableError

    profile = profile_of(settings.config, site)
    canonical = settings.config.sites[site].base_url

    @lru_cache
    def urls_at(base: str) -> "SiteUrls":
        return SiteUrls(profile, base_url=base, canonical=canonical)

    def read(capture: "Capture") -> "Statement":
        # The host that answered was the site's, or a replica's that the operator named, or nothing was recorded.
        answered = urlsplit(capture.url)
        try:
            return extract_statement(profile, capture, urls_at(f"{answered.scheme}://{answered.netloc}"))
        except ExtractionError as error:
            raise UnreadableError(str(error)) from error

    return read
