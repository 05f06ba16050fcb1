"""The rules of JSON Feed 1.1 (jsonfeed.org/version/1.1), as far as a document alone can break them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_FEED: dict[str, type] = dict.fromkeys(
    ("version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon"), str
)
_FEED |= {"authors": list, "language": str, "expired": bool, "hubs": list, "items": list}
_ITEM: dict[str, type] = dict.fromkeys(
    ("id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image"), str
)
_ITEM |= {"date_published": str, "date_modified": str, "authors": list, "tags": list, "language": str}
_ITEM |= {"attachments": list}


def json_feed_faults(document: bytes, address: str | None = None) -> list[str]:
    """What is wrong with a document, in words; nothing if it is a JSON Feed. `address` is where it is read."""
    try:
        feed = json.loads(document.decode())
    except ValueError as error:
        return [f"no JSON: {error}"]
    return list(_feed(feed, address))


def _feed(feed: dict[str, Any], address: str | None) -> Iterator[str]:
    yield from _known(feed, _FEED)
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "another version"
    if not feed.get("title"):
        yield "no title"
    for name in ("home_page_url", "feed_url"):
        yield from _address(feed.get(name))
    if address is not None and feed.get("feed_url") != address:
        yield f"feed_url is {feed.get('feed_url')}, read at {address}"
    for hub in feed.get("hubs", ()):
        if set(hub) != {"type", "url"}:
            yield f"a hub {hub}"
        yield from _address(hub.get("url"))
    items = feed.get("items")
    if items is None:
        yield "no items"
        return
    for item in items:
        for fault in _item(item):
            yield f"{item.get('id')}: {fault}"
    for name in ("id", "date_modified"):
        values = Counter(item.get(name) for item in items)
        yield from (f"{count} items have the {name} {value}" for value, count in values.items() if count > 1)


def _item(item: dict[str, Any]) -> Iterator[str]:
    yield from _known(item, _ITEM)
    if not item.get("id"):
        yield "no id"
    if not ("content_html" in item or "content_text" in item):
        yield "no content"
    for name in ("url", "external_url"):
        if name in item:
            yield from _address(item[name])
    for name in ("date_published", "date_modified"):
        if name in item and not _DATE.fullmatch(item[name]):
            yield f"{item[name]!r} is no date"
    if not all(author.get("name") for author in item.get("authors", ())):
        yield "an author without a name"
    if not all(isinstance(tag, str) and tag for tag in item.get("tags", ())):
        yield "a tag that is no text"


def _known(found: dict[str, Any], known: dict[str, type]) -> Iterator[str]:
    for name, value in found.items():
        if name.startswith("_"):
            if not isinstance(value, dict):
                yield f"the extension {name} is no object"
        elif name not in known:
            yield f"{name} does not belong here"
        elif not isinstance(value, known[name]):
            yield f"{name} is a {type(value).__name__}"


def _address(text: str | None) -> Iterator[str]:
    parts = urlsplit(text or "")
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"\s", text or ""):
        yield f"a link to {text!r}"
