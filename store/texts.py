"""Texts of versions, with those kept ready that were read last: the newest statements stand in nearly every feed."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from sqlalchemy import Connection

from store.blobs import BlobCache, BlobShelf
from store.content import load
from store.model import Statement, VersionFacts

KEPT = 128
"""A text takes some 12 KB, and reading a hundred takes 30 ms: as many as a timeline names."""

_Key = tuple[int, str, str, str]


class Texts:
    """Gives texts by the blob that they are kept in. May be asked by several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Statement] = OrderedDict()
        self._lock = Lock()

    def of(self, connection: Connection, wanted: Sequence[tuple[int, VersionFacts]]) -> list[Statement]:
        """The texts of these versions, each given with the id of its blob, in this order.

        Raises DamagedBlobError where what is kept is not what was kept.
        """
        keys = [_key(blob_id, facts) for blob_id, facts in wanted]
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
        shelf = BlobShelf(connection, BlobCache())
        shelf.read_ahead({key[0] for key in keys if key not in found})
        for key in keys:
            if key not in found:
                found[key] = load(shelf.get(key[0]))
        with self._lock:
            for key in keys:
                self._kept[key] = found[key]
                self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return [found[key] for key in keys]


def _key(blob_id: int, facts: VersionFacts) -> _Key:
    # A database that was restored from a backup may have another blob of this number.
    return blob_id, facts.text_sha256, facts.capture_sha256, facts.extractor
