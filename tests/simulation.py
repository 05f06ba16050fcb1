"""A daemon's life on simulated clocks, with a replica of the site that always knows what time it is."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Unpack

import pytest

from missionwatch.replica import ReplicaServer
from store.database import Database
from store.mailing.settings import Settings
from store.mailing.subscribers import Subscribers
from tests.mission import TIMEOUT, Mission


class Simulation:
    """A daemon whose time begins at a moment. Each order returns how the daemon stands when it has done its work."""

    def __init__(
        self,
        mission: Mission,
        server: ReplicaServer,
        begin: datetime,
        patch: pytest.MonkeyPatch,
        wrong_by: timedelta = timedelta(0),
    ) -> None:
        self.mission = mission
        self.site = server.site
        self._ahead = begin.timestamp() - time.time()
        patch.setattr("missionwatch.replica.connection.time", lambda: self.now.timestamp())
        ahead = self._ahead + wrong_by.total_seconds()
        self.log = mission.folder / "daemon.log"
        line = mission.line("daemon", "--port", "0")[3:]
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.missionwatch.daemon.simulated", str(ahead), *line],
                env=mission.environment(),
                cwd=mission.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
            )
        self.stands = self.order("pass", 0)

    @property
    def now(self) -> datetime:
        """The true time."""
        return datetime.fromtimestamp(time.time() + self._ahead, UTC)

    def pass_time(self, length: timedelta) -> dict[str, Any]:
        """Time goes on, and the daemon does what is due when it is due."""
        return self.order("pass", self._truly(length))

    def pass_until(self, moment: datetime) -> dict[str, Any]:
        """The same up to a moment."""
        return self.pass_time(moment - self.now)

    def sleep(self, length: timedelta) -> dict[str, Any]:
        """The machine sleeps: time goes on, and nothing runs."""
        return self.order("sleep", self._truly(length))

    def stop(self, length: timedelta) -> None:
        """The whole machine is stopped, as a virtual one can be: time goes on, and its clocks do not."""
        self._truly(length)

    def begin_to_pass(self, length: timedelta) -> None:
        """Time goes on, and what is due begins."""
        self.order("pass", self._truly(length), settle=False)

    def jump(self, length: timedelta, *, settle: bool = True) -> dict[str, Any]:
        """The daemon's wall clock is set, forward or back."""
        return self.order("jump", length.total_seconds(), settle=settle)

    def order(self, do: str, seconds: float, **more: bool) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, "seconds": seconds} | more) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.log.read_text(encoding="utf-8")
        self.stands = json.loads(answer)
        return self.stands

    def subscribe(self, address: str, **settings: Unpack[Settings]) -> None:
        """Somebody subscribes now."""
        with closing(Database(f"sqlite:///{self.mission.database}")) as database:
            Subscribers(database).add(address, now=self.now, **settings)

    def said(self) -> list[dict[str, Any]]:
        """The lines of the daemon's log."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def end(self) -> int:
        """Ends it if it still runs; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(TIMEOUT)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def _truly(self, length: timedelta) -> float:
        self._ahead += length.total_seconds()
        return length.total_seconds()


@contextmanager
def simulation(
    mission: Mission,
    server: ReplicaServer,
    begin: datetime,
    patch: pytest.MonkeyPatch,
    wrong_by: timedelta = timedelta(0),
) -> Iterator[Simulation]:
    """A daemon whose time begins at a moment, as long as a block runs; its clock may be ahead from the start."""
    running = Simulation(mission, server, begin, patch, wrong_by)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.end()
