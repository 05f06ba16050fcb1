"""Entries as they stand in each format, and the cache that keeps them between publications.

A feed document is a frame with such fragments joined, so that one changed entry does not have a hundred others rendered
anew. The cache is derived: lost, unreadable or of another release, it fills again.
"""

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import zstandard

from feeds import jsonfeed, syndication
from feeds.feed import Entry, Feed
from feeds.permalinks import FORMATS, Format

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEPT_IN_MEMORY = 48 * 1024 * 1024
"""Bytes of fragments, unpacked."""
COMMITTED_TOGETHER = 500
"""Fragments. One transaction for a whole first publication would keep all of it twice, and lose it if it is killed."""
_ASKED_AT_ONCE = 500
_INSTANT = timedelta(microseconds=1)
_RENDERERS = {"atom": syndication.atom_entry, "rss": syndication.rss_item, "json": jsonfeed.item}
_FRAMES = {"atom": syndication.atom_frame, "rss": syndication.rss_frame, "json": jsonfeed.frame}
_SEPARATORS = {"atom": b"\n", "rss": b"\n", "json": jsonfeed.SEPARATOR}

log = logging.getLogger(__name__)


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
    head, tail = _FRAMES[kind](feed, max((each.updated for each in fragments), default=EPOCH))
    return head + _SEPARATORS[kind].join(each.forms[kind] for each in fragments) + tail


def room(feed: Feed, kind: Format, limit: int) -> int:
    """Bytes that are left for entries in a document of at most `limit`."""
    # The longest moment there is, so that the answer does not hang on the entries.
    head, tail = _FRAMES[kind](feed, datetime(2000, 1, 1, 0, 0, 0, 1, UTC))
    return limit - len(head) - len(tail)


def weight(fragment: Fragment, kind: Format) -> int:
    """Bytes that an entry takes in a document."""
    return len(fragment.forms[kind]) + len(_SEPARATORS[kind])


class FragmentCache:
    """Fragments by key and stamp, in a file of SQLite. For one thread; another process may use the file meanwhile.

    Nothing in here raises for what the file holds: what cannot be read is not there, a file that is no cache is
    replaced, and where none can be kept everything is rendered each time.
    """

    def __init__(self, file: Path, fingerprint: str) -> None:
        self._file = file
        self._fingerprint = fingerprint
        self._memory: dict[tuple[str, str], Fragment] = {}
        self._bytes = 0
        self._uncommitted = 0
        self._pack = zstandard.ZstdCompressor(level=1, write_checksum=True)
        self._unpack = zstandard.ZstdDecompressor()
        self._connection: sqlite3.Connection | None = None
        try:
            self._open()
        except sqlite3.Error as error:
            self._replace(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is None:
            return
        with suppress(sqlite3.Error):
            self._connection.commit()
        self._connection.close()

    def get(self, wanted: Iterable[tuple[str, str]]) -> dict[str, Fragment]:
        """Those of the (key, stamp) that are kept, by key."""
        found: dict[str, Fragment] = {}
        missing: dict[str, str] = {}
        for key, stamp in wanted:
            if (key, stamp) in self._memory:
                found[key] = self._memory[key, stamp]
            else:
                missing[key] = stamp
        keys = list(missing)
        for start in range(0, len(keys), _ASKED_AT_ONCE):
            for key, stamp, packed in self._rows(keys[start : start + _ASKED_AT_ONCE]):
                if missing.get(key) == stamp and (fragment := self._read(packed)) is not None:
                    found[key] = fragment
                    self._remember(key, stamp, fragment)
        return found

    def put(self, key: str, stamp: str, fragment: Fragment) -> None:
        """Keeps a fragment in the place of what was kept under its key."""
        self._remember(key, stamp, fragment)
        if self._connection is None:
            return
        moments = [(moment - EPOCH) // _INSTANT for moment in (fragment.updated, fragment.moment)]
        row = [fragment.id, *moments, *(fragment.forms[kind] for kind in FORMATS)]
        packed = self._pack.compress(msgspec.msgpack.encode(row))
        try:
            self._connection.execute("REPLACE INTO fragment VALUES (?, ?, ?)", (key, stamp, packed))
            self._uncommitted += 1
            if self._uncommitted >= COMMITTED_TOGETHER:
                self._connection.commit()
                self._uncommitted = 0
        except sqlite3.Error as error:
            self._replace(error)

    def _rows(self, keys: Sequence[str]) -> list[tuple[str, str, bytes]]:
        if self._connection is None:
            return []
        asked = f"SELECT key, stamp, packed FROM fragment WHERE key IN ({','.join('?' * len(keys))})"  # noqa: S608
        try:
            return self._connection.execute(asked, keys).fetchall()
        except sqlite3.Error as error:
            self._replace(error)
            return []

    def _read(self, packed: bytes) -> Fragment | None:
        try:
            row = msgspec.msgpack.decode(
                self._unpack.decompress(packed), type=tuple[str, int, int, bytes, bytes, bytes]
            )
            updated, moment = EPOCH + row[1] * _INSTANT, EPOCH + row[2] * _INSTANT
        except (zstandard.ZstdError, msgspec.MsgspecError, TypeError, OverflowError, MemoryError):
            return None
        return Fragment(row[0], updated, moment, dict(zip(FORMATS, row[3:], strict=True)))

    def _remember(self, key: str, stamp: str, fragment: Fragment) -> None:
        size = sum(map(len, fragment.forms.values()))
        if self._bytes + size > KEPT_IN_MEMORY:
            self._memory.clear()
            self._bytes = 0
        self._memory[key, stamp] = fragment
        self._bytes += size

    def _open(self) -> None:
        self._connection = connection = sqlite3.connect(self._file, timeout=10)
        # With a write-ahead log, NORMAL keeps the file whole through a power cut and waits for no disk.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE IF NOT EXISTS cache (fingerprint TEXT NOT NULL)")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS fragment (key TEXT PRIMARY KEY, stamp TEXT NOT NULL, packed BLOB NOT NULL)"
        )
        if connection.execute("SELECT fingerprint FROM cache").fetchall() != [(self._fingerprint,)]:
            connection.execute("DELETE FROM fragment")
            connection.execute("DELETE FROM cache")
            connection.execute("INSERT INTO cache VALUES (?)", (self._fingerprint,))
            connection.commit()

    def _replace(self, error: sqlite3.Error) -> None:
        """A new file in the place of one that fails; none at all if that fails too."""
        log.warning("cache of feed entries is made anew: %s", error)
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        try:
            for ending in ("", "-wal", "-shm", "-journal"):
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
            self._open()
        except (sqlite3.Error, OSError) as again:
            log.warning("no cache of feed entries is kept: %s", again)
            self._connection = None
