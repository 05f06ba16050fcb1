"""Captures to what they say. Pure: bytes and an address in, frozen records out; no network, no clock, no Scrapy."""

from crawler.extract.article import extract_statement
from crawler.extract.errors import ExtractionError
from crawler.extract.listing import extract_listing
from crawler.extract.recognition import recognise
from crawler.profile import SiteProfile

EXTRACTOR = "1"
"""Counted up whenever the same capture may give another result than before."""


def extractor_id(profile: SiteProfile) -> str:
    """What a version records as its extractor: `china-mission-un/1`."""
    return f"{profile.name}/{EXTRACTOR}"


__all__ = ["EXTRACTOR", "ExtractionError", "extract_listing", "extract_statement", "extractor_id", "recognise"]
