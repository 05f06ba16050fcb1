"""The times of `[schedule]`: five fields of cron in a time zone."""

import re
import socket
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from missionwatch.config_model import Settings, SiteConfig, seconds
from missionwatch.daemon.orders import OWN, Job
from missionwatch.exits import ConfigError

JOBS: tuple[Job, ...] = ("news", "sections", "deep")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?:(?P<all>\*)|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[1-9]\d*))?")


def triggers(settings: Settings) -> dict[str, dict[Job, BaseTrigger]]:
    """When each job of each site is due, by `[schedule]` and what `[sites.NAME.schedule]` says otherwise.

    Within `schedule.jitter` the jobs of all sites are spread evenly, from an offset that is this installation's own: no
    two begin together, and not all of the world asks at the same second. Raises ConfigError that names the key.
    """
    general = _zone(settings.config.schedule.timezone, "schedule")
    found: dict[str, dict[Job, BaseTrigger]] = {}
    for name, site in settings.config.sites.items():
        own = site.schedule
        zone = _zone(own.timezone, f"sites.{name}.schedule") if own.timezone is not None else general
        jobs: dict[Job, BaseTrigger] = {}
        for job in JOBS:
            said = getattr(own, job)
            key = f"schedule.{job}" if said is None else f"sites.{name}.schedule.{job}"
            jobs[job] = _trigger(getattr(settings.config.schedule, job) if said is None else said, zone, key)
        for path, said in own.own.items():
            jobs[OWN + path.strip("/")] = _trigger(said, zone, f'sites.{name}.schedule.own."{path}"')
        found[name] = jobs
    jitter, all_jobs = seconds(settings.config.schedule.jitter), [(name, job) for name in found for job in found[name]]
    first = zlib.crc32(f"{socket.gethostname()} {settings.data_dir}".encode()) / 2**32
    for number, (name, job) in enumerate(sorted(all_jobs)):
        share = (first + number / len(all_jobs)) % 1
        found[name][job] = Later(found[name][job], timedelta(seconds=int(share * jitter)))
    return found


def check_own(name: str, site: SiteConfig, default_sections: Sequence[str]) -> None:
    """Raises ConfigError where a section has times of its own that is not watched, or none is left without."""
    watched = {path.strip("/") for path in site.sections or default_sections}
    own = {path.strip("/") for path in site.schedule.own}
    for path in sorted(own - watched):
        near = get_close_matches(path, watched, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else "."
        raise ConfigError(f'`sites.{name}.schedule.own."{path}"` is no section that is watched{hint}')
    if own == watched:
        raise ConfigError(f"`sites.{name}.schedule.own` names every section: leave one to `schedule.sections`.")


class Later(BaseTrigger):  # type: ignore[misc]
    """Each time of another trigger, so much later."""

    def __init__(self, plain: BaseTrigger, by: timedelta) -> None:
        self.plain = plain
        self.by = by

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """As APScheduler asks for it."""
        # In UTC: in a zone, a time and so much less is another time on days on which clocks are moved.
        before = previous.astimezone(UTC) - self.by if previous is not None else None
        due: datetime | None = self.plain.get_next_fire_time(before, now.astimezone(UTC) - self.by)
        return due.astimezone(UTC) + self.by if due is not None else None


def due_after(trigger: BaseTrigger, moment: datetime) -> datetime | None:
    """The first time after a moment at which something is due; None if there is none any more."""
    found: datetime | None = trigger.get_next_fire_time(moment, moment)
    return found


def _zone(name: str, table: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"`{table}.timezone` names no time zone: {name!r}.") from error


def _trigger(expression: str, zone: ZoneInfo, key: str) -> CronTrigger:
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
