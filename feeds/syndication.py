"""Atom and RSS, with feedgen; the same feed gives the same bytes.

feedgen switches the locale of the process for a moment at every RSS date, which other threads would see, so
feeds are rendered by one thread at a time. It stamps the present moment where a time is missing: every time is set.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

from feedgen.ext.base import BaseEntryExtension
from feedgen.feed import FeedGenerator
from feedgen.util import xml_elem

from feeds.entries import Entry, Feed
from feeds.permalinks import Format

GENERATOR = "Missionwatch"
FEED_BYTES = 512 * 1024
_LANGUAGE_OF_XML = "{http://www.w3.org/XML/1998/namespace}lang"
_rendering = threading.Lock()


def atom(feed: Feed) -> bytes:
    """The feed as Atom 1.0 (RFC 4287), UTF-8."""
    with _rendering:
        generator = _generator(feed, "atom")
        for entry in feed.entries:
            made = _entry(generator, entry)
            made.link(href=entry.link, rel="alternate")
            made.author(name=entry.author)
            made.summary(entry.summary)
            made.content(entry.html, type="html")
            made.register_extension("origin", _Origin, atom=True, rss=False)
            made.origin.entry = entry
        rendered: bytes = generator.atom_str()
    return rendered


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0, UTF-8, with the content in `content:encoded`."""
    with _rendering:
        generator = _generator(feed, "rss")
        for entry in feed.entries:
            made = _entry(generator, entry)
            made.link(href=entry.link, rel="alternate")
            # Readers take a description for HTML, whatever is in it.
            made.description(escape(entry.summary, quote=False))
            made.content(entry.html, type="CDATA")
            # `author` of RSS has to be a mail address.
            made.dc.dc_creator(entry.author)
            made.dc.dc_language(entry.language)
        rendered: bytes = generator.rss_str()
    return rendered


def fit(feed: Feed, render: Callable[[Feed], bytes], limit: int = FEED_BYTES) -> bytes:
    """The rendered feed, without its oldest entries where it would be longer than `limit` bytes.

    The first guess, from the length of the entries' HTML, is as a rule the last.
    """
    rendered = render(feed)
    while len(rendered) > limit and feed.entries:
        weights = [len(entry.html) + len(entry.summary) + 1000 for entry in feed.entries]
        room = sum(weights) * limit / len(rendered)
        kept = 0
        while kept < len(weights) - 1 and (room := room - weights[kept]) >= 0:
            kept += 1
        feed = replace(feed, entries=feed.entries[:kept])
        rendered = render(feed)
    return rendered


def _generator(feed: Feed, kind: Format) -> Any:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.subtitle(feed.subtitle)
    generator.updated(feed.updated)
    generator.lastBuildDate(feed.updated)
    generator.language("en")
    generator.generator(GENERATOR)
    if kind == "atom":
        generator.author(name=feed.title)
    else:
        # Once for the feed: an entry's own extension would declare its namespace anew in every entry.
        generator.load_extension("dc", atom=False, rss=True)
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
    for label in entry.categories:
        made.category(term=label)
    return made


class _Origin(BaseEntryExtension):  # type: ignore[misc]
    """What feedgen cannot say in Atom: an entry's language, and the page it comes from.

    It knows a language only for the whole feed, and drops the relation of an entry's links, which makes all of them
    alternates.
    """

    entry: Entry

    def extend_atom(self, element: Any) -> Any:
        element.set(_LANGUAGE_OF_XML, self.entry.language)
        if self.entry.via:
            xml_elem("link", element, href=self.entry.via, rel="via", hreflang=self.entry.language)
        return element
