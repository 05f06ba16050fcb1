"""A capture of a statement's page to the statement."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.attachments import read_attachments, read_images
from crawler.extract.dates import Stated, read_date, read_dateline
from crawler.extract.documents import read_document
from crawler.extract.errors import ExtractionError
from crawler.extract.garbling import garbled
from crawler.extract.links import PageLinks
from crawler.extract.paragraphs import read_paragraphs
from crawler.extract.recognition import check_answer, check_document, urls_of
from crawler.extract.templates import fitting_template, read_value
from crawler.extract.text import normalise_text
from crawler.profile import SiteProfile, Template
from crawler.urls import SiteUrls
from store.model import Capture, Image, Paragraph, StatedDate, Statement

# How many lines at the head of a body may be its date line.
_HEAD = 3


def extract_statement(profile: SiteProfile, capture: Capture, urls: SiteUrls | None = None) -> Statement:
    """The statement that a capture holds, never an empty one.

    `urls` is needed only for a replica that is not on loopback. Raises ExtractionError: the codes of `recognise`,
    `no-document-id` for an address that is no statement's, `layout-changed` if no template fits or nothing is found,
    `garbled` for a text that went through a wrong encoding.
    """
    urls = urls or urls_of(profile, capture)
    check_answer(capture, urls)
    doc_id = urls.doc_id(capture.page)
    if doc_id is None:
        raise ExtractionError("no-document-id", f"{capture.page} is not the address of a statement")
    document = read_document(capture)
    template = fitting_template(profile, document)
    check_document(profile, document, template)
    if template is None:
        raise ExtractionError("layout-changed", "no template of the profile fits the page")
    tree = document.tree
    page = urls.canonical(capture.url) or capture.page
    links = PageLinks(urls, page)
    title = read_value(tree, template.title, links)
    if not title and not _date_line(profile, tree, template)[0]:
        # The element that the editor writes its text into outlives designs; around it all else may be new.
        raise ExtractionError("layout-changed", f"template {template.name} fits, but neither its title nor its date")
    title = title or _document_title(profile, tree)
    body, paragraphs, images = _body(profile, tree, template, links)
    attachments = read_attachments(tree, template.attachments, body, links)
    if not title:
        raise ExtractionError("layout-changed", f"template {template.name} fits, but there is no title")
    if not (paragraphs or images or attachments):
        raise ExtractionError("layout-changed", f"template {template.name} fits, but there is no text")
    subtitle = read_value(tree, template.subtitle, links)
    language = urls.language(page)
    if spoilt := garbled("".join((title, *(each.text for each in paragraphs))), language):
        raise ExtractionError("garbled", f"the text cannot be read: {spoilt}")
    return Statement(
        site=capture.site,
        doc_id=doc_id,
        language=language,
        title=title,
        subtitle=subtitle,
        date=_date(profile, tree, template, urls, page, [subtitle, *(each.text for each in paragraphs[:_HEAD])]),
        paragraphs=tuple(paragraphs),
        images=images,
        attachments=attachments,
        section=urls.section(page),
        crumbs=_crumbs(tree, template),
        template=template.name,
    )


def _document_title(profile: SiteProfile, tree: LexborHTMLParser) -> str:
    node = tree.css_first("head > title")
    found = profile.document_title.search(normalise_text(node.text())) if node is not None else None
    return found["title"] if found else ""


def _body(
    profile: SiteProfile, tree: LexborHTMLParser, template: Template, links: PageLinks
) -> tuple[LexborNode | None, list[Paragraph], tuple[Image, ...]]:
    """The first body in the template's order that holds text or pictures."""
    for selector in template.body:
        body = tree.css_first(selector.css)
        if body is None:
            continue
        # Marked, not taken out: of two nodes of which one holds the other, the inner is gone with the outer.
        junk = frozenset(node.mem_id for each in profile.body.junk for node in body.css(each.css))
        paragraphs = _without_frame(read_paragraphs(body, links, junk), profile.body.frame_lines)
        images = read_images(body, links, junk)
        if paragraphs or images:
            return body, paragraphs, images
    return None, [], ()


def _without_frame(paragraphs: list[Paragraph], frame_lines: tuple[str, ...]) -> list[Paragraph]:
    start, end = 0, len(paragraphs)
    while start < end and paragraphs[start].text in frame_lines:
        start += 1
    while start < end and paragraphs[end - 1].text in frame_lines:
        end -= 1
    return paragraphs[start:end]


def _crumbs(tree: LexborHTMLParser, template: Template) -> tuple[str, ...]:
    for selector in template.crumbs:
        if labels := [label for node in tree.css(selector.css) if (label := normalise_text(node.text()))]:
            return tuple(labels)
    return ()


def _date(
    profile: SiteProfile,
    tree: LexborHTMLParser,
    template: Template,
    urls: SiteUrls,
    page: str,
    head: list[str],
) -> StatedDate:
    """The date line's date; failing that, of the lines under the title; failing that, the day in the address."""
    printed, stated = _date_line(profile, tree, template)
    for line in () if stated else head:
        if stated := read_dateline(line, profile.date_formats):
            printed = printed or line
            break
    zone = str(profile.zone)
    if stated:
        return StatedDate(text=printed, date=stated.day, time=stated.time, zone=zone, source="page")
    upload = urls.upload_day(page)
    return StatedDate(text=printed, date=upload, zone=zone, source="url" if upload else "none")


def _date_line(profile: SiteProfile, tree: LexborHTMLParser, template: Template) -> tuple[str, Stated | None]:
    """The text that states the date, and the date; without a date the first text where it should stand."""
    first = ""
    for locator in template.date:
        node = tree.css_first(locator.css)
        if node is None:
            continue
        if locator.attribute is not None:
            texts = iter([node.attributes.get(locator.attribute) or ""])
        else:
            # Text by text: the same element holds the link that prints the page.
            texts = (text.text_content or "" for text in node.traverse(include_text=True) if text.tag == "-text")
        for text in map(normalise_text, texts):
            if not text or text in profile.body.frame_lines:
                continue
            first = first or text
            if stated := read_date(text, profile.date_formats):
                return text, stated
    return first, None
