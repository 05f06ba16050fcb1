"""Backups: the whole archive as one SQLite file, whatever engine it lives in, and back into either.

A SQLite archive is copied page by page with SQLite's own backup in one step, which sees one state while a crawl goes
on. A PostgreSQL archive is copied table by table in one transaction into a SQLite file of the same schema, so that a
backup needs no server and no dump program to be looked into, verified or restored.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, NullPool, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from store import schema
from store.database import HEAD, Database, DatabaseError, sqlite_path
from store.derived_tables import indexed, touch
from store.head import Head
from store.tables import metadata
from store.verification import Verdict, verify_connection

SIGN = b"SQLite format 3\x00"
_ROWS = 200


def backup(database: Database, target: Path) -> int:
    """Writes the archive as it is at this moment to a file, whole or not at all; returns its size in bytes.

    A backup that is there is replaced; a file that is none is refused, as is the archive itself. The file may be read
    by its owner only. Raises DatabaseError, and OSError where the folder cannot be written to.
    """
    source = sqlite_path(database.url)
    if target.exists():
        _check_replaceable(target, source)
    with _whole_file(target) as copy:
        if source is not None:
            _copy_file(source, copy)
        else:
            _copy_tables_out(database, copy)
        _settle(copy, target)
        return copy.stat().st_size


@contextmanager
def open_backup(path: Path) -> Iterator[Connection]:
    """A backup for reading, at the schema of this release; the file itself is never written to.

    A backup of an older release is read through an upgraded copy. Raises DatabaseError for what is no backup, or one
    of a newer release.
    """
    with path.open("rb") as file:
        if file.read(len(SIGN)) != SIGN:
            raise DatabaseError(f"{path} is not a backup: it is no SQLite file.")
    with tempfile.TemporaryDirectory(prefix="missionwatch-") as folder:
        with _reading(path) as connection:
            found = _revision(connection, path)
            if found == HEAD:
                yield connection
                return
        if found > HEAD:
            raise DatabaseError(f"{path} was written by a newer release (schema {found}): install that release.")
        copy = Path(folder) / "upgraded.db"
        _copy_file(path, copy)
        upgraded = Database(sqlite_url(copy))
        try:
            schema.upgrade(upgraded)
        finally:
            upgraded.close()
        with _reading(copy) as connection:
            yield connection


def verify_backup(path: Path, witness: Head | None = None) -> Verdict:
    """Verifies a backup file as `verify` does a database."""
    with open_backup(path) as connection:
        return verify_connection(connection, witness)


def sqlite_url(path: Path) -> str:
    """The address of a database in this file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def copy_rows(source: Connection, sink: Connection) -> None:
    """Copies every row of every table, a few at a time, in the order in which rows may point to others.

    All but touches, which the database makes by itself of what is copied, and how far the index has come with them.
    """
    for table in metadata.sorted_tables:
        if table in (touch, indexed):
            continue
        ordered = select(table).order_by(*table.primary_key.columns)  # a blob's base has a lower number than itself
        with source.execute(ordered, execution_options={"yield_per": _ROWS}) as rows:
            for some in rows.partitions():
                sink.execute(table.insert(), [dict(row._mapping) for row in some])


def _copy_file(source: Path, copy: Path) -> None:
    try:
        with closing(sqlite3.connect(_read_only(source), uri=True)) as live, closing(sqlite3.connect(copy)) as made:
            live.backup(made)
    except sqlite3.Error as error:
        raise DatabaseError(f"Copying {source} failed ({error}): see `missionwatch verify`.") from error


def _copy_tables_out(database: Database, copy: Path) -> None:
    made = Database(sqlite_url(copy))
    try:
        schema.upgrade(made)
        with database.reading() as source, made.writing() as sink:
            copy_rows(source, sink)
    finally:
        made.close()


def _settle(copy: Path, target: Path) -> None:
    """Makes the copy one file, without a journal beside it, and checks it before anyone relies on it."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise DatabaseError(f"The archive is damaged, {target} was not written ({' '.join(said.split())}).")


@contextmanager
def _whole_file(target: Path) -> Iterator[Path]:
    """A file of another name that takes the target's place at the end, on disk, and is gone if anything fails."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    made = Path(name)
    try:
        yield made
        _to_disk(made)
        made.replace(target)
        _to_disk(target.parent)
    finally:
        for each in (made, *(Path(f"{made}{suffix}") for suffix in ("-journal", "-wal", "-shm"))):
            with suppress(OSError):
                each.unlink()


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_replaceable(target: Path, source: Path | None) -> None:
    if source is not None and source.exists() and target.samefile(source):
        raise DatabaseError(f"{target} is the archive itself: choose another file for the backup.")
    with target.open("rb") as file:
        if file.read(len(SIGN)) not in (SIGN, b""):
            raise DatabaseError(f"{target} is there and is no backup: choose another file.")


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    """One transaction over a file that cannot write to it."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(_read_only(path), uri=True, check_same_thread=False),
        poolclass=NullPool,
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
    except DBAPIError as error:
        raise DatabaseError(f"{path} cannot be read as a backup ({error.orig}).") from error
    finally:
        engine.dispose()


def _revision(connection: Connection, path: Path) -> str:
    if not inspect(connection).has_table("alembic_version"):
        raise DatabaseError(f"{path} is not a backup of Missionwatch: it has none of its tables.")
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        raise DatabaseError(f"{path} is not a backup of Missionwatch: it names no schema.")
    return found


def _read_only(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}?mode=ro"
