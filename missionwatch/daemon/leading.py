"""What a daemon does while it leads: crawls by the schedule, publishes, and looks after mail."""

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

from missionwatch import __version__, exits
from missionwatch.config_model import Settings
from missionwatch.daemon.children import Children, Limits
from missionwatch.daemon.clock import TRUSTED, Clock
from missionwatch.daemon.crawls import Crawls
from missionwatch.daemon.orders import Order
from missionwatch.daemon.schedule import Schedule
from missionwatch.daemon.standing import Parts
from missionwatch.daemon.truth_of_time import time_by, time_of
from missionwatch.publisher import Publisher
from missionwatch.wiring import profile_of
from store.database import Database, DatabaseError, LeaseLostError
from store.lease import Held
from store.runs import LastRun, has_succeeded, last_runs
from store.tide import Tide

Mailer = Callable[[Settings, Database, Callable[[], datetime]], object]
"""Looks after mail: what is due is composed, what waits is sent. Called every minute or sooner, in a thread, with the
settings in force, the database bound to the lease, and the clock; never twice at once."""

PUBLISHING = Limits(seconds=3600, memory=2 * 1024**3, silence=3600)
"""Bounds for what has gone wrong; a first publication of a large archive takes minutes."""
FIRST_NUMBER = 1_000_000_000
"""Orders of publications are numbered from here, those of crawls from 1."""
RETRY_CLOCK = 60.0
GO_BY_OWN = 3600.0
"""Seconds for which a watched site's word is enough that the clock is wrong and the time before its jump right."""

log = logging.getLogger(__name__)


class PublishError(Exception):
    """A publication that did not come to its end; one sentence."""


