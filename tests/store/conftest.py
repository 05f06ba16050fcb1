"""Fixtures for tests of the store: each that asks for a database runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from store.runs import close_walk
from tests.needs import needs
from tests.store.databases import Databases, PostgresDatabases, Server, SqliteDatabases, postgres, with_tables
from tests.store.world import HARBOUR, START, listed, record


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for the session."""
    with postgres(needs("postgresql")) as running:
        yield running


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with tables, to copy from."""
    path = tmp_path_factory.mktemp("pattern") / "pattern.db"
    with_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_databases(tmp_path: Path, pattern: Path) -> Databases:
    return SqliteDatabases(tmp_path, pattern)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Makes databases of one engine."""
    made: Databases
    if request.param == "sqlite":
        made = request.getfixturevalue("sqlite_databases")
    else:
        made = PostgresDatabases(request.getfixturevalue("server"))
    yield made
    made.remove()


@pytest.fixture
def database_url(databases: Databases) -> str:
    """The address of a database with tables and nothing in it."""
    return databases.fresh()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with tables and nothing in it."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def closed(database: Database) -> Database:
    """The same after the first walk of the section `HARBOUR` has ended, so that what comes there is news."""
    record(database, listed("1"))
    close_walk(database, "un", HARBOUR, began=START, now=START)
    return database


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory, pattern: Path) -> Iterator[Database]:
    """A SQLite database that laws share: what they do in it must not matter to the next."""
    opened = Database(SqliteDatabases(tmp_path_factory.mktemp("laws"), pattern).fresh())
    yield opened
    opened.close()
