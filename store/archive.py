"""Writing what was seen: captures, statements, versions and changes of a small batch, in one transaction.

A batch is written whole or not at all, so a kill at any moment loses nothing that was recorded and doubles nothing:
what was not recorded is still missing in the archive and is asked for again by the next crawl.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from store.batch import Batch
from store.blobs import BlobCache
from store.database import Database
from store.observation import Observation, Recorded
from store.significance import DEFAULT, SensitiveTerms

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Archive:
    """The writing side of the store, for one crawl at a time."""

    def __init__(self, database: Database, run_id: int | None = None, terms: SensitiveTerms = DEFAULT) -> None:
        self._database = database
        self._run_id = run_id
        self._terms = terms
        self._cache = BlobCache()

    def record(self, observations: Sequence[Observation], now: datetime) -> list[Recorded]:
        """Writes a batch in one transaction and says what became of each observation, in order.

        Raises DatabaseError when nothing of the batch could be written; the archive is then as before.
        """
        if not observations:
            return []

        def take(batch: Batch) -> list[Recorded]:
            batch.load(observations)
            return [batch.take(observation) for observation in observations]

        recorded = self._write(take, now)
        for each in recorded:
            if each.why:
                log.info("statement=%s effect=%s change=%s why=%s", each.key, each.effect, each.change or "-", each.why)
        return recorded

    def remove(self, removals: Sequence[tuple[str, str, str | None]], now: datetime) -> list[Recorded]:
        """Writes removals that the truth gate let through: (key, why, key of a live statement that says the same).

        One whose text stands elsewhere on the site has moved; the change says so.
        """
        return self._write(lambda batch: [batch.remove(*removal) for removal in removals], now) if removals else []

    def _write(self, work: Callable[[Batch], Answer], now: datetime) -> Answer:
        try:
            with self._database.writing() as connection:
                batch = Batch(connection, self._cache, self._run_id, now, self._terms)
                answer = work(batch)
                batch.flush()
        except BaseException:
            self._cache.forget()  # it may hold ids that were never committed
            raise
        return answer
