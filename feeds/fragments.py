"""Entries as they stand in each format.

A feed document is a frame with such fragments joined, so that one changed entry does not have a hundred others rendered
anew (see `feeds.cache`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

import msgspec

from feeds import jsonfeed, syndication
from feeds.feed import Entry, Feed
from feeds.permalinks import FORMATS, Format
from feeds.phrases import timestamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)
_LONGEST = datetime(2000, 1, 1, 0, 0, 0, 1, UTC)
"""A moment that takes as many characters as any."""
_WRITTEN: Mapping[Format, Callable[[datetime], str]] = {
    "atom": datetime.isoformat,
    "rss": format_datetime,
    "json": timestamp,
}
"""How the frames write it."""
_RENDERERS = {"atom": syndication.atom_entry, "rss": syndication.rss_item, "json": jsonfeed.item}
_FRAMES = {"atom": syndication.atom_frame, "rss": syndication.rss_frame, "json": jsonfeed.frame}
_SEPARATORS = {"atom": b"\n", "rss": b"\n", "json": jsonfeed.SEPARATOR}
_PLACES = {kind: place for place, kind in enumerate(FORMATS)}


class Fragment(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One entry, rendered. As it is kept in a cache, so that nothing has to be made of what is read."""

    id: str
    updated: int
    """Microseconds since 1970, as is `moment`."""
    moment: int
    forms: tuple[memoryview, memoryview, memoryview]
    """In the order of FORMATS."""

    @property
    def size(self) -> int:
        """Bytes of the longest form."""
        return max(map(len, self.forms))


def render(entry: Entry) -> Fragment:
    """The entry in every format."""
    atom, rss, json = (memoryview(_RENDERERS[kind](entry)) for kind in FORMATS)
    return Fragment(entry.id, microseconds(entry.updated), microseconds(entry.moment), (atom, rss, json))


def microseconds(moment: datetime) -> int:
    """A moment as fragments have it."""
    return (moment - EPOCH) // _INSTANT


def document(feed: Feed, fragments: Sequence[Fragment], kind: Format) -> bytes:
    """A feed document with these entries in this order. Dated by its newest entry; an empty one by the epoch."""
    updated = EPOCH + max([each.updated for each in fragments], default=0) * _INSTANT
    head, tail = _frame(feed, kind)
    dated = _WRITTEN[kind](_LONGEST).encode()
    if head.count(dated) == 1:
        head = head.replace(dated, _WRITTEN[kind](updated).encode())
    else:  # a title says the same
        head, tail = _FRAMES[kind](feed, updated)
    place = _PLACES[kind]
    return b"".join((head, _SEPARATORS[kind].join([each.forms[place] for each in fragments]), tail))


def room(feed: Feed, kind: Format, limit: int) -> int:
    """Bytes that are left for entries in a document of at most `limit`."""
    head, tail = _frame(feed, kind)
    return limit - len(head) - len(tail)


@lru_cache(maxsize=len(FORMATS))
def _frame(feed: Feed, kind: Format) -> tuple[bytes, bytes]:
    """The frame of a document dated by the longest moment: made once for its length and its bytes."""
    return _FRAMES[kind](feed, _LONGEST)


def weights(fragments: Iterable[Fragment], kind: Format) -> list[int]:
    """Bytes that each of these entries takes in a document."""
    place, between = _PLACES[kind], len(_SEPARATORS[kind])
    return [len(each.forms[place]) + between for each in fragments]
