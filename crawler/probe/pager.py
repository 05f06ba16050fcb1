"""Judging how a list goes on: the number of its pages, their names, and what stands behind the last."""

import re
from collections.abc import Iterator, Mapping

from crawler.extract import ExtractionError
from crawler.extract.documents import Document
from crawler.extract.text import normalise_text
from crawler.probe.elements import described
from crawler.probe.finding import Finding, listed, quoted
from crawler.probe.route import AFTER, LAST
from crawler.visit import Answer, Reader
from store.model import Listing


def pager_findings(
    reader: Reader, front: Answer, document: Document, answers: Mapping[str, Answer]
) -> Iterator[Finding]:
    """What a list's front page says about its pages, and what its last page and the one after it answered."""
    section = reader.urls.section(front.visit.page)
    last, after = (
        answer if answer and reader.urls.section(answer.visit.page) == section else None
        for answer in (answers.get(LAST), answers.get(AFTER))
    )
    listings = reader.profile.listings
    matches = [found for pattern in listings.page_count if (found := pattern.search(document.source))]
    yield _count(reader, matches[0]) if matches else _uncounted(reader, document, after)
    if listings.current_page is not None:
        yield _current(listings.current_page, document, counted=bool(matches))
    yield _further(reader, last, int(matches[0]["count"]) if matches else None)
    yield _end(reader, after if matches else None)


def _count(reader: Reader, found: re.Match[str]) -> Finding:
    return Finding(
        check="pager",
        ok=True,
        found=f"{quoted(normalise_text(found[0]))}, so {found['count']} pages",
        expected=_counts(reader),
        profile_key="listings.page_count",
        inferred=found.re is not reader.profile.listings.page_count[0],
    )


def _uncounted(reader: Reader, document: Document, second: Answer | None) -> Finding:
    """A list that does not say how many pages it has; `second` is what its second page answered, if it was asked."""
    listings = reader.profile.listings
    pagers = [node for each in listings.pager if (node := document.tree.css_first(each.css)) is not None]
    text = normalise_text(pagers[0].text()) if pagers else ""
    if pagers:
        seen = f"none; `{described(pagers[0])}` holds {quoted(text) if text else 'no text'}"
    else:
        seen = f"none, and no element is {listed(each.css for each in listings.pager)}"
    # Without any pager, a list that has no second page either may just be a short one.
    single = not text and second is not None and reader.refusal(second) in ("http-404", "http-410", "soft-404")
    if second is not None:
        listing = reader.listing(second)
        count = f" with {len(listing.items)} statements" if isinstance(listing, Listing) else ""
        seen += f"; {second.visit.page.rpartition('/')[2]}: {second.came}{count}"
    return Finding(
        check="pager",
        ok=None if single else False,
        found=seen,
        expected=_counts(reader),
        profile_key="listings.page_count",
        advice=""
        if single
        else "Add a pattern that fits how this site states the number now; till then no further page can be read.",
    )


def _counts(reader: Reader) -> str:
    return f"the number of pages, by {listed(pattern.pattern for pattern in reader.profile.listings.page_count)}"


def _current(pattern: re.Pattern[str], document: Document, *, counted: bool) -> Finding:
    found = pattern.search(document.source)
    right = found is not None and int(found["number"]) == 0
    ok = right if found or counted else None
    return Finding(
        check="pager-number",
        ok=ok,
        found=quoted(normalise_text(found[0])) if found else "the page does not say which page of the list it is",
        expected=f"the front page says that it is page 0, by `{pattern.pattern}`",
        profile_key="listings.current_page",
        advice="Let the pattern fit, or drop it; without it a page that answers in place of another goes unnoticed."
        if ok is False
        else "",
    )


def _further(reader: Reader, answer: Answer | None, count: int | None) -> Finding:
    listings = reader.profile.listings
    listing = reader.listing(answer) if answer else None
    name = answer.visit.page.rpartition("/")[2] if answer else listings.further
    if answer is None:
        found = "not asked: the list has one page" if count == 1 else "not asked: the number of pages is not known"
    elif isinstance(listing, Listing) and listing.items:
        found = f"{name} answers with {len(listing.items)} statements"
    else:
        found = f"{name}: {answer.came}" + (f", {listing.detail}" if isinstance(listing, ExtractionError) else "")
    works = isinstance(listing, Listing) and bool(listing.items)
    return Finding(
        check="pager-further",
        ok=None if answer is None or answer.tells_nothing else works,
        found=found,
        expected=f"the last page of the list answers under the name `{listings.further}`",
        profile_key="listings.further",
        advice=f"Correct it or `listings.first_number`; page 2 is asked for as {reader.urls.listing('…', 1)}."
        if answer and not works and not answer.tells_nothing
        else "",
    )


def _end(reader: Reader, answer: Answer | None) -> Finding:
    expected = "behind the last page: 404, or a page that is known to be none of the list"
    key = "listings.page_count"
    if answer is None:
        return Finding(check="pager-end", ok=None, found="not asked", expected=expected, profile_key=key, inferred=True)
    name = answer.visit.page.rpartition("/")[2]
    refusal = reader.refusal(answer)
    listing = reader.listing(answer)
    advice = ""
    ok: bool | None = True
    if refusal in ("http-404", "http-410", "soft-404"):
        found = f"{name}: {answer.came}" + (", known as no page of the list" if refusal == "soft-404" else "")
    elif isinstance(listing, ExtractionError) and listing.code == "soft-404":
        found = f"{name}: {answer.came}, known as none: {listing.detail}"
    elif isinstance(listing, Listing):
        ok = False
        found = f"{name}: {answer.came} with {len(listing.items)} statements"
        advice = "The site serves more pages than it announces, or another one in place of a missing one; in the "
        advice += "latter case set `listings.current_page`, in the former nothing: a full crawl asks for one page more."
        key = "listings.current_page"
    elif answer.status == 200:
        ok = False
        found = f"{name}: {answer.came} with a page that fits no rule"
        key = "refusals.soft_404_titles"
        advice = "Add the title of that page to the rules by which missing pages are known."
    else:
        ok = None
        found = f"{name}: {answer.came}"
    return Finding(
        check="pager-end", ok=ok, found=found, expected=expected, profile_key=key, advice=advice, inferred=True
    )
