"""Fixtures for simulated crawls."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from missionwatch.replica import ReplicaSite
from store import schema
from store.database import Database
from store.truth import TruthRules
from tests.truth.driver import Simulation

Simulate = Callable[..., Simulation]


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("archive") / "empty.db"
    database = Database(f"sqlite:///{path}")
    schema.ensure(database)
    database.close()
    return path


@pytest.fixture
def simulate(tmp_path: Path, empty_archive: Path) -> Iterator[Simulate]:
    """Makes simulations, each with a replica and an archive of its own."""
    opened: list[Database] = []

    def make(count: int = 40, seed: int = 1, rules: TruthRules | None = None) -> Simulation:
        path = tmp_path / f"{len(opened)}.db"
        shutil.copy(empty_archive, path)
        opened.append(Database(f"sqlite:///{path}"))
        return Simulation(ReplicaSite(count=count, seed=seed), opened[-1], rules=rules or TruthRules())

    yield make
    for database in opened:
        database.close()
