"""Putting the parts together: plain values from the configuration in, a crawl, a reader or a publisher out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from missionwatch import __version__
from missionwatch.config_model import Config, Settings, seconds
from missionwatch.exits import ConfigError, UsageError

if TYPE_CHECKING:  # each command imports what it needs, when it needs it
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.process import Manners
    from crawler.profile import SiteProfile
    from crawler.session import CrawlSession
    from crawler.tally import Tally
    from feeds.settings import PublishSettings
    from store.database import Database
    from store.significance import SensitiveTerms
    from store.truth import TruthRules


def now() -> datetime:
    """The clock of the program."""
    return datetime.now(UTC)


@contextmanager
def open_database(settings: Settings, *, dry_run: bool = False, sparing: bool = False) -> "Iterator[Database]":
    """The database, with its tables made if it is empty; with `sparing` it keeps little of the file in memory.

    Raises DatabaseError with one sentence.
    """
    from store import schema
    from store.database import CACHE_KIB, SMALL_CACHE_KIB, Database, DatabaseError, make_private, sqlite_path

    path = sqlite_path(settings.database_url)
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(
                f"The folder {path.parent} cannot be made ({error.strerror}): choose another with --data-dir."
            ) from error
        make_private(path)
    first = Database(settings.database_url, cache_kib=SMALL_CACHE_KIB if sparing else CACHE_KIB)
    try:
        schema.ensure(first)
        if not dry_run:
            yield first
            return
    finally:
        first.close()
    dry = Database(settings.database_url, dry_run=True)
    try:
        yield dry
    finally:
        dry.close()


@contextmanager
def open_existing(settings: Settings, *, sparing: bool = False) -> "Iterator[Database]":
    """The database for commands that only read; a missing one is an error that says what to do, not a new file."""
    from store.database import DatabaseError, sqlite_path

    path = sqlite_path(settings.database_url)
    if path is not None and not path.is_file():
        raise DatabaseError(f"There is no database at {path} yet: run `missionwatch crawl` first.")
    with open_database(settings, sparing=sparing) as database:
        yield database


@contextmanager
def open_indexed(settings: Settings) -> "Iterator[Database]":
    """The same, with what is known of speakers, sections and kinds brought up to date first."""
    from missionwatch.repair import index

    with open_existing(settings) as database:
        index(database)
        yield database


def chosen_sites(config: Config, names: "Sequence[str]") -> list[str]:
    """The configured sites that were named, or all. Raises UsageError for a name that is not configured."""
    for name in names:
        if name not in config.sites:
            near = get_close_matches(name, list(config.sites), n=1)
            hint = f"; did you mean `{near[0]}`?" if near else f"; configured: {', '.join(config.sites)}."
            raise UsageError(f"There is no site `{name}` in the configuration{hint}")
    return list(names) or list(config.sites)


def profile_of(config: Config, site: str) -> "SiteProfile":
    """The profile of a configured site. Raises ConfigError for one that cannot be used."""
    from crawler.profile import ProfileError, load_profile

    try:
        return load_profile(config.sites[site].profile)
    except ProfileError as error:
        raise ConfigError(f"The profile of site `{site}` cannot be used: {error}.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlWishes:
    """What the operator asked of one crawl, over what the configuration says."""

    sections: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Sections that are not asked for, unless sections are named."""
    full: bool = False
    recheck: bool = False
    url: str | None = None
    since: date | None = None
    limit: int | None = None
    base_url: str | None = None
    delay: float | None = None
    concurrency: int | None = None
    accept: bool = False
    watch: bool = False
    """The fronts of the listings and the known statements that are due, in one crawl."""
    lively: bool = False
    """Only sections in which something appeared lately, unless sections are named; all where that is not known."""
    job: str | None = None
    """Of the schedule."""


LATELY = timedelta(days=60)
"""The busy sections of the watched site bring something every week or two, the others once in half a year."""


