"""What pages are compressed against: a few pages of the same kind, seen before.

The first page of a kind is kept whole and serves the next ones; once a few are there, they serve together, as one
blob of their own that holds nothing else. On real pages of the site this brings a page from 0.45 of `gzip -6` to
0.37, on the replica's from 0.26 to 0.18 (docs/decisions/0003-store.md).
"""

from sqlalchemy import Connection, select

from store.blobs import BlobShelf
from store.tables import reference

SAMPLES = 8
SAMPLE_BYTES = 65_536
"""Of each page, at most: a freak of a page must not fill the memory of every crawl."""
LEARNT = "+"
"""Ends the name of a kind whose reference is made of samples."""


class References:
    """References inside one transaction. The samples outlive it, with the cache of the shelf."""

    def __init__(self, connection: Connection, blobs: BlobShelf) -> None:
        self._connection = connection
        self._blobs = blobs
        self._known: dict[tuple[str, str], tuple[int, bool]] = {}

    def of(self, site: str, kind: str) -> int | None:
        """The blob that a page of this kind is best kept against; None for the first of its kind."""
        if (site, kind) not in self._known:
            wanted = (reference.c.site == site, reference.c.kind.in_((kind, kind + LEARNT)))
            columns = select(reference.c.blob_id, reference.c.kind).where(*wanted).order_by(reference.c.kind.desc())
            found = self._connection.execute(columns).first()
            if found is None:
                return None
            self._known[site, kind] = (found.blob_id, found.kind.endswith(LEARNT))
        return self._known[site, kind][0]

    def learn(self, site: str, kind: str, body: bytes, blob_id: int) -> None:
        """Takes note of a page kept for the first time: as the reference, or as a sample for a better one."""
        if not body:
            return
        if self.of(site, kind) is None:
            self._set(site, kind, blob_id, learnt=False)
        if self._known[site, kind][1]:
            return
        samples = self._blobs.samples.setdefault((site, kind), [])
        samples.append(body[:SAMPLE_BYTES])
        if len(samples) == SAMPLES:
            self._set(site, kind, self._blobs.put(b"".join(samples)), learnt=True)
            del self._blobs.samples[site, kind]

    def _set(self, site: str, kind: str, blob_id: int, *, learnt: bool) -> None:
        self._blobs.flush()
        name = kind + LEARNT if learnt else kind
        self._connection.execute(reference.insert().values(site=site, kind=name, blob_id=blob_id))
        self._known[site, kind] = (blob_id, learnt)
