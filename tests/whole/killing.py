"""Crawls that are killed: when, of which archive, and again and again until one comes to its end."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Protocol

from missionwatch.replica import ReplicaServer
from tests.forge import Child, Forge
from tests.mission import Mission
from tests.store.databases import Server

DISK_CALLS = "pwrite64,fsync,fdatasync,ftruncate,unlink"
"""What SQLite changes its files by; its shared memory is not kept."""
SERVER_CALLS = "sendto"
"""What a client says to the PostgreSQL server by."""


class Archives(Protocol):
    """Makes archives of one engine, empty or as another one stands."""

    calls: str
    """The system calls by which a crawl changes such an archive."""

    def made(self, like: Mission | None = None) -> AbstractContextManager[Mission]:
        """An archive until the end of the block; nothing may use the other one meanwhile."""

    def left(self, mission: Mission) -> None:
        """Waits until nothing is under way any more for a process that was killed."""


@dataclass
class SqliteArchives:
    folder: Path
    forge: Forge
    calls: str = DISK_CALLS

    def __post_init__(self) -> None:
        self._numbers = count(1)

    @contextmanager
    def made(self, like: Mission | None = None) -> Iterator[Mission]:
        mission = Mission(self.folder / str(next(self._numbers)), self.forge)
        yield mission.start_from(like) if like and like.data.is_dir() else mission
        shutil.rmtree(mission.folder)

    def left(self, mission: Mission) -> None:
        """The system gives back what a process held when it dies."""


@dataclass
class PostgresArchives:
    folder: Path
    forge: Forge
    server: Server
    calls: str = SERVER_CALLS

    def __post_init__(self) -> None:
        self._numbers = count(1)

    @contextmanager
    def made(self, like: Mission | None = None) -> Iterator[Mission]:
        name = f"killed{next(self._numbers)}"
        origin = _name(like) if like else "template1"
        self.server.run(f"CREATE DATABASE {name} TEMPLATE {origin}")
        yield Mission(self.folder / name, self.forge, self.server.url(name))
        self.server.run(f"DROP DATABASE {name} WITH (FORCE)")

    def left(self, mission: Mission) -> None:
        """The server notices that its client is gone when it next speaks to it."""
        others = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{_name(mission)}' AND pid <> pg_backend_pid()"
        while mission.rows(others) != [(0,)]:
            time.sleep(0.005)


def _name(mission: Mission) -> str:
    assert mission.database_url is not None
    return mission.database_url.partition("@/")[2].partition("?")[0]


Kill = Callable[[Mission, ReplicaServer, Child], None]
"""Kills a process, which is stopped at first, at its moment, if it does not end before."""


def at_request(requests: int, seconds: float) -> Kill:
    """When the site has been asked so often, and then so much later."""

    def kill(mission: Mission, server: ReplicaServer, child: Child) -> None:
        _go_on(child)
        if _await_requests(server, requests, child):
            time.sleep(seconds)
        _kill(child)

    return kill


def at_growth(requests: int) -> Kill:
    """When the site has been asked so often, as soon as SQLite's log of changes is written after that."""

    def kill(mission: Mission, server: ReplicaServer, child: Child) -> None:
        _go_on(child)
        log = mission.database.with_name(mission.database.name + "-wal")
        if _await_requests(server, requests, child):
            size = _size(log)
            while _size(log) == size and _runs(child):
                pass
        _kill(child)

    return kill


def at_call(calls: str, number: int) -> Kill:
    """Before the system call of that number among these is carried out."""

    def kill(mission: Mission, server: ReplicaServer, child: Child) -> None:
        with _watched(child, mission.folder / "calls", f"inject={calls}:signal=KILL:when={number}"):
            pass

    return kill


def failing(calls: str, first: int, *, all_after: bool) -> Kill:
    """Lets a process go on to its end; the call of that number among these fails with EIO, and perhaps all after it."""

    def disturb(mission: Mission, server: ReplicaServer, child: Child) -> None:
        when = f"{first}{'+' if all_after else ''}"
        with _watched(child, mission.folder / "calls", f"inject={calls}:error=EIO:when={when}"):
            pass

    return disturb


def count_calls(mission: Mission, options: Sequence[str], calls: str) -> int:
    """How many of these system calls a crawl makes."""
    with (
        mission.running(mission.crawl_line(*options), stopped=True) as child,
        _watched(child, mission.folder / "calls", f"trace={calls}") as log,
    ):
        pass
    called = [line.partition(" ")[2].lstrip() for line in log.read_text(encoding="utf-8").splitlines()]
    return sum(each.partition("(")[0] in calls.split(",") for each in called)


@contextmanager
def _watched(child: Child, log: Path, expression: str) -> Iterator[Path]:
    """Lets a stopped process go on under the eyes of strace, and waits for its end."""
    line = ["strace", "-f", "-p", str(child.pid), "-o", str(log), "-e", expression]
    if expression.startswith("inject="):
        line += ["-e", f"trace={expression.removeprefix('inject=').partition(':')[0]}"]
    _await_stop(child)
    with subprocess.Popen(line, stderr=subprocess.PIPE, encoding="utf-8") as strace:
        assert strace.stderr
        said = strace.stderr.readline()
        assert "attached" in said, said
        os.kill(child.pid, signal.SIGCONT)
        yield log
        strace.communicate(timeout=120)


def drawn(random: Random, requests: int, calls: int, archives: Archives) -> Kill:
    """A moment of a crawl that asks and calls so often; `calls` is 0 where calls cannot be watched."""
    kinds: list[Callable[[], Kill]] = [lambda: at_request(random.randrange(requests), random.uniform(0, 0.05))]
    if calls:
        kinds.append(lambda: at_call(archives.calls, random.randint(1, calls)))
    elif archives.calls == DISK_CALLS:
        kinds.append(lambda: at_growth(random.randrange(requests)))
    return random.choice(kinds)()


def _await_stop(child: Child) -> None:
    """Waits until a process stands still that stops as soon as it was started."""
    stat = Path(f"/proc/{child.pid}/stat")
    if not stat.exists():  # not Linux
        time.sleep(0.2)
        return
    while stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "T":
        time.sleep(0.001)


def _go_on(child: Child) -> None:
    _await_stop(child)
    os.kill(child.pid, signal.SIGCONT)


def _await_requests(server: ReplicaServer, requests: int, child: Child) -> bool:
    """Whether the process asked so often before it ended."""
    start = len(server.requests)
    while len(server.requests) - start < requests:
        if not _runs(child):
            return False
        time.sleep(0.001)
    return True


def _kill(child: Child) -> None:
    with suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGKILL)


def _runs(child: Child) -> bool:
    try:
        os.kill(child.pid, 0)
    except ProcessLookupError:
        return False
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
