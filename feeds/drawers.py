"""What is kept in a cache, as values: entries of feeds, and rows of lists."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Generic, TypeVar

import msgspec
import zstandard
from markupsafe import Markup

from feeds.cache import Cache, Table
from feeds.fragments import Fragment
from feeds.pages.parts import Part, Parts
from feeds.pages.rows import ChangeRow, StatementRow
from store.selection import Field

KEPT_IN_MEMORY = 8 * 1024 * 1024
"""Bytes of the values of one drawer, unpacked: what a publication after one change asks for again and again."""
KEPT_OF_MUCH = 1024 * 1024
"""Where much is made anew, and hardly anything is asked for again soon."""
ROW = 2000
"""Bytes that a row takes beside its line."""

Fits = Callable[[str, str], bool]
"""Whether what is kept under a key and a stamp is still so."""
_Value = TypeVar("_Value")
_Part = tuple[Field, str, str, str]


class _Change(msgspec.Struct, array_like=True, gc=False):
    number: int
    statement: str
    day: date
    rank: int
    parts: list[_Part]
    line: str


class _Statement(msgspec.Struct, array_like=True, gc=False):
    statement: str
    parts: list[_Part]
    line: str


class Drawer(Generic[_Value]):
    """One table of a cache, what was taken from it or put there last in memory as well.

    `is_current` is asked with key and stamp of what is kept in the file; as long as the drawer, it has to say the same.
    """

    def __init__(
        self,
        cache: Cache,
        table: Table,
        pack: Callable[[_Value], msgspec.Struct],
        unpack: Callable[[bytes], _Value],
        weigh: Callable[[_Value], int],
        is_current: Fits,
        room: int,
    ) -> None:
        self._cache = cache
        self._room = room
        self._table = table
        self._pack, self._unpack, self._weigh, self._is_current = pack, unpack, weigh, is_current
        self._memory: dict[str, _Value] = {}
        self._bytes = 0

    def get(self, keys: Sequence[str]) -> dict[str, _Value]:
        """The values of those of the keys that are kept and current, by key."""
        memory = self._memory
        found = {key: memory[key] for key in keys if key in memory}
        if len(found) < len(keys):
            missing = [key for key in keys if key not in found]
            for key, stamp, packed in self._cache.rows(self._table, missing):
                if self._is_current(key, stamp) and (value := self._read(packed)) is not None:
                    found[key] = value
                    self._remember(key, value)
        return found

    def put(self, key: str, stamp: str, value: _Value) -> None:
        """Keeps a value, under a stamp that is current, in the place of what was kept under its key."""
        self._remember(key, value)
        with suppress(UnicodeEncodeError):  # of a half character: rendered anew each time
            self._cache.put(self._table, key, stamp, self._cache.compress(msgspec.msgpack.encode(self._pack(value))))

    def _read(self, packed: bytes) -> _Value | None:
        try:
            return self._unpack(self._cache.decompress(packed))
        except (zstandard.ZstdError, msgspec.MsgspecError, TypeError, ValueError, OverflowError, MemoryError):
            return None

    def _remember(self, key: str, value: _Value) -> None:
        size = self._weigh(value)
        if self._bytes + size > self._room:
            self._memory.clear()
            self._bytes = 0
        self._memory[key] = value
        self._bytes += size


def entries(cache: Cache, table: Table, is_current: Fits, room: int = KEPT_IN_MEMORY) -> Drawer[Fragment]:
    """Entries of feeds."""
    decode = msgspec.msgpack.Decoder(Fragment).decode
    return Drawer(cache, table, lambda entry: entry, decode, lambda entry: sum(map(len, entry.forms)), is_current, room)


def change_rows(cache: Cache, parts: Parts, is_current: Fits, room: int = KEPT_IN_MEMORY) -> Drawer[ChangeRow]:
    """Rows of changes."""
    decode = msgspec.msgpack.Decoder(_Change).decode

    def pack(row: ChangeRow) -> _Change:
        return _Change(row.number, row.statement, row.day, row.rank, _named(row.parts), str(row.line))

    def unpack(data: bytes) -> ChangeRow:
        found = decode(data)
        return ChangeRow(
            number=found.number,
            statement=found.statement,
            day=found.day,
            rank=found.rank,
            parts=tuple(parts.part(*each) for each in found.parts),
            line=Markup(found.line),  # noqa: S704 - was set by us
        )

    return Drawer(cache, "change_row", pack, unpack, lambda row: ROW + len(row.line), is_current, room)


def statement_rows(cache: Cache, parts: Parts, is_current: Fits, room: int = KEPT_IN_MEMORY) -> Drawer[StatementRow]:
    """Rows of statements."""
    decode = msgspec.msgpack.Decoder(_Statement).decode

    def pack(row: StatementRow) -> _Statement:
        return _Statement(row.statement, _named(row.parts), str(row.line))

    def unpack(data: bytes) -> StatementRow:
        found = decode(data)
        return StatementRow(
            statement=found.statement,
            parts=tuple(parts.part(*each) for each in found.parts),
            line=Markup(found.line),  # noqa: S704 - was set by us
        )

    return Drawer(cache, "statement_row", pack, unpack, lambda row: ROW + len(row.line), is_current, room)


def _named(parts: tuple[Part, ...]) -> list[_Part]:
    return [(part.field, part.slug, part.label, part.note) for part in parts]
