"""Opening the database: engine, manners per engine, transactions for reading and for writing, schema state.

SQLite writers open with BEGIN IMMEDIATE: a plain BEGIN that reads first cannot be upgraded and fails at once with
"database is locked" whatever the timeout (docs/decisions/0003-store.md has the numbers). PostgreSQL writers take one
advisory transaction lock instead. Either way one writer at a time, so ids and the chain of the change log are free
of races.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    StatementError,
)

from store.engine import open_engine

HEAD = "0008"
"""The newest migration; a test holds it against the migrations folder."""

WRITER_LOCK = 0x4D57_0001
LOCK_TIMEOUT_MS = 30_000
"""How long a writer waits for another one."""
CACHE_KIB = 4000
"""What a connection to SQLite keeps of the file, so that a first crawl need not read again what it wrote."""
SMALL_CACHE_KIB = 1000
"""For who mostly reads, over several connections: the system keeps the file in memory as well."""

STOPPED_MS = 20_000
"""After so long without a word in the middle of a write under a lease its process is taken to stand still, and
PostgreSQL gives up the write: it would keep whoever takes over waiting."""


class DatabaseError(Exception):
    """The database cannot be used as it is; the message says in one sentence what to do."""


class LeaseLostError(DatabaseError):
    """Another process has taken the lease under which this one wrote; nothing more was written."""


class Database:
    """One database, for one process. Errors of the driver come out as `DatabaseError` with a plain sentence.

    A moment without a time zone is refused with ValueError. `dry_run` keeps one transaction open over everything and
    rolls it back at `close`: what would be written can be read back, and nothing stays.
    """

    def __init__(
        self, url: str, *, dry_run: bool = False, lock_timeout_ms: int = LOCK_TIMEOUT_MS, cache_kib: int = CACHE_KIB
    ) -> None:
        try:
            self._engine = open_engine(url, lock_timeout_ms, cache_kib)
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
            raise DatabaseError(f"The database address is not usable: {str(error).rstrip('.')}.") from error
        self.url = url
        self.where = make_url(url).render_as_string(hide_password=True)
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        self._dry: Connection | None = None
        self._dry_run = dry_run
        self._fences: dict[str, int] = {}

    def fence(self, name: str, epoch: int | None) -> None:
        """From here on every write has to find the lease of this name with this number, or fails with LeaseLostError.

        None takes that back. So what was begun under a lease ends with it, however late its process wakes up.
        """
        self._fences.pop(name, None)
        if epoch is not None:
            self._fences[name] = epoch

    @property
    def is_dry_run(self) -> bool:
        """Whether everything is rolled back at the end."""
        return self._dry_run

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        with self._plain_errors():
            if self._dry_run:
                yield self._dry_connection()
                return
            with self._engine.connect() as connection:
                if not self.is_sqlite:  # whose transactions see one state anyway
                    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction alone in writing: committed at the end, rolled back whole on any exception."""
        with self._plain_errors():
            if self._dry_run:
                with self._dry_connection().begin_nested():
                    yield self._dry_connection()
                return
            with self._engine.connect().execution_options(writing=True) as connection, connection.begin():
                self._lock(connection)
                self._check_fences(connection)
                yield connection

    @contextmanager
    def apart(self) -> Iterator[Connection]:
        """A connection that nothing else uses, in a dry run too."""
        with self._plain_errors(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A writing transaction for altering tables; afterwards every foreign key must still point to something.

        SQLite alters a table by copying it and dropping the old one, which with foreign keys on would delete what
        points there; and the switch cannot be thrown inside a transaction. In a dry run, which is one long transaction,
        only an empty database can be brought up.
        """
        if not self.is_sqlite or self._dry_run:
            with self.writing() as connection:
                yield connection
            return
        with self._plain_errors(), self._engine.connect().execution_options(writing=True) as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if broken:
                        raise DatabaseError(f"The migration would leave {len(broken)} rows without what they point to.")
            finally:
                raw.execute("PRAGMA foreign_keys=ON")

    def revision(self) -> str | None:
        """The migration the database is at; None for an empty database."""
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def close(self) -> None:
        """Gives all connections back; in a dry run, first takes everything back."""
        if self._dry is not None:
            self._dry.rollback()
            self._dry.close()
            self._dry = None
        self._engine.dispose()

    def _dry_connection(self) -> Connection:
        if self._dry is None:
            self._dry = self._engine.connect().execution_options(writing=True)
            self._dry.begin()
            self._lock(self._dry)
        return self._dry

    def _lock(self, connection: Connection) -> None:
        if self.is_sqlite:
            return
        if self._fences:
            patience = text("SELECT set_config('idle_in_transaction_session_timeout', :patience, true)")
            connection.execute(patience, {"patience": str(STOPPED_MS)})
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})

    def _check_fences(self, connection: Connection) -> None:
        # Whoever takes a lease writes too, so that no number can rise between this look and the commit.
        if not self._fences:
            return
        rows = connection.execute(text("SELECT name, epoch FROM lease"))
        found: dict[str, int] = {row.name: row.epoch for row in rows}
        for name, epoch in self._fences.items():
            if found.get(name) != epoch:
                raise LeaseLostError(f"Another Missionwatch has taken the {name} lease over; this one stopped writing.")

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            # PostgreSQL quotes the row that it refuses, with whatever is private in it.
            cause = None if isinstance(error, IntegrityError) else error
            raise DatabaseError(explain(error, self.url)) from cause
        except StatementError as error:
            if isinstance(error.orig, ValueError):
                raise error.orig from None
            raise


_OLDER = "its tables are of another release; make a backup, then run `missionwatch db upgrade`"


def explain(error: DBAPIError, url: str) -> str:
    """One sentence for an operator: what is wrong with the database, and what to do."""
    where = make_url(url).render_as_string(hide_password=True)
    said = str(error.orig).strip().splitlines()[0].rstrip(".") if str(error.orig).strip() else type(error.orig).__name__
    lowered = said.lower()
    for sign, advice in (
        ("disk is full", "the disk is full; free some space and run the command again, nothing recorded is lost"),
        ("no space left", "the disk is full; free some space and run the command again, nothing recorded is lost"),
        ("locked", "another process has held it for too long; try again when that process has ended"),
        ("lock timeout", "another process has held it for too long; try again when that process has ended"),
        ("readonly", "it cannot be written to; check the permissions of the file and its folder"),
        ("unable to open", "it cannot be opened; check that the folder exists and may be written to"),
        ("malformed", "the file is damaged; restore it from a backup"),
        ("not a database", "the file is not a database; check the path, or restore it from a backup"),
        ("disk i/o error", "reading or writing the disk failed; see whether it is full, then run the command again"),
        ("connection refused", "the server does not answer; check that it runs and the address is right"),
        ("no such column|has no column named", _OLDER),
        ("column .* does not exist", _OLDER),
        ("no such table", "its tables are missing; run `missionwatch db upgrade`"),
        ('relation ".*" does not exist', "its tables are missing; run `missionwatch db upgrade`"),
        ('database ".*" does not exist', "make it with `createdb`, or check the address"),
    ):
        if re.search(sign, lowered):
            return f"The database {where} failed ({said}): {advice}."
    kind = "is not reachable or failed" if isinstance(error, OperationalError) else "refused a statement"
    return f"The database {where} {kind}: {said}."


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite address; None for other engines and for a database in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def make_private(path: Path) -> None:
    """Makes an empty file for a new database that only its owner may read: it will hold addresses of people.

    A file that is there keeps its mode. What keeps it from being made, SQLite says when it opens it. SQLite gives the
    files beside it the same mode.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
