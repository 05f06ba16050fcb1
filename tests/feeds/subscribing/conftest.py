from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.feeds.subscribing.counter import Place, place
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
def counter(tmp_path: Path, pattern: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr("feeds.subscribing.web.SAME_TIME", 0.0)
    database = database_at(tmp_path, pattern)
    with place(tmp_path, database, Clock()) as made:
        yield made
    database.close()
