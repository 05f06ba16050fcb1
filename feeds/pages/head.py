"""What a page says of itself to programs: its address, its feeds, its relations to other pages."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from feeds.clean import safe_link
from feeds.pages.parts import Part
from feeds.permalinks import FEEDS, FORMATS, Format, Permalinks
from store.model import StatementRecord

MEDIA_TYPES: dict[Format, str] = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}
FORMAT_WORDS: dict[Format, str] = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
Chapter = Literal["timeline", "days", "feeds", "mail", "status", ""]
"""Which entry of the main menu a page belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """A feed that fits a page, for autodiscovery."""

    href: str
    media_type: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Everything in a page's `<head>` that differs between pages."""

    title: str
    """Empty for the page that goes by the name of the site alone."""
    canonical: str | None = None
    description: str = ""
    alternates: Sequence[Alternate] = ()
    """Beside those of everything."""
    relations: Sequence[tuple[str, str]] = ()
    """(relation, absolute address)."""
    chapter: Chapter = ""
    indexed: bool = True
    """Whether search engines should keep the page: not each combination of filters."""


def alternates(parts: Iterable[Part], absolute: Permalinks, formats: Sequence[Format] = FORMATS) -> Iterator[Alternate]:
    """The feeds of slices, each in these formats."""
    for part in parts:
        for name in FEEDS:
            for kind in formats:
                yield Alternate(
                    href=absolute.feed(name, kind, part.key),
                    media_type=MEDIA_TYPES[kind],
                    title=f"{part.label}: {name} ({FORMAT_WORDS[kind]})",
                )


def version_relations(record: StatementRecord, number: int, absolute: Permalinks) -> Iterator[tuple[str, str]]:
    """How a version stands to the others (RFC 5829), what to cite (RFC 8574) and what it is a copy of (RFC 7089)."""
    numbers = sorted(version.number for version in record.versions)
    yield "version-history", absolute.statement(record.key)
    yield "latest-version", absolute.version(record.key, max(numbers, default=record.version.number))
    for relation, other in neighbours(numbers, number):
        yield relation, absolute.version(record.key, other)
    yield "cite-as", absolute.version(record.key, number)
    if original := safe_link(record.page):
        yield "original", original


def neighbours(numbers: Sequence[int], number: int) -> Iterator[tuple[str, int]]:
    """The versions before and after, as far as there are any, by relation."""
    earlier = max((other for other in numbers if other < number), default=None)
    later = min((other for other in numbers if other > number), default=None)
    if earlier is not None:
        yield "predecessor-version", earlier
    if later is not None:
        yield "successor-version", later
