"""Repair of our own reading: today's extractor over the captures that an older one read. Never news.

A capture that now reads otherwise gets a further version of kind `reextracted`, which points to the same capture and
was seen when that one was seen; no line of the change log is written, and none is altered. The statement goes on to
stand at what its newest capture says: where an older state reads otherwise and the newest does not, the newest is
written once more after it.

A version whose text today's extractor finds again keeps its number, and from then on names today's extractor. Both
ways a seal is made anew, so what was sealed before must hold first: a repair must not vouch for damage.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, update

from store.blobs import BlobCache, BlobShelf
from store.canonical import text_sha256
from store.content import dump, load
from store.database import Database
from store.model import Capture, Statement
from store.stored_capture import stored_capture
from store.tables import capture, page, statement, version
from store.verification.seals import row_seal

Read = Callable[[Capture], Statement]
"""Reads a capture as a crawl would today. Raises UnreadableError."""

BATCH = 32
"""Statements in one transaction: a kill loses at most these, and a crawl that waits to write does not wait long."""


class UnreadableError(Exception):
    """Today's extractor does not read this capture; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A capture that an older extractor read and today's does not, or a version that is not what was sealed. The
    version was left alone."""

    statement: str
    version: int
    page: str
    why: str


@dataclass(slots=True, kw_only=True)
class Reextracted:
    """What became of one site's captures."""

    statements: int = 0
    """Statements that were looked into."""
    captures: int = 0
    """Captures that were read again."""
    same: int = 0
    """Of these, those that read as before."""
    versions: int = 0
    """Versions that were written."""
    refused: tuple[Refused, ...] = ()


def needs_reextraction(database: Database, site: str, extractor: str) -> int:
    """How many statements hold a reading by another extractor. A crawl must not compare new readings with these."""
    with database.reading() as connection:
        outdated = and_(statement.c.site == site, version.c.extractor != extractor, _newest_reading())
        columns = select(func.count(func.distinct(version.c.statement_id)))
        found: int = connection.execute(
            columns.join(statement, statement.c.id == version.c.statement_id).where(outdated)
        ).scalar_one()
        return found


def reextract(database: Database, site: str, read: Read, extractor: str, *, everything: bool = False) -> Reextracted:
    """Reads the captures of a site again that another extractor read, or every one; writes where the text differs.

    In small transactions: what a kill leaves undone is done the next time. The caller holds the lease. Raises
    DatabaseError, and DamagedBlobError for a capture that is not what was kept.
    """
    done, cache, last = Reextracted(), BlobCache(), 0
    while True:
        with database.writing() as connection:
            repair = _Repair(connection, cache, read, extractor, done, everything=everything)
            some = repair.outdated(site, after=last)
            for statement_id, key in some:
                repair.take(statement_id, key)
        if len(some) < BATCH:
            return done
        last = some[-1][0]


@dataclass(slots=True)
class _Reading:
    """The newest version of one capture, what the capture says today if it was read, and whether that differs."""

    row: Any
    said: Statement | None = None
    differs: bool = False


