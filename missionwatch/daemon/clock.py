"""The daemon's time: the wall clock's as long as it goes on as it should, and what jumps and sleep there were."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from missionwatch.clock import steady

JUMP = 5.0
"""Seconds by which the wall clock may differ from the steady one between two looks; time servers move it by less."""
SLEEP = 30.0
"""Seconds between two looks that are one, in which nothing of this process ran."""
TRUSTED = timedelta(minutes=10)
"""By so much the wall clock may jump, and differ from a site's, and still be followed; servers are not exact either."""


class Clock:
    """Holds the wall clock against the steady one. May be read from any thread; looked at in one."""

    def __init__(self, wall: Callable[[], datetime], clock: Callable[[], float] = steady) -> None:
        self.wall = wall
        self._clock = clock
        self._known = (wall(), clock())
        self._ahead = timedelta(0)
        self.jumps = 0
        self.sleeps = 0

    @property
    def ahead(self) -> timedelta:
        """How far the wall clock is ahead of the time that is gone by; zero while it is followed."""
        return self._ahead

    def now(self) -> datetime:
        """The wall clock's time; after a jump of more than `TRUSTED`, until `follow`, the time that it were without it.

        So nothing is dated, or taken for due, by a clock that was set and that nobody has vouched for.
        """
        wall, without = self.wall(), self._without_jumps()
        return wall if abs(wall - without) <= TRUSTED else without

    def look(self) -> tuple[Literal["jump", "sleep"], float] | None:
        """What happened since the last look, and its seconds: how far the wall clock jumped, or how long sleep took."""
        before, passed = self._ahead, self._clock() - self._known[1]
        ahead = self.wall() - self._without_jumps()
        is_followed = abs(ahead) <= TRUSTED
        self._known = (self.now(), self._known[1] + passed)
        self._ahead = timedelta(0) if is_followed else ahead
        jumped = (ahead - before).total_seconds()
        if abs(jumped) > JUMP:
            self.jumps += 1
            return "jump", jumped
        if passed > SLEEP:
            self.sleeps += 1
            return "sleep", passed
        return None

    def follow(self) -> None:
        """From here on the wall clock is right as it is."""
        self._known, self._ahead = (self.wall(), self._clock()), timedelta(0)

    def _without_jumps(self) -> datetime:
        moment, at = self._known
        return moment + timedelta(seconds=self._clock() - at)
