"""Looking into a database with the bare driver: quick to load, and without a trace.

Whoever reads a SQLite file in WAL mode makes two files beside it, and who may only read cannot take them away again. So
a file that nobody has open is read as one that does not move; if it did move meanwhile, the question is asked again.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote

Ask = Callable[..., Sequence[Any]]
"""Runs one query; `?` stands for a parameter on either engine."""
T = TypeVar("T")

PATIENCE = 5.0
"""Seconds for another one's lock, and for a server to answer."""
TRIES = 3
_STEPS = 10_000
"""Of SQLite's machine between two looks at the clock; some milliseconds."""


class NoDatabaseError(Exception):
    """There is nothing to look at; the message says what to do."""


class TookTooLongError(NoDatabaseError):
    """The answer was not there within the time."""


def file_of(url: str) -> Path | None:
    """The file of a SQLite address; None for a server."""
    scheme, _, rest = url.partition(":///")
    return Path(unquote(rest.partition("?")[0])) if scheme.startswith("sqlite") else None


def look(url: str, question: Callable[[Ask], T], *, within: float | None = None) -> T:
    """What a question finds. Nothing is altered, and nothing is left behind.

    The question may be asked again if the database moved. Raises NoDatabaseError where there is none, or it cannot be
    read, and TookTooLongError if an answer takes longer than `within` seconds.
    """
    path = file_of(url)
    if path is None:
        with _server(url, within) as ask:
            return question(ask)
    try:
        is_there = path.is_file()
    except OSError as error:
        raise NoDatabaseError(f"The database {path} cannot be read: {error.strerror}.") from error
    if not is_there:
        raise NoDatabaseError(f"There is no database at {path} yet: run `missionwatch crawl` first.")
    for attempt in range(TRIES):
        before = _state(path)
        is_at_rest = before is not None and attempt < TRIES - 1
        try:
            with _file(path, is_at_rest=is_at_rest, within=within) as ask:
                found = question(ask)
        except NoDatabaseError:
            if not is_at_rest or _state(path) == before:
                raise
        else:
            if not is_at_rest or _state(path) == before:
                return found
    raise AssertionError("the last try returns or raises")


def _state(path: Path) -> tuple[int, int, int] | None:
    """What tells whether a file moved; None while somebody has it open, or was killed with it open."""
    if any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
        return None
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns, seen.st_size


@contextmanager
def _file(path: Path, *, is_at_rest: bool, within: float | None) -> Iterator[Ask]:
    how = "mode=ro&immutable=1" if is_at_rest else "mode=ro"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True, timeout=PATIENCE)) as connection:
            if within is not None:
                ends = time.monotonic() + within
                connection.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
            yield lambda sql, *values: connection.execute(sql, values).fetchall()
    except sqlite3.Error as error:
        if str(error) == "interrupted":
            raise TookTooLongError(f"Reading {path} took longer than {within:.0f} seconds.") from None
        raise NoDatabaseError(f"The database {path} cannot be read: {error}{_advice(str(error))}.") from error


@contextmanager
def _server(url: str, within: float | None) -> Iterator[Ask]:
    try:
        import psycopg
    except ImportError as error:
        raise NoDatabaseError(f"The database cannot be read: {error}; install `missionwatch[postgres]`.") from error
    try:
        address = url.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(address, connect_timeout=int(PATIENCE)) as server:
            server.read_only = True
            server.execute(f"SET lock_timeout = {PATIENCE * 1000:.0f}".encode())
            if within is not None:
                server.execute(f"SET statement_timeout = {within * 1000:.0f}".encode())
            yield lambda sql, *values: server.execute(sql.replace("?", "%s").encode(), values or None).fetchall()
    except psycopg.errors.QueryCanceled:
        raise TookTooLongError(f"Reading the database took longer than {within or PATIENCE:.0f} seconds.") from None
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0]
        raise NoDatabaseError(f"The database cannot be read: {said}{_advice(said)}.") from error


def _advice(said: str) -> str:
    older = re.search(r"no such (table|column)|(relation|column) .* does not exist", said)
    if older:
        return ": if it was written by an older release, make a backup and run `missionwatch db upgrade`"
    if "locked" in said:
        return ": another process has held it for too long; try again when that process has ended"
    return ""
