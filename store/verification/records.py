"""The rows around the kept bytes: what they point to, captures, versions in their order, statements."""

from itertools import groupby
from typing import Any, get_args

from sqlalchemy import BigInteger, Column, Connection, Row, Select, and_, select, type_coerce

from store.headers import Headers, base_of, headers_of, kept_headers, short, whole, whole_headers
from store.model import VersionKind
from store.tables import blob, capture, metadata, page, statement, version
from store.verification.seals import capture_seal, version_seal
from store.verification.verdict import Verdict, WrongRecordError, demand, is_moment, reading

STREAMED = {"yield_per": 1000}
"""How rows are read: so many in memory at once, from a cursor that is closed whatever is found."""
UNSEALED = "it is not what was sealed when it was recorded"


def check_references(connection: Connection) -> None:
    """Every pointer from one record to another leads somewhere. PostgreSQL sees to it itself, unless told not to."""
    for table in metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda each: each.parent.name):
            _check_pointer(connection, key.parent, key.column)
    _check_pointer(connection, page.c.capture_id, capture.c.id)
    _check_pointer(connection, statement.c.duplicate_of, statement.c.id)


def check_captures(connection: Connection, verdict: Verdict) -> None:
    """Captures are numbered 1, 2, … without a gap, and each is what was sealed; its bytes `kept_bytes` has checked."""
    columns = select(
        *(
            capture.c.id,
            capture.c.page_id,
            capture.c.url,
            raw(capture.c.fetched),
            capture.c.status,
            capture.c.headers,
            capture.c.seal,
        ),
        page.c.url.label("page"),
        blob.c.sha256.label("body_sha256"),
    )
    rows = columns.join(page, page.c.id == capture.c.page_id).join(blob, blob.c.id == capture.c.blob_id)
    with connection.execute(rows.order_by(capture.c.id), execution_options=STREAMED) as found:
        for row in found:
            _check_capture(connection, row, verdict.counts["captures"] + 1)
            verdict.counts["captures"] += 1


def check_versions(connection: Connection, verdict: Verdict) -> None:
    """Versions are numbered 1, 2, … without a gap, and every statement stands at its last one."""
    columns = [each for each in version.c if each.name not in ("observed_first", "observed_last")]
    rows: Select[Any] = (
        select(
            *columns,
            raw(version.c.observed_first),
            raw(version.c.observed_last),
            statement.c.key,
            statement.c.version.label("stands_at"),
            statement.c.text_sha256.label("stands_on"),
            capture.c.status,
            capture.c.seal.label("capture_seal"),
            page.c.kind.label("page_kind"),
        )
        .join(statement, statement.c.id == version.c.statement_id)
        .join(capture, capture.c.id == version.c.capture_id)
        .join(page, page.c.id == capture.c.page_id)
        .order_by(version.c.statement_id, version.c.number)
    )
    with connection.execute(rows, execution_options=STREAMED) as found:
        for _, of_statement in groupby(found, key=lambda row: row.statement_id):
            last: Row[Any] | None = None
            captures: set[int] = set()
            for row in of_statement:
                _check_version(row, (last.number if last else 0) + 1, captures)
                captures.add(row.capture_id)
                last = row
                verdict.counts["versions"] += 1
            assert last is not None
            demand(
                last.stands_at == last.number,
                f"statement {last.key}",
                f"it stands at version {last.stands_at}, but the last one is {last.number}",
            )
            fits = last.stands_on == last.text_sha256
            demand(fits, f"statement {last.key}", f"it does not have the text hash of its last version, {last.number}")


def check_statements(connection: Connection, verdict: Verdict) -> None:
    """Every statement is known by its site and document id, and one without versions says so."""
    latest = and_(version.c.statement_id == statement.c.id, version.c.number == statement.c.version)
    columns = select(
        *(statement.c.key, statement.c.site, statement.c.doc_id, statement.c.version, statement.c.text_sha256),
        version.c.id.label("version_id"),
    )
    rows = columns.outerjoin(version, latest).order_by(statement.c.id)
    with connection.execute(rows, execution_options=STREAMED) as found:
        for row in found:
            record = f"statement {row.key}"
            demand(row.key == f"{row.site}-{row.doc_id}", record, f"its site and document are {row.site}, {row.doc_id}")
            recorded = row.version is not None
            demand(recorded == (row.version_id is not None), record, f"its version {row.version} is not there")
            demand(recorded == (row.text_sha256 is not None), record, "it has a text hash and no version")
            verdict.counts["statements"] += 1


