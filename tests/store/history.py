"""An archive with a past: baseline, news, edits, a revert, a repair of nothing, failures, two sites."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, text

from store.archive import Archive
from store.database import Database
from store.model import Statement
from store.runs import close_walk, finish_run, start_run
from store.tables import metadata
from tests.store.world import (
    FERRIES,
    HARBOUR,
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

FIRST = ("The harbour opens at eight.", "Boats leave every hour.")
SECOND = ("The harbour opens at nine.", "Boats leave every hour.")


def with_history(database: Database) -> None:
    """Fills an empty database through the archive, as crawls do."""
    run = start_run(database, "un", "full", at(0))
    archive = Archive(database, run)
    archive.record(
        [listed("1001", "1002", "1003"), *(looked(_said(each), at(1)) for each in ("1001", "1002", "1003"))], at(1)
    )
    close_walk(database, "un", HARBOUR, at(2))
    finish_run(database, run, now=at(2), outcome="ok", counts={}, problems=[])
    archive.record([listed("1004", "1001", "1002", "1003", when=at(9)), looked(_said("1004"), at(10))], at(10))
    archive.record([looked(_said("1001", *SECOND), at(20), ETag='"a"')], at(20))
    archive.record([looked(_said("1001"), at(30)), failed(page_of("1002"), at(30))], at(30))
    archive.record([looked(_said("1001", *SECOND, "前半句。", "A “quoted” <word> & more."), at(40))], at(40))
    archive.record([not_modified(page_of("1003"), at(50)), failed(list_of(FERRIES), at(50), status=404)], at(50))
    record(database, looked(_said("7", "天气晴朗。", site="mfa"), at(60), address="https://other.example/t7.htm"))


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
    """Every row of every table."""
    return {table.name: rows(database, table) for table in metadata.sorted_tables}