def make_session(
    settings: Settings,
    database: "Database",
    site: str,
    wishes: CrawlWishes,
    on_progress: "Callable[[Tally], None]" = lambda tally: None,
    *,
    clock: "Callable[[], datetime]" = now,
) -> "CrawlSession":
    """A crawl of one site, its run begun. The caller holds the lease."""
    from crawler.plan import CrawlPlan
    from crawler.session import CrawlSession
    from crawler.urls import SiteUrls
    from missionwatch.recording import ArchiveRecorder
    from missionwatch.repair import repair
    from store.gate import held_statements
    from store.runs import start_run
    from store.survey import survey

    repair(settings, database, site)
    rules = truth_rules(settings)
    configured = settings.config.sites[site]
    profile = profile_of(settings.config, site)
    urls = SiteUrls(profile, base_url=_base(wishes.base_url, configured.base_url), canonical=configured.base_url)
    page = None
    if wishes.url is not None:
        page = urls.canonical(wishes.url)
        if page is None or urls.doc_id(page) is None:
            raise UsageError(
                f"{wishes.url} is not the address of a statement of site `{site}` "
                f"(such as {urls.canonical_base}/eng/hyyfy/202601/t20260102_12345678.htm)."
            )
    known = survey(database, site)
    watched = _sections(configured.sections or profile.default_sections)
    sections = _sections(wishes.sections) or watched
    if not wishes.sections:
        sections = tuple(path for path in sections if path not in _sections(wishes.without))
    if wishes.lively and not wishes.sections:
        since = (clock() - LATELY).date().isoformat()
        lively = known.lively(since)
        sections = tuple(path for path in sections if path in lively) or sections
    plan = CrawlPlan(
        site=site,
        profile=profile,
        urls=urls,
        survey=known,
        sections=sections,
        full=wishes.full,
        recheck=wishes.recheck,
        watch=wishes.watch,
        since=wishes.since,
        limit=wishes.limit,
        only=(page,) if page else (),
        obey_robots=settings.config.crawl.robots == "obey",
        rules=rules,
        accept=wishes.accept,
        waiting=tuple(url for url, _ in held_statements(database, site).values()),
    )
    if plan.stranger is not None:
        raise ConfigError(
            f"The archive knows {plan.stranger}, which is not below {urls.canonical_base}, the `base_url` of site "
            f"`{site}`: set that back, or write the old host into `hosts` of the site's profile."
        )
    run_id = start_run(database, site, plan.mode, clock(), wishes.job)
    recorder = ArchiveRecorder(database, site, run_id, rules, sensitive_terms(settings), watched)
    return CrawlSession(plan, recorder, clock, on_progress)


def sensitive_terms(settings: Settings) -> "SensitiveTerms":
    """The shipped terms and the operator's. Raises ConfigError for one that cannot be used."""
    from store.significance import DEFAULT

    try:
        return DEFAULT.with_extra(settings.config.truth.sensitive_terms)
    except ValueError as error:
        raise ConfigError(f"`truth.sensitive_terms` cannot be used: {error}.") from error


def truth_rules(settings: Settings) -> "TruthRules":
    """The rules of `[truth]` as the store takes them."""
    from store.truth import TruthRules

    truth = settings.config.truth
    return TruthRules(
        removal_confirmations=truth.removal_confirmations,
        removal_min_age=timedelta(seconds=seconds(truth.removal_min_age)),
        mass_change_share=truth.mass_change_share,
        mass_change_floor=truth.mass_change_floor,
        mass_min_age=timedelta(seconds=seconds(truth.mass_min_age)),
    )


def manners_of(settings: Settings, site: str, wishes: CrawlWishes, *, verbosity: int = 0) -> "Manners":
    """How a site is treated: the operator's wish, else the configuration, else the profile."""
    from crawler.process import Manners

    crawl = settings.config.crawl
    delay = next(
        each for each in (wishes.delay, crawl.delay, profile_of(settings.config, site).delay) if each is not None
    )
    return Manners(
        user_agent=crawl.user_agent or f"missionwatch/{__version__}",
        delay=delay,
        concurrency=wishes.concurrency or crawl.concurrency,
        timeout=crawl.timeout,
        max_bytes=crawl.max_bytes,
        log_level={-1: "ERROR", 0: "ERROR", 1: "INFO"}.get(verbosity, "DEBUG"),
    )


def publish_settings(settings: Settings) -> "PublishSettings":
    """What publishing needs of the configuration."""
    from feeds.settings import PublishSettings

    publish = settings.config.publish
    return PublishSettings(
        base_url=publish.base_url.rstrip("/"),
        feed_entries=publish.feed_entries,
        site_labels={site: profile_of(settings.config, site).label.en for site in settings.config.sites},
        websub_hubs=settings.config.notify.websub_hubs,
        by_mail=settings.config.mail.offers(),
    )


def publish_dir(settings: Settings, out: str | None) -> "Path":
    """Where static files go: `--out`, else `publish.directory` in the data folder."""
    from pathlib import Path

    return Path(out).absolute() if out else settings.publish_dir


def _base(wished: str | None, configured: str | None) -> str | None:
    if wished is None:
        return configured
    parts = urlsplit(wished)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise UsageError(f"--base-url {wished} must be scheme and host only, such as http://127.0.0.1:8080.")
    return wished.rstrip("/")


def _sections(paths: "Sequence[str]") -> tuple[str, ...]:
    return tuple(dict.fromkeys(path.strip("/") for path in paths if path.strip("/")))
