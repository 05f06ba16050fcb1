"""When a letter is due: periods in a subscriber's own time. Pure, and without a clock: `now` is told.

The boundaries of days and weeks are those at the chosen hour in the chosen zone: exactly one on every date that the
zone has, whatever its clocks do that day.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from datetime import date as Day
from functools import lru_cache
from itertools import islice, takewhile

from store.mailing.model import Cadence, Period
from store.mailing.settings import zone_named

GATHERING = timedelta(seconds=60)
"""At least so long between two instant letters to one subscriber."""
LOOK_BACK = timedelta(days=7)
"""How long before its own beginning a period reaches back over missed ones."""
CLOCK_FAULT = timedelta(hours=26)
"""What is further ahead of now than any zone is ahead of another was noted by a clock that went wrong."""
MAX_MISSED = 1000
TICK = timedelta(milliseconds=1)


def due(
    cadence: Cadence,
    zone: str,
    send_at: str,
    weekday: int,
    after: datetime,
    now: datetime,
    *,
    newest: int = 0,
    untold: datetime | None = None,
) -> Period | None:
    """The period that a letter is due for, or None: the one that ended last, up to now, if it ended after `after`.

    `after` is the end of the last period that was considered. Periods between them are told in this one and counted,
    at most 1,000; changes not detected after its `starts` are older than is looked back and only to be counted. So
    that none is taken for older which was written late, `untold` is the moment of the first change not told yet.
    An `after` that lies in the future is a clock gone back: nothing is due until that is over, unless it is by so much
    that it never was true; then the last period counts as not considered. For `instant`, `newest` is the number of the
    newest change, and a period may end 60 seconds after the last.
    """
    if cadence == "instant":
        if abs(now - after) < GATHERING:
            return None
        starts = _reaching(min(after, now), untold, now - LOOK_BACK)
        return Period(key=f"instant:{newest}", cadence=cadence, starts=starts, ends=now)
    ended = _ended(cadence, zone, send_at, weekday, now)
    (day, ends), (_, before) = islice(ended, 2)
    if after > now + CLOCK_FAULT:
        after = before
    if ends <= after:
        return None
    not_told = takewhile(lambda each: each[1] > after, _ended(cadence, zone, send_at, weekday, now))
    return Period(
        key=_key(cadence, day),
        cadence=cadence,
        starts=_reaching(after, untold, before - LOOK_BACK),
        ends=ends,
        missed=sum(1 for _ in islice(not_told, MAX_MISSED + 1)) - 1,
    )


def boundary(day: Day, hour: time, zone: tzinfo) -> datetime | None:
    """The one moment (UTC) of a date that stands for an hour of it; None if the zone never had that date.

    Of an hour that is there twice, the first; for one that the clocks skip, when it would have been without, as long as
    that is the same date; if not, as long before.
    """
    wall = datetime.combine(day, hour, zone)
    for fold in (0, 1):
        moment = wall.replace(fold=fold).astimezone(UTC)
        if moment.astimezone(zone).date() == day:
            return moment
    return None


def _ended(cadence: Cadence, zone: str, send_at: str, weekday: int, now: datetime) -> Iterator[tuple[Day, datetime]]:
    """The boundaries up to now, latest first."""
    place = zone_named(zone)
    day = now.astimezone(place).date() + timedelta(days=1)  # where a date begins twice, it may already have been
    step = 1
    if cadence == "weekly":
        day -= timedelta(days=(day.weekday() - weekday) % 7)
        step = 7
    while True:
        moment = _boundary(day, send_at, zone)
        if moment is not None and moment <= now:
            yield day, moment
        day -= timedelta(days=step)


@lru_cache(maxsize=10_000)
def _boundary(day: Day, send_at: str, zone: str) -> datetime | None:
    return boundary(day, time.fromisoformat(send_at), zone_named(zone))


def _reaching(after: datetime, untold: datetime | None, back_to: datetime) -> datetime:
    """The beginning of a period that covers what is not told yet, as far as is looked back."""
    first = after if untold is None else min(after, untold - TICK)
    return max(first, back_to)


def _key(cadence: Cadence, day: Day) -> str:
    if cadence == "daily":
        return f"daily:{day.isoformat()}"
    year, week, _ = day.isocalendar()
    return f"weekly:{year}-W{week:02}"
