"""Restoring puts a sound backup in the place of what was there, whole or not at all, and only if that was meant."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.backup import backup, sqlite_url
from store.database import Database, DatabaseError
from store.lock import LeaseHeldError, lock
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


def test_a_restored_database_is_the_old_or_the_new_one_for_those_who_have_it_open(
    kept: Database, saved: Path, databases: Databases
) -> None:
    before = everything(kept)
    record(kept, twice(looked(a_statement("1002", "Closed today."), at(70))), now=at(70))
    reader = Database(kept.url)
    if kept.is_sqlite:
        with reader.reading() as connection:
            seen = connection.exec_driver_sql("SELECT count(*) FROM change").scalar()
            restore(kept, saved, force=True)
            assert connection.exec_driver_sql("SELECT count(*) FROM change").scalar() == seen == CHANGES + 1
    else:
        restore(kept, saved, force=True)
    assert everything(reader) == before
    reader.close()


def test_restoring_over_anything_needs_to_be_said(kept: Database, saved: Path) -> None:
    record(kept, twice(looked(a_statement("1002", "Closed today."), at(70))), now=at(70))
    before = everything(kept)
    with pytest.raises(DatabaseError, match="is not empty: --force puts the backup"):
        restore(kept, saved)
    assert everything(kept) == before


def test_a_crawl_that_goes_on_is_not_disturbed(kept: Database, saved: Path) -> None:
    crawling = Database(kept.url)
    with lock(crawling), pytest.raises(LeaseHeldError):
        restore(kept, saved, force=True)
    crawling.close()


def test_a_damaged_backup_is_refused_before_anything_is_touched(kept: Database, saved: Path) -> None:
    before = everything(kept)
    with closing(sqlite3.connect(saved)) as connection:
        connection.execute("UPDATE change SET title = 'Something else' WHERE id = 3")
        connection.commit()
    with pytest.raises(DatabaseError, match=r"is damaged and was not restored: change 3: its hash is not"):
        restore(kept, saved, force=True)
    assert everything(kept) == before


def test_a_failing_restore_leaves_what_was_there(kept: Database, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if kept.is_sqlite:
        blocker = sqlite3.connect(kept.url.removeprefix("sqlite:///"))
        blocker.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr("store.restoring.LOCK_TIMEOUT_MS", 50)
        with closing(blocker), pytest.raises(DatabaseError, match="what it held is still there"):
            restore(kept, saved, force=True)
    else:
        monkeypatch.setattr("store.restoring.copy_rows", lambda source, sink: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restore(kept, saved, force=True)
    assert verify(kept).counts["changes"] == CHANGES


def test_a_file_that_is_no_database_any_more_gives_way(
    sqlite_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Database(sqlite_databases.fresh())
    with_history(source)
    backup(source, tmp_path / "saved.db")
    path = tmp_path / "ruined.db"
    path.write_bytes(b"not a database, " * 400)
    ruined = Database(sqlite_url(path))
    with pytest.raises(DatabaseError, match="--force"):
        restore(ruined, tmp_path / "saved.db")
    restore(ruined, tmp_path / "saved.db", force=True)
    assert everything(ruined) == everything(source)
    assert (tmp_path / "ruined.db.damaged-1").read_bytes() == b"not a database, " * 400
    for each in (source, ruined):
        each.close()


def test_a_place_that_does_not_exist_yet_is_made(saved: Path, tmp_path: Path) -> None:
    target = Database(sqlite_url(tmp_path / "new" / "folder" / "archive.db"))
    assert restore(target, saved).counts["changes"] == CHANGES
    assert verify(target).ok
    assert (tmp_path / "new" / "folder" / "archive.db").stat().st_mode & 0o777 == 0o600
    target.close()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Dear diary", "is no SQLite file"),
        (None, "has none of its tables"),
        ("9999", "was written by a newer release"),
    ],
)
def test_what_is_no_backup_is_not_restored(
    content: bytes | str | None, sentence: str, sqlite_databases: Databases, tmp_path: Path
) -> None:
    path = tmp_path / "given.db"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE alien (id INTEGER)" if content is None else "CREATE TABLE x (y)")
            if content:
                connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
                connection.execute("INSERT INTO alembic_version VALUES (?)", (content,))
            connection.commit()
    other = Database(sqlite_databases.fresh())
    with pytest.raises(DatabaseError, match=sentence):
        restore(other, path)
    other.close()