class Leading:
    """The work of the one who leads. `run` returns when the lease is lost, and is cancelled at the end."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        held: Held,
        parts: Parts,
        clock: Clock,
        *,
        mailer: Mailer | None = None,
        verbosity: int = 0,
    ) -> None:
        self.settings = settings
        self._database = database
        self._held = held
        self._parts = parts
        self._clock = clock
        self._now = clock.now
        self._mailer = mailer
        self._verbosity = verbosity
        self._publications = FIRST_NUMBER
        self.children = Children()
        self.crawls = Crawls(self.children, database, held.epoch, lambda: self.settings, clock.now, verbosity=verbosity)
        self.schedule = Schedule(settings, self._last_runs, self.crawls.want, clock.now)
        self.publisher: Publisher | None = None
        self._loop = asyncio.get_running_loop()
        self.mail_wanted = asyncio.Event()
        """Set when a letter waits that somebody waits for."""
        self._may = asyncio.Event()
        """Set while the time is known: then crawls and letters may begin."""

    async def run(self) -> None:
        """Works until the lease is lost."""
        parts = self._parts
        parts.held, parts.crawls, parts.children = self._held, self.crawls, self.children
        parts.next_times = self.schedule.next_times
        await self.children.start()
        with closing(Tide(self._database)) as tide:
            self.publisher = Publisher(self._publish, tide.state, holds=self._is_first_crawl)
            self.publisher.start()
            self.schedule.start()
            working = [asyncio.create_task(each) for each in (self._crawl(), self._mail(), self._look_at_clock())]
            try:
                await asyncio.to_thread(self._held.lost.wait)
            finally:
                self._held.lost.set()  # lets the thread go that waits for it
                self.schedule.end()
                self.publisher.end(0)
                await self.children.end()
                for task in working:
                    task.cancel()
                await asyncio.to_thread(self.publisher.end, 1.0)
                await asyncio.gather(*working, return_exceptions=True)

    def reload(self, settings: Settings) -> None:
        """Takes over another configuration, from the next crawl on. Raises ConfigError and changes nothing."""
        self.schedule.reload(settings)
        self.settings = settings

    async def _crawl(self) -> None:
        while True:
            try:
                await self.crawls.work(self._may)
            except LeaseLostError as error:
                log.error("the lease is lost", extra={"reason": str(error)})
                self._held.lost.set()
                return
            except DatabaseError as error:  # a full disk, a server that is away: what was wanted comes again
                log.error("a crawl could not be recorded", extra={"reason": str(error)})
                await asyncio.sleep(RETRY_CLOCK)
                self.schedule.make_up("a failure")

    def _is_first_crawl(self) -> bool:
        """Whether the first crawl of an archive is under way: it brings no news, moves the state with every page for
        hours, and would have a large archive in memory beside what publishes it."""
        return self.crawls.under_way is not None and not has_succeeded(self._database)

    def _publish(self) -> None:
        """One publication, by a child. For the publisher's thread."""
        self._publications += 1
        order = Order(
            number=self._publications,
            work="publish",
            config=self.settings.config,
            data_dir=str(self.settings.data_dir),
            fence=self._held.epoch,
            verbosity=self._verbosity,
        )
        ended = asyncio.run_coroutine_threadsafe(self.children.do(order, PUBLISHING), self._loop).result()
        result = "ok" if ended.code == exits.OK else "failed"
        if ended.why != "end":
            self._parts.publications[result] = self._parts.publications.get(result, 0) + 1
        if result == "failed":
            raise PublishError(ended.sentence or f"the child ended with code {ended.code} {ended.why}".rstrip())

    async def _mail(self) -> None:
        while self._mailer is not None:
            await self._may.wait()
            result = "ok"
            try:
                await asyncio.to_thread(self._mailer, self.settings, self._database, self._now)
            except LeaseLostError:
                self._held.lost.set()
                return
            except Exception as error:  # whatever it was, the next minute may go well
                result = "failed"
                log.error("mail was not looked after", extra={"reason": str(error) or type(error).__name__})
                log.debug("traceback", exc_info=error)
            self._parts.mail_runs[result] = self._parts.mail_runs.get(result, 0) + 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.mail_wanted.wait(), 60)
            self.mail_wanted.clear()

    async def _look_at_clock(self) -> None:
        again = time.monotonic()
        while True:
            if time.monotonic() >= again:
                again = time.monotonic() + await self._ask_the_time()
            await asyncio.sleep(1)
            found = self._clock.look()
            if found is None:
                continue
            what, length = found
            log.warning("the clock jumped" if what == "jump" else "the machine slept", extra={"by_seconds": length})
            if what == "jump" and (self._clock.ahead or again < math.inf):
                again = time.monotonic() + await self._ask_the_time()
            try:
                self.schedule.realign(what)
            except DatabaseError as error:
                log.error("what was missed is not known", extra={"reason": str(error)})

    async def _ask_the_time(self) -> float:
        """Lets crawls and letters begin if the time is known: if a watched site agrees with the wall clock, or with the
        time as it was before a jump. Returns the seconds until it is to be asked again."""
        ahead = self._clock.ahead
        if ahead:
            self._may.clear()
        crawl, sites = self.settings.config.crawl, []
        for site, configured in self.settings.config.sites.items():
            sites.append(configured.base_url or profile_of(self.settings.config, site).base_url)
        agent = crawl.user_agent or f"missionwatch/{__version__}"
        said = await asyncio.to_thread(time_by, sites, lambda site: time_of(site, agent))
        wrong, again = "", math.inf
        if said is None:
            is_known = not ahead and (self._may.is_set() or not await self._is_clock_odd())
            wrong = "" if is_known else "no watched site says the time"
        elif abs(self._clock.wall() - said) <= TRUSTED:
            if ahead:
                log.warning("the clock is followed", extra={"by_seconds": ahead.total_seconds()})
                self._clock.follow()
                await self.crawls.restart()
        elif abs(self._clock.now() - said) > TRUSTED:
            wrong = f"it is {_span(self._clock.wall() - said)} the watched site's"
        else:
            again = GO_BY_OWN
            reason = f"it is {_span(ahead)} the time by the steady clock, and a watched site agrees with that"
            log.error("the clock is wrong and not followed", extra={"reason": reason})
        self._parts.clock = wrong
        if wrong:
            log.error("nothing begins until the clock is right", extra={"reason": wrong})
            return RETRY_CLOCK
        self._may.set()
        return again

    async def _is_clock_odd(self) -> bool:
        """Whether the newest run began in the future, or so long ago that the clock may be what is wrong."""
        try:
            runs = await asyncio.to_thread(self._last_runs)
        except DatabaseError as error:
            log.error("what was crawled last is not known", extra={"reason": str(error)})
            return True
        return bool(runs) and not timedelta(0) <= self._now() - runs[-1].started < timedelta(days=30)

    def _last_runs(self) -> list[LastRun]:
        return last_runs(self._database)


def _span(ahead: timedelta) -> str:
    length = timedelta(seconds=round(abs(ahead).total_seconds()))
    return f"{length} {'ahead of' if ahead > timedelta(0) else 'behind'}"
