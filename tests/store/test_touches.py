"""The database itself notes what may be shown otherwise, whoever writes, so that nothing else has to be looked at."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import Table, delete, update

from store.archive import Archive
from store.backup import backup
from store.database import Database
from store.derived_tables import reading
from store.indexing import catch_up
from store.metadata import metadata
from store.reader import Reader
from store.restoring import restore
from store.selection import Mark
from store.tables import coverage, location, section, statement, version
from tests.store.databases import Databases
from tests.store.history import with_history
from tests.store.steps import STEPS, Step, do, timed
from tests.store.wording import WORDING
from tests.store.world import (
    FERRIES,
    a_statement,
    at,
    listed,
    looked,
    not_modified,
    page_of,
    record,
)

HALF_A_DAY = 12 * 60
EIGHT, NINE = (looked(a_statement("1001", text)) for text in ("at eight", "at nine"))


@example(steps=(EIGHT, not_modified(page_of()), not_modified(page_of()), not_modified(page_of())))
@example(steps=(EIGHT, listed("1001"), listed("1001"), listed("1001", section=FERRIES), NINE, EIGHT))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_what_has_moved_laid_over_what_was_is_what_is(database: Database, steps: Sequence[Step]) -> None:
    with database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    archive = Archive(database)
    reader = Reader(database)
    known: dict[str, Mark] = {}
    state = reader.moved().state
    for number, step in enumerate(timed(steps, HALF_A_DAY)):
        do(database, archive, number, [step], HALF_A_DAY)
        catch_up(database, WORDING)
        moved = reader.moved(state)
        known, state = {**({} if moved.is_all else known), **moved.marks}, moved.state
        assert known == reader.marks(), number
        again = reader.moved(state)
        assert (again.marks, again.is_all) == ({}, False)


@pytest.fixture
def kept(database: Database) -> Database:
    """Three statements, one of which was edited, all in one section."""
    record(database, listed("1001", "1002", "1003"), *(looked(a_statement(each)) for each in ("1001", "1002", "1003")))
    record(database, looked(a_statement("1001", "Edited."), at(2)), now=at(2))
    catch_up(database, WORDING)
    return database


def moved_by(database: Database, table: Table, **values: Any) -> list[str]:
    """Whose marks are asked for once this was written to the rows of one statement, past all our own code."""
    reader = Reader(database)
    of = table.c.id if table is statement else table.c.statement_id
    [number] = [row.id for row in _statements(database) if row.key == "un-1001"]
    state = reader.moved().state
    with database.writing() as connection:
        connection.execute(update(table).where(of == number).values(**values))
    moved = reader.moved(state)
    assert not moved.is_all
    return list(moved.marks)


def _statements(database: Database) -> Sequence[Any]:
    with database.reading() as connection:
        return connection.execute(statement.select()).all()


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (statement, {"stated": "2026-02-02"}),
        (statement, {"state": "removed"}),
        (statement, {"baseline": True}),
        (statement, {"updated": at(90)}),
        (statement, {"version": 1}),
        (statement, {"page_id": 1}),
        (statement, {"duplicate_of": 2}),
        (version, {"extractor": "reader/9"}),
        (version, {"observed_last": at(60 * 24)}),
        (location, {"last_seen": at(60 * 24)}),
        (coverage, {"until": at(60 * 24)}),
        (reading, {"facets": "{}"}),
        (reading, {"members": ""}),
    ],
    ids=lambda each: each.name if isinstance(each, Table) else next(iter(each)),
)
def test_whatever_is_shown_of_a_statement_touches_it(kept: Database, table: Table, values: dict[str, Any]) -> None:
    assert moved_by(kept, table, **values) == ["un-1001"]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (version, {"observed_last": at(3)}),
        (location, {"last_seen": at(3)}),
        (location, {"title": "Another line"}),
        (coverage, {"until": at(3), "looks": 7}),
        (statement, {"missing_looks": 3}),
    ],
    ids=lambda each: each.name if isinstance(each, Table) else next(iter(each)),
)
def test_what_is_not_shown_touches_nothing(kept: Database, table: Table, values: dict[str, Any]) -> None:
    assert moved_by(kept, table, **values) == []


def test_another_name_of_a_section_moves_everything(kept: Database) -> None:
    reader = Reader(kept)
    state = reader.moved().state
    with kept.writing() as connection:
        connection.execute(update(section).values(label="The harbour"))
    assert reader.moved(state).is_all


@pytest.mark.parametrize("state", ["", "7", "x y", "-1 ", "9999999999999999999 "])
def test_of_a_state_that_is_none_everything_has_moved(kept: Database, state: str) -> None:
    reader = Reader(kept)
    *_, names = reader.moved().state.split(" ")
    for each in (state, state + names):
        moved = reader.moved(each)
        assert moved.is_all
        assert moved.marks == reader.marks()


def test_after_a_restored_backup_everything_has_moved(database: Database, tmp_path: Path) -> None:
    with_history(database)
    saved = tmp_path / "saved.db"
    backup(database, saved)
    reader = Reader(database)
    early = reader.moved().state
    # No change is told, and yet pages differ from those of the backup.
    when = at(60 * 48)
    record(database, not_modified(page_of("1001"), when), now=when)
    late = reader.moved().state
    restore(database, saved, force=True)
    assert set(reader.moved(early).marks) == set(reader.marks())
    assert set(reader.moved(late).marks) == set(reader.marks())
    later = at(60 * 96)
    state = reader.moved().state
    record(database, not_modified(page_of("1001"), later), now=later)
    assert list(reader.moved(state).marks) == ["un-1001"]


def test_where_nearly_all_has_moved_all_is_read(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.marks._FEW", 1)
    with closing(Database(databases.fresh())) as database:
        reader = Reader(database)
        record(database, looked(a_statement("1001")))
        state = reader.moved().state
        record(database, looked(a_statement("1002")), looked(a_statement("1003")))
        assert reader.moved(state).is_all
        assert set(reader.moved(state).marks) == {"un-1001", "un-1002", "un-1003"}
