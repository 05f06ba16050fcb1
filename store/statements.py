"""What is known of the statements of one batch, and what the batch does to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from store.blobs import BlobShelf
from store.content import load
from store.decision import Known, Twin
from store.model import Statement
from store.standing import Standing, Standings
from store.tables import statement
from store.twins import TwinBook
from store.versions import VersionBook


class StatementBook:
    """Statements of one transaction: `known` reads, the other verbs gather, `flush` writes."""

    def __init__(self, connection: Connection, blobs: BlobShelf) -> None:
        self._connection = connection
        self._blobs = blobs
        self._rows = Standings(connection)
        self._read: dict[int, datetime] = {}
        self._twins = TwinBook(connection)
        self._versions = VersionBook(connection)

    def expect(self, keys: Iterable[str]) -> None:
        """Names the statements that will be asked for; they are read together when the first of them is."""
        self._rows.expect(keys)

    def listed(self) -> None:
        """Takes note that a listing was written, which adds statements and places: what it may touch is read again."""
        self._rows.listed()

    def load_twins(self, site: str, digests: Iterable[str]) -> None:
        """Reads ahead which of these texts the site has under another id already, one query for all."""
        self._twins.load(site, digests)

    def is_latest(self, key: str, text_sha256: str) -> bool:
        """Whether the last version of a statement has this text."""
        row = self._rows.look_up(key)
        return row is not None and row.text_sha256 == text_sha256

    def known(self, said: Statement, text_sha256: str) -> Known | None:
        """What the archive knows of a statement, None if nothing. The last text is read only if it differs."""
        key = said.key
        row = self._rows.placed(key)
        if row is None:
            return None
        differs = row.versions and row.text_sha256 != text_sha256
        return Known(
            key=key,
            baseline=row.baseline,
            state=row.state,
            page=row.page,
            page_gone=row.page_gone,
            version=row.version,
            text_sha256=row.text_sha256,
            content=load(self._blobs.get(row.versions[-1][2])) if differs else None,
            earlier={digest: number for number, digest, _ in row.versions},
            twin=self._twin(said, text_sha256) if row.version is None else None,
        )

    def has_version(self, key: str) -> bool:
        """Whether a statement is known and was read at least once."""
        row = self._rows.look_up(key)
        return row is not None and row.version is not None

    def is_removed(self, key: str) -> bool:
        """Whether a statement counts as removed."""
        row = self._rows.look_up(key)
        return row is not None and row.state == "removed"

    def add(self, said: Statement, text_sha256: str, page_id: int, url: str, seen: datetime) -> Known:
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
        self._rows.add(said.key, Standing(row_id, page=url, page_id=page_id))
        return Known(key=said.key, baseline=True, page=url, twin=self._twin(said, text_sha256))

    def id_of(self, key: str) -> int:
        self._rows.look_up(key)
        return self._rows[key].id

    def version_of(self, key: str) -> tuple[int, str]:
        """Number and text hash of the latest version."""
        self._rows.look_up(key)
        row = self._rows[key]
        assert row.version is not None
        assert row.text_sha256 is not None
        return row.version, row.text_sha256

    def last_text(self, key: str) -> int | None:
        """The blob of the latest version's text; None for a statement that was not read yet."""
        row = self._rows[key]
        return row.versions[-1][2] if row.versions else None

    def latest(self, key: str) -> tuple[str, str]:
        """Title of the latest version, and the address the statement is known under."""
        row = self._rows[key]
        return load(self._blobs.get(row.versions[-1][2])).title, row.page

    def confirm(self, key: str, number: int, seen: datetime) -> None:
        """Notes that a version was seen again."""
        row_id = self._rows[key].id
        self._versions.confirm(row_id, number, seen)
        self._read[row_id] = seen

    def miss(self, key: str, at: datetime) -> None:
        """Notes a look that found the statement's own address empty; the first makes it suspect."""
        row = self._rows[key]
        row.missing_looks += 1
        if row.state == "live":
            self._set(key, state="suspect")
        self._set(key, missing_last=at, missing_looks=row.missing_looks)
        if row.missing_looks == 1:
            self._set(key, missing_since=at)

    def found(self, key: str) -> None:
        """Notes that the statement is where it should be: nothing is missing."""
        row = self._rows[key]
        if row.state != "live" or row.missing_looks:
            row.missing_looks = 0
            self._set(key, state="live", missing_since=None, missing_last=None, missing_looks=0)

    def remove(self, key: str) -> None:
        """Marks a statement as removed."""
        self._set(key, state="removed")

    def move(self, key: str, page_id: int, url: str) -> None:
        """Makes another address the one under which the statement is known."""
        self._set(key, page_id=page_id)
        self._rows[key].page, self._rows[key].page_id = url, page_id

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
        duplicate_of: str | None = None,
    ) -> None:
        row = self._rows[said.key]
        digest = bytes.fromhex(text_sha256)
        self._versions.add(
            said.key,
            statement_id=row.id,
            number=number,
            capture_id=capture_id,
            blob_id=blob_id,
            text_sha256=digest,
            extractor=extractor,
            seen=seen,
        )
        self._read[row.id] = seen
        row.version, row.text_sha256 = number, text_sha256
        row.versions.append((number, text_sha256, blob_id))
        self._twins.add(said.site, text_sha256, said.key, row.id)
        stated = said.date.date.isoformat() if said.date.date else None
        self._set(said.key, version=number, text_sha256=digest, stated=stated)
        if duplicate_of is not None:
            self._set(said.key, duplicate_of=self.id_of(duplicate_of))

    def tell(self, key: str, *, baseline: bool, detected: datetime | None) -> None:
        """Notes that what was just written is told by a change; `detected` is None if readers need not notice."""
        self._set(key, baseline=baseline, **({} if detected is None else {"updated": detected}))

    def flush(self) -> None:
        """Writes versions and the latest state; captures and bytes they point to must be written before."""
        self._versions.flush()
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in self._rows:
            if row.changes:
                facts = {f"set_{name}": value for name, value in sorted(row.changes.items())}
                by_columns.setdefault(tuple(sorted(row.changes)), []).append({"of": row.id, **facts})
                row.changes = {}
        for columns, rows in by_columns.items():
            values = {name: bindparam(f"set_{name}", type_=statement.c[name].type) for name in columns}
            self._connection.execute(update(statement).where(statement.c.id == bindparam("of")).values(values), rows)
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

    def _set(self, key: str, **facts: Any) -> None:
        row = self._rows[key]
        row.changes |= facts
        row.state = facts.get("state", row.state)

    def _twin(self, said: Statement, text_sha256: str) -> Twin | None:
        """The earliest other statement of the site whose text is this one now, what the batch did to it counted in."""
        for key, state in self._twins.of(said.site, text_sha256):
            row = self._rows.get(key)
            if key != said.key and (row is None or row.text_sha256 == text_sha256):
                return Twin(key=key, state=row.state if row is not None else state)
        return None
