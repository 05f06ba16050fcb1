"""The reading side of the store: statements, versions and changes as records. Implements `feeds.reading.Archive`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from store.blobs import BlobCache, BlobShelf
from store.content import load
from store.coverage import intervals_of
from store.database import Database
from store.head import Head, read_head
from store.model import ChangeRecord, Interval, Place, Statement, StatementRecord, VersionFacts
from store.tables import blob, capture, change, location, page, section, statement, version

_CHANGES: Select[Any] = select(
    change,
    statement.c.key,
    statement.c.site,
    statement.c.language,
).join(statement, statement.c.id == change.c.statement_id)
_STATEMENTS: Select[Any] = (
    select(statement, page.c.url)
    .join(page, page.c.id == statement.c.page_id)
    .where(statement.c.version.is_not(None), statement.c.updated.is_not(None))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which lines of the change log are asked for; None means all."""

    since: datetime | None = None
    type: str | None = None
    section: str | None = None
    """A section path, or the first steps of one."""
    site: str | None = None
    words: tuple[str, ...] = ()
    """Words that the title must all hold, in any order and case."""
    include_baseline: bool = False


class Reader:
    """Answers from the archive. Each call sees one consistent state; may be used from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest_statements(self, limit: int, site: str | None = None) -> Sequence[StatementRecord]:
        """The newest statements: those that were news, by when; then the baseline's, by their stated date."""
        of_site: list[ColumnElement[bool]] = [] if site is None else [statement.c.site == site]
        with self._database.reading() as connection:
            news = _STATEMENTS.where(statement.c.baseline.is_(False), *of_site)
            rows = list(connection.execute(news.order_by(statement.c.updated.desc()).limit(limit)))
            if len(rows) < limit:
                older = _STATEMENTS.where(statement.c.baseline.is_(True), *of_site)
                order = (statement.c.stated.desc().nulls_last(), statement.c.updated.desc())
                rows += connection.execute(older.order_by(*order).limit(limit - len(rows)))
            latest = {of: (blob_id, facts) for of, blob_id, facts in _versions(connection, [row.id for row in rows])}
            shelf = BlobShelf(connection, BlobCache())
            return [_record(row, load(shelf.get(latest[row.id][0])), latest[row.id][1]) for row in rows]

    def statement(self, key: str) -> StatementRecord | None:
        """A statement with all its versions and places, or None."""
        with self._database.reading() as connection:
            row = connection.execute(_STATEMENTS.where(statement.c.key == key)).one_or_none()
            if row is None:
                return None
            found = _versions(connection, [row.id], latest=False)
            content = load(BlobShelf(connection, BlobCache()).get(found[-1][1]))
            versions = tuple(facts for _, _, facts in found)
            return _record(
                row,
                content,
                versions[-1],
                places=_places(connection, row.id),
                versions=versions,
                coverage=intervals_of(connection, row.id),
                duplicate_of=_key(connection, row.duplicate_of),
            )

    def version(self, key: str, number: int) -> Statement:
        """One version of a statement as it was. Raises KeyError if there is none."""
        with self._database.reading() as connection:
            blob_id = connection.execute(
                select(version.c.blob_id)
                .join(statement, statement.c.id == version.c.statement_id)
                .where(statement.c.key == key, version.c.number == number)
            ).scalar()
            if blob_id is None:
                raise KeyError(f"{key} has no version {number}")
            return load(BlobShelf(connection, BlobCache()).get(blob_id))

    def capture(self, key: str, number: int) -> bytes:
        """The bytes as fetched that a version was read from. Raises KeyError if there is none."""
        with self._database.reading() as connection:
            blob_id = connection.execute(
                select(capture.c.blob_id)
                .join(version, version.c.capture_id == capture.c.id)
                .join(statement, statement.c.id == version.c.statement_id)
                .where(statement.c.key == key, version.c.number == number)
            ).scalar()
            if blob_id is None:
                raise KeyError(f"{key} has no version {number}")
            return BlobShelf(connection, BlobCache()).get(blob_id)

    def latest_changes(self, limit: int, site: str | None = None) -> Sequence[ChangeRecord]:
        """The newest changes that are news, newest first."""
        rows = _CHANGES.where(change.c.baseline.is_(False)).order_by(change.c.id.desc()).limit(limit)
        if site is not None:
            rows = rows.where(statement.c.site == site)
        with self._database.reading() as connection:
            return [_change(row) for row in connection.execute(rows)]

    def changes_of(self, key: str) -> Sequence[ChangeRecord]:
        """Every change of one statement, oldest first, its baseline entry included."""
        with self._database.reading() as connection:
            rows = connection.execute(_CHANGES.where(statement.c.key == key).order_by(change.c.id))
            return [_change(row) for row in rows]

    def changes(self, wanted: ChangeFilter) -> Iterator[ChangeRecord]:
        """The change log, oldest first, as far as the filter lets it through."""
        rows = _CHANGES.order_by(change.c.id)
        if not wanted.include_baseline:
            rows = rows.where(change.c.baseline.is_(False))
        if wanted.since is not None:
            rows = rows.where(change.c.detected >= wanted.since)
        if wanted.type is not None:
            rows = rows.where(change.c.type == wanted.type)
        if wanted.site is not None:
            rows = rows.where(statement.c.site == wanted.site)
        if wanted.section is not None and (path := wanted.section.strip("/")):
            inside = (
                select(location.c.statement_id)
                .join(section, section.c.id == location.c.section_id)
                .where((section.c.path == path) | section.c.path.startswith(f"{path}/", autoescape=True))
            )
            rows = rows.where(statement.c.id.in_(inside))
        with self._database.reading() as connection:
            for row in connection.execute(rows):
                words = row.title.casefold()
                if all(word.casefold() in words for word in wanted.words):
                    yield _change(row)

    def change_head(self) -> str | None:
        """Hash of the newest change, which vouches for all before it; None for an empty log."""
        with self._database.reading() as connection:
            found = connection.execute(select(change.c.hash).order_by(change.c.id.desc()).limit(1)).scalar()
            return bytes(found).hex() if found is not None else None

    def head(self) -> Head | None:
        """The newest change as it is told to witnesses; None for an empty log."""
        with self._database.reading() as connection:
            return read_head(connection)


