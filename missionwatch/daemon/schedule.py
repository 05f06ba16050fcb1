"""When the daemon crawls: cron for each site and job, and what is overdue by the record of runs.

The jobs live in memory. What was missed, while the daemon was away or the machine slept, is read from the store and
made up for once.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from missionwatch.config_model import Settings
from missionwatch.daemon.cron import due_after, triggers
from missionwatch.daemon.orders import OWN, Job
from store.runs import LastRun

GOOD = ("ok", "partial", "suspended")
AWAY = ("unreachable", "blocked")
DEEP_AGAIN = timedelta(hours=6)
"""Until a walk through everything that failed is tried again, instead of a week later."""

log = logging.getLogger(__name__)


def last_start(job: Job, site: str, runs: Sequence[LastRun]) -> datetime | None:
    """When what a job does was last begun for a site, by itself or by a broader one; None for never.

    A walk through everything counts if it went well. What an operator asked for counts as what it covers at least. What
    was left open counts for nothing: its process was killed.
    """
    counting = [run for run in runs if run.site == site and _covers(run, job)]
    return counting[-1].started if counting else None


def _covers(run: LastRun, job: Job) -> bool:
    if run.outcome is None:
        return False
    is_deep = run.job == "deep" or (run.job is None and run.mode == "full")
    if job == "deep":
        return is_deep and run.outcome in GOOD
    if is_deep:
        return True
    if job.startswith(OWN):
        return run.job == job
    if run.job == "sections":
        return True
    return job == "news" and (run.job == "news" or (run.job is None and run.mode == "incremental"))


def overdue(job: Job, site: str, trigger: BaseTrigger, runs: Sequence[LastRun], now: datetime) -> bool:
    """Whether a job should have begun between its last beginning and now. Never begun: yes.

    A beginning in the future is one of a clock that was set back; then what comes next is at its next time.
    """
    last = last_start(job, site, runs)
    if last is None:
        return job != "deep" or not _tried_lately(site, runs, now)
    if last > now:
        return False
    due = due_after(trigger, last)
    return due is not None and due <= now and (job != "deep" or not _tried_lately(site, runs, now))


def _tried_lately(site: str, runs: Sequence[LastRun], now: datetime) -> bool:
    tries = [run.started for run in runs if run.site == site and run.job == "deep" and run.outcome is not None]
    return bool(tries) and abs(now - tries[-1]) < DEEP_AGAIN


def overdue_jobs(site: str, when: Mapping[Job, BaseTrigger], runs: Sequence[LastRun], now: datetime) -> list[Job]:
    """What makes up for all jobs of a site that are overdue.

    The broadest, which covers the others, and those of sections with times of their own, which only `deep` covers.
    """
    missed = [job for job, trigger in when.items() if overdue(job, site, trigger, runs, now)]
    if "deep" in missed:
        return ["deep"]
    broadest = next((job for job in ("sections", "news") if job in missed), None)
    return [*([broadest] if broadest else []), *(job for job in missed if job.startswith(OWN))]


class Schedule:
    """Says when a site is to be crawled. For one event loop, in which it has to be started."""

    def __init__(
        self,
        settings: Settings,
        runs: Callable[[], Sequence[LastRun]],
        want: Callable[[str, Job], None],
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._triggers = triggers(settings)
        self._runs = runs
        self._want = want
        self._now = now
        self._scheduler = self._made()

    def start(self) -> None:
        """Begins, with what is overdue."""
        self._scheduler.start()
        self._set()
        self.make_up("start")

    def reload(self, settings: Settings) -> None:
        """Takes over another configuration. Raises ConfigError, and goes on with what it had."""
        self._triggers, self._settings = triggers(settings), settings
        self._set()
        self.make_up("reload")

    def realign(self, why: str) -> None:
        """After the clock jumped or the machine slept: counts all times from now, and makes up for what was missed."""
        self._set()
        self.make_up(why)

    def end(self) -> None:
        """No job is begun from here on."""
        if self._scheduler.running:
            self._scheduler.pause()
            self._scheduler.shutdown(wait=False)

    def next_times(self) -> dict[tuple[str, Job], datetime]:
        """When each site's jobs are due next."""
        return {tuple(job.args): job.next_run_time for job in self._scheduler.get_jobs() if job.next_run_time}

    def make_up(self, why: str) -> None:
        """Wants for each site what makes up for all that is overdue, as a rule one crawl."""
        runs, now = self._runs(), self._now()
        for site, when in self._triggers.items():
            for job in overdue_jobs(site, when, runs, now):
                log.info("crawl wanted", extra={"site": site, "job": job, "reason": f"overdue at {why}"})
                self._want(site, job)

    def _set(self) -> None:
        self._scheduler.remove_all_jobs()
        for site, when in self._triggers.items():
            for job, trigger in when.items():
                self._scheduler.add_job(self._fire, trigger, args=(site, job), id=f"{site}/{job}")

    async def _fire(self, site: str, job: Job) -> None:
        runs = self._runs()
        mine = [run for run in runs if run.site == site]
        if (job == "news" or job.startswith(OWN)) and mine and mine[-1].outcome in AWAY:
            log.info("crawl left out", extra={"site": site, "job": job, "reason": f"site {mine[-1].outcome}: hourly"})
            return
        if job == "sections" and overdue("deep", site, self._triggers[site]["deep"], runs, self._now()):
            job = "deep"
        log.info("crawl wanted", extra={"site": site, "job": job, "reason": "due"})
        self._want(site, job)

    def _made(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(
            timezone=UTC,  # of nothing: each trigger has its own
            # None: a job that is due while the loop is busy is late, not dropped.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_listener(_say_error, EVENT_JOB_ERROR)
        return scheduler


def _say_error(event: JobExecutionEvent) -> None:
    log.error("a job of the schedule failed", extra={"job": event.job_id, "error": str(event.exception)})
