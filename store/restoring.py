"""Restoring a backup into the configured database: verified first, then in one transaction, so whole or not at all."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from store import schema
from store.backup import copy_rows, open_backup
from store.database import LOCK_TIMEOUT_MS, Database, DatabaseError, make_private, sqlite_path
from store.lock import lock
from store.marks import touch_all
from store.tables import lease, metadata
from store.verification import Verdict, verify_connection


def restore(database: Database, source: Path, *, force: bool = False) -> Verdict:
    """Puts a backup in the place of what the database holds; returns what was verified of it.

    Refused with DatabaseError: a damaged backup, and a database that holds anything, unless `force`. Raises
    LeaseHeldError while a crawl goes on or a daemon runs. Others who have the database open see the old state, then
    the new one.
    """
    with open_backup(source) as kept:
        verdict = verify_connection(kept)
        if verdict.wrong is not None:
            raise DatabaseError(f"The backup {source} is damaged and was not restored: {verdict.wrong}")
        path = sqlite_path(database.url)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        with lock(database, "daemon"), lock(database, "crawl"):
            if path is not None:
                _into_file(kept, path, force=force)
            else:
                _into_tables(kept, database, force=force)
            with database.writing() as connection:
                touch_all(connection, datetime.now(UTC))
    return verdict


def _into_file(kept: Connection, path: Path, *, force: bool) -> None:
    """Copies the backup's pages over the file's in one transaction of SQLite's.

    Renaming a new file over the old would be shorter, but its write-ahead log would stay and be laid over the new
    file, and a process that has the old file open would go on writing into nothing.
    """
    if path.exists():
        held = _holds(path)
        if held is not False and not force:
            raise _not_empty(path)
        if held is None:
            _set_aside(path)
    make_private(path)
    driver: Any = kept.connection.driver_connection
    try:
        with closing(sqlite3.connect(path, timeout=LOCK_TIMEOUT_MS / 1000)) as sink:
            # `backup` waits for a lock without end; this waits for a while and then says so.
            sink.execute("BEGIN IMMEDIATE")
            sink.execute("ROLLBACK")
            driver.backup(sink)
    except sqlite3.Error as error:
        raise DatabaseError(f"Restoring into {path} failed ({error}); what it held is still there.") from error


def _into_tables(kept: Connection, database: Database, *, force: bool) -> None:
    schema.ensure(database)
    with database.writing() as sink:
        if not force and _any_row(lambda table: sink.execute(select(table).limit(1)).first()):
            raise _not_empty(database.where)
        for table in reversed(metadata.sorted_tables):
            sink.execute(table.delete())
        copy_rows(kept, sink)


def _holds(path: Path) -> bool | None:
    """Whether a file holds any record; None if it is too damaged to say."""
    try:
        with closing(sqlite3.connect(path, timeout=LOCK_TIMEOUT_MS / 1000)) as connection:
            there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if there and "alembic_version" not in there:
                return True  # somebody else's
            return _any_row(
                lambda table: (
                    connection.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1').fetchone()  # noqa: S608  # our names
                    if table.name in there
                    else None
                )
            )
    except sqlite3.OperationalError as error:
        raise DatabaseError(f"The database {path} failed ({error}); nothing was restored.") from error
    except sqlite3.DatabaseError:
        return None


def _any_row(first: Callable[[Any], object]) -> bool:
    return any(first(table) is not None for table in metadata.sorted_tables if table is not lease)


def _set_aside(path: Path) -> None:
    """Moves a file that is no database any more, and its logs, out of the way; nothing is deleted."""
    number = next(n for n in range(1, 10_000) if not path.with_name(f"{path.name}.damaged-{n}").exists())
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(path.with_name(f"{path.name}.damaged-{number}{suffix}"))


def _not_empty(where: object) -> DatabaseError:
    return DatabaseError(f"The database {where} is not empty: --force puts the backup in the place of all it holds.")
