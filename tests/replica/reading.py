"""Reads the replica's pages as a person would: only what the tests compare with the truth."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from missionwatch.replica.truth import Truth

_BREAK = re.compile(r"<(?:/?(?:p|div|center)\b[^>]*|br\s*/?)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a statement's page shows."""

    title: str
    subtitle: str
    date_text: str
    paragraphs: tuple[str, ...]
    images: tuple[tuple[str, str], ...]
    attachments: tuple[tuple[str, str], ...]


def read_article(body: bytes) -> Page:
    """The statement on a page of either template."""
    tree = LexborHTMLParser(body.decode())
    text = _one(tree, ".view-txt, #News_Body_Txt_A")
    subtitle = tree.css_first(".view-content > .subtitle, #News_Body_subitle")
    parts = (LexborHTMLParser(part).text() for part in _BREAK.split(text.inner_html or ""))
    return Page(
        title=_clean(_one(tree, "h3.view-title, #News_Body_Title").text()),
        subtitle=_clean(subtitle.text()) if subtitle else "",
        date_text=_clean(_one(tree, ".view-date, #News_Body_Time").text(deep=False)),
        paragraphs=tuple(line for line in map(_clean, parts) if line),
        images=tuple((_name(i, "src"), i.attributes.get("alt") or "") for i in text.css("img")),
        attachments=tuple((_name(a, "href"), _clean(a.text())) for a in tree.css("#appendix li a")),
    )


def told(truth: Truth) -> Page:
    """The same of the truth, to compare."""
    return Page(
        title=truth.title,
        subtitle=truth.subtitle,
        date_text=truth.date_text,
        paragraphs=truth.paragraphs,
        images=truth.images,
        attachments=truth.attachments,
    )


def read_listing(body: bytes) -> tuple[int, int, list[tuple[str, str, str]], list[int]]:
    """currentPage, countPage, the items (link, title, date) and the sizes of their groups."""
    tree = LexborHTMLParser(body.decode())
    script = _one(tree, "#pages script").text()
    numbers = [int(re.findall(rf"{name} = (\d+)", script)[0]) for name in ("currentPage", "countPage")]
    items = []
    for link in tree.css(".news-box ul.news_fgx > li > a, .Text_Center > ul > li > a"):
        line = _one_parent(link).text().strip()
        found = re.fullmatch(r"(.*?)\s*[（(](\d{4}-\d\d-\d\d)[)）]", line, re.DOTALL)
        assert found is not None
        items.append((str(link.attributes["href"]), found[1], found[2]))
    groups = [len(group.css("li")) for group in tree.css("ul.news_fgx")]
    return numbers[0], numbers[1], items, groups


def _one(tree: LexborHTMLParser, selector: str) -> LexborNode:
    (node,) = tree.css(selector)
    return node


def _one_parent(node: LexborNode) -> LexborNode:
    assert node.parent is not None
    return node.parent


def _name(node: LexborNode, attribute: str) -> str:
    value = node.attributes[attribute]
    assert value is not None
    assert value.startswith("./")
    return value[2:]


def _clean(text: str) -> str:
    return " ".join(text.split())
