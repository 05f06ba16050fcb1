"""Connections to the database, with the manners of each engine."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

HIDDEN = True
"""Whether errors of the driver leave out what was to be written: it may be somebody's mail address."""
_PAUSE = 0.02
"""Seconds between two tries to take a lock for which SQLite does not wait."""


def open_engine(url: str, lock_timeout_ms: int, cache_kib: int) -> Engine:
    """The engine of an address, by which connections are made.

    Writers wait for others for so many milliseconds. `cache_kib` is what each connection to SQLite keeps of the file.
    Raises what SQLAlchemy raises for an address that is none.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        server = create_engine(parsed, pool_pre_ping=True, hide_parameters=HIDDEN)

        @event.listens_for(server, "connect")
        def _patience(connection: Any, _record: Any) -> None:
            connection.execute(f"SET lock_timeout = {lock_timeout_ms}")  # the server would wait for ever
            connection.commit()

        return server
    engine = create_engine(parsed, connect_args={"timeout": lock_timeout_ms / 1000}, hide_parameters=HIDDEN)

    @event.listens_for(engine, "connect")
    def _manners(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in (
            # For a new file only: twice the default wastes less beside blobs of 1 to 2 KB (2.5 % of the file).
            "page_size=8192",
            "journal_mode=WAL",
            # FULL: a change number that was published must not come back with another meaning after a power cut.
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={lock_timeout_ms}",
            "temp_store=MEMORY",
            f"cache_size=-{cache_kib}",
        ):
            try:
                _set(cursor, pragma, time.monotonic() + lock_timeout_ms / 1000)
            except UnicodeDecodeError as error:
                # SQLite quotes the damaged line of the schema, in bytes that are no text any more.
                raise sqlite3.DatabaseError("malformed database schema") from error
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = "IMMEDIATE" if connection.get_execution_options().get("writing") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _set(cursor: Any, pragma: str, until: float) -> None:
    """Sets one, waiting for others: for the switch to the write-ahead log SQLite itself does not wait for a writer, and
    two first starts at once both want it."""
    while True:
        try:
            cursor.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
        else:
            return
