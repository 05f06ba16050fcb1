"""Rows as records: statements with what is known around them, and lines of the change log."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from store.attribution import Facets
from store.coverage import intervals_of
from store.derived_tables import reading
from store.model import ChangeRecord, Place, StatementRecord, VersionFacts
from store.readings import load_facets
from store.tables import blob, capture, change, location, page, section, statement, version
from store.texts import Texts

CHANGES: Select[Any] = select(
    change,
    statement.c.key,
    statement.c.site,
    statement.c.language,
).join(statement, statement.c.id == change.c.statement_id)
"""Rows for `change_record`."""

PUBLISHED: ColumnElement[bool] = statement.c.version.is_not(None) & statement.c.updated.is_not(None)
"""Whether a statement was read at least once; others are only named by listings."""

_STATEMENTS: Select[Any] = (
    select(statement, page.c.url, reading.c.facets)
    .join(page, page.c.id == statement.c.page_id)
    .outerjoin(reading, reading.c.statement_id == statement.c.id)
    .where(PUBLISHED)
)


def change_record(row: Row[Any]) -> ChangeRecord:
    """A row of `CHANGES`."""
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


def short_records(connection: Connection, keys: Sequence[str], texts: Texts) -> list[StatementRecord]:
    """Those of these statements that are there, in this order: without places, versions and coverage."""
    named = {row.key: row for row in connection.execute(_STATEMENTS.where(statement.c.key.in_(keys))).all()}
    rows = [named[key] for key in keys if key in named]
    ids = [row.id for row in rows]
    latest = {of: (blob_id, facts) for of, blob_id, facts in _versions(connection, ids)}
    contents = texts.of(connection, [latest[each] for each in ids])
    return [
        _record(row, content=content, version=latest[row.id][1]) for row, content in zip(rows, contents, strict=True)
    ]


def facets_of(connection: Connection, keys: Sequence[str]) -> dict[str, Facets]:
    """What was read of those of these statements that are there, by key."""
    rows = select(statement.c.key, reading.c.facets).outerjoin(reading, reading.c.statement_id == statement.c.id)
    found = connection.execute(rows.where(PUBLISHED, statement.c.key.in_(keys)))
    return {row.key: load_facets(row.facets) for row in found}


def whole_record(connection: Connection, key: str, texts: Texts) -> StatementRecord | None:
    """A statement with all that is known of it, or None."""
    row = connection.execute(_STATEMENTS.where(statement.c.key == key)).one_or_none()
    if row is None:
        return None
    found = _versions(connection, [row.id], latest=False)
    versions = tuple(facts for _, _, facts in found)
    [content] = texts.of(connection, [found[-1][1:]])
    return _record(
        row,
        content=content,
        version=versions[-1],
        places=_places(connection, row.id),
        versions=versions,
        coverage=intervals_of(connection, row.id),
        duplicate_of=connection.execute(select(statement.c.key).where(statement.c.id == row.duplicate_of)).scalar(),
    )


def _record(row: Row[Any], **known: Any) -> StatementRecord:
    return StatementRecord(
        key=row.key,
        site=row.site,
        language=row.language,
        page=row.url,
        state=row.state,
        baseline=row.baseline,
        first_seen=row.first_seen,
        updated=row.updated,
        facets=load_facets(row.facets),
        **known,
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
        for row in connection.execute(rows).all()
    ]


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
        for row in connection.execute(rows).all()
    )
