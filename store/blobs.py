"""Bytes kept once and small: zstd, with other bytes that look alike as the dictionary.

Pages of one site share their frame, versions of one page share nearly everything, and a statement's text stands
word for word in its page. So a blob may name another blob as its base. Chains stay short (`MAX_DEPTH`): what would
lengthen a full one is kept against an early link of it. Every blob carries the SHA-256 of its plain bytes, and that
hash is checked at each read.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import zstandard
from sqlalchemy import Connection, Row, Select, func, select

from store.database import DatabaseError
from store.tables import blob

MAX_DEPTH = 16
"""A text or page as deep as this costs 1.5 ms to read, and each link is checked by its own hash. With 6, what branched
was a third of all and made an edited version 0.155 of `gzip -6` of its page; with 16 it is 0.150, with 24 0.149."""
EARLY_DEPTH = 2
"""Where a full chain branches. Before it stand samples of the kind of page and the page as it was first seen, which is
no good base for a text: at this depth stand the second capture of a page and the first text."""
LEVEL = 6
"""zstd level: with a base, 6 takes 7 % off level 3 on real pages of the site for twice the time; 9 gains 1 % more."""
TIGHT_LEVEL = 19
"""For a page seen again, which is rare: takes 20 % off a new frame, for 1.2 ms a page instead of 0.1."""
TIGHT_FROM = 128
"""Compressed bytes from which that is tried: the change of a sentence takes 50 at any level."""
CACHED_BYTES = 4 * 1024 * 1024
"""What a batch uses again stands close together; four times as much made no crawl faster and every crawl larger."""


_ROWS: Select[Any] = select(blob.c.id, blob.c.sha256, blob.c.data, blob.c.size, blob.c.base, blob.c.depth)


class DamagedBlobError(DatabaseError):
    """Kept bytes are not what was kept; the message names the blob."""

    def __init__(self, blob_id: int, why: str) -> None:
        super().__init__(f"The database is damaged (blob {blob_id}: {why}): restore it from a backup.")


class BlobCache:
    """Plain bytes of recently used blobs, and compressors for recently used bases. Lives as long as its owner."""

    def __init__(self) -> None:
        self._plain: OrderedDict[int, tuple[bytes, int]] = OrderedDict()
        self._size = 0
        self._compressors: OrderedDict[int, zstandard.ZstdCompressor] = OrderedDict()
        self.samples: dict[tuple[str, str], list[bytes]] = {}
        """Pages kept so far of a kind that has too few for a good reference (store.references)."""
        self._alone = zstandard.ZstdCompressor(level=LEVEL)

    def get(self, blob_id: int) -> tuple[bytes, int] | None:
        """Plain bytes and depth of a blob, if it is here."""
        found = self._plain.get(blob_id)
        if found is not None:
            self._plain.move_to_end(blob_id)
        return found

    def add(self, blob_id: int, plain: bytes, depth: int) -> None:
        before, _ = self._plain.pop(blob_id, (b"", 0))
        self._plain[blob_id] = (plain, depth)
        self._size += len(plain) - len(before)
        while self._size > CACHED_BYTES and len(self._plain) > 1:
            _, (dropped, _depth) = self._plain.popitem(last=False)
            self._size -= len(dropped)

    def compress(self, plain: bytes, base: tuple[int, bytes] | None, *, keep: bool) -> bytes:
        """Compressed bytes; `keep` says that the same base will be used again soon."""
        if base is None:
            return self._alone.compress(plain)
        base_id, base_plain = base
        compressor = self._compressors.get(base_id)
        if compressor is None:
            like = zstandard.ZstdCompressionDict(base_plain, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
            compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=like, write_dict_id=False)
            if keep:
                self._compressors[base_id] = compressor
                if len(self._compressors) > 8:
                    self._compressors.popitem(last=False)
        return compressor.compress(plain)

    def compress_tight(self, plain: bytes, base: bytes) -> bytes:
        """The same with more time for it."""
        like = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        return zstandard.ZstdCompressor(level=TIGHT_LEVEL, dict_data=like, write_dict_id=False).compress(plain)

    def forget(self) -> None:
        """Drops everything; for after a rolled-back transaction, whose ids will mean something else."""
        self._plain.clear()
        self._compressors.clear()
        self.samples.clear()
        self._size = 0


class BlobShelf:
    """The blobs as one transaction sees them. `put` gathers; `flush` writes what was gathered."""

    def __init__(self, connection: Connection, cache: BlobCache) -> None:
        self._connection = connection
        self._cache = cache
        self._next: int | None = None
        self._new: dict[bytes, dict[str, Any]] = {}
        self._kept: dict[bytes, int | None] = {}
        self._ahead: dict[int, Row[Any]] = {}

    @property
    def samples(self) -> dict[tuple[str, str], list[bytes]]:
        """Pages kept so far of kinds that have too few for a good reference; they outlive the transaction."""
        return self._cache.samples

    def load(self, digests: Iterable[str]) -> None:
        """Looks up ahead which of the given bytes (hex SHA-256) are kept already, one query for all of them."""
        wanted = [bytes.fromhex(digest) for digest in digests]
        self._kept |= dict.fromkeys(wanted)
        for row in self._connection.execute(select(blob.c.id, blob.c.sha256).where(blob.c.sha256.in_(wanted))):
            self._kept[bytes(row.sha256)] = row.id

    def put(
        self,
        plain: bytes,
        *,
        base: int | None = None,
        or_base: int | None = None,
        keep_base: bool = False,
        tight: bool = False,
    ) -> int:
        """Keeps bytes and returns their blob's id; the same bytes give the same id.

        Of two bases the one is taken against which they are smaller. `keep_base` as in `BlobCache.compress`; `tight`
        says that they are worth more time.
        """
        digest = sha256(plain).digest()
        if digest in self._new:
            return int(self._new[digest]["id"])
        found = (
            self._kept[digest]
            if digest in self._kept
            else self._connection.execute(select(blob.c.id).where(blob.c.sha256 == digest)).scalar()
        )
        if found is not None:
            return int(found)
        data, like, depth = self._compressed(plain, base, keep=keep_base)
        if or_base is not None and len((other := self._compressed(plain, or_base, keep=False))[0]) < len(data):
            data, like, depth = other
        if tight and like is not None and len(data) > TIGHT_FROM:
            data = min(data, self._cache.compress_tight(plain, self.get(like)), key=len)
        blob_id = self._take_id()
        self._new[digest] = {
            "id": blob_id,
            "sha256": digest,
            "size": len(plain),
            "base": like,
            "depth": depth,
            "data": data,
        }
        self._cache.add(blob_id, plain, depth)
        return blob_id

    def get(self, blob_id: int) -> bytes:
        """Plain bytes of a blob. Raises DamagedBlobError if they are not what was kept."""
        return self._plain(blob_id)[0]

    def read_ahead(self, blob_ids: Iterable[int]) -> None:
        """Reads the rows of blobs that will be asked for, and of what they are based on: a query for each depth."""
        wanted = set(blob_ids)
        while missing := [each for each in wanted if each not in self._ahead and self._cache.get(each) is None]:
            found = self._connection.execute(_ROWS.where(blob.c.id.in_(missing))).all()
            self._ahead |= {row.id: row for row in found}
            wanted = {row.base for row in found if row.base is not None}

    def flush(self) -> None:
        if self._new:
            self._connection.execute(blob.insert(), list(self._new.values()))
            self._kept |= {digest: row["id"] for digest, row in self._new.items()}
            self._new.clear()

    def _compressed(self, plain: bytes, base: int | None, *, keep: bool) -> tuple[bytes, int | None, int]:
        """The compressed bytes, the blob they really are compressed against, and their depth."""
        like, depth = b"", 0
        if base is not None:
            like, depth = self._plain(base)
            if depth >= MAX_DEPTH:
                while depth > EARLY_DEPTH:
                    base, depth = self._base_of(base), depth - 1
                like, _ = self._plain(base)
        if base is None or not like:  # empty bytes are no base
            return self._cache.compress(plain, None, keep=False), None, 0
        return self._cache.compress(plain, (base, like), keep=keep), base, depth + 1

    def _base_of(self, blob_id: int) -> int:
        row = self._row(blob_id)
        if row is None or row["base"] is None:
            raise DamagedBlobError(blob_id, "it names no base, and its depth says that it has one")
        return int(row["base"])

    def _row(self, blob_id: int) -> Mapping[str, Any] | None:
        """The row of a blob, also of one that is not written yet."""
        row = self._ahead.pop(blob_id, None)
        if row is None:
            unwritten = next((each for each in self._new.values() if each["id"] == blob_id), None)
            if unwritten is not None:
                return unwritten
            row = self._connection.execute(_ROWS.where(blob.c.id == blob_id)).one_or_none()
        return None if row is None else row._asdict()

    def _take_id(self) -> int:
        if self._next is None:
            self._next = (self._connection.execute(select(func.max(blob.c.id))).scalar() or 0) + 1
        else:
            self._next += 1
        return self._next

    def _plain(self, blob_id: int) -> tuple[bytes, int]:
        chain: list[tuple[int, bytes, bytes, int, int]] = []
        wanted: int | None = blob_id
        plain = b""
        while wanted is not None:
            known = self._cache.get(wanted)
            if known is not None:
                plain = known[0]
                break
            row = self._row(wanted)
            if row is None:
                raise DamagedBlobError(wanted, f"not there, though blob {blob_id} needs it")
            if len(chain) > MAX_DEPTH:
                raise DamagedBlobError(blob_id, "its bases form a circle")
            chain.append((wanted, bytes(row["sha256"]), bytes(row["data"]), row["size"], row["depth"]))
            wanted = row["base"]
        for each_id, digest, data, size, depth in reversed(chain):
            plain = _decompress(each_id, data, size, plain if depth else b"")
            if sha256(plain).digest() != digest:
                raise DamagedBlobError(each_id, "its bytes do not have the hash they were kept under")
            self._cache.add(each_id, plain, depth)
        found = self._cache.get(blob_id)
        return found if found is not None else (plain, chain[0][4] if chain else 0)


def _decompress(blob_id: int, data: bytes, size: int, base: bytes) -> bytes:
    like = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if base else None
    try:
        # Memory is taken for the size that the frame states, whatever `max_output_size` says: up to 2⁶⁴ in a torn one.
        if zstandard.frame_content_size(data) != size:
            raise DamagedBlobError(blob_id, "its bytes are not as many as were kept")
        return zstandard.ZstdDecompressor(dict_data=like).decompress(data)
    except zstandard.ZstdError as error:
        raise DamagedBlobError(blob_id, str(error)) from error
