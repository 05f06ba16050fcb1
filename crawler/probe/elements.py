"""Where on a page something stands that the profile's selectors missed, in words that can become a selector."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.dates import read_date
from crawler.extract.text import normalise_text

_BLOCKS = "div, td, section, article, main"
_UNSEEN = frozenset(("script", "style", "title", "head", "html", "body", "option"))


def described(node: LexborNode, depth: int = 1) -> str:
    """A selector for an element: `#id` if it has one, else its tag and classes, after `depth - 1` elements above."""
    identity = node.attributes.get("id")
    if identity and identity.replace("-", "").replace("_", "").isalnum():
        return f"#{identity}"
    classes = [each for each in (node.attributes.get("class") or "").split() if each.replace("-", "_").isidentifier()]
    own = ".".join([node.tag or "", *classes])
    above = node.parent
    if depth > 1 and above is not None and above.tag not in (None, "body", "html", "-document"):
        return f"{described(above, depth - 1)} {own}"
    return own


def bearing(tree: LexborHTMLParser, text: str) -> str | None:
    """The innermost element whose whole text this is; None if no element says it."""
    wanted = _key(text)
    found = [node for node in _visible(tree) if wanted and _key(node.text()) == wanted]
    return described(found[-1]) if found else None


def dated(tree: LexborHTMLParser, formats: tuple[str, ...]) -> tuple[str, str] | None:
    """The first element with a text of its own that states a date in one of these formats, and that text."""
    for node in _visible(tree):
        text = normalise_text(node.text(deep=False))
        if text and node.tag not in ("a", "li", "p", "span", "font") and read_date(text, formats):
            return described(node), text
    return None


def wordiest(tree: LexborHTMLParser) -> str | None:
    """The block that holds most text outside links, not counting blocks inside it; None if there is hardly any."""
    weighed = [(_words(node), node) for node in tree.css(_BLOCKS)]
    weight, node = max(weighed, key=lambda pair: pair[0], default=(0, None))
    return described(node, 2) if node is not None and weight >= 40 else None


def _words(node: LexborNode) -> int:
    """Characters in the element and in its paragraphs and inline elements."""
    total = 0
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            total += len((child.text_content or "").strip())
        elif child.tag not in (*_BLOCKS.split(", "), "a", "ul", "ol", "table", "script", "style"):
            total += len(child.text().strip())
    return total


def _visible(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    return (node for node in tree.css("body *") if node.tag not in _UNSEEN)


def _key(text: str) -> str:
    return "".join(text.split()).casefold()
