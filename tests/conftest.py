"""Fixtures for tests of the whole program: replicas of the site, and the program as a process."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest

from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.forge import Forge
from tests.mission import Mission

# A shell starts what it leaves in the background deaf to Ctrl-C, and our processes would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class ReplicaFactory(Protocol):
    def __call__(self, count: int = ..., seed: int = ..., **more: Any) -> ReplicaServer: ...


@pytest.fixture
def replica() -> Iterator[ReplicaFactory]:
    """Starts replicas that end with the test; equal arguments give equal sites."""
    with ExitStack() as running:

        def start(count: int = 60, seed: int = 60, **more: Any) -> ReplicaServer:
            return running.enter_context(ReplicaServer(ReplicaSite(count=count, seed=seed, **more)))

        yield start


@pytest.fixture(scope="session")
def forge() -> Iterator[Forge]:
    """Starts the program's processes quickly."""
    running = Forge()
    yield running
    running.close()


@pytest.fixture
def mission(tmp_path: Path, forge: Forge) -> Mission:
    """The program in an empty home."""
    return Mission(tmp_path, forge)


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Mission:
    """The program after its first crawl of `replica()`. Not to be changed: take it over with `start_from`."""
    first = Mission(tmp_path_factory.mktemp("crawled"))
    with ReplicaServer(ReplicaSite(count=60, seed=60)) as server:
        told = first.watch(server).crawl()
    assert (told["outcome"], told["baseline"]) == ("ok", 60)
    return first


@pytest.fixture
def known(crawled: Mission, mission: Mission, replica: ReplicaFactory) -> tuple[Mission, ReplicaServer]:
    """The program after its first crawl of a replica, and that replica, both free to be changed."""
    server = replica()
    return mission.start_from(crawled).watch(server), server


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the long numbers to `./run soak`, which asks for them by their mark."""
    if not config.option.markexpr:
        long = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
