"""The times of `[schedule]`: five fields of cron in a time zone."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger

from missionwatch.config_model import Settings, seconds
from missionwatch.daemon.orders import Job
from missionwatch.exits import ConfigError

JOBS: tuple[Job, ...] = ("news", "sections", "deep")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?:(?P<all>\*)|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[1-9]\d*))?")


def triggers(settings: Settings) -> dict[Job, CronTrigger]:
    """When each job of the schedule is due. Raises ConfigError that names the key."""
    schedule = settings.config.schedule
    try:
        zone = ZoneInfo(schedule.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"`schedule.timezone` names no time zone: {schedule.timezone!r}.") from error
    found: dict[Job, CronTrigger] = {}
    for job in JOBS:
        found[job] = _trigger(getattr(schedule, job), zone, f"schedule.{job}", seconds(schedule.jitter))
    return found


def due_after(trigger: CronTrigger, moment: datetime) -> datetime | None:
    """The first time after a moment at which something is due, without jitter; None if there is none any more."""
    plain = CronTrigger(timezone=trigger.timezone, **{each.name: str(each) for each in trigger.fields})
    found: datetime | None = plain.get_next_fire_time(moment, moment)
    return found


def _trigger(expression: str, zone: ZoneInfo, key: str, jitter: float) -> CronTrigger:
    fields = expression.split()
    if len(fields) != 5:
        raise ConfigError(f"`{key}` needs five fields (minute, hour, day, month, weekday), not {expression!r}.")
    minute, hour, day, month, weekday = fields
    try:
        trigger = CronTrigger(
            minute=minute,
            hour=hour,
            day=day,
            month=month,
            day_of_week=_weekdays(weekday),
            timezone=zone,
            jitter=int(jitter) or None,
        )
    except ValueError as error:
        raise ConfigError(f"`{key}` cannot be used: {str(error).rstrip('.')}.") from error
    return trigger


def _weekdays(field: str) -> str:
    """A field of cron, where Sunday is 0 and 7, as names: APScheduler counts from Monday, and knows no `5-7`."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.split(","):
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is no day of the week")
        step = int(found["step"] or 1)
        if found["all"]:
            first, last = 0, 6
        else:
            first = _day(found["first"])
            last = _day(found["last"]) if found["last"] else (6 if found["step"] else first)
        if last < first:  # such as 5-0, sat-mon
            last += 7
        days.update(day % 7 for day in range(first, last + 1, step))
    return ",".join(_DAYS[day] for day in sorted(days))


def _day(word: str) -> int:
    if word.isdecimal() and int(word) <= 7:
        return int(word)
    if word.lower()[:3] in _DAYS:
        return _DAYS.index(word.lower()[:3])
    raise ValueError(f"{word!r} is no day of the week")
