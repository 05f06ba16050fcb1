"""Time that is not set: the steady clock, and the time of day by it from a moment on."""

import time
from datetime import datetime, timedelta


def steady() -> float:
    """Seconds that only go forward, the same for all processes, also while the machine sleeps where that is known."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class SteadyTime:
    """The time of day as it was at one moment, and from there on by the steady clock.

    A crawl goes by it: whatever is done to the wall clock meanwhile, its moments keep their order and distances.
    """

    def __init__(self, began: datetime, at: float | None = None) -> None:
        """`at` is what the steady clock showed then; unset: what it shows now."""
        self._began = began
        self._at = steady() if at is None else at

    def __call__(self) -> datetime:
        return self._began + timedelta(seconds=steady() - self._at)
