"""Atom and RSS, with feedgen: the frame of a feed and single entries, which are joined to documents.

feedgen switches the locale of the process for a moment at every RSS date, which other threads would see, so
it is used by one thread at a time. It stamps the present moment where a time is missing: every time is set.
"""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import feedgen.feed  # first: feedgen's extensions use what it imports
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.ext.dc import DcEntryExtension, DcExtension
from feedgen.util import xml_elem

from feeds.feed import Entry, Feed
from feeds.permalinks import Format

GENERATOR = "Missionwatch"
MINUTES_TO_LIVE = 30
"""What RSS calls `ttl`: news are looked for every quarter of an hour (`schedule.news`)."""
_LANGUAGE_OF_XML = "{http://www.w3.org/XML/1998/namespace}lang"
_ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
_HISTORY = "http://purl.org/syndication/history/1.0"
_rendering = threading.Lock()
# An entry cannot be rendered without a feed around it, which says which prefixes stand for which namespaces.
_ANY_FEED = Feed(id="urn:x", title="x", subtitle="x", home="http://x.invalid/", selves={"atom": "x", "rss": "x"})
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def atom_frame(feed: Feed, updated: datetime) -> tuple[bytes, bytes]:
    """What stands before and after the entries of an Atom 1.0 document (RFC 4287), UTF-8."""
    head, end, tail = atom(feed, updated, ()).rpartition(b"</feed>")
    return head + b"\n", b"\n" + end + tail + b"\n"


def rss_frame(feed: Feed, updated: datetime) -> tuple[bytes, bytes]:
    """What stands before and after the items of an RSS 2.0 document, UTF-8."""
    head, end, tail = rss(feed, updated, ()).rpartition(b"</channel>")
    return head + b"\n", b"\n" + end + tail + b"\n"


def atom_entry(entry: Entry) -> bytes:
    """One `<entry>` as it stands in a document."""
    return _cut(atom(_ANY_FEED, _ANY_TIME, [entry]), b"<entry", b"</entry>")


def rss_item(entry: Entry) -> bytes:
    """One `<item>` as it stands in a document."""
    return _cut(rss(_ANY_FEED, _ANY_TIME, [entry]), b"<item>", b"</item>")


def atom(feed: Feed, updated: datetime, entries: Sequence[Entry]) -> bytes:
    """A whole document by feedgen. Joined from frame and entries it is the same but for line breaks between these."""
    with _rendering:
        generator = _generator(feed, "atom", updated)
        for entry in entries:
            made = _entry(generator, entry)
            made.author(name=entry.author)
            made.summary(entry.summary)
            made.content(entry.html, type="html")
            made.register_extension("origin", _Origin, atom=True, rss=False)
            made.origin.entry = entry
        rendered: bytes = generator.atom_str()
    return rendered


def rss(feed: Feed, updated: datetime, entries: Sequence[Entry]) -> bytes:
    """The same as RSS, with the content in `content:encoded`."""
    with _rendering:
        generator = _generator(feed, "rss", updated)
        for entry in entries:
            made = _entry(generator, entry)
            # Readers take a description for HTML, whatever is in it.
            made.description(escape(entry.summary, quote=False))
            made.content(entry.html, type="CDATA")
            # `author` of RSS has to be a mail address.
            made.dc.dc_creator(entry.author)
            made.dc.dc_language(entry.language)
        rendered: bytes = generator.rss_str()
    return rendered


def _cut(document: bytes, begin: bytes, end: bytes) -> bytes:
    return document[document.index(begin) : document.rindex(end) + len(end)]


def _generator(feed: Feed, kind: Format, updated: datetime) -> Any:
    generator = feedgen.feed.FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.subtitle(feed.subtitle)
    generator.updated(updated)
    generator.lastBuildDate(updated)
    generator.language("en")
    generator.generator(GENERATOR)
    if kind == "atom":
        generator.author(name=feed.title)
    else:
        generator.ttl(MINUTES_TO_LIVE)
        # Once for the feed: an entry's own extension would declare its namespace anew in every entry.
        generator.register_extension("dc", DcExtension, DcEntryExtension, atom=False, rss=True)
    generator.register_extension("relatives", _Relatives, BaseEntryExtension, atom=True, rss=True)
    generator.relatives.feed = feed
    generator.link(href=feed.selves[kind], rel="self", type=f"application/{kind}+xml")
    # Last: feedgen takes the last link for that of the RSS channel, whatever its relation.
    generator.link(href=feed.home, rel="alternate", type="text/html")
    return generator


def _entry(generator: Any, entry: Entry) -> Any:
    # feedgen's default order is to put each entry before those already there.
    made = generator.add_entry(order="append")
    made.id(entry.id)
    made.title(entry.title)
    made.updated(entry.updated)
    made.published(entry.published)
    made.link(href=entry.link, rel="alternate")
    for category in entry.categories:
        made.category(term=category.term, scheme=category.scheme, label=category.label)
    return made


class _Relatives(BaseExtension):  # type: ignore[misc]
    """What feedgen cannot say of a feed: its other documents (RFC 5005), and in RSS its hubs."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        return {"fh": _HISTORY} if self.feed.archived else {}

    def extend_atom(self, feed: Any) -> Any:
        self._link(feed, "link")
        if self.feed.archived:
            xml_elem(f"{{{_HISTORY}}}archive", feed)
        return feed

    def extend_rss(self, feed: Any) -> Any:
        self._link(feed[0], _ATOM_LINK)
        return feed

    def _link(self, parent: Any, name: str) -> None:
        for relation, href in self.feed.relations:
            xml_elem(name, parent, rel=relation, href=href, type="application/atom+xml")
        for hub in self.feed.hubs:
            xml_elem(name, parent, rel="hub", href=hub)


class _Origin(BaseEntryExtension):  # type: ignore[misc]
    """What feedgen cannot say in Atom: an entry's language, the page it comes from, the statement's versions.

    It knows a language only for the whole feed, and of an entry's relations only a few.
    """

    entry: Entry

    def extend_atom(self, element: Any) -> Any:
        element.set(_LANGUAGE_OF_XML, self.entry.language)
        if self.entry.via:
            xml_elem("link", element, href=self.entry.via, rel="via", hreflang=self.entry.language)
        for relation, href in self.entry.relations:
            xml_elem("link", element, href=href, rel=relation)
        return element
