"""JSON Feed 1.1 (jsonfeed.org/version/1.1), with the facts for programs in `_missionwatch`."""

from datetime import datetime

import msgspec

from feeds.clean import safe_link, title_text
from feeds.feed import Entry, Feed
from feeds.phrases import timestamp

VERSION = "https://jsonfeed.org/version/1.1"
SEPARATOR = b",\n"


def frame(feed: Feed, updated: datetime) -> tuple[bytes, bytes]:
    """What stands before and after the items, UTF-8; the same feed gives the same bytes."""
    ours: dict[str, object] = {"about": feed.home, "id": feed.id, "updated": timestamp(updated)}
    relations = dict(feed.relations)
    if "prev-archive" in relations:
        ours["archive"] = relations["prev-archive"]
    if "next" in relations:
        ours["next"] = relations["next"]
    document: dict[str, object] = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.selves["json"],
        "description": feed.subtitle,
        "language": "en",
        "_missionwatch": ours,
    }
    if feed.hubs:
        document["hubs"] = [{"type": "WebSub", "url": hub} for hub in feed.hubs]
    document["items"] = []
    head, _, _ = _dump(document).rpartition(b"]")
    return head + b"\n", b"\n]\n}\n"


def item(entry: Entry) -> bytes:
    """One item, UTF-8."""
    facts = entry.provenance
    ours: dict[str, object] = {"type": facts.type}
    if facts.statement is not None:
        ours |= {"statement": facts.statement, "versions": facts.versions, "reasons": facts.reasons}
    if facts.significance is not None:
        ours["significance"] = facts.significance
    if facts.hash is not None:
        ours["hash"] = facts.hash
    if facts.type == "statement":
        ours |= {
            "speakers": [
                {"name": title_text(speaker.name), "role": title_text(speaker.role), "slug": speaker.slug}
                for speaker in facts.facets.speakers
            ],
            "organ": facts.facets.organ and facts.facets.organ.slug,
            "kind": facts.facets.kind and facts.facets.kind.slug,
            "symbols": [
                {"symbol": title_text(each.symbol), "url": safe_link(each.url)} for each in facts.facets.symbols
            ],
        }
    made: dict[str, object] = {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "date_published": timestamp(entry.published),
        "date_modified": timestamp(entry.updated),
        "language": entry.language,
        "authors": [{"name": entry.author}],
        "_missionwatch": ours,
    }
    if entry.via:
        made["external_url"] = entry.via
    if entry.categories:
        made["tags"] = list(dict.fromkeys(category.label for category in entry.categories))
    return _dump(made)


def _dump(document: dict[str, object]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=1)
