"""Whether the database holds something else than before: a name for its state, quick enough to ask for each page."""

import threading
from contextlib import ExitStack

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from store.database import Database, DatabaseError, explain

_SQLITE = "PRAGMA data_version"
"""Moves when another connection commits; so it is asked for on a connection of its own, which writes nothing."""
_SERVER = "SELECT pg_current_snapshot()::text"
"""Which transactions can be seen: two equal ones see the same rows."""


class Tide:
    """Watches one database, for several threads. Close it before the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._holding = ExitStack()
        self._connection: Connection | None = None
        self._connections = 0

    def state(self) -> str:
        """A name of the state: while it is the same, nothing was written by anybody.

        It may move although nothing was written that anybody reads. Names of two objects, or of two processes, say
        nothing about each other. Raises DatabaseError.
        """
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._holding.enter_context(self._database.apart())
                    self._connections += 1
                found = self._connection.exec_driver_sql(_SQLITE if self._database.is_sqlite else _SERVER).scalar()
                self._connection.rollback()
            except DBAPIError as error:
                self._drop()
                raise DatabaseError(explain(error, self._database.url)) from error
            # The numbers of two connections to SQLite are not to be compared.
            return f"{self._connections}:{found}"

    def close(self) -> None:
        """Gives the connection back."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None
        self._holding.close()
