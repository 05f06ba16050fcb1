"""The configuration: what loads and should be thought over all the same."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from missionwatch.checks.finding import Finding, ok, unchecked, warning, wrong
from missionwatch.config_model import Settings, seconds
from missionwatch.exits import ConfigError

LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]")
SHORTEST_DELAY = 1.0
"""Seconds between two requests; less is no manners towards somebody else's server."""
OPEN_TO_ALL = 0o004


def check_settings(settings: Settings) -> Iterator[Finding]:
    """The values that the program itself judges."""
    where = f"It is read from {settings.source}." if settings.source else "There is no file, so the defaults hold."
    yield ok("configuration", where)
    yield _schedule(settings)
    yield _zones()
    yield from _sites(settings)
    yield _truth(settings)
    yield _address(settings)


def check_secrets(source: Path | None, secret_files: Sequence[Path], *, has_secrets: bool) -> Finding:
    """Whether files with secrets can be read by anybody on the machine. `has_secrets`: the configuration file does."""
    files = [*([source] if source and has_secrets else []), *secret_files]
    if not files:
        return ok("secrets", "No file holds a secret.")
    for path in files:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            return wrong("secrets", f"{path} cannot be looked at: {error.strerror}.")
        if mode & OPEN_TO_ALL:
            return warning("secrets", f"{path} holds secrets and everybody on this machine may read it: chmod o-r it.")
    return ok("secrets", f"{_number(len(files), 'file')} with secrets, closed to others.")


def _schedule(settings: Settings) -> Finding:
    from missionwatch.daemon.cron import triggers

    try:
        triggers(settings)
    except ConfigError as error:
        return wrong("schedule", str(error), is_configuration=True)
    return ok("schedule", f"The cron lines can be used; times are in {settings.config.schedule.timezone}.")


def _zones() -> Finding:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        for name in ("Europe/Berlin", "Asia/Shanghai", "America/New_York"):
            ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        return wrong("time-zones", f"There is no time zone data ({error}): install the package tzdata.")
    return ok("time-zones", "Time zone data is there.")


def _sites(settings: Settings) -> Iterator[Finding]:
    from missionwatch.wiring import profile_of

    for site, configured in settings.config.sites.items():
        try:
            profile = profile_of(settings.config, site)
        except ConfigError as error:
            yield wrong(f"profile:{site}", str(error), is_configuration=True)
            continue
        sections = configured.sections or profile.default_sections
        yield ok(f"profile:{site}", f"It loads, with {_number(len(sections), 'section')}.")
        yield _manners(settings, site, configured.base_url or profile.base_url, profile.delay)


def _manners(settings: Settings, site: str, address: str, usual: float) -> Finding:
    crawl, name = settings.config.crawl, f"manners:{site}"
    delay = usual if crawl.delay is None else crawl.delay
    if urlsplit(address).hostname in LOOPBACK:
        return ok(name, "The site is on this machine.")
    if delay < SHORTEST_DELAY:
        return warning(name, f"{delay:g} seconds between two requests are few: set `crawl.delay` to 2.")
    if crawl.concurrency > 2:
        return warning(name, f"{crawl.concurrency} requests at once are many: set `crawl.concurrency` to 1.")
    if crawl.robots == "ignore":
        return warning(name, "The site's robots.txt is ignored: set `crawl.robots` to `obey`.")
    if not crawl.user_agent:
        return warning(name, "`crawl.user_agent` does not say how the site's people can reach you: add an address.")
    return ok(name, f"{delay:g} seconds between two requests.")


def _truth(settings: Settings) -> Finding:
    from missionwatch.wiring import sensitive_terms

    truth = settings.config.truth
    try:
        sensitive_terms(settings)
    except ConfigError as error:
        return wrong("truth", str(error), is_configuration=True)
    if truth.removal_confirmations < 2 or seconds(truth.removal_min_age) < 600:
        return warning("truth", "One short failure of the site can become a removal: see `truth.removal_…`.")
    if truth.mass_change_share > 0.2 or truth.mass_change_floor > 100:
        return warning("truth", "A redesign of the site can become a wave of edits: see `truth.mass_change_…`.")
    return ok("truth", "Removals are confirmed, and many changes at once are held back.")


def _address(settings: Settings) -> Finding:
    config = settings.config
    parts = urlsplit(config.publish.base_url)
    is_local, outward = parts.hostname in LOOPBACK, config.server.host not in LOOPBACK
    if is_local and (outward or config.mail.backend == "smtp"):
        why = "the server listens to others" if outward else "letters leave this machine"
        return warning("address", f"`publish.base_url` leads readers to their own machine, and {why}: set it.")
    if parts.scheme != "https" and not is_local:
        return warning("address", "`publish.base_url` is not https: readers cannot be sure what they read.")
    if is_local:
        return unchecked("address", "`publish.base_url` is this machine: set it before others read the feeds.")
    return ok("address", f"Links begin with {config.publish.base_url}.")


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
