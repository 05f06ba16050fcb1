"""One look at a site for a command: settings and options in, the answers out. No database is opened or made."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from missionwatch.config_model import Settings
from missionwatch.exits import FAILURE
from missionwatch.output import is_rich, tell
from missionwatch.wiring import CrawlWishes, _base, chosen_sites, manners_of, now, profile_of

if TYPE_CHECKING:
    from crawler.tally import Tally
    from crawler.urls import SiteUrls
    from crawler.visit import Answer, Reader, Route, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What came of looking at a site."""

    site: str
    reader: "Reader"
    answers: "Sequence[Answer]"
    requests: int
    """Requests that left, with retries and redirects."""
    ended: int | None
    """Exit code if the look was cut short by a signal or by a fault of this program; the answers are then in part."""


def look(args: Namespace, settings: Settings, route: "Callable[[Reader, Sequence[str], bool], Route]") -> Look:
    """Follows a route over the site that `args` name (`site`, `base_url`, `delay`), as politely as a crawl.

    `route` is given the reader, the section paths a crawl would visit, and whether robots.txt is obeyed. Raises
    UsageError and ConfigError as `missionwatch crawl` does.
    """
    from crawler.plan import CrawlPlan
    from crawler.process import run_crawls
    from crawler.urls import SiteUrls
    from crawler.visit import Reader
    from crawler.visits import VisitSession, VisitsSpider
    from store.survey import Survey

    site = chosen_sites(settings.config, [args.site] if args.site else [])[0]
    configured = settings.config.sites[site]
    profile = profile_of(settings.config, site)
    urls = SiteUrls(profile, base_url=_base(args.base_url, configured.base_url), canonical=configured.base_url)
    obey = settings.config.crawl.robots == "obey"
    sections = tuple(path.strip("/") for path in configured.sections) or profile.default_sections
    plan = CrawlPlan(site=site, profile=profile, urls=urls, survey=Survey(), sections=sections, obey_robots=obey)
    reader = Reader(profile=profile, urls=urls)
    manners = manners_of(
        settings, site, CrawlWishes(delay=args.delay, concurrency=1), verbosity=-1 if args.quiet else args.verbose
    )
    with _progress(urls) if is_rich(sys.stderr) and not args.quiet else nullcontext(_silent) as show:
        session = VisitSession(plan, route(reader, sections, obey), now, show)
        signal_number = run_crawls([(session, manners)], VisitsSpider)
    return Look(
        site=site,
        reader=reader,
        answers=session.answers,
        requests=session.tally.counts["requests"],
        ended=128 + signal_number if signal_number is not None else _fault(session.tally),
    )


def _fault(tally: "Tally") -> int | None:
    faults = [each for each in tally.problems if each.code == "spider-error"]
    for each in faults:
        tell(f"missionwatch: This program failed at {each.url}: {each.detail}")
    return FAILURE if faults else None


def _silent(visit: "Visit") -> None:
    pass


@contextmanager
def _progress(urls: "SiteUrls") -> "Iterator[Callable[[Visit], None]]":
    """A live line on the terminal: the page that is being waited for."""
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(f"asking {escape(urls.fetch_base)}") as status:
        yield lambda visit: status.update(f"asking for {escape(visit.address or urls.fetch_url(visit.page))}")
