"""The lease: one process at a time may crawl into a database. Freed by the system when its holder dies, however.

On SQLite an exclusive `flock` on a file beside the database; on PostgreSQL an advisory lock on a connection of its
own. Neither outlives its process, so a killed crawl never blocks the next one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store.database import Database, DatabaseError, sqlite_path

CRAWL_LOCK = 0x4D57_0002


class LeaseHeldError(Exception):
    """Another process holds the lease; the message names it where it is known."""


@contextmanager
def lease(database: Database) -> Iterator[None]:
    """Holds the lease while the block runs. Raises LeaseHeldError at once if another process has it."""
    path = sqlite_path(database.url)
    if path is not None:
        with _file_lock(path.with_name(path.name + ".lock")):
            yield
        return
    if database.is_sqlite:  # in memory: nobody else can see it
        yield
        return
    with database.apart() as connection:
        got = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": CRAWL_LOCK}).scalar()
        connection.rollback()  # the lock belongs to the session; an open transaction would hold back vacuum
        if not got:
            raise LeaseHeldError("Another Missionwatch is crawling into this database; try again when it has ended.")
        try:
            yield
        finally:
            with suppress(DBAPIError):  # a session that is gone holds no lock
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": CRAWL_LOCK})
                connection.rollback()


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DatabaseError(f"The lock file {path} cannot be opened ({error.strerror}): check the folder.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            named = f" (process {holder})" if holder.isdigit() else ""
            raise LeaseHeldError(
                f"Another Missionwatch{named} is crawling into this database; try again when it has ended."
            ) from None
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        except OSError:
            pass  # the number is a courtesy; on a full disk the lock itself still holds
        yield
    finally:
        os.close(handle)
