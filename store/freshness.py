"""The freshness promise: when silence is a fault. Standard library only; the caller brings facts and the time.

Silent death is the commonest serious failure of monitors: a scraper that finds nothing looks like a site that
publishes nothing. So both are said: how long nobody could look, and how long nothing came where something usually does.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

LOOK_PROMISE = timedelta(hours=6)
"""A section that was not read for longer is overdue."""
QUIET_DAYS = 14
"""Shorter silence is never remarkable: the UN has quiet weeks, and the ministry a recess of two in August."""
QUIET_FACTOR = 5
"""Silence this many times longer than the usual gap is."""


def overdue_look(last_success: datetime | None, now: datetime) -> str | None:
    """One sentence if nobody could read a section for longer than promised; None otherwise."""
    if last_success is None:
        return "never read successfully"
    if now - last_success <= LOOK_PROMISE:
        return None
    return f"no successful look for {_hours(now - last_success)}"


def remarkable_silence(stated: Sequence[date], today: date) -> str | None:
    """One sentence if nothing new came for much longer than usual; None otherwise. `stated`: the newest dates there."""
    days = sorted(set(stated))
    if len(days) < 4:
        return None  # too few to say what is usual
    gaps = sorted((later - earlier).days for earlier, later in pairwise(days))
    usual = gaps[len(gaps) // 2]
    silence = (today - days[-1]).days
    if silence <= max(QUIET_DAYS, QUIET_FACTOR * usual):
        return None
    return f"nothing new for {silence} days, though usually every {usual}"


def _hours(span: timedelta) -> str:
    hours = span // timedelta(hours=1)
    return f"{hours} h" if hours < 72 else f"{hours // 24} days"
