"""`missionwatch crawl`: one crawl of one or several sites, then what it found."""

import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.crawling import crawl, no_bar
from missionwatch.output import emit, is_rich, iso, say, tell
from missionwatch.wiring import CrawlWishes, chosen_sites, now, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crawler.session import CrawlSession
    from crawler.tally import Tally


def run(args: Namespace, settings: Settings) -> int:
    """Crawls; returns the exit code of the gravest outcome, 10 for changes on request, 130 or 143 after a signal."""
    sites = chosen_sites(settings.config, args.sites)
    if args.url and len(sites) > 1:
        raise exits.UsageError("With --url, name the one site that the address belongs to.")
    wishes = CrawlWishes(
        sections=tuple(args.section),
        full=args.full,
        recheck=args.recheck,
        url=args.url,
        since=args.since,
        limit=args.limit,
        base_url=args.base_url,
        delay=args.delay,
        concurrency=args.concurrency,
        accept=args.accept,
    )
    verbosity = -1 if args.quiet else args.verbose
    shown = not args.json and not args.quiet
    showing = _progress(sites) if shown and is_rich(sys.stderr) else nullcontext(no_bar)
    with open_database(settings, dry_run=args.dry_run) as database, showing as bars:
        done = crawl(settings, database, sites, wishes, verbosity=verbosity, bars=bars)
    for session in done.sessions:
        if args.json:
            emit(as_json(session, done.started, now()))
        elif not args.quiet:
            _summary(session, dry_run=args.dry_run)
        if session.tally.fatal is not None:
            tell(f"missionwatch: {session.tally.fatal}")
    if done.ended_by is not None:
        return 128 + done.ended_by
    code = exits.worst([exits.OUTCOMES[session.tally.outcome()] for session in done.sessions])
    if code == exits.OK and args.exit_code and done.has_changes:
        return exits.CHANGED
    return code


def as_json(session: "CrawlSession", started: "datetime", finished: "datetime") -> dict[str, object]:
    """The object of `crawl --json`, as the contract lists it."""
    tally = session.tally
    return {
        "site": session.plan.site,
        "run": getattr(session.recorder, "run_id", None),
        "mode": session.plan.mode,
        "outcome": tally.outcome(),
        "started": iso(started),
        "finished": iso(finished),
        **tally.as_counts(),
        "problems": [{"code": each.code, "url": each.url, "detail": each.detail} for each in tally.problems],
    }


def _summary(session: "CrawlSession", *, dry_run: bool) -> None:
    tally, counts = session.tally, session.tally.counts
    outcome = tally.outcome()
    told = [
        f"{counts[name]} {name}"
        for name in ("new", "edited", "reverted", "removed", "restored", "moved")
        if counts[name]
    ]
    if counts["baseline"]:
        told.append(f"{counts['baseline']} recorded as baseline (no news)")
    if counts["unchanged"] or counts["not_modified"]:
        told.append(f"{counts['unchanged']} unchanged, {counts['not_modified']} not modified")
    say(
        f"{session.plan.site}: {outcome}{' (dry run, nothing recorded)' if dry_run else ''}: "
        f"{', '.join(told) or 'nothing new'}; "
        f"{counts['requests']} requests, {counts['listings']} listing pages, {counts['pages']} statement pages."
    )
    if outcome in ("unreachable", "blocked"):
        say(f"  {session.plan.urls.fetch_base} could not be read; nothing was concluded from that.")
    alike: dict[tuple[str, str], list[str]] = {}
    for problem in tally.problems:
        alike.setdefault((problem.code, problem.detail), []).append(problem.url)
    for (code, detail), urls in list(alike.items())[:_SHOWN]:
        more = f" and {len(urls) - 1} more" if len(urls) > 1 else ""
        say(f"  {code}: {detail} {urls[0]}{more}".rstrip())
    if len(alike) > _SHOWN:
        say(f"  … and {len(alike) - _SHOWN} other problems (see --json)")


_SHOWN = 10


@contextmanager
def _progress(sites: list[str]) -> "Iterator[Callable[[str], Callable[[Tally], None]]]":
    """A live line for each site on the terminal: what was asked for and found so far."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns: Any = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[found]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks = {site: progress.add_task(site, total=None, found="connecting") for site in sites}

        def bar(site: str) -> "Callable[[Tally], None]":
            def show(tally: "Tally") -> None:
                counts = tally.counts
                found = (
                    f"{counts['listings']} listings, {counts['pages']} pages, {tally.changed} changes"
                    + (f", {counts['baseline']} baseline" if counts["baseline"] else "")
                    + (f", {len(tally.problems)} problems" if tally.problems else "")
                )
                progress.update(tasks[site], found=found)

            return show

        yield bar
