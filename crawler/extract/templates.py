"""Which template a page was built with, and reading single values from it."""

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.documents import Document
from crawler.extract.links import PageLinks
from crawler.extract.paragraphs import read_paragraphs
from crawler.extract.text import normalise_text
from crawler.profile import ListingTemplate, SiteProfile, Template
from crawler.profile_values import Locator, Selector


def fitting_template(profile: SiteProfile, document: Document) -> Template | None:
    """The first template of statements whose whole fingerprint the page has."""
    return next((each for each in profile.templates if _fits(each.fingerprint, document.tree)), None)


def fitting_listing(profile: SiteProfile, document: Document) -> ListingTemplate | None:
    """The first template of lists whose whole fingerprint the page has."""
    return next((each for each in profile.listings.templates if _fits(each.fingerprint, document.tree)), None)


def read_value(tree: LexborHTMLParser, locators: Iterable[Locator], links: PageLinks) -> str:
    """The first clean text that one of the locators gives, or an empty string."""
    for locator in locators:
        node = tree.css_first(locator.css)
        if node is None:
            continue
        if locator.attribute is None:
            text = line_of(node, links)
        else:
            text = normalise_text(node.attributes.get(locator.attribute) or "")
        if text:
            return text
    return ""


def line_of(node: LexborNode, links: PageLinks) -> str:
    """All text of an element as one line; lines that it was broken into are joined as words are."""
    only = node.first_child
    if only is not None and only.next is None and only.tag == "-text":
        return normalise_text(only.text_content or "")
    return normalise_text("\n".join(paragraph.text for paragraph in read_paragraphs(node, links)))


def _fits(fingerprint: Iterable[Selector], tree: LexborHTMLParser) -> bool:
    return all(tree.css_first(selector.css) is not None for selector in fingerprint)
