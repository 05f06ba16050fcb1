"""The crawls of the daemon: one at a time, each by a child, and each recorded as what it was."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from datetime import datetime

from missionwatch import exits
from missionwatch.clock import steady
from missionwatch.config_model import Settings, seconds
from missionwatch.daemon.children import Children, Ended, Limits
from missionwatch.daemon.orders import Job, Order
from store.database import Database, DatabaseError
from store.deaths import record_death
from store.model import Mode, Run
from store.runs import recent_runs

BROADER: tuple[Job, ...] = ("deep", "sections", "news")
"""Jobs of the schedule; each covers those after it, and the first all others."""
AGAIN = 30.0
"""Seconds until a crawl is tried again that found another one under way."""
_WHY = {
    "time": "It took longer than crawl.max_duration ({max_duration}) and was ended.",
    "memory": "It took more memory than crawl.max_memory ({max_memory} bytes) and was ended.",
    "silence": "It hung, without a sign of life for a quarter of an hour, and was ended.",
    "nursery": "The process that had begun it died, and it with that.",
}

log = logging.getLogger(__name__)


def _covers(job: Job, other: Job) -> bool:
    if job not in BROADER or other not in BROADER:
        return job in ("deep", other)
    return BROADER.index(job) <= BROADER.index(other)


def mode_of(job: Job) -> Mode:
    """In which mode a job crawls."""
    return "full" if job == "deep" else "incremental"


def why_dead(ended: Ended, recorded: Run | None) -> str:
    """Why a crawl has to be called dead; empty if it came to its end and its run says the same as its exit code."""
    said = f" It said: {ended.sentence}" if ended.sentence else ""
    if ended.code is None:
        return f"Nobody knows how it ended.{said}"
    if ended.code < 0:
        return f"It was ended by signal {signal.Signals(-ended.code).name}.{said}"
    if recorded is None:
        return f"It ended with exit code {ended.code} before its run was noted.{said}"
    if recorded.outcome is None:
        return f"It ended with exit code {ended.code} and left its run open.{said}"
    if ended.code < 128 and exits.OUTCOMES[recorded.outcome] != ended.code:
        return f"It ended with exit code {ended.code}, but its run says `{recorded.outcome}`.{said}"
    return ""


class Crawls:
    """What is to be crawled, and the one crawl under way. For one event loop."""

    def __init__(
        self,
        children: Children,
        database: Database,
        fence: int,
        settings: Callable[[], Settings],
        now: Callable[[], datetime],
        *,
        verbosity: int = 0,
        again: float = AGAIN,
    ) -> None:
        self._children = children
        self._database = database
        self._fence = fence
        self._settings = settings
        self._now = now
        self._verbosity = verbosity
        self._again = again
        self._wanted: list[tuple[str, Job]] = []
        self._wake = asyncio.Event()
        self._number = 0
        self.under_way: tuple[str, Job] | None = None
        self.done: dict[str, int] = {}
        """How many crawls ended so: outcome of the run, `died`, `blocked`, `restarted` → number."""
        self.seconds = 0.0
        """Of the processor, by all of them."""
        self.last_ended: float | None = None
        """When one was last under way, on the steady clock."""

    @property
    def waiting(self) -> int:
        """How many crawls wait."""
        return len(self._wanted)

    def want(self, site: str, job: Job) -> None:
        """Asks for a crawl. One that waits and covers less gives its place to it; one under way may cover it."""
        if self.under_way is not None and self.under_way[0] == site and _covers(self.under_way[1], job):
            log.info("crawl left out", extra={"site": site, "job": job, "reason": f"{self.under_way[1]} is under way"})
            return
        mine = [other for of, other in self._wanted if of == site]
        if not any(_covers(other, job) for other in mine):
            less = [(site, other) for other in mine if _covers(job, other)]
            self._wanted.insert(self._wanted.index(less[0]) if less else len(self._wanted), (site, job))
            self._wanted = [each for each in self._wanted if each not in less]
        self._wake.set()

    async def work(self, may: asyncio.Event | None = None) -> None:
        """Does what is wanted, for ever; begins nothing while `may` is not set."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._wanted:
                if may is not None:
                    await may.wait()
                site, job = self._wanted.pop(0)
                if site not in self._settings().config.sites:
                    continue  # the configuration was read anew
                outcome = await self.crawl(site, job)
                if outcome == "blocked":
                    await asyncio.sleep(self._again)
                if outcome in ("blocked", "restarted"):
                    self.want(site, job)

    async def restart(self) -> None:
        """Ends the crawl under way, if there is one, and begins it again: it was begun by a clock that was wrong."""
        if self.under_way is not None:
            await self._children.stop(self._number, "clock")

    async def crawl(self, site: str, job: Job) -> str:
        """Crawls a site once, and sees to it that its record is true; returns what came of it, as in `done`.

        Raises LeaseLostError when somebody else leads by now.
        """
        self.under_way = (site, job)
        log.info("crawl begins", extra={"site": site, "job": job})
        try:
            began, started = time.monotonic(), self._now()
            ended = await self._children.do(self._order(site, job), self._limits())
            outcome = await asyncio.to_thread(self._judge, site, job, ended, started)
        finally:
            self.under_way = None
            self.last_ended = time.monotonic()
        self.done[outcome] = self.done.get(outcome, 0) + 1
        self.seconds += ended.seconds
        log.log(
            logging.WARNING if outcome in ("died", "failed") else logging.INFO,
            "crawl ended",
            extra={
                "site": site,
                "job": job,
                "run": ended.run,
                "outcome": outcome,
                "changes": ended.changes,
                "seconds": round(time.monotonic() - began, 3),
                "cpu_seconds": round(ended.seconds, 3),
                "peak_bytes": ended.peak,
                "reason": ended.sentence,
            },
        )
        return outcome

    def _order(self, site: str, job: Job) -> Order:
        self._number += 1
        settings = self._settings()
        return Order(
            number=self._number,
            work="crawl",
            config=settings.config,
            data_dir=str(settings.data_dir),
            fence=self._fence,
            site=site,
            job=job,
            verbosity=self._verbosity,
            address_space=2 * settings.config.crawl.max_memory,
            time=(self._now(), steady()),
        )

    def _limits(self) -> Limits:
        crawl = self._settings().config.crawl
        return Limits(seconds=seconds(crawl.max_duration), memory=crawl.max_memory)

    def _judge(self, site: str, job: Job, ended: Ended, started: datetime) -> str:
        if ended.why == "end":
            return "ended"  # with the daemon; the next crawl closes a run that was left open
        if ended.why == "clock":
            return "restarted"
        if ended.code == exits.LEASE_HELD:
            return "blocked"
        crawl = self._settings().config.crawl
        limits = {"max_duration": crawl.max_duration, "max_memory": crawl.max_memory}
        recorded = None
        if ended.run is not None:
            recorded = next((run for run in recent_runs(self._database, site) if run.id == ended.run), None)
        dead = _WHY[ended.why].format(**limits) if ended.why else why_dead(ended, recorded)
        if not dead:
            assert recorded is not None
            return recorded.outcome or "died"
        ended.sentence = dead
        for attempt in range(5):
            try:
                found = {"run_id": ended.run, "mode": mode_of(job), "job": job, "started": started, "now": self._now()}
                record_death(self._database, site, dead, **found)  # type: ignore[arg-type]
                break
            except DatabaseError:
                if attempt == 4:
                    raise
                time.sleep(attempt + 1)
        return "died"
