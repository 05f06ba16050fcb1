"""`missionwatch daemon` as a process of its own, for as long as a block runs."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from missionwatch.replica import ReplicaServer
from tests.mission import TIMEOUT, Mission
from tests.served import Served

SELDOM = "[schedule]\njitter = '0s'\nnews = '0 0 1 1 *'\nsections = '0 0 1 1 *'\ndeep = '0 0 1 1 *'\n"
"""A schedule that leaves a test alone, but for what is overdue."""


def configure(mission: Mission, server: ReplicaServer, more: str = SELDOM) -> Mission:
    """Configures a mission for a daemon that crawls a replica as fast as it can."""
    sections = json.dumps(list(server.site.catalogue.sections))
    mission.config.write_text(
        f"{more}\n[crawl]\ndelay = 0\nconcurrency = 8\n"
        f'[sites.un]\nprofile = "china-mission-un"\nbase_url = "{server.url}"\nsections = {sections}\n',
        encoding="utf-8",
    )
    return mission


class Daemon:
    """A daemon's process, what it logs, and where it answers."""

    def __init__(self, mission: Mission, port: int = 0, *options: str) -> None:
        """`options` stand before the verb."""
        self.process = mission.start(mission.line(*options, "daemon", "--port", str(port)))
        self.lines: list[str] = []
        self._new: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        self.served: Served | None = None

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            self._new.put(json.loads(line) if line.startswith("{") else {"message": line.strip()})
        self._new.put(None)

    def until(self, message: str, **also: object) -> dict[str, Any]:
        """The next log line with this message and these values; fails when the process ends before."""
        end = time.monotonic() + TIMEOUT
        while True:
            found = self._new.get(timeout=max(end - time.monotonic(), 0.01))
            assert found is not None, "".join(self.lines)
            if found["message"] == message and all(found.get(key) == value for key, value in also.items()):
                return found

    def at(self) -> Served:
        """Where it serves."""
        if self.served is None:
            wait_until(lambda: '"serving"' in "".join(self.lines) or self.process.poll() is not None)
            [port] = [json.loads(line)["port"] for line in list(self.lines) if '"serving"' in line]
            self.served = Served("127.0.0.1", port)
        return self.served

    def family(self) -> list[int]:
        """The processes below the daemon."""
        return _below(self.process.pid)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait(self) -> int:
        """Its exit code, when it has ended."""
        code = self.process.wait(timeout=TIMEOUT)
        self._reading.join(TIMEOUT)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        return code

    def end(self) -> int:
        """Ends it if it still runs; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGTERM)
        return self.wait()


@contextmanager
def daemon(mission: Mission, port: int = 0, *options: str) -> Iterator[Daemon]:
    """A daemon; at the end it and all its children are gone."""
    running = Daemon(mission, port, *options)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        with suppress(subprocess.TimeoutExpired):
            running.wait()


def _below(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            found += [int(each), *_below(int(each))]
    return found


def runs(pid: int) -> bool:
    """Whether a process is there and not only waited for."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def wait_until(holds: Callable[[], bool]) -> None:
    """Waits for something that is to come in a moment."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < TIMEOUT
        time.sleep(0.02)
