"""`missionwatch daemon` with clocks that a test turns: `python -m tests.missionwatch.daemon.simulated SECONDS …`.

It is the command itself, with its children, its pages and its letters. Its wall clock and its steady one run as they
do, so many seconds ahead; orders on standard input turn them, and each is answered by a line on standard output as soon
as the daemon has done what it then had to do.
"""

import asyncio
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from apscheduler.schedulers import base

import missionwatch  # noqa: F401  # makes the bundled packages importable
from missionwatch.cli import main
from missionwatch.clock import steady
from missionwatch.daemon import clock, loop
from missionwatch.daemon.children import resident
from missionwatch.publisher import Publisher
from store.lease import Held

ASKED = ("the clock is followed", "the clock is wrong and not followed", "nothing begins until the clock is right")
"""What is said when it has been asked what time it is, unless all is well."""
LOOK = 0.01


class Hands:
    """Both clocks, and by how much they are ahead."""

    def __init__(self) -> None:
        self.wall_ahead = 0.0
        self.steady_ahead = 0.0

    def wall(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.wall_ahead)

    def steady(self) -> float:
        return steady() + self.steady_ahead

    def turn(self, seconds: float) -> None:
        self.wall_ahead += seconds
        self.steady_ahead += seconds


HANDS = Hands()


class _Scheduled(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return HANDS.wall().astimezone(tz)


class _Clock(clock.Clock):
    def __init__(self, _wall: Any) -> None:
        super().__init__(HANDS.wall, HANDS.steady)


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.asked += record.getMessage() in ASKED


async def _until(holds: Callable[[], object]) -> None:
    while not holds():  # noqa: ASYNC110  # nobody signals it
        await asyncio.sleep(LOOK)


class _Daemon(loop.Daemon):
    """Takes orders while it leads."""

    _heard = _Heard()

    async def _lead(self, held: Held) -> None:
        driving = asyncio.create_task(self._drive())
        await super()._lead(held)
        driving.cancel()

    async def _drive(self) -> None:
        orders, turns = asyncio.StreamReader(), asyncio.get_running_loop()
        await turns.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        logging.getLogger("missionwatch").addHandler(self._heard)
        async for line in orders:
            order = json.loads(line)
            match order["do"]:
                case "pass":
                    await self._pass(order["seconds"], order.get("settle", True))
                case "sleep":
                    await self._sleep(order["seconds"])
                case "jump":
                    await self._jump(order["seconds"])
            if order.get("settle", True):
                await self._settle()
            print(json.dumps(self._stands()), flush=True)

    async def _pass(self, seconds: float, settle: bool) -> None:
        """Time goes on, from one job that is due to the next."""
        end = HANDS.wall() + timedelta(seconds=seconds)
        while (left := (end - HANDS.wall()).total_seconds()) > 0:
            assert self._leading is not None
            due = min(self._leading.schedule.next_times().values())
            wait = (due - HANDS.wall()).total_seconds() + 0.01
            HANDS.turn(max(min(wait, left), 0))
            self._clock.look()  # else it would be taken for sleep
            self._leading.schedule._scheduler.wakeup()
            await asyncio.sleep(LOOK)
            if settle:
                await self._settle()

    async def _sleep(self, seconds: float) -> None:
        before = self._clock.sleeps
        HANDS.turn(seconds)
        await _until(lambda: self._clock.sleeps > before)

    async def _jump(self, seconds: float) -> None:
        """Returns when it was noticed, and asked about where it was long."""
        before, asked = self._clock.jumps, self._heard.asked
        HANDS.wall_ahead += seconds
        await _until(lambda: self._clock.jumps > before)
        await _until(lambda: self._heard.asked > asked or self._is_sure())

    async def _settle(self) -> None:
        """Waits until there is nothing left to be crawled, and mail was looked after since."""
        leading = self._leading
        assert leading is not None
        await asyncio.sleep(LOOK)
        crawls = leading.crawls
        await _until(
            lambda: self._parts.clock or (leading._may.is_set() and not crawls.under_way and not crawls.waiting)
        )
        if self._parts.clock:
            return
        for _ in range(2):  # a round that was under way may have looked too early
            await self._look_after_mail()

    async def _look_after_mail(self) -> None:
        assert self._leading is not None
        before = sum(self._parts.mail_runs.values())
        self._leading.mail_wanted.set()
        await _until(lambda: sum(self._parts.mail_runs.values()) > before)

    def _is_sure(self) -> bool:
        assert self._leading is not None
        return not self._clock.ahead and self._leading._may.is_set()

    def _stands(self) -> dict[str, Any]:
        assert self._leading is not None
        nursery = self._leading.children.pids[0]
        return {
            "now": self._clock.now().timestamp(),
            "wall": HANDS.wall().timestamp(),
            "crawls": self._leading.crawls.done,
            "published": self._parts.publications,
            "mail": self._parts.mail_runs,
            "held_back": self._parts.clock,
            "memory": [resident(os.getpid()), resident(nursery)],
            "descriptors": [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (os.getpid(), nursery)],
            "threads": threading.active_count(),
        }


if __name__ == "__main__":
    HANDS.turn(float(sys.argv[1]))
    base.datetime = _Scheduled
    clock.Clock = _Clock  # type: ignore[assignment,misc]
    loop.Daemon = _Daemon  # type: ignore[misc]
    assert Publisher.__init__.__kwdefaults__ is not None
    Publisher.__init__.__kwdefaults__["every"] = 0.2
    sys.exit(main(sys.argv[2:]))
