"""The rules of RSS 2.0 (rssboard.org/rss-specification), as far as a document alone can break them."""

import re
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import _Element as Element

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
_CHANNEL = {"title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate"}
_CHANNEL |= {"lastBuildDate", "category", "generator", "docs", "cloud", "ttl", "image", "rating", "textInput"}
_CHANNEL |= {"skipHours", "skipDays", "item"}
_ITEM = {"title", "link", "description", "author", "category", "comments", "enclosure", "guid", "pubDate", "source"}


def rss_faults(document: bytes, address: str | None = None) -> list[str]:
    """What is wrong with a document, in words; nothing if it is an RSS 2.0 feed. `address` is where it is read."""
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, huge_tree=False))
    except etree.XMLSyntaxError as error:
        return [f"not well-formed: {error}"]
    if root.tag != "rss" or root.get("version") != "2.0" or [child.tag for child in root] != ["channel"]:
        return ["not one channel of RSS 2.0"]
    return list(_channel(root[0], address))


def _channel(channel: Element, address: str | None) -> Iterator[str]:
    yield from _known(channel, _CHANNEL, {"category", "item"})
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"the channel has no {name}"
    yield from _address(channel.findtext("link"))
    for name in ("pubDate", "lastBuildDate"):
        yield from _date(channel.findtext(name))
    ttl = channel.findtext("ttl")
    if ttl is not None and not ttl.isdigit():
        yield f"a ttl of {ttl!r}"
    selves = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if address is not None and selves != [address]:
        yield f"self is {selves}, read at {address}"
    for link in channel.findall(f"{ATOM}link"):
        yield from _address(link.get("href"))
    items = channel.findall("item")
    for item in items:
        for fault in _item(item):
            yield f"{item.findtext('guid')}: {fault}"
    guids = Counter(item.findtext("guid") for item in items)
    yield from (f"{count} items have the guid {guid}" for guid, count in guids.items() if count > 1)


def _item(item: Element) -> Iterator[str]:
    yield from _known(item, _ITEM, {"category"})
    if not (item.findtext("title") or item.findtext("description")):
        yield "neither title nor description"
    yield from _address(item.findtext("link"))
    yield from _date(item.findtext("pubDate"))
    guid = item.find("guid")
    if guid is None or not guid.text:
        yield "no guid"
    elif guid.get("isPermaLink", "true") == "true":
        yield from _address(guid.text)
    elif guid.get("isPermaLink") != "false":
        yield "isPermaLink is neither true nor false"
    if len(item.findall(CONTENT)) > 1:
        yield "content:encoded more than once"
    if any(re.search("<[A-Za-z/!?]", item.findtext(name) or "") for name in ("title", "description")):
        yield "title or description could be taken for markup"


def _known(parent: Element, known: set[str], repeated: set[str]) -> Iterator[str]:
    if (parent.text or "").strip() or any((child.tail or "").strip() for child in parent):
        yield "text beside elements"
    counts = Counter(str(child.tag) for child in parent if not str(child.tag).startswith("{"))
    yield from (f"{name} does not belong here" for name in counts if name not in known)
    yield from (f"{count} times {name}" for name, count in counts.items() if count > 1 and name not in repeated)


def _address(text: str | None) -> Iterator[str]:
    parts = urlsplit(text or "")
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"\s", text or ""):
        yield f"a link to {text!r}"


def _date(text: str | None) -> Iterator[str]:
    if text is None:
        return
    if not _DATE.fullmatch(text) or f"{parsedate_to_datetime(text):%a}" != text[:3]:
        yield f"{text!r} is no date"
