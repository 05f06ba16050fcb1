"""Every kept byte string against its hash, and the text of every version against the version's."""

from hashlib import sha256
from typing import Any

import zstandard
from sqlalchemy import Connection, Row, select

from store.blobs import MAX_DEPTH, BlobCache, BlobShelf
from store.canonical import text_sha256
from store.content import load
from store.tables import blob, capture, page, statement, version
from store.verification.verdict import Verdict, WrongRecordError, demand, reading

WRONG_HASH = "its bytes do not have the hash they were kept under"
_AT_ONCE = 32
"""Compressed pages in memory at once, besides the cache of bases."""
_TEXTS = (
    select(version.c.number, version.c.blob_id, version.c.text_sha256, statement.c.key)
    .join(statement, statement.c.id == version.c.statement_id)
    .order_by(version.c.blob_id, version.c.id)
)


def check_bytes(connection: Connection, verdict: Verdict) -> None:
    """Walks the blobs by number, so that a base is checked before what is kept against it.

    A version's text is checked when its blob comes by: its bytes are then unpacked once, and its base is at hand.
    """
    cache = BlobCache()
    shelf = BlobShelf(connection, cache)
    blobs = select(blob).order_by(blob.c.id)
    with (
        connection.execute(blobs, execution_options={"yield_per": _AT_ONCE}) as rows,
        connection.execute(_TEXTS, execution_options={"yield_per": 1000}) as texts,
    ):
        due: Any = texts.fetchone()
        for row in rows:
            try:
                plain = _plain(row, shelf, cache)
            except WrongRecordError as error:
                raise WrongRecordError(f"{_owner(connection, row.id)}: {error}") from error
            while due is not None and due.blob_id == row.id:
                _check_text(due, plain)
                due = texts.fetchone()
            verdict.counts["blobs"] += 1


def _plain(row: Row[Any], shelf: BlobShelf, cache: BlobCache) -> bytes:
    """The bytes of a blob. Raises WrongRecordError with the fault alone: the caller knows whose bytes they are."""
    base, depth = b"", 0
    try:
        if row.base is not None:
            if row.base >= row.id:
                raise WrongRecordError("the bytes it was kept against are younger than itself")
            shelf.get(row.base)
            found = cache.get(row.base)
            assert found is not None  # what was read last is never dropped
            base, depth = found[0], found[1] + 1
        if row.depth != depth or depth > MAX_DEPTH:
            raise WrongRecordError("it does not fit the bytes it was kept against")
        # Memory is taken for the size that a frame states of itself, so that size is looked at first.
        if zstandard.frame_content_size(row.data) != row.size:
            raise WrongRecordError("its bytes are not as many as were kept")
        like = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if base else None
        plain = zstandard.ZstdDecompressor(dict_data=like).decompress(row.data)
        if len(plain) != row.size or sha256(plain).digest() != row.sha256:
            raise WrongRecordError(WRONG_HASH)
    except (zstandard.ZstdError, TypeError, ValueError) as error:
        raise WrongRecordError(f"{WRONG_HASH} ({error})") from error
    cache.add(row.id, plain, depth)
    return plain


def _check_text(row: Row[Any], plain: bytes) -> None:
    record = f"version {row.number} of {row.key}"
    with reading(record):
        said = load(plain)
        demand(said.key == row.key, record, f"its text is that of {said.key}")
        fits = bytes.fromhex(text_sha256(said)) == row.text_sha256
        demand(fits, record, "its text does not have the hash it was recorded under")


def _owner(connection: Connection, blob_id: int) -> str:
    """Whose bytes a blob holds: the first capture or version that points to it."""
    captured = (
        select(capture.c.id, page.c.url).join(page, page.c.id == capture.c.page_id).where(capture.c.blob_id == blob_id)
    )
    row = connection.execute(captured.order_by(capture.c.id).limit(1)).one_or_none()
    if row is not None:
        return f"capture {row.id} of {row.url}"
    text = (
        select(version.c.number, statement.c.key)
        .join(statement, statement.c.id == version.c.statement_id)
        .where(version.c.blob_id == blob_id)
    )
    row = connection.execute(text.order_by(version.c.id).limit(1)).one_or_none()
    return f"version {row.number} of {row.key}" if row is not None else f"blob {blob_id}"
