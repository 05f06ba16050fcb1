"""Pages as tests read them."""

from selectolax.lexbor import LexborHTMLParser, LexborNode


def parsed(data: bytes) -> LexborHTMLParser:
    return LexborHTMLParser(data.decode())


def first(page: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """The first element that fits; a failure if none does."""
    found = page.css_first(selector)
    assert found is not None, f"nothing fits {selector}"
    return found


def value(node: LexborNode, attribute: str) -> str:
    """The attribute's value, or an empty word."""
    return node.attributes.get(attribute) or ""


def texts(page: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    """What each element that fits says, white space folded."""
    return [" ".join(node.text(deep=True).split()) for node in page.css(selector)]