def check_numbering(connection: Connection) -> None:
    """Versions were written as 1, 2, … in the order of recording; no other record says so."""
    columns = select(version.c.id, version.c.number, statement.c.key)
    rows = columns.join(statement, statement.c.id == version.c.statement_id).order_by(version.c.id)
    with connection.execute(rows, execution_options=STREAMED) as found:
        for expected, row in enumerate(found, start=1):
            record = f"version {row.number} of {row.key}"
            demand(row.id == expected, record, f"it stands as number {row.id} of all, where {expected} is due")


def raw(column: Column[Any]) -> Any:
    """A column as its number: what is kept may be no moment at all, and is to be named then."""
    return type_coerce(column, BigInteger).label(column.name)


def _check_capture(connection: Connection, row: Any, number: int) -> None:
    record = f"capture {row.id} of {row.page}"
    with reading(record):
        demand(row.id == number, record, f"capture {number} is not there")
        headers = headers_of(row.headers, kept_headers(connection))
        as_written = _as_written(connection, row, headers)
        demand(as_written, record, "its headers are not written as the archive writes them")
        demand(100 <= row.status <= 599, record, f"{row.status} is no status of an answer")
        demand(is_moment(row.fetched), record, "the moment it was fetched at is none")
        sealed = capture_seal(
            page=row.page,
            url=row.url,
            fetched=row.fetched,
            status=row.status,
            headers=headers,
            body_sha256=row.body_sha256,
        )
        demand(sealed == row.seal, record, UNSEALED)


def _as_written(connection: Connection, row: Row[Any], headers: Headers) -> bool:
    """Whether headers are kept whole, or rightly short against those that the page's capture before stands on."""
    base = base_of(row.headers)
    kept: str = row.headers
    if base is None:
        return whole(headers) == kept
    earlier = select(capture.c.id, capture.c.headers).where(capture.c.page_id == row.page_id, capture.c.id < row.id)
    before = connection.execute(earlier.order_by(capture.c.id.desc()).limit(1)).one_or_none()
    if before is None or base != (base_of(before.headers) or before.id):
        return False
    return short(headers, base, whole_headers(kept_headers(connection)(base))) == kept


def _check_version(row: Row[Any], number: int, captures: set[int]) -> None:
    record = f"version {row.number} of {row.key}"
    with reading(record):
        demand(row.number == number, record, f"version {number} is not there")
        demand(row.kind in get_args(VersionKind), record, f"{row.kind!r} is no kind of version")
        repaired = row.kind == "reextracted"
        demand(not repaired or row.capture_id in captures, record, "it repairs no earlier version of its capture")
        is_page = row.page_kind == "statement" and row.status == 200
        demand(is_page, record, f"its capture {row.capture_id} is no page of a statement")
        moments = is_moment(row.observed_first) and is_moment(row.observed_last)
        demand(moments and row.observed_first <= row.observed_last, record, "the time it was seen in is none")
        demand(bool(row.extractor), record, "it does not say who read it")
        sealed = version_seal(
            statement=row.key,
            number=row.number,
            kind=row.kind,
            text_sha256=row.text_sha256,
            capture_seal=row.capture_seal,
            extractor=row.extractor,
            observed_first=row.observed_first,
        )
        demand(sealed == row.seal, record, UNSEALED)


def _check_pointer(connection: Connection, source: Column[Any], target: Column[Any]) -> None:
    there = target.table.alias()
    lost = (
        select(*source.table.primary_key.columns, source.label("lost"))
        .outerjoin(there, there.c[target.name] == source)
        .where(source.is_not(None), there.c[target.name].is_(None))
        .order_by(*source.table.primary_key.columns)
        .limit(1)
    )
    row = connection.execute(lost).one_or_none()
    if row is not None:
        known_by = " ".join(str(each) for each in row[:-1])
        raise WrongRecordError(f"{source.table.name} {known_by}: {target.table.name} {row.lost} is not there")
