"""What is known of the statements of one batch, read ahead, and the rows that a batch adds to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from store.blobs import BlobShelf
from store.content import load
from store.decision import Known
from store.model import Statement
from store.tables import location, statement, version


@dataclass(slots=True)
class _Row:
    id: int
    version: int | None
    text_sha256: str | None
    baseline: bool = True
    versions: list[tuple[int, str, int]] = field(default_factory=list)  # number, text hash, blob


class StatementBook:
    """Statements of one transaction: `known` reads, `add_version` and `confirm` gather, `flush` writes."""

    def __init__(self, connection: Connection, blobs: BlobShelf) -> None:
        self._connection = connection
        self._blobs = blobs
        self._rows: dict[str, _Row] = {}
        self._expected: tuple[str, ...] = ()
        self._absent: set[str] = set()
        self._next_version = (connection.execute(select(func.max(version.c.id))).scalar() or 0) + 1
        self._versions: list[dict[str, Any]] = []
        self._latest: dict[int, dict[str, Any]] = {}
        self._confirmed: list[dict[str, Any]] = []
        self._read: dict[int, datetime] = {}

    def expect(self, keys: Iterable[str]) -> None:
        """Names the statements that will be asked for; they are read together when the first of them is."""
        self._expected = tuple(dict.fromkeys(keys))

    def listed(self) -> None:
        """Takes note that a listing was written, which adds statements and places: what it may touch is read again."""
        self._absent.clear()
        self._rows = {key: row for key, row in self._rows.items() if row.version is not None}

    def _load(self, key: str) -> None:
        """Reads a statement and the expected ones, their places' baseline marks and versions: three queries for all."""
        if key in self._rows or key in self._absent:
            return
        wanted = [each for each in {key: None} | dict.fromkeys(self._expected) if each not in self._rows]
        self._absent.update(wanted)
        columns = select(statement.c.id, statement.c.key, statement.c.version, statement.c.text_sha256)
        by_id: dict[int, _Row] = {}
        for found in self._connection.execute(columns.where(statement.c.key.in_(wanted))):
            digest = bytes(found.text_sha256).hex() if found.text_sha256 is not None else None
            self._absent.discard(found.key)
            self._rows[found.key] = by_id[found.id] = _Row(found.id, found.version, digest)
        fresh = [row.id for row in by_id.values() if row.version is None]
        if fresh:
            news = select(location.c.statement_id).where(
                location.c.statement_id.in_(fresh), location.c.baseline.is_(False)
            )
            for statement_id in self._connection.execute(news).scalars():
                by_id[statement_id].baseline = False
        old = [row.id for row in by_id.values() if row.version is not None]
        if old:
            numbers = select(version.c.statement_id, version.c.number, version.c.text_sha256, version.c.blob_id)
            for each in self._connection.execute(
                numbers.where(version.c.statement_id.in_(old)).order_by(version.c.number)
            ):
                by_id[each.statement_id].versions.append((each.number, bytes(each.text_sha256).hex(), each.blob_id))

    def is_latest(self, key: str, text_sha256: str) -> bool:
        """Whether the last version of a statement has this text."""
        self._load(key)
        row = self._rows.get(key)
        return row is not None and row.text_sha256 == text_sha256

    def known(self, key: str, text_sha256: str) -> Known | None:
        """What the archive knows of a statement, None if nothing. The last text is read only if it differs."""
        self._load(key)
        row = self._rows.get(key)
        if row is None:
            return None
        differs = row.versions and row.text_sha256 != text_sha256
        return Known(
            key=key,
            baseline=row.baseline,
            version=row.version,
            text_sha256=row.text_sha256,
            content=load(self._blobs.get(row.versions[-1][2])) if differs else None,
            earlier={digest: number for number, digest, _ in row.versions},
        )

    def add(self, said: Statement, page_id: int, seen: datetime) -> Known:
        """Adds a statement that no listing has named. Nothing says it is new to the site, so it is baseline."""
        row_id = (self._connection.execute(select(func.max(statement.c.id))).scalar() or 0) + 1
        self._connection.execute(
            statement.insert().values(
                id=row_id,
                key=said.key,
                site=said.site,
                doc_id=said.doc_id,
                language=said.language,
                page_id=page_id,
                first_seen=seen,
            )
        )
        self._rows[said.key] = _Row(row_id, None, None)
        return Known(key=said.key, baseline=True)

    def id_of(self, key: str) -> int:
        return self._rows[key].id

    def confirm(self, key: str, number: int, seen: datetime) -> None:
        """Notes that a version was seen again."""
        self._confirmed.append({"of": self._rows[key].id, "numbered": number, "seen": seen})
        self._read[self._rows[key].id] = seen

    def confirm_page(self, page_id: int, seen: datetime) -> None:
        """Notes "not modified" for whatever statement the page holds."""
        columns = select(statement.c.id, statement.c.version)
        for row in self._connection.execute(columns.where(statement.c.page_id == page_id)):
            number = self._latest[row.id]["set_version"] if row.id in self._latest else row.version
            if number is not None:
                self._confirmed.append({"of": row.id, "numbered": number, "seen": seen})
                self._read[row.id] = seen

    def add_version(
        self,
        said: Statement,
        *,
        number: int,
        capture_id: int,
        blob_id: int,
        text_sha256: str,
        extractor: str,
        seen: datetime,
    ) -> None:
        row = self._rows[said.key]
        digest = bytes.fromhex(text_sha256)
        self._versions.append(
            {
                "id": self._next_version,
                "statement_id": row.id,
                "number": number,
                "kind": "observed",
                "capture_id": capture_id,
                "blob_id": blob_id,
                "text_sha256": digest,
                "extractor": extractor,
                "observed_first": seen,
                "observed_last": seen,
            }
        )
        self._next_version += 1
        self._read[row.id] = seen
        row.version, row.text_sha256 = number, text_sha256
        row.versions.append((number, text_sha256, blob_id))
        self._latest[row.id] = self._latest.get(row.id, {"set_baseline": None, "set_updated": None}) | {
            "of": row.id,
            "set_version": number,
            "set_sha256": digest,
            "set_stated": said.date.date.isoformat() if said.date.date else None,
        }

    def tell(self, key: str, *, baseline: bool, detected: datetime) -> None:
        """Notes that the version just added is told by a change at `detected`."""
        latest = self._latest[self._rows[key].id]
        latest["set_updated"] = detected
        latest["set_baseline"] = baseline

    def flush(self) -> None:
        """Writes versions and the latest state; captures and bytes they point to must be written before."""
        if self._versions:
            self._connection.execute(version.insert(), self._versions)
            self._versions.clear()
        if self._latest:
            table = statement.c
            self._connection.execute(
                update(statement)
                .where(table.id == bindparam("of"))
                .values(
                    version=bindparam("set_version"),
                    text_sha256=bindparam("set_sha256"),
                    stated=bindparam("set_stated"),
                    baseline=func.coalesce(bindparam("set_baseline", type_=table.baseline.type), table.baseline),
                    updated=func.coalesce(bindparam("set_updated", type_=table.updated.type), table.updated),
                ),
                list(self._latest.values()),
            )
            self._latest.clear()
        if self._confirmed:
            self._connection.execute(
                update(version)
                .where(version.c.statement_id == bindparam("of"), version.c.number == bindparam("numbered"))
                .values(observed_last=bindparam("seen")),
                self._confirmed,
            )
            self._confirmed.clear()
        self._settle()

    def _settle(self) -> None:
        """Takes the mark off statements whose pages were read after a listing showed another line for them."""
        due = select(statement.c.id, statement.c.due).where(
            statement.c.id.in_(list(self._read)), statement.c.due.is_not(None)
        )
        settled = [row.id for row in self._connection.execute(due) if row.due <= self._read[row.id]]
        if settled:
            self._connection.execute(update(statement).where(statement.c.id.in_(settled)).values(due=None))
        self._read.clear()
