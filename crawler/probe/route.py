"""Which pages a probe asks for, and when it stops: about a dozen, each for something that the profile claims."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from urllib.parse import urljoin

from crawler.extract.documents import read_document
from crawler.extract.errors import ExtractionError
from crawler.profile import Section
from crawler.urls import SiteUrls
from crawler.visit import Answer, Reader, Route, Visit
from store.model import Capture, Listing

ROBOTS, HOME, SCHEME = "robots", "home", "scheme"
LISTING, LAST, AFTER = "listing", "last-page", "page-after"
STATEMENT, AGAIN, MISSING, SECTION = "statement", "again", "missing", "section"
"""Roles of visits; those of a language or a section have it in brackets: `home[en]`."""

LISTINGS_TRIED = 3
SECTIONS_TRIED = 2
NO_RULES = frozenset({"redirects", "off-site"})
"""Failures of robots.txt that mean "no rules" (RFC 9309 §2.3.1.2); any other means that nothing may be asked."""
WALLS = frozenset({"blocked", "robots", "http-401", "http-403", "http-405", "http-412", "http-418", "http-429"})
"""Refusals of a site that is there and does not want to be read; 405 is what one wall answers to a GET."""


def probe_route(reader: Reader, sections: Sequence[str], *, obey_robots: bool = True) -> Route:
    """The visits of a probe: robots.txt, homes, a listing with its ends, a statement twice, a page that cannot be.

    `sections` are paths in the order worth trying. Ends early where going on would be knocking at a closed door.
    """
    urls = reader.urls
    robots = yield Visit(role=ROBOTS, page=f"{urls.canonical_base}/robots.txt", kind="robots")
    if robots.capture is None and robots.code not in NO_RULES:
        yield from _other_scheme(urls, home_pages(reader)[0][1])
        return
    if obey_robots and (robots.status or 0) >= 500:
        return
    homes = []
    for tag, page in home_pages(reader):
        homes.append((yield Visit(role=f"{HOME}[{tag}]", page=page, kind="listing")))
    if all(home.capture is None or reader.refusal(home) in WALLS for home in homes):
        return
    yield from _other_scheme(urls, homes[0].visit.page)
    listing = yield from _listing(reader, sections)
    pages = [item.page for item in listing.items] if listing else list(linked_statements(urls, homes))
    if pages:
        yield from _statement(reader, pages[0])
    main = urls.language(pages[0]) if pages else None
    for section in inferred_sections(reader):
        answer = yield Visit(role=f"{SECTION}[{section.path}]", page=urls.listing(section.path), kind="listing")
        found = reader.listing(answer)
        if isinstance(found, Listing) and found.items and found.language != main:
            yield Visit(role=f"{STATEMENT}[{found.language}]", page=found.items[0].page, kind="statement")


def home_pages(reader: Reader) -> list[tuple[str, str]]:
    """Tag and canonical address of each language's home."""
    urls = reader.urls
    pages = [(each.tag, urls.canonical(f"{urls.canonical_base}/{each.prefix}")) for each in reader.profile.languages]
    return [(tag, page) for tag, page in pages if page is not None]


def inferred_sections(reader: Reader) -> tuple[Section, ...]:
    """The sections that a crawl visits on the strength of an inference, as many as a probe has time for."""
    found = [each for each in reader.profile.sections if each.evidence == "inferred" and each.crawl]
    return tuple(found[:SECTIONS_TRIED])


def linked_statements(urls: SiteUrls, answers: Iterable[Answer]) -> Iterator[str]:
    """Addresses of statements that pages link."""
    for answer in answers:
        if answer.capture is None or answer.status != 200:
            continue
        try:
            anchors = read_document(answer.capture).tree.css("a[href]")
        except ExtractionError:
            continue
        for anchor in anchors:
            page = urls.canonical(urljoin(answer.visit.page, anchor.attributes.get("href") or ""))
            if page and urls.doc_id(page):
                yield page


def missing_page(urls: SiteUrls, page: str) -> str:
    """The address of a statement that cannot exist: this one's, with a document id of zeros only."""
    path = urls.path(page) or "/"
    documents = urls.profile.documents
    found = documents.path.search(path) or (documents.old_path.search(path) if documents.old_path else None)
    assert found, page
    start, end = found.span("id")
    return f"{urls.canonical_base}{path[:start]}{'0' * (end - start)}{path[end:]}"


def _other_scheme(urls: SiteUrls, page: str) -> Route:
    scheme, _, host = urls.fetch_base.partition("://")
    address = f"{'http' if scheme == 'https' else 'https'}://{host}{urls.path(page) or '/'}"
    if urls.fetchable(address):  # not where the port is a special one: one port speaks one of the two
        yield Visit(role=SCHEME, page=page, kind="listing", address=address)


def _listing(reader: Reader, sections: Sequence[str]) -> Generator[Visit, Answer, Listing | None]:
    """Visits the first section whose list can be read, that list's last page, and the one that should not be there."""
    urls = reader.urls
    for section in sections[:LISTINGS_TRIED]:
        front = reader.listing((yield Visit(role=LISTING, page=urls.listing(section), kind="listing")))
        if isinstance(front, Listing) and front.items:
            if front.page_count > 1:
                yield Visit(role=LAST, page=urls.listing(section, front.page_count - 1), kind="listing")
            yield Visit(role=AFTER, page=urls.listing(section, front.page_count), kind="listing")
            return front
    return None


def _statement(reader: Reader, page: str) -> Route:
    answer = yield Visit(role=STATEMENT, page=page, kind="statement")
    if answer.capture is not None and answer.status == 200 and (headers := conditions(answer.capture)):
        yield Visit(role=AGAIN, page=page, kind="statement", headers=headers)
    yield Visit(role=MISSING, page=missing_page(reader.urls, page), kind="statement")


def conditions(capture: Capture) -> dict[str, str]:
    """Headers that ask for a page only if it is another than this; empty if it came without validators."""
    found = {"If-None-Match": capture.header("etag"), "If-Modified-Since": capture.header("last-modified")}
    return {name: value for name, value in found.items() if value}
