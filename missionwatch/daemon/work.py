"""What a child of the daemon does: one crawl of one site, or one publication. Returns the exit code of the contract."""

import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.crawling import crawl
from missionwatch.daemon.logs import log_json
from missionwatch.daemon.orders import OWN, Job, Order, Word, line
from missionwatch.exits import ConfigError, UsageError
from missionwatch.wiring import CrawlWishes, open_database, publish_settings

if TYPE_CHECKING:
    from crawler.session import CrawlSession
    from store.database import Database

LONGEST = 2000
"""Characters of a sentence: a word has to go through a pipe as a whole."""

log = logging.getLogger("missionwatch.daemon")


def do(order: Order, words: int) -> int:
    """Carries an order out; says on the descriptor what is to be known of it before its end."""
    from store.database import DatabaseError
    from store.lock import LeaseHeldError

    log_json(order.verbosity)
    says = _Says(order.number, words)
    try:
        with open_database(order.settings, sparing=order.work == "publish") as database:
            database.fence("daemon", order.fence)
            return _crawl(order, database, says) if order.work == "crawl" else _publish(order, database, says)
    except LeaseHeldError as error:
        says.word(sentence=str(error))
        return exits.LEASE_HELD
    except (DatabaseError, ConfigError, UsageError) as error:
        says.word(sentence=str(error))
        return exits.CONFIG if isinstance(error, ConfigError) else exits.FAILURE
    except MemoryError:
        says.word(sentence="There was not enough memory.")
        return exits.FAILURE
    except Exception as error:
        log.exception("a child failed", extra={"work": order.work, "site": order.site})
        says.word(sentence=f"{type(error).__name__}: {error}")
        return exits.FAILURE


def _crawl(order: Order, database: "Database", says: "_Says") -> int:
    # The loop ends a crawl in good order on a first signal. Before it turns, the default would end it at once and
    # leave the run open, which whoever looks after this process closes.
    def begun(session: "CrawlSession") -> None:
        says.word(run=getattr(session.recorder, "run_id", None))

    done = crawl(
        order.settings,
        database,
        [order.site],
        wishes_of(order.settings, order.site, order.job or "news"),
        verbosity=order.verbosity,
        on_begin=begun,
        pulse=says.word,
        clock=order.clock,
    )
    [session] = done.sessions
    outcome = session.tally.outcome()
    says.word(outcome=outcome, changes=session.tally.changed, sentence=session.tally.fatal)
    if done.ended_by is not None:
        return 128 + done.ended_by
    return exits.OUTCOMES[outcome]


def wishes_of(settings: Settings, site: str, job: Job) -> CrawlWishes:
    """What a job of the schedule asks for."""
    if job == "deep":
        return CrawlWishes(full=True, recheck=True, job=job)
    if job.startswith(OWN):
        return CrawlWishes(sections=(job.removeprefix(OWN),), watch=True, job=job)
    own = tuple(settings.config.sites[site].schedule.own)
    return CrawlWishes(without=own, watch=True, lively=job == "news", job=job)


def _publish(order: Order, database: "Database", says: "_Says") -> int:
    from feeds.publish import publish
    from feeds.websub import ping
    from missionwatch.repair import index
    from store.reader import Reader

    index(database)
    told, out = publish_settings(order.settings), order.settings.publish_dir
    done = publish(Reader(database), out, told)
    pending = ping(out, told)
    log.info("published", extra={"written": done.written, "unchanged": done.unchanged, "pings_pending": pending})
    says.word(changes=done.written)
    return exits.OK


class _Says:
    """Writes words about one order; while nobody reads them they are dropped, for they may not hold up the work."""

    def __init__(self, number: int, words: int) -> None:
        self._number = number
        self._words = words

    def word(
        self,
        run: int | None = None,
        outcome: str | None = None,
        changes: int | None = None,
        sentence: str | None = None,
    ) -> None:
        """Says something, or with nothing to say that the work goes on."""
        short = sentence[:LONGEST].encode("utf-8", "replace").decode() if sentence is not None else None
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(
                self._words,
                line(Word(number=self._number, run=run, outcome=outcome, changes=changes, sentence=short)),
            )
