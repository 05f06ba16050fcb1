"""Judging a listing: whether it is there, its template, its items and their dates."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urljoin

from msgspec.structs import replace

from crawler.extract import ExtractionError, extract_listing
from crawler.extract.documents import Document, read_document
from crawler.extract.templates import fitting_listing
from crawler.probe.elements import described
from crawler.probe.finding import Finding, listed, quoted
from crawler.probe.pager import pager_findings
from crawler.profile import ListingTemplate
from crawler.visit import Answer, Reader
from store.model import Listing


def listing_findings(reader: Reader, tried: Sequence[Answer], answers: Mapping[str, Answer]) -> Iterator[Finding]:
    """What the listings that were tried say; the first that has items, or else the first that came, is judged."""
    full = [each for each in tried if (read := _leniently(reader, each)) is not None and read.items]
    judged = next(iter([*full, *(each for each in tried if each.status == 200), *tried]), None)
    for answer in tried:
        path = reader.urls.section(answer.visit.page)
        refusal = reader.refusal(answer)
        if refusal and not answer.tells_nothing:
            yield Finding(
                check=f"section[{path}]",
                ok=False,
                found=reader.reason(answer),
                expected="a listing",
                profile_key=f"sections[{path}]",
                advice="Correct or drop this section; `missionwatch sections` shows what the site's menus have.",
            )
    if judged is None or judged.capture is None or reader.refusal(judged):
        return
    document = read_document(judged.capture)
    template = fitting_listing(reader.profile, document)
    first = reader.profile.listings.templates[0]
    yield _template(reader, judged, document, template, first)
    if template is not None:
        yield from _items(reader, judged, document, template, _leniently(reader, judged))
        yield from pager_findings(reader, judged, document, answers)


def _template(
    reader: Reader, answer: Answer, document: Document, template: ListingTemplate | None, first: ListingTemplate
) -> Finding:
    key = f"listings.templates[{(template or first).name}].fingerprint"
    advice, found = "", f"`{template.name}` on {answer.visit.page}" if template else "no template fits"
    if template is None:
        place = _statement_links(reader, answer, document)
        found += f"; links to statements stand in `{place}`" if place else "; the page links no statement"
        advice = f"Put what marks a listing now into `{key}`, and the selector of its links into `items` beside it."
    elif template is not first:
        key = f"listings.templates[{template.name}]"
        advice = f"The page can be read; if all listings look so, put `listings.templates[{template.name}]` first."
    return Finding(
        check="listing-template",
        ok=template is first,
        found=found,
        expected=f"`{first.name}`, known by {listed(each.css for each in first.fingerprint)}",
        profile_key=key,
        advice=advice,
        inferred=template is not None and template is not first,
    )


def _leniently(reader: Reader, answer: Answer) -> Listing | None:
    """The listing without regard to its pager, which is judged by itself."""
    profile = replace(
        reader.profile, listings=replace(reader.profile.listings, pager=(), page_count=(), current_page=None)
    )
    if answer.capture is None:
        return None
    try:
        return extract_listing(profile, answer.capture, reader.urls)
    except ExtractionError:
        return None


def _items(
    reader: Reader, answer: Answer, document: Document, template: ListingTemplate, listing: Listing | None
) -> Iterator[Finding]:
    key = f"listings.templates[{template.name}]"
    items = listing.items if listing else ()
    place = _statement_links(reader, answer, document)
    instead = f"links to statements stand in `{place}`" if place else "the page links no statement"
    yield Finding(
        check="listing-items",
        # A list that links nothing at all is empty, and may well be so.
        ok=bool(items) if items or place else None,
        found=f"{len(items)} statements" if items else f"none; {instead}",
        expected=f"links to statements in {listed(each.css for each in template.items)}",
        profile_key=f"{key}.items",
        advice="Add the selector of these links." if place and not items else "",
    )
    label = listing.label if listing else ""
    yield Finding(
        check="listing-label",
        ok=bool(label),
        found=quoted(label) if label else "none",
        expected=f"the section's name in {listed(each.css for each in template.label)}",
        profile_key=f"{key}.label",
        advice="" if label else "Add the selector of the section's name above the list.",
    )
    if not items:
        return
    undated = [item.title for item in items if item.date is None]
    newest = max((each.date for each in items if each.date), default=None)
    yield Finding(
        check="listing-dates",
        ok=not undated,
        found=f"{len(items) - len(undated)} of {len(items)} items dated"
        + (f"; undated: {quoted(f'…{undated[0][-60:]}')}" if undated else f", newest {newest}"),
        expected="a date at the end of each item",
        profile_key="listings.item_date",
        advice="Let the pattern fit the end of the items as printed there." if undated else "",
    )


def _statement_links(reader: Reader, answer: Answer, document: Document) -> str | None:
    for anchor in document.tree.css("a[href]"):
        page = reader.urls.canonical(urljoin(answer.visit.page, anchor.attributes.get("href") or ""))
        if page and reader.urls.doc_id(page):
            return described(anchor, 4)
    return None
