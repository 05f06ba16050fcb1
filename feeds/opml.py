"""Every feed in one file that readers can import (OPML 2.0)."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from feeds.channels import FIELD_WORDS, Channel
from feeds.clean import title_text, xml_text
from feeds.permalinks import Permalinks
from feeds.settings import PublishSettings


def opml(channels: Iterable[Channel], links: Permalinks, settings: PublishSettings) -> bytes:
    """The document: a folder for everything and one for each field, with the feeds in the order given."""
    return xml_text("\n".join(_lines(channels, links, title_text(settings.title)))).encode() + b"\n"


def _lines(channels: Iterable[Channel], links: Permalinks, title: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<opml version="2.0">'
    yield f"<head><title>{escape(title)}</title><docs>http://opml.org/spec2.opml</docs></head>"
    yield "<body>"
    for heading, group in groupby(channels, lambda each: FIELD_WORDS[each.part[0]] if each.part else "Everything"):
        yield f'<outline text="{escape(heading)}">'
        for channel in group:
            address = links.feed(channel.name, "atom", channel.part)
            page = links.timeline(channel.selection)
            name = escape(f"{title}: {channel.title}")
            yield (
                f'<outline type="rss" text="{name}" title="{name}" '
                f'xmlUrl="{escape(address)}" htmlUrl="{escape(page)}"/>'
            )
        yield "</outline>"
    yield "</body>"
    yield "</opml>"
