"""Backups are whole, sound and one file, whatever is written meanwhile, and come back as what they were."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store import schema
from store.backup import backup, sqlite_url, verify_backup
from store.database import HEAD, Database, DatabaseError
from store.restoring import restore
from store.verification import verify
from tests.store.databases import Databases
from tests.store.history import CHANGES, everything, twice, with_history
from tests.store.world import a_statement, at, looked, record


@pytest.fixture
def kept(database: Database) -> Database:
    with_history(database)
    return database


@pytest.fixture
def saved(kept: Database, tmp_path: Path) -> Path:
    """A backup of `kept`."""
    path = tmp_path / "saved.db"
    assert backup(kept, path) == path.stat().st_size
    return path


@pytest.fixture
def other(tmp_path: Path, pattern: Path) -> Iterator[Database]:
    """A SQLite database with tables and nothing in it, beside the one under test."""
    path = tmp_path / "other" / "other.db"
    path.parent.mkdir()
    shutil.copyfile(pattern, path)
    opened = Database(sqlite_url(path))
    yield opened
    opened.close()


def test_a_backup_holds_all_and_comes_back_into_either_engine(
    kept: Database, saved: Path, databases: Databases, other: Database
) -> None:
    before = everything(kept)
    assert verify_backup(saved) == verify(kept)
    same_engine = Database(databases.fresh())
    for target in (same_engine, other):
        assert restore(target, saved) == verify(target) == verify(kept)
        assert everything(target) == before
    # What was restored is an archive to go on with.
    for target in (kept, same_engine):
        record(target, twice(looked(a_statement("1002", "Closed today."), at(70))), now=at(70))
    assert everything(same_engine) == everything(kept) != before
    same_engine.close()


def test_a_backup_is_one_private_file_that_reading_leaves_alone(saved: Path, tmp_path: Path) -> None:
    before = saved.read_bytes()
    assert saved.stat().st_mode & 0o777 == 0o600
    assert verify_backup(saved).ok
    assert saved.read_bytes() == before
    beside = {each.name for each in tmp_path.iterdir() if "saved" in each.name}
    assert beside == {"saved.db"}


def test_backups_taken_while_a_crawl_writes_are_each_one_state(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh()
    database, writer = Database(url), Database(url)
    with_history(database)
    begun, ended = threading.Event(), threading.Event()

    def crawl() -> None:
        for number in range(25):
            record(
                writer, *(twice(looked(a_statement(f"2{doc}", f"Take {number}."), at(70 + number))) for doc in range(5))
            )
            begun.set()
        ended.set()

    crawling = threading.Thread(target=crawl)
    crawling.start()
    begun.wait(30)
    found: list[int] = []
    while not ended.is_set() or not found:
        backup(database, tmp_path / "saved.db")
        verdict = verify_backup(tmp_path / "saved.db")
        assert verdict.wrong is None
        found.append(verdict.counts["changes"])
    crawling.join()
    assert found == sorted(found)
    assert all(count % 5 == CHANGES % 5 for count in found), "batches of five are there whole or not at all"
    for each in (database, writer):
        each.close()


def test_a_backup_of_an_older_release_is_read_through_an_upgraded_copy(tmp_path: Path) -> None:
    old = Database(sqlite_url(tmp_path / "old.db"))
    schema.upgrade(old, "0001")
    backup(old, tmp_path / "saved.db")
    before = (tmp_path / "saved.db").read_bytes()
    assert verify_backup(tmp_path / "saved.db").ok
    target = Database(sqlite_url(tmp_path / "target.db"))
    assert restore(target, tmp_path / "saved.db").ok
    assert target.revision() == HEAD
    assert (tmp_path / "saved.db").read_bytes() == before
    for each in (old, target):
        each.close()


def test_a_damaged_archive_gives_no_backup_and_the_last_one_stays(sqlite_databases: Databases, tmp_path: Path) -> None:
    database = Database(sqlite_databases.fresh())
    with_history(database)
    path = Path(database.url.removeprefix("sqlite:///"))
    backup(database, tmp_path / "saved.db")
    before = (tmp_path / "saved.db").read_bytes()
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'ix_capture_page_id'")
        connection.commit()
    with pytest.raises(DatabaseError, match="damaged"):
        backup(database, tmp_path / "saved.db")
    assert (tmp_path / "saved.db").read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_a_backup_replaces_backups_only(kept: Database, saved: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear archive")
    with pytest.raises(DatabaseError, match="is there and is no backup"):
        backup(kept, letter)
    assert letter.read_text() == "Dear archive"
    record(kept, twice(looked(a_statement("1002", "Closed today."), at(70))), now=at(70))
    backup(kept, saved)
    assert verify_backup(saved).counts["changes"] == CHANGES + 1
    if kept.is_sqlite:
        with pytest.raises(DatabaseError, match="is the archive itself"):
            backup(kept, Path(kept.url.removeprefix("sqlite:///")))
