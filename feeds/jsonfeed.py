"""JSON Feed 1.1 (jsonfeed.org/version/1.1), with the facts for programs in `_missionwatch`."""

import json

from feeds.entries import Entry, Feed
from feeds.phrases import timestamp

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed, UTF-8; the same feed gives the same bytes."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.selves["json"],
        "description": feed.subtitle,
        "language": "en",
        "_missionwatch": {"about": feed.home, "id": feed.id, "updated": timestamp(feed.updated)},
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(entry: Entry) -> dict[str, object]:
    facts = entry.provenance
    item: dict[str, object] = {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "date_published": timestamp(entry.published),
        "date_modified": timestamp(entry.updated),
        "language": entry.language,
        "authors": [{"name": entry.author}],
        "_missionwatch": {
            "type": facts.type,
            "statement": facts.statement,
            "versions": list(facts.versions),
            "reasons": list(facts.reasons),
            "hash": facts.hash,
        },
    }
    if entry.via:
        item["external_url"] = entry.via
    if entry.categories:
        item["tags"] = list(entry.categories)
    return item
