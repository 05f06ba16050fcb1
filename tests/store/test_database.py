"""Transactions of several processes, dry runs, and where the file is."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from store import runs, schema
from store.archive import Archive
from store.database import CACHE_KIB, SMALL_CACHE_KIB, Database, DatabaseError, sqlite_path
from store.lock import lock
from store.reader import ChangeFilter, Reader
from store.tables import change, metadata, statement, version
from tests.store.databases import Databases, start
from tests.store.world import a_statement, assert_log_holds, at, listed, looked, record, rows

EACH = 150


@pytest.mark.slow
def test_two_writers_lose_nothing(database_url: str) -> None:
    writers = [start("append", database_url, name, str(EACH // 2)) for name in ("1", "2")]
    for writer in writers:
        assert writer.communicate()[1] == ""
        assert writer.returncode == 0
    with closing(Database(database_url)) as database:
        assert len(rows(database, statement)) == EACH
        assert len(rows(database, version)) == len(rows(database, change)) == 2 * EACH
        assert_log_holds(database)


@pytest.mark.slow
def test_two_first_starts_make_one_set_of_tables(databases: Databases) -> None:
    url = databases.empty()
    made = [start("make-tables", url) for _ in range(2)]
    said = [each.communicate() for each in made]
    assert [error for _, error in said] == ["", ""]
    assert "True\n" in {told for told, _ in said}
    with closing(Database(url)) as database:
        assert schema.ensure(database) is False


def test_a_new_file_is_waited_for_while_another_writes_to_it(tmp_path: Path) -> None:
    """SQLite refuses at once to begin a write-ahead log where somebody is about to write."""
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ending = threading.Timer(0.3, other.execute, ["COMMIT"])
    ending.start()
    with closing(Database(f"sqlite:///{tmp_path / 'new.db'}")) as database:
        assert database.revision() is None
    ending.join()
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


def test_who_writes_for_too_long_is_named(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with (
        closing(Database(f"sqlite:///{tmp_path / 'new.db'}", lock_timeout_ms=100)) as database,
        pytest.raises(DatabaseError, match="another process has held it for too long"),
    ):
        database.revision()
    other.close()


def test_readers_see_one_state(database_url: str) -> None:
    with closing(Database(database_url)) as reader, closing(Database(database_url)) as writer:
        record(writer, looked(a_statement("1001")))
        with reader.reading() as connection:
            before = connection.execute(select(change.c.id)).all()
            record(writer, looked(a_statement("2002")))
            assert connection.execute(select(statement.c.id)).all() == before
        assert len(rows(reader, statement)) == 2


def test_dry_run_of_several_batches_leaves_nothing(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        record(database, listed("1001"), looked(a_statement("1001")))
        before = {table.name: rows(database, table) for table in metadata.sorted_tables}
    with closing(Database(database_url, dry_run=True)) as dry, lock(dry):
        run_id = runs.start_run(dry, "un", "full", at(1))
        archive = Archive(dry, run_id)
        archive.record([looked(a_statement("1001", "Other text."))], at(1))
        archive.record([looked(a_statement("2002"))], at(2))
        runs.finish_run(dry, run_id, now=at(3), outcome="ok", counts={"new": 1}, problems=[])
        seen = [each.type for each in Reader(dry).changes(ChangeFilter(include_baseline=True))]
    assert seen == ["new", "edited", "new"]
    with closing(Database(database_url)) as database:
        assert {table.name: rows(database, table) for table in metadata.sorted_tables} == before


def test_dry_run_is_still_readable_when_its_lease_has_ended(database_url: str) -> None:
    with closing(Database(database_url, dry_run=True)) as dry:
        with lock(dry):
            record(dry, looked(a_statement("1001")))
        assert len(rows(dry, change)) == 1


def test_a_batch_is_rolled_back_whole(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            connection.execute(text("DELETE FROM change"))
            raise RuntimeError("planted")

    record(database, looked(a_statement("1001")))
    with pytest.raises(RuntimeError, match="planted"):
        fail()
    assert len(rows(database, change)) == 1


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/archive.db", "/var/lib/archive.db"),
        ("sqlite:///archive.db", "archive.db"),
        ("sqlite:////var/a%20b/archive.db", "/var/a b/archive.db"),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("postgresql+psycopg://host/archive", None),
    ],
)
def test_where_the_file_is(url: str, path: str | None) -> None:
    assert sqlite_path(url) == (Path(path) if path else None)


def test_who_reads_over_many_connections_keeps_little_of_the_file(tmp_path: Path) -> None:
    for kib in (CACHE_KIB, SMALL_CACHE_KIB):
        url = f"sqlite:///{tmp_path / 'archive.db'}"
        with closing(Database(url, cache_kib=kib)) as database, database.reading() as connection:
            assert connection.execute(text("PRAGMA cache_size")).scalar() == -kib
