"""`status` reads with the bare driver; it must say the same as the rest of the store does."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from store import schema
from store.database import Database, sqlite_path
from store.glance import NoDatabaseError, glance
from store.model import Problem
from store.runs import close_walk, finish_run, recent_runs, start_run
from store.tables import change, location, section, statement, version
from tests.store.databases import Databases
from tests.store.world import FERRIES, HARBOUR, START, a_statement, at, listed, looked, record

SORRY = Problem(code="timeout", url="https://mission.example/", detail="No answer: 会议.")


def fill(database: Database) -> None:
    run_id = start_run(database, "un", "full", START)
    record(database, listed("1", "2"), listed("1", section=FERRIES), looked(a_statement("1")), looked(a_statement("2")))
    close_walk(database, "un", HARBOUR, at(1))
    record(
        database, listed("3", "1", when=at(2)), looked(a_statement("3")), looked(a_statement("1", "Edited.")), now=at(2)
    )
    record(database, listed("4", when=at(3)))
    finish_run(database, run_id, now=at(4), outcome="ok", counts={}, problems=[])
    run_id = start_run(database, "un", "incremental", at(5))
    finish_run(database, run_id, now=at(6), outcome="unreachable", counts={}, problems=[SORRY])
    start_run(database, "geneva", "full", at(7))


def test_same_numbers_as_the_store_says(database: Database) -> None:
    fill(database)
    un, geneva = sorted(glance(database.url), key=lambda each: each.site, reverse=True)
    with database.reading() as connection:

        def number(*conditions: object) -> int:
            counting = select(func.count()).select_from(statement).where(statement.c.site == "un", *conditions)  # type: ignore[arg-type]
            return connection.execute(counting).scalar_one()

        assert un.statements == number(statement.c.version.is_not(None)) == 3
        of_version, of_change = version.c.statement_id == statement.c.id, change.c.statement_id == statement.c.id
        assert un.versions == number(select(version.c.id).where(of_version).exists()) + 1 == 4
        assert un.changes == number(select(change.c.id).where(of_change, change.c.baseline.is_(False)).exists()) == 2
        placed = select(section.c.path, func.count(location.c.id), func.max(location.c.last_seen))
        placed = placed.join(location, location.c.section_id == section.c.id).group_by(section.c.path)
        expected = {row[0]: (row[1], row[2]) for row in connection.execute(placed)}
    assert {each.section: (each.statements, each.last_success) for each in un.sections} == expected
    assert [(each.section, each.label, each.last_new, each.baselined) for each in un.sections] == [
        (HARBOUR, "Harbour", at(3), True),
        (FERRIES, "Ferries", None, False),
    ]
    last = recent_runs(database, "un")[0]
    assert (un.last_run, un.last_outcome) == (last.finished, last.outcome) == (at(6), "unreachable")
    assert un.last_problems == ({"code": SORRY.code, "url": SORRY.url, "detail": SORRY.detail},)
    assert un.last_success == at(4)
    assert (geneva.last_run, geneva.last_outcome, geneva.last_success) == (at(7), None, None)
    assert (geneva.statements, geneva.sections) == (0, ())


def test_nothing_is_seen_in_a_new_database(database: Database) -> None:
    assert glance(database.url) == []


def test_a_crawl_at_work_does_not_hide_it(database: Database) -> None:
    fill(database)
    expected = glance(database.url)
    with database.writing() as connection:
        connection.execute(statement.update().values(version=None))
        assert glance(database.url) == expected


def test_missing_tables_are_said(databases: Databases) -> None:
    url = databases.empty()
    path = sqlite_path(url)
    if path is not None:
        sqlite3.connect(path).close()
        path.touch()
    with pytest.raises(NoDatabaseError, match="cannot be read") as caught:
        glance(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite:///none/archive.db", "sqlite://", "sqlite:///:memory:", "sqlite:////"])
def test_no_database_is_said_and_none_is_made(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoDatabaseError, match=r"There is no database at .*: run `missionwatch crawl` first"):
        glance(url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"<html>no database</html>" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_other_files_are_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    with pytest.raises(NoDatabaseError, match="cannot be read"):
        glance(f"sqlite:///{path}")


def test_missing_server_is_said(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(NoDatabaseError, match="cannot be read") as caught:
        glance(f"postgresql+psycopg://tester:secret@/archive?host={tmp_path}")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["a b.db", "a%20b.db", "a%2541.db", "öl#1.db", "会议.db", "a.db?timeout=5"])
def test_it_opens_the_file_that_the_store_made(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path}/{name}"
    with closing(Database(url)) as database:
        schema.ensure(database)
        start_run(database, "un", "full", START)
    assert [each.site for each in glance(url)] == ["un"]
