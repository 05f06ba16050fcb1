"""Writing what was seen: captures, statements, versions and changes of a small batch, in one transaction.

A batch is written whole or not at all, so a kill at any moment loses nothing that was recorded and doubles nothing:
what was not recorded is still missing in the archive and is asked for again by the next crawl.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from store.blobs import BlobCache, BlobShelf
from store.canonical import text_sha256
from store.captures import CaptureBook
from store.changelog import ChangeLog
from store.content import dump
from store.database import Database
from store.decision import Intent, Seen, decide
from store.listings import ListingBook
from store.observation import Effect, ListingSeen, Observation, PageSeen, Recorded, StatementSeen
from store.pages import PageBook
from store.statements import StatementBook
from store.tables import storable

log = logging.getLogger(__name__)


class Archive:
    """The writing side of the store, for one crawl at a time."""

    def __init__(self, database: Database, run_id: int | None = None) -> None:
        self._database = database
        self._run_id = run_id
        self._cache = BlobCache()

    def record(self, observations: Sequence[Observation], now: datetime) -> list[Recorded]:
        """Writes a batch in one transaction and says what became of each observation, in order.

        Raises DatabaseError when nothing of the batch could be written; the archive is then as before.
        """
        if not observations:
            return []
        try:
            with self._database.writing() as connection:
                batch = _Batch(connection, self._cache, self._run_id, now)
                ahead = batch.load(observations)
                recorded = [batch.take(*each) for each in zip(observations, ahead, strict=True)]
                batch.flush()
        except BaseException:
            self._cache.forget()  # it may hold ids that were never committed
            raise
        for each in recorded:
            if each.why:
                log.info("statement=%s effect=%s change=%s why=%s", each.key, each.effect, each.change or "-", each.why)
        return recorded


@dataclass(frozen=True, slots=True)
class _Said:
    """What a statement's page says, made ready once: the text's hash, and its bytes unless they are the latest kept."""

    text_sha256: str
    content: bytes | None


class _Batch:
    """One transaction's worth of observations. Rows are gathered and written in the order that points backwards."""

    def __init__(self, connection: Connection, cache: BlobCache, run_id: int | None, now: datetime) -> None:
        self._now = now
        self._run_id = run_id
        self._blobs = BlobShelf(connection, cache)
        self._pages = PageBook(connection)
        self._captures = CaptureBook(connection, self._blobs, self._pages, run_id)
        self._statements = StatementBook(connection, self._blobs)
        self._listings = ListingBook(connection, self._pages)
        self._changes = ChangeLog(connection)

    def load(self, observations: Sequence[Observation]) -> list[_Said | None]:
        """Reads ahead what the observations will need; gives what each says, None for what is no statement."""
        self._pages.load(each.capture.page for each in observations)
        self._captures.load()
        self._statements.expect(each.statement.key for each in observations if isinstance(each, StatementSeen))
        ahead = [self._said(each) if isinstance(each, StatementSeen) else None for each in observations]
        bodies = [each.capture.body for each in observations if each.capture.body]
        contents = [said.content for said in ahead if said and said.content]
        self._blobs.load(sha256(plain).hexdigest() for plain in bodies + contents)
        return ahead

    def take(self, observation: Observation, said: _Said | None) -> Recorded:
        match observation:
            case StatementSeen():
                return self._take_statement(observation, said or self._said(observation))
            case ListingSeen():
                return self._take_listing(observation)
            case PageSeen():
                return self._take_page(observation)

    def flush(self) -> None:
        self._pages.flush_new()
        self._captures.flush()
        self._pages.flush()
        self._statements.flush()
        self._changes.flush()

    def _said(self, seen: StatementSeen) -> _Said:
        digest = text_sha256(seen.statement)
        latest = self._statements.is_latest(seen.statement.key, digest)
        return _Said(digest, None if latest else dump(seen.statement))

    def _take_statement(self, seen: StatementSeen, ready: _Said) -> Recorded:
        said, digest = seen.statement, ready.text_sha256
        page_id = self._pages.id_of(seen.capture.site, seen.capture.page, "statement")
        known = self._statements.known(said.key, digest)
        if known is None:
            self._pages.flush_new()
            known = self._statements.add(said, page_id, seen.capture.fetched)
        capture_id, blob_id = self._captures.keep(seen.capture, kind=f"statement:{said.template}:{said.language}")
        self._pages.looked(seen.capture, capture_id, usable=True)
        intent = decide(known, Seen(statement=said, text_sha256=digest), self._now)
        if intent.action == "confirm_version":
            self._statements.confirm(said.key, intent.version, seen.capture.fetched)
            return Recorded(effect="unchanged", key=said.key)
        self._statements.add_version(
            said,
            number=intent.version,
            capture_id=capture_id,
            blob_id=self._blobs.put(ready.content or dump(said), base=blob_id),
            text_sha256=digest,
            extractor=seen.extractor,
            seen=seen.capture.fetched,
        )
        return self._tell(seen, digest, intent)

    def _tell(self, seen: StatementSeen, digest: str, intent: Intent) -> Recorded:
        """Writes the change that an intent asks for, if any."""
        key = seen.statement.key
        change_id = None
        if intent.change is not None:
            change_id, detected = self._changes.append(
                type=intent.change,
                key=key,
                statement_id=self._statements.id_of(key),
                run_id=self._run_id,
                from_version=intent.from_version,
                to_version=intent.version,
                text_sha256=bytes.fromhex(digest),
                significance=intent.significance,
                reasons=intent.reasons,
                baseline=intent.baseline,
                title=storable(seen.statement.title),
                url=storable(seen.capture.page),
                now=self._now,
            )
            self._statements.tell(key, baseline=intent.baseline, detected=detected)
        effect: Effect = "baseline" if intent.baseline else "change"
        return Recorded(effect=effect, key=key, change=intent.change, change_id=change_id, why=intent.why)

    def _take_listing(self, seen: ListingSeen) -> Recorded:
        page_id = self._pages.id_of(seen.capture.site, seen.capture.page, "listing")
        capture_id, _ = self._captures.keep(seen.capture, kind=f"listing:{seen.listing.language}")
        self._pages.looked(seen.capture, capture_id, usable=True)
        self._listings.record(seen.listing, page_id, seen.capture.fetched)
        self._statements.listed()
        return Recorded(effect="listed")

    def _take_page(self, seen: PageSeen) -> Recorded:
        page_id = self._pages.id_of(seen.capture.site, seen.capture.page, seen.capture.kind)
        if seen.capture.status == 304:
            self._pages.looked(seen.capture, None, usable=True)
            if seen.capture.kind == "statement":
                self._statements.confirm_page(page_id, seen.capture.fetched)
            elif seen.capture.kind == "listing":
                self._listings.confirm(page_id, seen.capture.fetched)
            return Recorded(effect="not_modified")
        capture_id, _ = self._captures.keep(seen.capture, kind=f"other:{seen.capture.kind}")
        self._pages.looked(seen.capture, capture_id, usable=not seen.code)
        return Recorded(effect="kept")