class _Repair:
    """The statements of one transaction."""

    def __init__(
        self,
        connection: Connection,
        cache: BlobCache,
        read: Read,
        extractor: str,
        done: Reextracted,
        *,
        everything: bool,
    ) -> None:
        self._connection = connection
        self._shelf = BlobShelf(connection, cache)
        self._read = read
        self._extractor = extractor
        self._done = done
        self._everything = everything

    def outdated(self, site: str, after: int) -> Sequence[tuple[int, str]]:
        """Id and key of the next statements to look into."""
        wanted: list[ColumnElement[bool]] = [statement.c.site == site, statement.c.id > after]
        of_statement = version.c.statement_id == statement.c.id
        if not self._everything:
            of_statement = and_(of_statement, version.c.extractor != self._extractor, _newest_reading())
        rows = select(statement.c.id, statement.c.key).where(*wanted, exists().where(of_statement))
        return [(row.id, row.key) for row in self._connection.execute(rows.order_by(statement.c.id).limit(BATCH))]

    def take(self, statement_id: int, key: str) -> None:
        """Reads a statement's captures again, oldest first, and writes what reads otherwise."""
        columns = select(version, capture.c.seal.label("capture_seal"), page.c.url.label("page"))
        of_page = columns.join(capture, capture.c.id == version.c.capture_id).join(page, page.c.id == capture.c.page_id)
        rows = self._connection.execute(
            of_page.where(version.c.statement_id == statement_id).order_by(version.c.number)
        ).all()
        # Of one capture the newest reading counts; captures stand in the order in which they were first read.
        readings = list({row.capture_id: _Reading(row) for row in rows}.values())
        newest = next(each for each in readings if each.row.number == rows[-1].number)
        readings.remove(newest)
        readings.append(newest)
        self._done.statements += 1
        for row in rows:
            if row.seal != row_seal(dict(row._mapping), statement=key, capture_seal=row.capture_seal):
                why = "it is not what was sealed when it was recorded: see `missionwatch verify`"
                self._refuse(row, key, why)
                return
        for reading in readings:
            if self._everything or reading.row.extractor != self._extractor:
                readable = self._again(reading, key)
                if reading is newest and not readable:
                    return  # it must stay the last one, and cannot be written again in today's reading
        if any(each.differs for each in readings):
            self._write(key, [each for each in readings if each.differs or each is newest], rows[-1].number)

    def _again(self, reading: _Reading, key: str) -> bool:
        """Reads one capture; False where today's extractor refuses it."""
        row = reading.row
        seen = stored_capture(self._connection, self._shelf, row.capture_id)
        try:
            said = self._read(seen)
            if said.key != key:
                raise UnreadableError(f"it now reads as statement {said.key}")
        except UnreadableError as error:
            self._refuse(row, key, str(error))
            return False
        self._done.captures += 1
        reading.said, reading.differs = said, bytes.fromhex(text_sha256(said)) != row.text_sha256
        if not reading.differs:
            self._done.same += 1
            if row.extractor != self._extractor:
                found = dict(row._mapping) | {"extractor": self._extractor}
                seal = row_seal(found, statement=key, capture_seal=row.capture_seal)
                named = update(version).where(version.c.id == row.id)
                self._connection.execute(named.values(extractor=self._extractor, seal=seal))
        return True

    def _refuse(self, row: Any, key: str, why: str) -> None:
        self._done.refused += (Refused(statement=key, version=row.number, page=row.page, why=why),)

    def _write(self, key: str, readings: Sequence[_Reading], number: int) -> None:
        """Writes further versions; the last one is what the statement stands at from now on."""
        next_id: int = (self._connection.execute(select(func.max(version.c.id))).scalar() or 0) + 1
        rows: list[dict[str, Any]] = []
        for offset, reading in enumerate(readings):
            said = reading.said or load(self._shelf.get(reading.row.blob_id))
            # Whatever else a version carries, such as when it was seen, is a fact about the same capture.
            facts = {each.name: reading.row._mapping[each.name] for each in version.c} | {
                "id": next_id + offset,
                "number": number + 1 + offset,
                "kind": "reextracted",
                "blob_id": self._shelf.put(dump(said), base=reading.row.blob_id),
                "text_sha256": bytes.fromhex(text_sha256(said)),
                "extractor": self._extractor,
            }
            seal = row_seal(facts, statement=key, capture_seal=reading.row.capture_seal)
            rows.append(facts | {"seal": seal})
        self._shelf.flush()
        self._connection.execute(version.insert(), rows)
        self._connection.execute(
            update(statement)
            .where(statement.c.id == rows[-1]["statement_id"])
            .values(
                version=rows[-1]["number"],
                text_sha256=rows[-1]["text_sha256"],
                stated=said.date.date.isoformat() if said.date.date else None,
            )
        )
        self._done.versions += len(rows)


def _newest_reading() -> ColumnElement[bool]:
    """Whether a version is the last reading of its capture: an older one was repaired already."""
    later = version.alias()
    same = and_(later.c.statement_id == version.c.statement_id, later.c.capture_id == version.c.capture_id)
    return ~exists().where(same, later.c.number > version.c.number)
