from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.missionwatch.delivery.post_office import Clock
from tests.missionwatch.delivery.small import database_at
from tests.store.databases import with_tables


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with tables, to copy from."""
    path = tmp_path_factory.mktemp("pattern") / "pattern.db"
    with_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(tmp_path: Path, pattern: Path) -> Iterator[Database]:
    made = database_at(tmp_path, pattern)
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()
