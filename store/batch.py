"""One transaction's worth of observations: each is understood, decided and turned into rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from store.blobs import BlobCache, BlobShelf
from store.canonical import text_sha256
from store.captures import CaptureBook
from store.changelog import ChangeLog
from store.columns import storable
from store.content import dump
from store.coverage import CoverageBook
from store.decision import Intent, Seen, decide
from store.listings import ListingBook
from store.model import ChangeType, Significance
from store.observation import (
    MISSING_CODES,
    Effect,
    ListingSeen,
    LookFailed,
    Observation,
    PageSeen,
    Recorded,
    StatementSeen,
)
from store.pages import PageBook
from store.significance import DEFAULT, SensitiveTerms
from store.statements import StatementBook


@dataclass(frozen=True, slots=True)
class _Said:
    """What a statement's page says, made ready once: the text's hash, and its bytes unless they are the latest kept."""

    text_sha256: str
    content: bytes | None


class Batch:
    """Observations inside one transaction. Rows are gathered and written in the order that points backwards."""

    def __init__(
        self,
        connection: Connection,
        cache: BlobCache,
        run_id: int | None,
        now: datetime,
        terms: SensitiveTerms = DEFAULT,
    ) -> None:
        self._now = now
        self._terms = terms
        self._run_id = run_id
        self._blobs = BlobShelf(connection, cache)
        self._pages = PageBook(connection)
        self._captures = CaptureBook(connection, self._blobs, self._pages, run_id)
        self._statements = StatementBook(connection, self._blobs)
        self._listings = ListingBook(connection, self._pages)
        self._changes = ChangeLog(connection)
        self._coverage = CoverageBook(connection)
        self._ready: dict[int, _Said] = {}

    def load(self, observations: Sequence[Observation]) -> None:
        """Reads ahead what the observations will need."""
        captures = [each.capture for each in observations if not isinstance(each, LookFailed)]
        self._pages.load(each.page for each in captures)
        self._captures.load()
        self._statements.expect(
            each.statement.key if isinstance(each, StatementSeen) else each.key
            for each in observations
            if not isinstance(each, ListingSeen)
        )
        self._ready = {id(each): self._said(each) for each in observations if isinstance(each, StatementSeen)}
        bodies = [each.body for each in captures if each.body]
        contents = [said.content for said in self._ready.values() if said.content]
        self._blobs.load(sha256(plain).hexdigest() for plain in bodies + contents)
        new = [each for each in observations if isinstance(each, StatementSeen) and self._ready[id(each)].content]
        for site in {each.statement.site for each in new}:
            digests = [self._ready[id(each)].text_sha256 for each in new if each.statement.site == site]
            self._statements.load_twins(site, digests)

    def _said(self, seen: StatementSeen) -> _Said:
        digest = text_sha256(seen.statement)
        latest = self._statements.is_latest(seen.statement.key, digest)
        return _Said(digest, None if latest else dump(seen.statement))

    def take(self, observation: Observation) -> Recorded:
        """Turns one observation into rows to write, and says what became of it."""
        match observation:
            case StatementSeen():
                return self._take_statement(observation)
            case ListingSeen():
                return self._take_listing(observation)
            case PageSeen():
                return self._take_page(observation)
            case LookFailed():
                return self._take_failure(observation)

    def remove(self, key: str, why: str, twin: str | None) -> Recorded:
        """Marks a statement as removed, or as moved to a live one that says the same, and tells it."""
        number, _ = self._statements.version_of(key)
        self._statements.remove(key)
        said, page = self._statements.latest(key)
        change: ChangeType = "removed" if twin is None else "moved"
        reasons = (why,) if twin is None else (f"now {twin}", why)
        change_id = self._tell(key, change, number, None, None, "high", reasons, said, page)
        return Recorded(effect="change", key=key, change=change, change_id=change_id, why=why)

    def flush(self) -> None:
        """Writes everything that was gathered."""
        self._pages.flush_new()
        self._captures.flush()
        self._pages.flush()
        self._statements.flush()
        self._changes.flush()
        self._coverage.flush()

    def _take_statement(self, seen: StatementSeen) -> Recorded:
        ready = self._ready.get(id(seen)) or self._said(seen)
        said, digest, capture = seen.statement, ready.text_sha256, seen.capture
        key, at, answered = said.key, capture.fetched, seen.page or capture.page
        page_id = self._pages.id_of(capture.site, answered, "statement")
        known = self._statements.known(said, digest)
        if known is None:
            self._pages.flush_new()
            known = self._statements.add(said, digest, page_id, answered, at)
        capture_id, blob_id = self._captures.keep(capture, kind=f"statement:{said.template}:{said.language}")
        redirected = answered != capture.page
        intent = decide(
            known,
            Seen(statement=said, text_sha256=digest, page=answered, redirected=redirected, confirmed=seen.confirmed),
            self._now,
            self._terms,
        )
        self._pages.looked(capture, capture_id, settled=intent.action != "ask_again")
        if intent.action == "ask_again":
            return Recorded(effect="doubtful", key=key, why=intent.why)
        self._statements.found(key)
        # A listing named it first, perhaps under another address than the one that was asked and has validators now.
        if (known.version is None and known.page != answered) or (intent.change == "moved" and known.version):
            self._pages.flush_new()
            self._statements.move(key, page_id, answered)
        row_id = self._statements.id_of(key)
        if intent.action == "confirm_version":
            self._statements.confirm(key, intent.version, at)
            self._coverage.note(row_id, "unchanged", at)
        else:
            self._coverage.note(row_id, "first" if known.version is None else "changed", at)
            self._statements.add_version(
                said,
                number=intent.version,
                capture_id=capture_id,
                blob_id=self._blobs.put(
                    ready.content or dump(said), base=blob_id, or_base=self._statements.last_text(key)
                ),
                text_sha256=digest,
                extractor=seen.extractor,
                seen=at,
                duplicate_of=intent.duplicate_of,
            )
        return self._conclude(intent, key, digest, said.title, answered)

    def _conclude(self, intent: Intent, key: str, digest: str, title: str, page: str) -> Recorded:
        """Tells the change that an intent asks for, if any."""
        if intent.change is None:
            return Recorded(effect="unchanged", key=key)
        change_id = self._tell(
            key,
            intent.change,
            intent.from_version,
            intent.version,
            digest,
            intent.significance,
            intent.reasons,
            title,
            page,
            baseline=intent.baseline,
            moves_updated=intent.moves_updated,
        )
        effect: Effect = "baseline" if intent.baseline else "change"
        return Recorded(effect=effect, key=key, change=intent.change, change_id=change_id, why=intent.why)

    def _tell(
        self,
        key: str,
        change: ChangeType,
        from_version: int | None,
        to_version: int | None,
        digest: str | None,
        significance: Significance,
        reasons: tuple[str, ...],
        title: str,
        page: str,
        *,
        baseline: bool = False,
        moves_updated: bool = True,
    ) -> int:
        change_id, detected = self._changes.append(
            type=change,
            key=key,
            statement_id=self._statements.id_of(key),
            run_id=self._run_id,
            from_version=from_version,
            to_version=to_version,
            text_sha256=bytes.fromhex(digest) if digest is not None else None,
            significance=significance,
            reasons=tuple(storable(each) for each in reasons),
            baseline=baseline,
            title=storable(title),
            url=storable(page),
            now=self._now,
        )
        self._statements.tell(key, baseline=baseline, detected=detected if moves_updated else None)
        return change_id

    def _take_listing(self, seen: ListingSeen) -> Recorded:
        page_id = self._pages.id_of(seen.capture.site, seen.capture.page, "listing")
        capture_id, _ = self._captures.keep(seen.capture, kind=f"listing:{seen.listing.language}")
        self._pages.looked(seen.capture, capture_id, problem=seen.code or None)
        self._listings.record(seen.listing, page_id, seen.capture.fetched)
        self._statements.listed()
        return Recorded(effect="listed")

    def _take_page(self, seen: PageSeen) -> Recorded:
        capture, at = seen.capture, seen.capture.fetched
        page_id = self._pages.id_of(capture.site, capture.page, capture.kind)
        readable = bool(seen.key) and self._statements.has_version(seen.key)
        if capture.status == 304:
            self._pages.looked(capture, None)
            if capture.kind == "listing":
                self._listings.confirm(page_id, at)
                self._statements.listed()
            elif readable:
                # Only a text brings a removed statement back, and with it the change that tells so.
                if not self._statements.is_removed(seen.key):
                    self._statements.found(seen.key)
                    self._statements.confirm(seen.key, self._statements.version_of(seen.key)[0], at)
                self._coverage.note(self._statements.id_of(seen.key), "not_modified", at)
            return Recorded(effect="not_modified", key=seen.key)
        capture_id, _ = self._captures.keep(capture, kind=f"other:{capture.kind}")
        self._pages.looked(capture, capture_id, problem=seen.code or None)
        if not readable:
            return Recorded(effect="kept", key=seen.key)
        missing = seen.code in MISSING_CODES
        if missing:
            self._statements.miss(seen.key, at)
        self._coverage.note(self._statements.id_of(seen.key), "missing" if missing else "failed", at)
        return Recorded(effect="missing" if missing else "kept", key=seen.key)

    def _take_failure(self, failed: LookFailed) -> Recorded:
        if failed.code != "unclear":
            self._pages.failed(failed.site, failed.page, failed.kind, failed.code)
        if failed.key and self._statements.has_version(failed.key):
            row_id = self._statements.id_of(failed.key)
            self._coverage.note(row_id, "unclear" if failed.code == "unclear" else "failed", failed.at)
        return Recorded(effect="failed", key=failed.key)
