"""What only others can say: the watched site, asked once and politely; and who looks after this process."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from missionwatch.checks.crawls import TRUSTED
from missionwatch.checks.finding import Finding, ok, unchecked, warning, wrong
from missionwatch.config import Supervisor
from missionwatch.config_model import Settings
from missionwatch.exits import ConfigError
from missionwatch.wiring import profile_of

SHORTEST_WATCHDOG = 30.0
"""Seconds; a busy machine may need as long for three signs of life."""


def check_sites(
    settings: Settings, ask: Callable[[str], datetime | None] | None, now: Callable[[], datetime]
) -> Iterator[Finding]:
    """Whether each site answers for its robots.txt, and agrees about the time. `ask` is None if none is to be asked."""
    for site, configured in settings.config.sites.items():
        name = f"site:{site}"
        if ask is None:
            yield unchecked(name, "Nobody was asked: add --online for one request to the site.")
            continue
        try:
            address = configured.base_url or profile_of(settings.config, site).base_url
        except ConfigError:
            yield unchecked(name, "Its profile cannot be used.")
            continue
        said = ask(address)
        if said is None:
            yield wrong(name, f"{address} does not answer for its robots.txt: run `missionwatch probe {site}`.")
            continue
        ahead = now() - said
        if abs(ahead) > TRUSTED:
            minutes = abs(ahead) // timedelta(minutes=1)
            which = "ahead of" if ahead > timedelta(0) else "behind"
            yield wrong(name, f"It answers, and our clock is {minutes} minutes {which} the site's: set the clock.")
        else:
            yield ok(name, "It answers for its robots.txt, and agrees about the time.")


def check_supervisor(supervisor: Supervisor) -> Finding:
    """Whether systemd looks after this process; said of the process that asks, so best asked by the service itself."""
    if not supervisor.address and not supervisor.watchdog:
        return unchecked("watchdog", "systemd does not look after this command; it may do so for the daemon.")
    if supervisor.watchdog and not supervisor.address:
        return wrong("watchdog", "systemd expects signs of life and takes none: set NotifyAccess= or Type=notify.")
    if 0 < supervisor.watchdog < SHORTEST_WATCHDOG:
        return warning("watchdog", f"WatchdogSec={supervisor.watchdog:g} is short: set 120.")
    return ok("watchdog", "systemd looks after this process.")
