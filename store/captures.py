"""Keeping captures inside one transaction: once per change of bytes or status, small beside what they resemble."""

from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, select

from store.blobs import BlobShelf
from store.columns import storable
from store.headers import Headers, base_of, short, whole, whole_headers
from store.model import Capture
from store.pages import PageBook
from store.references import References
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
        self._said: dict[int, tuple[int | None, Headers]] = {}
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
        kept = storable(whole(seen.headers))
        headers = whole_headers(kept)
        self._said[capture_id] = (last_id, headers)
        self._new.append(
            {
                "id": capture_id,
                "page_id": self._pages.id_of(seen.site, seen.page, seen.kind),
                "run_id": self._run_id,
                "url": url,
                "fetched": seen.fetched,
                "status": seen.status,
                "headers": kept,
                "blob_id": blob_id,
                "seal": capture_seal(
                    page=storable(seen.page),
                    url=url,
                    fetched=microseconds(seen.fetched),
                    status=seen.status,
                    headers=headers,
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
            self._shorten()
            self._connection.execute(capture.insert(), self._new)
            self._new.clear()
            self._said.clear()

    def _shorten(self) -> None:
        """Takes from the headers of new captures what their pages sent before."""
        bases = self._bases(last for last, _ in self._said.values() if last is not None and last not in self._said)
        for row in self._new:
            last, headers = self._said[row["id"]]
            base = bases.get(last) if last is not None else None
            kept = short(headers, *base) if base is not None else None
            bases[row["id"]] = base if base is not None and kept is not None else (row["id"], headers)
            row["headers"] = kept or row["headers"]

    def _bases(self, captures: Iterable[int]) -> dict[int, tuple[int, Headers]]:
        """For each of these captures the one against which headers that follow on it are kept: itself or its own.

        One that cannot be read is left out: what is damaged is for `verify` to name, and no reason not to go on.
        """
        kept = self._kept(captures)
        found = {}
        for each, text in kept.items():
            with suppress(ValueError, TypeError, LookupError):
                found[each] = base_of(text) or each
        kept |= self._kept(base for base in found.values() if base not in kept)
        bases = {}
        for each, base in found.items():
            with suppress(ValueError, TypeError, LookupError):
                bases[each] = (base, whole_headers(kept[base]))
        return bases

    def _kept(self, captures: Iterable[int]) -> dict[int, str]:
        """The headers of these captures as they are kept."""
        wanted = list(captures)
        if not wanted:
            return {}
        rows = self._connection.execute(select(capture.c.id, capture.c.headers).where(capture.c.id.in_(wanted)))
        return {row.id: row.headers for row in rows}
