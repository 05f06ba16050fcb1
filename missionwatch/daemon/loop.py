"""The daemon's loop: it takes the lease or stands by, serves the pages, leads, and ends in its order."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, closing

from msgspec.structs import replace

from feeds.server import Server
from feeds.web import application
from missionwatch import exits
from missionwatch.config import Supervisor
from missionwatch.config_model import Settings
from missionwatch.daemon.clock import Clock
from missionwatch.daemon.cron import check_own, triggers
from missionwatch.daemon.health import Health
from missionwatch.daemon.leading import Leading, Mailer
from missionwatch.daemon.standing import Parts, Standing
from missionwatch.daemon.supervisor import Notifier, ping
from missionwatch.exits import ConfigError
from missionwatch.mailing import desk_of
from missionwatch.wiring import profile_of, publish_settings, sensitive_terms
from store.database import Database, DatabaseError
from store.lease import Held, Watch, lease
from store.lock import LeaseHeldError
from store.reader import Reader
from store.tide import Tide

STAND_BY = 1.0
"""Seconds between two looks of who stands by; on SQLite nobody does."""
DEADMAN = 300.0
"""Seconds between two pings of the dead-man's switch."""
LONGEST_END = 9.0
"""Seconds from a signal to the end, at most."""
FIXED = ("database", "server", "publish")
"""Tables of the configuration that count from a start on."""

log = logging.getLogger(__name__)


