"""Locks: one process at a time may crawl into a database, and one daemon look after it.

On SQLite an exclusive `flock` on a file beside the database; on PostgreSQL an advisory lock on a connection of its
own. The system frees either when its holder dies, however, so a killed crawl never blocks the next one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database, DatabaseError, sqlite_path

LockName = Literal["crawl", "daemon"]
KEYS: dict[LockName, int] = {"crawl": 0x4D57_0002, "daemon": 0x4D57_0003}
SUFFIXES: dict[LockName, str] = {"crawl": ".lock", "daemon": ".daemon.lock"}
_DOING: dict[LockName, str] = {
    "crawl": "is crawling into this database; try again when it has ended",
    "daemon": "looks after this database already; end it first, or leave the work to it",
}


class LeaseHeldError(Exception):
    """Another process holds the lock; the message names it where it is known."""


def held_by(name: LockName, holder: str = "") -> LeaseHeldError:
    """The error with its sentence; `holder` is who has it and since when."""
    return LeaseHeldError(f"Another Missionwatch{f' ({holder})' if holder else ''} {_DOING[name]}.")


class Lock:
    """A lock that is held."""

    def __init__(self, session: Connection | None = None) -> None:
        self._session = session

    def show_life(self) -> None:
        """Lets others see that the holder is alive. Raises SQLAlchemyError when the session, and so the lock, is gone.

        A file's lock says it by being there. On PostgreSQL any word in the session does: the server notes its moment,
        and no row is written, which every watcher of the archive would take for something new.
        """
        if self._session is not None:
            self._session.exec_driver_sql("SELECT 1")
            self._session.rollback()


@contextmanager
def lock(database: Database, name: LockName = "crawl") -> Iterator[Lock]:
    """Holds the lock while the block runs. Raises LeaseHeldError at once if another process has it."""
    path = sqlite_path(database.url)
    if path is not None:
        with _file_lock(path.with_name(path.name + SUFFIXES[name]), name):
            yield Lock()
        return
    if database.is_sqlite:  # in memory: nobody else can see it
        yield Lock()
        return
    with database.apart() as connection:
        got = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEYS[name]}).scalar()
        connection.rollback()  # the lock belongs to the session; an open transaction would hold back vacuum
        if not got:
            raise held_by(name)
        try:
            yield Lock(connection)
        finally:
            with suppress(SQLAlchemyError):  # a session that is gone holds no lock
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": KEYS[name]})
                connection.rollback()


@contextmanager
def _file_lock(path: Path, name: LockName) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DatabaseError(f"The lock file {path} cannot be opened ({error.strerror}): check the folder.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            raise held_by(name, f"process {holder}" if holder.isdigit() else "") from None
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        except OSError:
            pass  # the number is a courtesy; on a full disk the lock itself still holds
        yield
    finally:
        os.close(handle)
