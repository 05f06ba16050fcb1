"""An archive with a past: baseline, news, edits, a revert, a removal, failures, changes that wait, two sites."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, select, text, update

from store.archive import Archive
from store.changelog import fields_of, line_hash
from store.database import Database
from store.gate import weigh
from store.headers import headers_of, kept_headers
from store.incidents import after_run
from store.model import Statement
from store.observation import PageSeen, StatementSeen
from store.runs import close_walk, finish_run, start_run
from store.tables import blob, capture, change, metadata, page, statement, version
from store.truth import TruthRules
from store.verification.seals import capture_seal, microseconds, row_seal
from tests.store.world import (
    FERRIES,
    HARBOUR,
    a_capture,
    a_statement,
    at,
    failed,
    list_of,
    listed,
    looked,
    not_modified,
    page_of,
    record,
    rows,
)

SEALED: dict[Table, tuple[str, ...]] = {
    capture: tuple(each.name for each in capture.c if each.name != "run_id"),
    version: tuple(each.name for each in version.c if each.name != "observed_last"),
    change: tuple(each.name for each in change.c if each.name != "run_id"),
}
"""The columns of which not one bit can be altered without a trace."""
CHANGES = 9
"""How many lines the log has after `with_history`."""
FIRST = ("The harbour opens at eight.", "Boats leave every hour.")
SECOND = ("The harbour opens at nine.", "Boats leave every hour.")


def with_history(database: Database) -> None:
    """Fills an empty database through the archive, as crawls do."""
    run = start_run(database, "un", "full", at(0))
    archive = Archive(database, run)
    archive.record(
        [
            listed("1001", "1002", "1003"),
            *(looked(_said(each), at(1), **_sent(1)) for each in ("1001", "1002", "1003")),
        ],
        at(1),
    )
    close_walk(database, "un", HARBOUR, began=at(0), now=at(2))
    finish_run(database, run, now=at(2), outcome="ok", counts={}, problems=[])
    archive.record([listed("1004", "1001", "1002", "1003", when=at(9)), looked(_said("1004"), at(10))], at(10))
    archive.record([twice(looked(_said("1001", *SECOND), at(20), ETag='"a"', **_sent(20)))], at(20))
    archive.record([twice(looked(_said("1001"), at(30), **_sent(30))), failed(page_of("1002"), at(30))], at(30))
    archive.record(
        [twice(looked(_said("1001", *SECOND, "前半句。", "A “quoted” <word> & more."), at(40), **_sent(40)))], at(40)
    )
    no_list = a_capture(list_of(FERRIES), b"<h1>Sorry</h1>", at(50), kind="listing", status=404)
    archive.record([not_modified(page_of("1003"), at(50)), PageSeen(capture=no_list, code="http-404")], at(50))
    elsewhere: dict[str, Any] = {
        "address": "https://other.example/t7.htm",
        "url": "http://127.0.0.1:9/t7.htm",
        "X_Name": "wert: ö",
    }
    record(database, looked(_said("7", "天气晴朗。", site="mfa"), at(60), **elsewhere))
    archive.remove([("un-1003", "missing since the day before, and listed nowhere", None)], at(62))
    waiting = {"un-1001": "ab" * 32, "un-1002": None, "un-1003": None, "un-1004": None}
    assert not weigh(database, "un", waiting, [], rules=TruthRules(), accept=False, now=at(63))
    opened, _ = after_run(database, "un", outcome="partial", answers=3, fatal=None, now=at(64))
    assert [each.scope for each in opened] == [FERRIES, "", ""]


def twice(seen: StatementSeen) -> StatementSeen:
    """A look whose text a second look of the same crawl has confirmed."""
    return replace(seen, confirmed=True)


def _sent(minute: int) -> dict[str, Any]:
    """Headers that stay but for their date, so that later ones are kept short."""
    return {"Server": "harbour", "Content_Type": "text/html", "Date": f"Mon, 02 Mar 2026 09:{minute + 10}:00 GMT"}


def _said(doc_id: str, *text: str, site: str = "un") -> Statement:
    return a_statement(doc_id, *(text or FIRST), title=f"Remarks {doc_id} — 第一", site=site)


class _TakenBack(Exception):
    pass


@contextmanager
def tampered(database: Database) -> Iterator[Connection]:
    """A transaction in which anything may be altered, pointers too; taken back at the end."""
    with suppress(_TakenBack), database.writing() as connection:
        if database.is_sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        yield connection
        raise _TakenBack


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; of touches only which there are, since a restored archive counts anew."""
    found = {table.name: rows(database, table) for table in metadata.sorted_tables}
    return found | {"touch": [{"statement_id": row["statement_id"]} for row in found["touch"]]}


def rewrite_chain(connection: Connection) -> None:
    """What a forger would do: recompute every hash after the altered line."""
    lines = connection.execute(
        select(
            change,
            statement.c.key.label("statement"),
            version.c.text_sha256,
            blob.c.sha256.label("capture_sha256"),
        )
        .join(statement, statement.c.id == change.c.statement_id)
        .outerjoin(
            version, (version.c.statement_id == change.c.statement_id) & (version.c.number == change.c.to_version)
        )
        .outerjoin(capture, capture.c.id == version.c.capture_id)
        .outerjoin(blob, blob.c.id == capture.c.blob_id)
        .order_by(change.c.id)
    ).all()
    previous = bytes(32)
    for line in lines:
        fields = dict(line._mapping) | {"reasons": json.loads(line.reasons)}
        previous = line_hash(previous, fields_of(fields))
        connection.execute(update(change).where(change.c.id == line.id).values(hash=previous))


def reseal(connection: Connection) -> None:
    """What a forger would do before the chain: make every seal anew."""
    columns = select(capture, page.c.url.label("page"), blob.c.sha256.label("body"))
    found = columns.join(page, page.c.id == capture.c.page_id).join(blob, blob.c.id == capture.c.blob_id)
    for row in connection.execute(found).all():
        sealed = capture_seal(
            page=row.page,
            url=row.url,
            fetched=microseconds(row.fetched),
            status=row.status,
            headers=headers_of(row.headers, kept_headers(connection)),
            body_sha256=row.body,
        )
        connection.execute(update(capture).where(capture.c.id == row.id).values(seal=sealed))
    columns = select(version, statement.c.key, capture.c.seal.label("capture_seal"))
    found = columns.join(statement, statement.c.id == version.c.statement_id)
    for row in connection.execute(found.join(capture, capture.c.id == version.c.capture_id)).all():
        sealed = row_seal(dict(row._mapping), statement=row.key, capture_seal=row.capture_seal)
        connection.execute(update(version).where(version.c.id == row.id).values(seal=sealed))
