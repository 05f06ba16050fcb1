"""Entries as they stand in each format.

A feed document is a frame with such fragments joined, so that one changed entry does not have a hundred others rendered
anew (see `feeds.cache`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from feeds import jsonfeed, syndication
from feeds.feed import Entry, Feed
from feeds.permalinks import FORMATS, Format
from feeds.phrases import timestamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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


@dataclass(frozen=True, slots=True)
class Fragment:
    """One entry, rendered."""

    id: str
    updated: datetime
    moment: datetime
    forms: Mapping[Format, bytes]

    @property
    def size(self) -> int:
        """Bytes of the longest form."""
        return max(map(len, self.forms.values()))


def render(entry: Entry) -> Fragment:
    """The entry in every format."""
    forms = {kind: _RENDERERS[kind](entry) for kind in FORMATS}
    return Fragment(entry.id, entry.updated, entry.moment, forms)


def document(feed: Feed, fragments: Sequence[Fragment], kind: Format) -> bytes:
    """A feed document with these entries in this order. Dated by its newest entry; an empty one by the epoch."""
    updated = max((each.updated for each in fragments), default=EPOCH)
    head, tail = _frame(feed, kind)
    dated = _WRITTEN[kind](_LONGEST).encode()
    if head.count(dated) == 1:
        head = head.replace(dated, _WRITTEN[kind](updated).encode())
    else:  # a title says the same
        head, tail = _FRAMES[kind](feed, updated)
    return head + _SEPARATORS[kind].join(each.forms[kind] for each in fragments) + tail


def room(feed: Feed, kind: Format, limit: int) -> int:
    """Bytes that are left for entries in a document of at most `limit`."""
    head, tail = _frame(feed, kind)
    return limit - len(head) - len(tail)


@lru_cache(maxsize=len(FORMATS))
def _frame(feed: Feed, kind: Format) -> tuple[bytes, bytes]:
    """The frame of a document dated by the longest moment: made once for its length and its bytes."""
    return _FRAMES[kind](feed, _LONGEST)


def weight(fragment: Fragment, kind: Format) -> int:
    """Bytes that an entry takes in a document."""
    return len(fragment.forms[kind]) + len(_SEPARATORS[kind])
