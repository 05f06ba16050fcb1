"""The sections that a site shows, beside those its profile knows. Pure: answers in, states out.

Menus are read without selectors of their own: on homes and listings, every link to a folder of the site is one of a
menu, a box or the way to the page, and each names a section.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

from crawler.extract import ExtractionError
from crawler.extract.documents import read_document
from crawler.extract.text import normalise_text
from crawler.probe.route import NO_RULES, WALLS, home_pages
from crawler.visit import Answer, Reader, Route, Visit
from store.model import Listing

MENU_PAGES = 15
"""Pages that are asked for their menus, homes included; sections that no menu names are asked besides."""

State = Literal["known", "missing", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLink:
    """A link to a section, on the first page that showed it."""

    section: str
    label: str
    seen_on: str
    """Path of that page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionState:
    """One section: known (in the profile and on the site), missing (not in the profile), gone (not on the site)."""

    section: str
    label: str
    state: State
    evidence: str
    lists: bool | None = None
    """Whether it was seen to list statements; None if it was not asked."""

    def as_json(self) -> dict[str, object]:
        """The object of `sections --json`."""
        return {"section": self.section, "label": self.label, "state": self.state, "evidence": self.evidence}


def sections_route(reader: Reader, *, obey_robots: bool = True) -> Route:
    """Homes, then sections for their side menus, then what the profile has and no menu names."""
    answers = [(yield Visit(role="robots", page=f"{reader.urls.canonical_base}/robots.txt", kind="robots"))]
    robots = answers[0]
    if robots.capture is None and robots.code not in NO_RULES:
        return
    if obey_robots and (robots.status or 0) >= 500:
        return
    for tag, page in home_pages(reader):
        answers.append((yield Visit(role=f"home[{tag}]", page=page, kind="listing")))
    if all(home.tells_nothing or reader.refusal(home) in WALLS for home in answers[1:]):
        return
    asked: set[str] = set()
    while len(answers) <= MENU_PAGES and (section := _next(reader, answers, asked)) is not None:
        asked.add(section)
        answers.append((yield _visit(reader, section)))
    for known in reader.profile.sections:
        if known.path not in asked and known.path not in shown_sections(reader, answers):
            answers.append((yield _visit(reader, known.path)))


def section_states(reader: Reader, answers: Sequence[Answer]) -> tuple[SectionState, ...]:
    """The state of each section of the profile in its order, then those that only the site has."""
    shown = shown_sections(reader, answers)
    asked = {reader.urls.section(each.visit.page): each for each in answers if each.visit.role.startswith("section[")}
    known = [
        _profiled(reader, section.path, section.label.en, shown.get(section.path), asked.get(section.path))
        for section in reader.profile.sections
    ]
    more = [
        _unprofiled(reader, link, asked.get(path)) for path, link in shown.items() if not reader.profile.section(path)
    ]
    return (*known, *more)


def shown_sections(reader: Reader, answers: Sequence[Answer]) -> dict[str, MenuLink]:
    """Every section that one of these pages links, with the first page that did."""
    homes = {page for _, page in home_pages(reader)}
    shown: dict[str, MenuLink] = {}
    for answer in answers:
        for link in _links(reader, answer, homes):
            shown.setdefault(link.section, link)
    return shown


def _links(reader: Reader, answer: Answer, homes: set[str]) -> Iterator[MenuLink]:
    if answer.visit.kind != "listing" or reader.refusal(answer) or answer.capture is None:
        return
    seen_on = reader.urls.path(answer.visit.page) or "/"
    for anchor in read_document(answer.capture).tree.css("a[href]"):
        href = (anchor.attributes.get("href") or "").strip()
        page = reader.urls.canonical(urljoin(answer.visit.page, href)) if not href.startswith("#") else None
        label = normalise_text(anchor.text())
        # A page that names itself is no evidence that anything else leads to it.
        if page and page not in (*homes, answer.visit.page) and label and reader.urls.listing_number(page) == 0:
            yield MenuLink(section=reader.urls.section(page), label=label, seen_on=seen_on)


def _next(reader: Reader, answers: Sequence[Answer], asked: set[str]) -> str | None:
    """The section whose page is likeliest to tell something: one above sections that no menu has shown yet, then one
    that the profile lacks, high ones first, then one whose side menu may show a section beside it.
    """
    shown = shown_sections(reader, answers)
    profiled = {section.path for section in reader.profile.sections}
    hidden = profiled - shown.keys()

    def rank(path: str) -> tuple[int, int]:
        if any(each.startswith(f"{path}/") for each in hidden):
            return 0, path.count("/")
        return 2 if path in profiled else 1, path.count("/")

    return min((path for path in shown if path not in asked), key=rank, default=None)


def _visit(reader: Reader, section: str) -> Visit:
    return Visit(role=f"section[{section}]", page=reader.urls.listing(section), kind="listing")


def _profiled(reader: Reader, path: str, label: str, link: MenuLink | None, answer: Answer | None) -> SectionState:
    listing = reader.listing(answer) if answer else None
    evidence = [f"linked on {link.seen_on}"] if link else ["in no menu that was read"]
    state: State = "known"
    lists: bool | None = None
    if answer is not None:
        refusal = reader.refusal(answer)
        if refusal in ("http-404", "http-410", "soft-404"):
            state, lists = "gone", False
        elif isinstance(listing, Listing):
            lists = bool(listing.items)
        told = _told(reader, answer)
        evidence.append(told if state == "gone" or lists is not None else f"{told}; nothing follows from that")
        if state == "gone" and _is_inferred(reader, path):
            evidence.append("the profile has it by inference only")
    printed = listing.label if isinstance(listing, Listing) else ""
    return SectionState(
        section=path,
        label=(link.label if link else "") or printed or label,
        state=state,
        evidence="; ".join(evidence),
        lists=lists,
    )


def _unprofiled(reader: Reader, link: MenuLink, answer: Answer | None) -> SectionState:
    listing = reader.listing(answer) if answer else None
    evidence = f"linked on {link.seen_on}"
    return SectionState(
        section=link.section,
        label=link.label,
        state="missing",
        evidence=f"{evidence}; {_told(reader, answer)}" if answer else f"{evidence}; not asked",
        lists=None if answer is None or answer.tells_nothing else isinstance(listing, Listing) and bool(listing.items),
    )


def _is_inferred(reader: Reader, path: str) -> bool:
    section = reader.profile.section(path)
    return section is not None and section.evidence == "inferred"


def _told(reader: Reader, answer: Answer) -> str:
    """What a section's front page answered: `lists 35 statements, 4 pages`, or why it is no list."""
    listing = reader.listing(answer)
    if isinstance(listing, Listing):
        pages = f", {listing.page_count} pages" if listing.page_count > 1 else ""
        return f"lists {len(listing.items)} statements{pages}" if listing.items else "an empty list"
    if isinstance(listing, ExtractionError) and answer.status == 200:
        return f"answers, but {listing.detail}"
    return f"answers {answer.came}" if answer.capture else f"no answer: {answer.came}"
