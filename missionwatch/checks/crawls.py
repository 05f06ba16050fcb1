"""What was recorded: the clock against it, who leads, and how each site was crawled lately."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from missionwatch.checks.finding import Finding, ok, unchecked, warning, wrong
from missionwatch.output import ago
from store.freshness import LOOK_PROMISE
from store.glance import SiteGlance
from store.leaders import Leader

TRUSTED = timedelta(minutes=10)
"""By so much a clock may differ from another one, as for the daemon."""
SILENT = timedelta(seconds=60)
"""Without a sign of life for longer, a leader should have been given up."""
LONG_RUN = timedelta(hours=12)


def check_clock(newest: datetime | None, now: datetime) -> Finding:
    """The clock against the latest moment that was ever recorded."""
    if newest is None:
        return unchecked("clock", f"It says {now:%Y-%m-%d %H:%M} UTC; nothing was recorded to hold it against.")
    if newest - now > TRUSTED:
        sentence = f"The newest record is of {newest:%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M} by the clock: "
        return wrong("clock", f"{sentence}set the clock, and have it kept by a time server.")
    return ok("clock", f"It says {now:%Y-%m-%d %H:%M} UTC, which is after all that was recorded.")


def check_leader(leader: Leader | None, now: datetime) -> Finding:
    """Who looks after the database."""
    if leader is None:
        return ok("lease", "No daemon has looked after this database yet.")
    since = f"{leader.holder}, since {leader.since:%Y-%m-%d %H:%M} UTC"
    if leader.leads is None:
        return unchecked("lease", f"This system does not say whether the last daemon ({since}) still leads.")
    if not leader.leads:
        sentence = f"No daemon leads; the last one was {since}. If there should be one, start it."
        return warning("lease", sentence)
    if leader.heard is not None and now - leader.heard > SILENT:
        return warning("lease", f"{since}, leads and was last heard of {ago(leader.heard, now)}: look at its log.")
    return ok("lease", f"{since}, leads.")


def check_crawls(names: Sequence[str], sites: Sequence[SiteGlance], now: datetime) -> Iterator[Finding]:
    """For each configured site when it was last crawled well, and what is open."""
    found = {each.site: each for each in sites}
    for name in names:
        yield _crawled(name, found.get(name), now)
        yield _incidents(name, found.get(name))


def _crawled(name: str, site: SiteGlance | None, now: datetime) -> Finding:
    label = f"crawls:{name}"
    if site is None or site.last_run is None:
        return warning(label, "It was never crawled: run `missionwatch crawl`, or start the daemon.")
    if site.last_success is None:
        is_first = site.last_outcome is None and now - site.last_run < LONG_RUN
        if is_first:
            return ok(label, f"The first crawl goes on, since {ago(site.last_run, now)}.")
        return wrong(label, "No crawl of it ever went well: see `missionwatch status`.")
    late = now - site.last_success
    if late > LOOK_PROMISE:
        hours = LOOK_PROMISE // timedelta(hours=1)
        sentence = f"The last good crawl ended {ago(site.last_success, now)}, and {hours} hours are promised: "
        return wrong(label, f"{sentence}see `missionwatch status`, and that the daemon or a timer runs.")
    return ok(label, f"The last good crawl ended {ago(site.last_success, now)}.")


def _incidents(name: str, site: SiteGlance | None) -> Finding:
    label = f"incidents:{name}"
    codes = sorted({each.code for each in site.incidents}) if site is not None else []
    if not codes:
        return ok(label, "None is open.")
    assert site is not None
    return warning(label, f"{len(site.incidents)} open ({', '.join(codes)}): see `missionwatch status`.")
