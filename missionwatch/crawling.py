"""A crawl from its lease to the index, the same for the command and for the daemon's child."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from missionwatch import wiring
from missionwatch.clock import SteadyTime
from missionwatch.config_model import Settings
from missionwatch.wiring import CrawlWishes, make_session, manners_of

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.session import CrawlSession
    from crawler.tally import Tally
    from store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """What came of a crawl: one session a site, and the signal that ended it early."""

    sessions: "Sequence[CrawlSession]"
    started: "datetime"
    ended_by: int | None

    @property
    def has_changes(self) -> bool:
        """Whether readers have something to be told of."""
        return any(session.tally.changed for session in self.sessions)


def no_bar(site: str) -> "Callable[[Tally], None]":
    """Shows no progress of a site."""
    return lambda tally: None


def crawl(
    settings: Settings,
    database: "Database",
    sites: Sequence[str],
    wishes: CrawlWishes,
    *,
    verbosity: int = 0,
    bars: "Callable[[str], Callable[[Tally], None]]" = no_bar,
    on_begin: "Callable[[CrawlSession], None]" = lambda session: None,
    pulse: Callable[[], None] | None = None,
    clock: "Callable[[], datetime] | None" = None,
) -> Crawled:
    """Crawls the sites side by side under the crawl lease, each in a run of its own.

    `on_begin` is given each session when its run has been noted; `pulse` is called every few seconds while the crawl's
    loop turns. All its moments are by `clock`; unset: by the wall clock as it is now, and the steady one from here on.
    Raises LeaseHeldError while another crawl goes on, DatabaseError, ConfigError, UsageError.
    """
    from crawler.process import run_crawls
    from missionwatch.repair import index
    from store.lease import lease

    now = clock or SteadyTime(wiring.now())
    with lease(database, now):
        started = now()
        pairs = []
        for site in sites:
            session = make_session(settings, database, site, wishes, bars(site), clock=now)
            on_begin(session)
            pairs.append((session, manners_of(settings, site, wishes, verbosity=verbosity)))
        ended_by = run_crawls(pairs, pulse=pulse)
    done = Crawled(sessions=[session for session, _ in pairs], started=started, ended_by=ended_by)
    if not database.is_dry_run and done.has_changes:
        index(database)  # a baseline can wait for its first reader: the crawl is what takes long then
    return done
