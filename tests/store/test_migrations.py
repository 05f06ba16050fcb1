"""Between the schemas of releases: what was kept stays, in both directions, and whatever wrote it."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, select, text

from store import schema
from store.archive import Archive
from store.database import HEAD, Database, DatabaseError
from store.gate import weigh
from store.headers import base_of, headers_of, whole
from store.incidents import after_run
from store.indexing import catch_up
from store.lease import lease
from store.mailing.subscribers import Subscribers
from store.reader import ChangeFilter, Reader
from store.runs import close_walk, finish_run, start_run
from store.tables import metadata
from store.truth import TruthRules
from store.verification import verify
from tests.store.databases import Databases
from tests.store.mailing.world import BOB, subscribed, tell
from tests.store.releases import written_by_0001
from tests.store.wording import WORDING
from tests.store.world import (
    HARBOUR,
    START,
    a_statement,
    assert_log_holds,
    at,
    failed,
    listed,
    looked,
    not_modified,
    page_of,
    record,
    surveyed,
    unanswered,
)


def tables_of(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table there is, whatever the schema."""
    with database.reading() as connection:
        found = MetaData()
        found.reflect(connection)
        return {
            table.name: [
                dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


FORGOTTEN: dict[str, dict[str, int | None]] = {
    "page": {"problem": None, "streak": 0},
    "statement": {"duplicate_of": None, "missing_since": None, "missing_last": None, "missing_looks": 0},
    "location": {"gone": None},
    "run": {"job": None},
}
"""What the first schema has no column for, and what stands there after it."""


def test_down_to_the_first_schema_and_up_again(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        assert schema.upgrade(database, "0001") == (None, "0001")
        first = everything(database)
        assert schema.upgrade(database) == ("0001", HEAD)
        with_all(database)
        filled = everything(database)
        assert all(filled.values()), [name for name, kept in filled.items() if not kept]
        for name, columns in FORGOTTEN.items():
            for column, empty in columns.items():
                assert any(row[column] != empty for row in filled[name]), column
        schema.downgrade(database, "0001")
        assert database.revision() == "0001"
        down = everything(database)
        assert down.keys() == first.keys()
        # What the first schema's release could not read is written as it wrote it, and stays so.
        short = [row for row in filled["capture"] if base_of(row["headers"]) is not None]
        assert short
        headers = {row["id"]: row["headers"] for row in filled["capture"]}
        for row in short:
            row["headers"] = whole(headers_of(row["headers"], headers.__getitem__))
        for name, kept in down.items():
            assert kept == [{column: row[column] for column in kept[0]} for row in filled[name]], name
        assert schema.upgrade(database) == ("0001", HEAD)
        again = everything(database)
        # Nothing is known of what was shown before: every statement counts as touched.
        assert [row["statement_id"] for row in again.pop("touch")] == [row["id"] for row in again["statement"]]
        for name, kept in again.items():
            assert kept == [row | FORGOTTEN.get(name, {}) for row in filled[name] if name in first], name
        with database.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert_log_holds(database)
        assert verify(database).wrong is None
        # The archive goes on, and knows what it knew.
        assert record(database, looked(a_statement("1001", "Edited again."), at(30)), now=at(30))[0].change == "edited"
        assert record(database, looked(a_statement("2002"), at(30)), now=at(30))[0].change == "restored"
        assert_log_holds(database)
        assert verify(database).wrong is None


def with_all(database: Database) -> None:
    """Something in every table and column."""
    subscribed(database, cadence="instant")
    with lease(database, lambda: START):
        run = start_run(database, "un", "full", START, job="deep")
    archive = Archive(database, run)
    archive.record(
        [
            *(listed("1001", "2002", "3003", "4004"), looked(a_statement("1001"), ETag='"1"', Server="harbour")),
            *(looked(a_statement("2002")), looked(a_statement("3003"), url="http://127.0.0.1:8000/3003")),
        ],
        START,
    )
    close_walk(database, "un", HARBOUR, began=START, now=at(1))
    archive.record(
        [
            looked(a_statement("1001", "Edited."), at(2), ETag='"2"', Server="harbour"),
            not_modified(page_of("3003"), at(2)),
        ],
        at(2),
    )
    same = replace(a_statement("4004"), paragraphs=a_statement("3003").paragraphs)
    archive.record([looked(same, at(3)), failed(page_of("2002"), at(3), status=404)], at(3))
    archive.record([listed("1001", "3003", "4004", when=at(4)), unanswered(page_of("3003"), at(4))], at(4))
    close_walk(database, "un", HARBOUR, began=at(4), now=at(5))
    archive.remove([("un-2002", "missing for long", None)], at(6))
    one = {"un-1001": bytes(32).hex(), **{f"un-{number}": None for number in ("3003", "4004")}}
    rules = TruthRules(mass_change_floor=1)
    assert not weigh(database, "un", one, [], rules=rules, accept=False, now=at(7))
    after_run(database, "un", outcome="suspended", answers=5, fatal=None, now=at(8))
    finish_run(database, run, now=at(8), outcome="suspended", counts={}, problems=[])
    assert catch_up(database, WORDING) == 4
    assert tell(database, at(9))
    assert Subscribers(database).request(BOB, now=at(9)) is not None


def test_a_database_of_the_first_release_is_upgraded_and_goes_on(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        written_by_0001(database)
        before = everything(database)
        with pytest.raises(DatabaseError, match=r"older release \(schema 0001, .* run `missionwatch db upgrade`\.$"):
            schema.ensure(database)
        assert everything(database) == before
        assert schema.upgrade(database) == ("0001", HEAD)
        assert schema.ensure(database) is False
        after = everything(database)
        for name, kept in before.items():
            assert kept == [{column: row[column] for column in kept[0]} for row in after[name]], name
        assert_log_holds(database)
        assert verify(database).wrong is None
        assert_first_release_reads_well(database)
        answers = record(
            *(database, looked(EIGHT, at(200)), failed(page_of("2002"), at(200), status=404)),
            *(looked(a_statement("1001", "The harbour is closed."), at(201)), listed("3003", "1001", when=at(202))),
            now=at(202),
        )
        assert [each.effect for each in answers] == ["unchanged", "missing", "change", "listed"]
        assert record(database, looked(a_statement("3003"), at(203)), now=at(203))[0].effect == "change"
        assert_log_holds(database)
        assert verify(database).wrong is None
        head = Reader(database).change_head()
        schema.downgrade(database, "0001")
        schema.upgrade(database)
        assert Reader(database).change_head() == head
        assert verify(database).wrong is None


EIGHT = replace(a_statement("1001", "The harbour opens at eight."), images=(), attachments=(), crumbs=())


def assert_first_release_reads_well(database: Database) -> None:
    reader = Reader(database)
    found = reader.statement("un-1001")
    assert found is not None
    assert (found.content, found.state, found.duplicate_of, found.coverage) == (EIGHT, "live", None, ())
    assert [each.number for each in found.versions] == [1, 2, 3]
    assert reader.version("un-1001", 2).text == "The harbour opens at nine."
    assert reader.capture("un-1001", 2).endswith(b"The harbour opens at nine.")
    assert [
        (each.type, each.statement, each.baseline) for each in reader.changes(ChangeFilter(include_baseline=True))
    ] == [
        *(("new", "un-1001", True), ("new", "un-2002", True)),
        *(("edited", "un-1001", False), ("reverted", "un-1001", False)),
    ]
    known = surveyed(database)
    assert known.validators[page_of("1001")].etag == '"a"'
    assert [each.state for each in known.statements.values()] == ["live", "live"]


def test_a_migration_that_leaves_pointers_into_nothing_is_taken_back(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Database(databases.empty())) as database:
        written_by_0001(database)
        before = everything(database)
        with monkeypatch.context() as broken:
            broken.setattr("alembic.op.get_bind", _losing(op.get_bind))
            with pytest.raises(DatabaseError):
                schema.upgrade(database)
        assert (database.revision(), everything(database)) == ("0001", before)
        # The keys hold again afterwards.
        with pytest.raises(DatabaseError), database.writing() as connection:
            connection.execute(text("DELETE FROM page"))
        assert schema.upgrade(database) == ("0001", HEAD)


def _losing(get_bind: Callable[[], Connection]) -> Callable[[], Connection]:
    def losing() -> Connection:
        get_bind().execute(text("DELETE FROM page WHERE id = 3"))
        return get_bind()

    return losing


def test_a_dry_run_makes_the_tables_of_an_empty_database_for_itself(databases: Databases) -> None:
    url = databases.empty()
    with closing(Database(url, dry_run=True, lock_timeout_ms=1000)) as dry:
        assert schema.ensure(dry) is True
        assert dry.revision() == HEAD
        assert record(dry, looked(a_statement()))[0].effect == "baseline"
    with closing(Database(url)) as database:
        assert tables_of(database) == set()
