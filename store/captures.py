"""Keeping captures inside one transaction: once per change of bytes or status, small beside what they resemble."""

import json
from typing import Any

from sqlalchemy import Connection, func, select

from store.blobs import BlobShelf
from store.model import Capture
from store.pages import PageBook
from store.tables import capture, reference, storable


class CaptureBook:
    """Captures of one transaction. `keep` gathers; `flush` writes."""

    def __init__(self, connection: Connection, blobs: BlobShelf, pages: PageBook, run_id: int | None) -> None:
        self._connection = connection
        self._blobs = blobs
        self._pages = pages
        self._run_id = run_id
        self._next_id = (connection.execute(select(func.max(capture.c.id))).scalar() or 0) + 1
        self._new: list[dict[str, Any]] = []
        self._last: dict[int, tuple[int, int]] = {}
        self._references: dict[tuple[str, str], int] = {}

    def load(self) -> None:
        """Reads the last captures of all pages read so far, one query for all of them."""
        wanted = [each for each in self._pages.last_captures() if each not in self._last]
        if wanted:
            columns = select(capture.c.id, capture.c.blob_id, capture.c.status)
            for row in self._connection.execute(columns.where(capture.c.id.in_(wanted))):
                self._last[row.id] = (row.blob_id, row.status)

    def keep(self, seen: Capture, *, kind: str) -> tuple[int, int]:
        """Keeps a capture and returns its id and its blob's; the same answer as last time gives that one's again.

        `kind` groups pages that look alike. The first of a kind is kept whole, the rest against it
        (docs/decisions/0003-store.md); a page seen before is kept against its own last capture.
        """
        last_id = self._pages.last_capture(seen.page)
        last_blob, last_status = self._last.get(last_id, (None, None)) if last_id is not None else (None, None)
        base = last_blob if last_blob is not None else self._reference(seen.site, kind)
        blob_id = self._blobs.put(seen.body, base=base, keep_base=last_blob is None)
        if last_id is not None and blob_id == last_blob and seen.status == last_status:
            return last_id, blob_id
        if base is None and seen.body:
            self._blobs.flush()
            self._connection.execute(reference.insert().values(site=seen.site, kind=kind, blob_id=blob_id))
            self._references[seen.site, kind] = blob_id
        capture_id = self._next_id
        self._next_id += 1
        self._new.append(
            {
                "id": capture_id,
                "page_id": self._pages.id_of(seen.site, seen.page, seen.kind),
                "run_id": self._run_id,
                "url": None if seen.url == seen.page else storable(seen.url),
                "fetched": seen.fetched,
                "status": seen.status,
                "headers": storable(json.dumps(seen.headers, ensure_ascii=False, separators=(",", ":"))),
                "blob_id": blob_id,
            }
        )
        self._last[capture_id] = (blob_id, seen.status)
        return capture_id, blob_id

    def flush(self) -> None:
        """Writes captures and the bytes they need; the pages they point to must be written before."""
        self._blobs.flush()
        if self._new:
            self._connection.execute(capture.insert(), self._new)
            self._new.clear()

    def _reference(self, site: str, kind: str) -> int | None:
        if (site, kind) not in self._references:
            columns = select(reference.c.blob_id).where(reference.c.site == site, reference.c.kind == kind)
            found = self._connection.execute(columns).scalar()
            if found is None:
                return None
            self._references[site, kind] = int(found)
        return self._references[site, kind]
