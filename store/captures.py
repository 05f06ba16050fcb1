"""Keeping captures inside one transaction: once per change of bytes or status, small beside what they resemble."""

import json
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, select

from store.blobs import BlobShelf
from store.columns import storable
from store.model import Capture
from store.pages import PageBook
from store.references import References
from store.stored_capture import headers_of
from store.tables import capture
from store.verification.seals import capture_seal, microseconds


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
        self._references = References(connection, blobs)

    def load(self) -> None:
        """Reads the last captures of all pages read so far, one query for all of them."""
        wanted = [each for each in self._pages.last_captures() if each not in self._last]
        if wanted:
            columns = select(capture.c.id, capture.c.blob_id, capture.c.status)
            for row in self._connection.execute(columns.where(capture.c.id.in_(wanted))):
                self._last[row.id] = (row.blob_id, row.status)

    def keep(self, seen: Capture, *, kind: str) -> tuple[int, int]:
        """Keeps a capture and returns its id and its blob's; the same answer as last time gives that one's again.

        `kind` groups pages that look alike: a page seen for the first time is kept against others of its kind
        (store.references), one seen before against its own last capture.
        """
        last_id = self._pages.last_capture(seen.page)
        last_blob, last_status = self._last.get(last_id, (None, None)) if last_id is not None else (None, None)
        # An error page is nothing that the page itself resembles.
        again = last_blob is not None and last_status == seen.status
        base = last_blob if again else self._references.of(seen.site, kind)
        blob_id = self._blobs.put(seen.body, base=base, keep_base=not again, tight=again)
        if last_id is not None and blob_id == last_blob and seen.status == last_status:
            return last_id, blob_id
        if last_id is None:
            self._references.learn(seen.site, kind, seen.body, blob_id)
        capture_id = self._next_id
        self._next_id += 1
        url = None if seen.url == seen.page else storable(seen.url)
        headers = storable(json.dumps(seen.headers, ensure_ascii=False, separators=(",", ":")))
        self._new.append(
            {
                "id": capture_id,
                "page_id": self._pages.id_of(seen.site, seen.page, seen.kind),
                "run_id": self._run_id,
                "url": url,
                "fetched": seen.fetched,
                "status": seen.status,
                "headers": headers,
                "blob_id": blob_id,
                "seal": capture_seal(
                    page=storable(seen.page),
                    url=url,
                    fetched=microseconds(seen.fetched),
                    status=seen.status,
                    headers=headers_of(headers),
                    body_sha256=sha256(seen.body).digest(),
                ),
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