def _record(
    row: Row[Any],
    content: Statement,
    latest: VersionFacts,
    *,
    places: tuple[Place, ...] = (),
    versions: tuple[VersionFacts, ...] = (),
    coverage: tuple[Interval, ...] = (),
    duplicate_of: str | None = None,
) -> StatementRecord:
    return StatementRecord(
        key=row.key,
        site=row.site,
        language=row.language,
        page=row.url,
        state=row.state,
        baseline=row.baseline,
        first_seen=row.first_seen,
        updated=row.updated,
        content=content,
        version=latest,
        places=places,
        versions=versions,
        coverage=coverage,
        duplicate_of=duplicate_of,
    )


def _versions(
    connection: Connection, statement_ids: Sequence[int], *, latest: bool = True
) -> list[tuple[int, int, VersionFacts]]:
    """Statement, blob of the text, and facts, of the latest versions or of all, by number."""
    rows = (
        select(version, blob.c.sha256.label("capture_sha256"))
        .join(capture, capture.c.id == version.c.capture_id)
        .join(blob, blob.c.id == capture.c.blob_id)
        .where(version.c.statement_id.in_(statement_ids))
        .order_by(version.c.number)
    )
    if latest:
        rows = rows.join(statement, statement.c.id == version.c.statement_id)
        rows = rows.where(statement.c.version == version.c.number)
    return [
        (
            row.statement_id,
            row.blob_id,
            VersionFacts(
                number=row.number,
                kind=row.kind,
                observed_first=row.observed_first,
                observed_last=row.observed_last,
                text_sha256=bytes(row.text_sha256).hex(),
                capture_sha256=bytes(row.capture_sha256).hex(),
                extractor=row.extractor,
            ),
        )
        for row in connection.execute(rows)
    ]


def _key(connection: Connection, statement_id: int | None) -> str | None:
    key: str | None = connection.execute(select(statement.c.key).where(statement.c.id == statement_id)).scalar()
    return key


def _places(connection: Connection, statement_id: int) -> tuple[Place, ...]:
    rows = (
        select(page.c.url, section.c.path, section.c.label, location.c.first_seen, location.c.last_seen)
        .join(section, section.c.id == location.c.section_id)
        .join(page, page.c.id == location.c.page_id)
        .where(location.c.statement_id == statement_id)
        .order_by(location.c.id)
    )
    return tuple(
        Place(page=row.url, section=row.path, label=row.label, first_seen=row.first_seen, last_seen=row.last_seen)
        for row in connection.execute(rows)
    )


def _change(row: Row[Any]) -> ChangeRecord:
    return ChangeRecord(
        id=row.id,
        type=row.type,
        statement=row.key,
        site=row.site,
        language=row.language,
        title=row.title,
        page=row.url,
        detected=row.detected,
        from_version=row.from_version,
        to_version=row.to_version,
        significance=row.significance,
        reasons=tuple(json.loads(row.reasons)),
        baseline=row.baseline,
        hash=bytes(row.hash).hex(),
    )
