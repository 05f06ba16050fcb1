"""Whether time went on as it should: jumps of the wall clock, and hours that the machine slept."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Literal

JUMP = 5.0
"""Seconds by which the wall clock may differ from the steady one between two looks; time servers move it by less."""
SLEEP = 30.0
"""Seconds between two looks that are one, in which nothing of this process ran."""


def steady() -> float:
    """Seconds that only go forward, also while the machine sleeps where that is known."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class ClockWatch:
    """Holds the wall clock against the steady one."""

    def __init__(self, wall: Callable[[], datetime], clock: Callable[[], float] = steady) -> None:
        self._wall = wall
        self._clock = clock
        self._before = (wall(), clock())
        self.jumps = 0
        self.sleeps = 0

    def look(self) -> tuple[Literal["jump", "sleep"], float] | None:
        """What happened since the last look, and its seconds: how far the wall clock jumped, or how long sleep took."""
        wall, clock = self._wall(), self._clock()
        walked, passed = (wall - self._before[0]).total_seconds(), clock - self._before[1]
        self._before = (wall, clock)
        if abs(walked - passed) > JUMP:
            self.jumps += 1
            return "jump", walked - passed
        if passed > SLEEP:
            self.sleeps += 1
            return "sleep", passed
        return None
