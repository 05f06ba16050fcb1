"""The rules of Atom (RFC 4287) and of archived feeds (RFC 5005), as far as a document alone can break them.

`atom.rng` is the grammar; what a grammar cannot say is here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import _Element as Element

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
NAMESPACE = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LANGUAGE = re.compile("([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)?")
_MEDIA_TYPE = re.compile(r".+/.+")
# Element → (least, most); most None means any number.
_FEED: dict[str, tuple[int, int | None]] = {
    "author": (0, None),
    "category": (0, None),
    "contributor": (0, None),
    "entry": (0, None),
    "generator": (0, 1),
    "icon": (0, 1),
    "id": (1, 1),
    "link": (0, None),
    "logo": (0, 1),
    "rights": (0, 1),
    "subtitle": (0, 1),
    "title": (1, 1),
    "updated": (1, 1),
}
_ENTRY: dict[str, tuple[int, int | None]] = {
    "author": (0, None),
    "category": (0, None),
    "content": (0, 1),
    "contributor": (0, None),
    "id": (1, 1),
    "link": (0, None),
    "published": (0, 1),
    "rights": (0, 1),
    "source": (0, 1),
    "summary": (0, 1),
    "title": (1, 1),
    "updated": (1, 1),
}
_ATTRIBUTES = {
    "category": {"term", "scheme", "label"},
    "content": {"type", "src"},
    "generator": {"uri", "version"},
    "link": {"href", "rel", "type", "hreflang", "title", "length"},
    **{name: {"type"} for name in ("title", "subtitle", "summary", "rights")},
}


def atom_faults(document: bytes, address: str | None = None) -> list[str]:
    """What is wrong with a document, in words; nothing if it is an Atom feed. `address` is where it is read."""
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, huge_tree=False))
    except etree.XMLSyntaxError as error:
        return [f"not well-formed: {error}"]
    grammar = [] if SCHEMA.validate(root) else [f"by the grammar: {SCHEMA.error_log[0].message}"]
    return grammar + list(_feed(root, address))


def _feed(feed: Element, address: str | None) -> Iterator[str]:
    if feed.tag != f"{NAMESPACE}feed":
        yield f"the root is {feed.tag}"
        return
    yield from _children(feed, _FEED)
    yield from _links(feed)
    selves = [link.get("href") for link in feed.findall(f"{NAMESPACE}link") if link.get("rel") == "self"]
    if address is not None and selves != [address]:
        yield f"self is {selves}, read at {address}"
    entries = feed.findall(f"{NAMESPACE}entry")
    if feed.find(f"{NAMESPACE}author") is None and any(each.find(f"{NAMESPACE}author") is None for each in entries):
        yield "an author is missing"
    for entry in entries:
        for fault in _entry(entry):
            yield f"{entry.findtext(f'{NAMESPACE}id')}: {fault}"
    for name in ("id", "updated"):
        values = Counter(entry.findtext(f"{NAMESPACE}{name}") for entry in entries)
        yield from (f"{count} entries have the {name} {value}" for value, count in values.items() if count > 1)
    for element in feed.iter():
        if f"{XML}base" in element.attrib:
            yield "xml:base is used"
        language = element.get(f"{XML}lang")
        if language is not None and not _LANGUAGE.fullmatch(language):
            yield f"{language!r} is no language"
    for mark in feed.findall(f"{HISTORY}archive"):
        if len(mark) or mark.text:
            yield "fh:archive is not empty"
        relations = [link.get("rel") for link in feed.findall(f"{NAMESPACE}link")]
        if "current" not in relations:
            yield "an archive does not name the current document"


def _entry(entry: Element) -> Iterator[str]:
    yield from _children(entry, _ENTRY)
    yield from _links(entry)
    content = entry.find(f"{NAMESPACE}content")
    relations = [link.get("rel", "alternate") for link in entry.findall(f"{NAMESPACE}link")]
    if content is None and "alternate" not in relations:
        yield "neither content nor an alternate link"
    if content is not None and content.get("src") and entry.find(f"{NAMESPACE}summary") is None:
        yield "content from elsewhere without a summary"


def _children(parent: Element, allowed: dict[str, tuple[int, int | None]]) -> Iterator[str]:
    if (parent.text or "").strip() or any((child.tail or "").strip() for child in parent):
        yield "text beside elements"
    counts = Counter(str(child.tag).removeprefix(NAMESPACE) for child in parent if str(child.tag).startswith(NAMESPACE))
    yield from (f"{name} does not belong here" for name in counts if name not in allowed)
    for name, (least, most) in allowed.items():
        if counts[name] < least or (most is not None and counts[name] > most):
            yield f"{counts[name]} times {name}"
    for child in parent:
        name = str(child.tag).removeprefix(NAMESPACE)
        if name in allowed and name != "entry":
            yield from _child(name, child)


def _child(name: str, child: Element) -> Iterator[str]:
    plain = {each for each in map(str, child.attrib) if not each.startswith("{")}
    yield from (f"{name} has an attribute {key}" for key in plain - _ATTRIBUTES.get(name, set()))
    text = child.text or ""
    match name:
        case "id" if not urlsplit(text).scheme or text != text.strip():
            yield f"{text!r} is no absolute id"
        case "updated" | "published":
            if not _DATE.fullmatch(text):
                yield f"{text!r} is no date"
            else:
                datetime.fromisoformat(text)
        case "title" | "subtitle" | "summary" | "rights" | "content":
            kind = child.get("type", "text")
            if kind not in ("text", "html", "xhtml") and name != "content":
                yield f"{name} of the type {kind}"
            if kind in ("text", "html") and len(child):
                yield f"{name} has elements"
        case "author" | "contributor":
            names = Counter(str(each.tag) for each in child)
            if names[f"{NAMESPACE}name"] != 1 or not (child.findtext(f"{NAMESPACE}name") or "").strip():
                yield f"{name} has not one name"
        case "category":
            if not child.get("term"):
                yield "a category without a term"
            if child.get("scheme") and not urlsplit(str(child.get("scheme"))).scheme:
                yield "the scheme of a category is not absolute"
            if len(child) or text:
                yield "a category has content"


def _links(parent: Element) -> Iterator[str]:
    alternates: Counter[tuple[str | None, str | None]] = Counter()
    for link in parent.findall(f"{NAMESPACE}link"):
        href, relation = link.get("href", ""), link.get("rel", "alternate")
        parts = urlsplit(href)
        if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"[\s<>\"{}|\\^`]", href):
            yield f"a link to {href!r}"
        if not relation or not re.fullmatch(r"[a-z][a-z0-9.-]*|[a-z]+:\S+", relation):
            yield f"a link with the relation {str(relation)!r}"
        if link.get("type") and not _MEDIA_TYPE.fullmatch(str(link.get("type"))):
            yield f"a link of the type {link.get('type')!r}"
        if link.get("hreflang") and not _LANGUAGE.fullmatch(str(link.get("hreflang"))):
            yield f"a link to the language {link.get('hreflang')!r}"
        if relation == "alternate":
            alternates[link.get("type"), link.get("hreflang")] += 1
    yield from (f"{count} alternates of {which}" for which, count in alternates.items() if count > 1)
