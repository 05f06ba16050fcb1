"""A capture of a list's page to its items and its place in the list."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.dates import read_date
from crawler.extract.documents import Document, read_document
from crawler.extract.errors import ExtractionError
from crawler.extract.links import PageLinks
from crawler.extract.recognition import check_answer, check_document, urls_of
from crawler.extract.templates import fitting_listing, read_value
from crawler.extract.text import normalise_text
from crawler.profile import ListingTemplate, SiteProfile
from crawler.urls import SiteUrls
from store.model import Capture, ListedItem, Listing


def extract_listing(profile: SiteProfile, capture: Capture, urls: SiteUrls | None = None) -> Listing:
    """The items of a list's page in their order; none if the frame is there and holds no links.

    Links that lead off the site or to no statement are left out. `urls` is needed only for a replica that is not on
    loopback. Raises ExtractionError: the codes of `recognise`, `listing-layout-changed` if no template fits, if there
    are links but no statement, or if a pager does not say how many pages there are.
    """
    urls = urls or urls_of(profile, capture)
    check_answer(capture, urls)
    number = urls.listing_number(capture.page)
    if number is None:
        raise ExtractionError("listing-layout-changed", f"{capture.page} is not the address of a list")
    document = read_document(capture)
    template = fitting_listing(profile, document)
    check_document(profile, document, template)
    if template is None:
        raise ExtractionError("listing-layout-changed", "no listing template of the profile fits the page")
    _check_number(profile, document, number)
    page = urls.canonical(capture.page) or capture.page
    links = PageLinks(urls, page)
    return Listing(
        site=capture.site,
        section=urls.section(page),
        language=urls.language(page),
        label=read_value(document.tree, template.label, links),
        number=number,
        page_count=_page_count(profile, document),
        items=_items(profile, document.tree, template, links),
    )


def _items(
    profile: SiteProfile, tree: LexborHTMLParser, template: ListingTemplate, links: PageLinks
) -> tuple[ListedItem, ...]:
    """The items of the first selector that gives any."""
    seen = 0
    for selector in template.items:
        anchors = tree.css(selector.css)
        seen += len(anchors)
        if items := [item for anchor in anchors if (item := _item(profile, anchor, links))]:
            return tuple(items)
    if seen:
        raise ExtractionError("listing-layout-changed", f"{seen} links, none of them to a statement")
    return ()


def _item(profile: SiteProfile, anchor: LexborNode, links: PageLinks) -> ListedItem | None:
    page = links.urls.canonical(anchor.attributes.get("href") or "", links.page)
    doc_id = links.urls.doc_id(page) if page else None
    if page is None or doc_id is None:
        return None
    title = normalise_text(anchor.text(separator=" ") if anchor.css_first("br") is not None else anchor.text())
    found = profile.listings.item_date.search(title)
    if found:
        title = title[: found.start()]
    elif anchor.parent is not None:
        # The older template prints the date behind the link.
        found = profile.listings.item_date.search(normalise_text(anchor.parent.text()))
    stated = read_date(found["date"], profile.date_formats) if found else None
    return ListedItem(doc_id=doc_id, page=page, title=title, date=stated.day if stated else None)


def _page_count(profile: SiteProfile, document: Document) -> int:
    listings = profile.listings
    for pattern in listings.page_count:
        if found := pattern.search(document.source):
            return min(max(int(found["count"]), 1), listings.max_pages)
    # A list of one page may have an empty pager; one that holds something and says nothing hides further pages.
    for selector in listings.pager:
        pager = document.tree.css_first(selector.css)
        if pager is not None and pager.css_first("a, script") is not None:
            raise ExtractionError("listing-layout-changed", "the pager does not say how many pages there are")
    return 1


def _check_number(profile: SiteProfile, document: Document, number: int) -> None:
    """A list that answers for a page beyond its end with another page would be read for ever."""
    pattern = profile.listings.current_page
    found = pattern.search(document.source) if pattern else None
    if found and int(found["number"]) != number:
        raise ExtractionError("soft-404", f"page {number} of the list answered as page {found['number']}")
