"""What publications rendered, kept between them in a file of SQLite.

The cache is derived: lost, unreadable or of another release, it fills again.
"""

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, get_args

import zstandard

from feeds.files import OWN_FOLDER

NAME = f"{OWN_FOLDER}/fragments.db"
COMMITTED_TOGETHER = 500
"""One transaction for a whole first publication would keep all of it twice, and lose it if it is killed."""
_ASKED_AT_ONCE = 500
_LEVEL = -1
"""Of zstd. Unpacking takes half as long as at 1, for a fifth more bytes."""
_PAGES_KIB = 1000
"""What is kept of the file: rows are asked for once, and the system keeps the file in memory as well."""

Table = Literal["change_entry", "statement_entry", "change_row", "statement_row"]
"""Entries of feeds, and rows of lists."""
TABLES: tuple[Table, ...] = get_args(Table)

log = logging.getLogger(__name__)


class Cache:
    """Bytes by table, key and stamp. For one thread; another process may use the file meanwhile.

    Nothing in here raises for what the file holds: what cannot be read is not there, a file that is no cache is
    replaced, and where none can be kept everything is rendered each time. What another `fingerprint` has put there is
    not there either.
    """

    def __init__(self, file: Path, fingerprint: str) -> None:
        self._file = file
        self._fingerprint = fingerprint
        self._uncommitted = 0
        self._newest = (0, "")
        self._connection: sqlite3.Connection | None = None
        # One for all tables: it keeps a megabyte for its work.
        self.compress = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress
        self.decompress = zstandard.ZstdDecompressor().decompress
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

    @property
    def log(self) -> tuple[int, str]:
        """Number and hash of the change that `follow` was told of last; (0, "") before."""
        if self._connection is None:
            return 0, ""
        try:
            number, told = self._connection.execute("SELECT number, hash FROM cache").fetchone()
        except sqlite3.Error as error:
            self._replace(error)
            return 0, ""
        return int(number), str(told)

    def follow(self, newest: tuple[int, str]) -> None:
        """Notes the newest change of the log of which things are kept from now on, in a file made anew as well."""
        self._newest = newest
        self._run("UPDATE cache SET number = ?, hash = ?", newest)

    def rows(self, table: Table, keys: Sequence[str]) -> Iterator[tuple[str, str, bytes]]:
        """Key, stamp and bytes of those of the keys that are kept, in any order."""
        for start in range(0, len(keys), _ASKED_AT_ONCE):
            yield from self._some(table, keys[start : start + _ASKED_AT_ONCE])

    def put(self, table: Table, key: str, stamp: str, packed: bytes) -> None:
        """Keeps bytes in the place of what was kept under the key."""
        self._run(f"REPLACE INTO {table} VALUES (?, ?, ?)", (key, stamp, packed))  # noqa: S608 - one of our names
        self._uncommitted += 1
        if self._uncommitted >= COMMITTED_TOGETHER:
            self._commit()

    def clear(self) -> None:
        """Forgets everything."""
        for table in TABLES:
            self._run(f"DELETE FROM {table}")  # noqa: S608 - one of our names
        self._commit()

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> None:
        if self._connection is not None:
            try:
                self._connection.execute(statement, values)
            except sqlite3.Error as error:
                self._replace(error)

    def _commit(self) -> None:
        self._uncommitted = 0
        if self._connection is not None:
            try:
                self._connection.commit()
            except sqlite3.Error as error:
                self._replace(error)

    def _some(self, table: Table, keys: Sequence[str]) -> list[tuple[str, str, bytes]]:
        if self._connection is None:
            return []
        asked = f"SELECT key, stamp, packed FROM {table} WHERE key IN ({','.join('?' * len(keys))})"  # noqa: S608
        try:
            return self._connection.execute(asked, keys).fetchall()
        except sqlite3.Error as error:
            self._replace(error)
            return []

    def _open(self) -> None:
        self._connection = connection = sqlite3.connect(self._file, timeout=10)
        # With a write-ahead log, NORMAL keeps the file whole through a power cut and waits for no disk.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{_PAGES_KIB}")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS cache (fingerprint TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL)"
        )
        for table in TABLES:
            connection.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, stamp TEXT NOT NULL, packed BLOB NOT NULL)"
            )
        if connection.execute("SELECT fingerprint, number >= 0 FROM cache").fetchall() != [(self._fingerprint, 1)]:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - one of our names
            connection.execute("DELETE FROM cache")
            connection.execute("INSERT INTO cache VALUES (?, ?, ?)", (self._fingerprint, *self._newest))
            connection.commit()

    def _replace(self, error: sqlite3.Error) -> None:
        """A new file in the place of one that fails; none at all if that fails too."""
        log.warning("cache of what was rendered is made anew: %s", error)
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        try:
            for ending in ("", "-wal", "-shm", "-journal"):
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
            self._open()
        except (sqlite3.Error, OSError) as again:
            log.warning("nothing that was rendered is kept: %s", again)
            self._connection = None