class Daemon:
    """One daemon. For one event loop; `run` is called once."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        load: Callable[[], Settings],
        supervisor: Supervisor,
        *,
        mailer: Mailer | None = None,
        verbosity: int = 0,
    ) -> None:
        self._settings = settings
        self._database = database
        self._load = load
        self._notifier = Notifier(supervisor)
        self._mailer = mailer
        self._verbosity = verbosity
        self._parts = Parts()
        self._clock = clock
        self._standing = Standing(database, self._parts, clock)
        self._leading: Leading | None = None
        self._ending = asyncio.Event()
        self._ended_by = 0

    async def run(self, listening: Callable[[], socket.socket]) -> int:
        """Works until a signal ends it or the lease is lost; returns the exit code. Raises LeaseHeldError at once on
        SQLite, where nobody can stand by: the other one is on this machine and may be for ever."""
        with ExitStack() as holding:
            if self._database.is_sqlite:
                held = await asyncio.to_thread(holding.enter_context, lease(self._database, self._clock.now, "daemon"))
            else:
                held = None
            sockets = [holding.enter_context(closing(listening()))]
            log.info("serving", extra=dict(zip(("host", "port"), sockets[0].getsockname()[:2], strict=True)))
            tide = holding.enter_context(closing(Tide(self._database)))
            server = self._server(tide)
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, self._end, number)
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload)
            serving = asyncio.create_task(server.serve(sockets))
            watching = asyncio.create_task(self._watch())
            try:
                if held is None:
                    held = await self._stand_by(holding)
                if held is not None:
                    await self._lead(held)
            finally:
                self._notifier.stopping()
                server.should_exit = True
                watching.cancel()
                await asyncio.gather(serving, watching, return_exceptions=True)
        if self._ended_by:
            log.info("ended", extra={"signal": signal.Signals(self._ended_by).name})
            return 128 + self._ended_by
        log.error("ended, for another daemon leads by now")
        return exits.LEASE_HELD

    async def _stand_by(self, holding: ExitStack) -> Held | None:
        """Waits for the lease; None when the end comes first."""
        watch, said = Watch(self._database, "daemon"), ""
        while not self._ending.is_set():
            try:
                return await asyncio.to_thread(holding.enter_context, lease(self._database, self._clock.now, "daemon"))
            except LeaseHeldError as error:
                if str(error) != said:
                    said = str(error)
                    log.info("standing by", extra={"reason": said})
                    self._notifier.ready("standing by")
            except DatabaseError as error:
                log.error("the lease cannot be asked for", extra={"reason": str(error)})
            try:
                if await asyncio.to_thread(watch.look):
                    log.warning("the daemon that led showed no life and was given up")
            except DatabaseError as error:
                log.error("who leads cannot be looked at", extra={"reason": str(error)})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), STAND_BY)
        return None

    async def _lead(self, held: Held) -> None:
        log.info("leading", extra={"lease": held.epoch, "database": self._database.where})
        leading = self._leading = Leading(
            self._settings,
            self._database,
            held,
            self._parts,
            self._clock,
            mailer=self._mailer,
            verbosity=self._verbosity,
        )
        working = asyncio.create_task(leading.run())
        ending = asyncio.create_task(self._ending.wait())
        self._notifier.ready("leading")
        await asyncio.wait([working, ending], return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if not working.done():
            held.lost.set()
        await working

    async def _watch(self) -> None:
        """Tells who looks after this process that the work goes on, as long as it does."""
        every = self._notifier.every or 10.0
        tasks = [self._every(every, self._show_life)]
        if self._settings.config.notify.deadman:
            tasks.append(self._every(DEADMAN, self._ping))
        await asyncio.gather(*tasks)

    async def _every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            await do()
            await asyncio.sleep(seconds)

    async def _show_life(self) -> None:
        stuck = self._standing.stuck()
        if stuck:
            log.error("stuck", extra={"reason": " ".join(stuck.values())})
        else:
            self._notifier.alive()

    async def _ping(self) -> None:
        wrong = await asyncio.to_thread(self._standing.wrong)
        if wrong:
            return  # its silence is what says so
        trouble = await asyncio.to_thread(ping, self._settings.config.notify.deadman)
        result = "ok" if trouble is None else "failed"
        self._parts.pings[result] = self._parts.pings.get(result, 0) + 1
        if trouble is not None:
            log.warning("the dead-man's switch was not reached", extra={"reason": trouble})

    def _server(self, tide: Tide) -> Server:
        reader, loop = Reader(self._database), asyncio.get_running_loop()
        desk = desk_of(
            self._settings,
            self._database,
            reader,
            lambda: loop.call_soon_threadsafe(self._mail_wanted),
            self._clock.now,
        )
        pages = application(
            reader,
            self._settings.publish_dir,
            publish_settings(self._settings),
            state=tide.state,
            now=self._clock.now,
            is_complete=self._is_published,
            desk=desk,
        )

        async def wrong() -> dict[str, str]:
            return await asyncio.to_thread(self._standing.wrong)

        async def metrics() -> bytes:
            return await asyncio.to_thread(self._standing.metrics)

        return Server(Health(pages, wrong, metrics), takes_signals=False)

    def _mail_wanted(self) -> None:
        if self._leading is not None:  # else the one who leads finds it within a minute
            self._leading.mail_wanted.set()

    def _is_published(self) -> bool:
        publisher = self._leading.publisher if self._leading is not None else None
        return publisher is not None and publisher.is_complete

    def _end(self, number: int) -> None:
        if not self._ending.is_set():
            self._ended_by = number
            self._ending.set()
            # Threads that wait for somebody else, such as a mail server, may not keep the whole waiting. Nothing that
            # is cut off was half done: all writing is by transactions, and by files that are renamed.
            last = threading.Timer(LONGEST_END, os._exit, [128 + number])
            last.daemon = True
            last.start()

    def _reload(self) -> None:
        """Reads the configuration anew; one that cannot be used changes nothing and is said."""
        self._notifier.reloading()
        try:
            wanted = self._load()
            fixed = [name for name in FIXED if getattr(wanted.config, name) != getattr(self._settings.config, name)]
            kept = {name: getattr(self._settings.config, name) for name in FIXED}
            taken = replace(self._settings, config=replace(wanted.config, **kept), source=wanted.source)
            check(taken)
            if self._leading is not None:
                self._leading.reload(taken)
            self._settings = taken
        except ConfigError as error:
            result = "failed"
            log.error("the configuration was not read anew", extra={"reason": str(error)})
        else:
            result = "ok"
            log.info("the configuration was read anew", extra={"file": str(taken.source)})
            if fixed:
                log.warning("some of it counts from the next start on", extra={"tables": ", ".join(fixed)})
        self._parts.reloads[result] = self._parts.reloads.get(result, 0) + 1
        self._notifier.ready("leading" if self._leading is not None else "standing by")


def check(settings: Settings) -> None:
    """Looks at all of a configuration that is otherwise looked at when it is used. Raises ConfigError."""
    triggers(settings)
    sensitive_terms(settings)
    for name, site in settings.config.sites.items():
        check_own(name, site, profile_of(settings.config, name).default_sections)
