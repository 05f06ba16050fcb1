"""Looking leaves no trace, sees what was written, and gives up in time."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.asking import Ask, NoDatabaseError, TookTooLongError, file_of, look
from store.database import Database
from store.runs import start_run
from tests.store.databases import Databases
from tests.store.world import START, at, listed, record

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT COUNT(*) FROM n"


def _runs(ask: Ask) -> int:
    [(count,)] = ask("SELECT COUNT(*) FROM run")
    return int(count)


def _beside(url: str) -> dict[str, bytes]:
    path = file_of(url)
    assert path is not None
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


def test_a_file_that_nobody_has_open_is_read_without_a_trace(sqlite_databases: Databases) -> None:
    url = sqlite_databases.fresh()
    database = Database(url)
    start_run(database, "un", "full", START)
    database.close()
    before = _beside(url)
    assert look(url, _runs) == 1
    assert _beside(url) == before
    assert not [name for name in before if name.endswith(("-wal", "-shm"))]


def test_what_others_have_written_and_not_yet_put_in_its_place_is_seen(database: Database) -> None:
    start_run(database, "un", "full", START)
    record(database, listed("1"))
    assert look(database.url, _runs) == 1


def test_a_question_is_asked_again_when_the_file_moved_meanwhile(sqlite_databases: Databases) -> None:
    url = sqlite_databases.fresh()
    asked: list[int] = []

    def question(ask: Ask) -> int:
        found = _runs(ask)
        if not asked:
            database = Database(url)
            start_run(database, "un", "full", at(len(asked)))
            database.close()
        asked.append(found)
        return found

    assert (look(url, question), asked) == (1, [0, 1])


def test_a_file_that_never_rests_is_read_all_the_same(sqlite_databases: Databases) -> None:
    url = sqlite_databases.fresh()

    def question(ask: Ask) -> int:
        database = Database(url)
        start_run(database, "un", "full", START)
        database.close()
        return _runs(ask)

    assert look(url, question) == 3


def test_nothing_can_be_written(database_url: str) -> None:
    with pytest.raises(NoDatabaseError, match=r"cannot be read: .*read.?only"):
        look(database_url, lambda ask: ask("DELETE FROM run"))


def test_who_takes_too_long_is_given_up(database_url: str) -> None:
    with pytest.raises(TookTooLongError, match="longer than 0 seconds"):
        look(database_url, lambda ask: ask(SLOW), within=0.2)


def test_a_file_that_another_one_keeps_to_itself_is_named_as_locked(
    sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.asking.PATIENCE", 0.1)
    url = sqlite_databases.fresh()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as greedy:
        greedy.execute("PRAGMA locking_mode=EXCLUSIVE")
        greedy.execute("BEGIN EXCLUSIVE")
        greedy.execute("DELETE FROM run")
        with pytest.raises(NoDatabaseError, match="locked: another process has held it for too long"):
            look(url, _runs)
        greedy.execute("ROLLBACK")


def test_a_server_that_is_away_is_said_and_no_password_with_it() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(NoDatabaseError, match=r"cannot be read: .*refused") as caught:
        look("postgresql+psycopg://watch:hunter2@127.0.0.1:1/archive", _runs)
    assert "hunter2" not in str(caught.value)


def test_the_file_of_an_address() -> None:
    assert file_of("sqlite:////var/a%25b%3Fc.db?mode=rw") == Path("/var/a%b?c.db")
    assert file_of("postgresql+psycopg://watch@localhost/archive") is None
