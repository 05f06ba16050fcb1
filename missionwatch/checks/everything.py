"""All checks in their order, each with the facts that it needs."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from missionwatch import __version__
from missionwatch.checks.archive import Reached, check_database, check_integrity, check_schema, reach
from missionwatch.checks.crawls import check_clock, check_crawls, check_leader
from missionwatch.checks.finding import Finding, unchecked, wrong
from missionwatch.checks.folders import bytes_in, check_file_system, check_folder, check_publish_folder, check_room
from missionwatch.checks.mail import check_deadman, check_mail, check_notices, check_queue
from missionwatch.checks.mounts import MOUNTS
from missionwatch.checks.outside import check_sites, check_supervisor
from missionwatch.checks.settings import check_secrets, check_settings
from missionwatch.config import Supervisor
from missionwatch.config_model import Settings
from missionwatch.daemon.truth_of_time import time_of
from store.asking import NoDatabaseError, file_of
from store.contents import Contents, contents_of
from store.glance import SiteGlance, glance
from store.growth import Size
from store.inspection import damage_of, engine_of

RECORDED = ("clock", "lease", "crawls", "queue")


def check_everything(
    settings: Settings,
    now: Callable[[], datetime],
    supervisor: Supervisor,
    secret_files: Sequence[Path],
    *,
    online: bool,
) -> Iterator[Finding]:
    """Every finding, as soon as it is known. Raises ConfigError for an address of a database that is none."""
    config, url, at = settings.config, settings.database_url, now()
    yield from check_settings(settings)
    yield check_secrets(settings.source, secret_files, has_secrets=_has_secrets(settings))
    file = file_of(url)
    reached = reach(lambda: engine_of(url))
    contents, sites, trouble = _contents(url, reached, at)
    home = file.parent if file is not None else settings.data_dir
    yield check_folder("data-folder", home, "--data-dir")
    yield check_file_system(home, _mounts(), is_sqlite=file is not None)
    size = contents.size if contents is not None else None
    yield check_room([home, settings.publish_dir], size.bytes if size else 0, _daily(size, settings.publish_dir))
    yield check_publish_folder(settings.publish_dir)
    yield check_database(reached, str(file) if file is not None else "The server")
    yield check_schema(reached)
    yield check_integrity(reached, size.bytes if size else 0, lambda within: damage_of(url, within))
    if contents is not None:
        yield check_clock(contents.newest, at)
        yield check_leader(contents.leaders.get("daemon"), at)
        yield from check_crawls(list(config.sites), sites, at)
        yield check_queue(contents.mail, at)
    else:
        for name in RECORDED:
            yield unchecked(name, "The database cannot be asked.") if not trouble else wrong(name, trouble)
    yield from check_mail(settings)
    yield check_notices(settings)
    yield check_deadman(settings)
    yield check_supervisor(supervisor)
    agent = config.crawl.user_agent or f"missionwatch/{__version__}"
    yield from check_sites(settings, (lambda address: time_of(address, agent)) if online else None, now)


def _contents(url: str, reached: Reached, now: datetime) -> tuple[Contents | None, Sequence[SiteGlance], str]:
    if not reached.is_ready:
        return None, (), ""
    try:
        return contents_of(url, now), glance(url, now), ""
    except NoDatabaseError as error:
        return None, (), str(error)


def _daily(size: Size | None, published: Path) -> float | None:
    """What database and published files grow by together: these are many times as large, and grow in proportion."""
    if size is None or size.daily is None:
        return None
    return size.daily * (1 + bytes_in(published) / max(1, size.bytes))


def _has_secrets(settings: Settings) -> bool:
    """Whether the configuration holds a value that nobody else should know, wherever it comes from."""
    notify, database = settings.config.notify, settings.config.database.url
    keys = [each if isinstance(each, str) else each.secret for each in notify.webhooks]
    return bool(settings.config.mail.password or notify.apprise or any(keys) or "@" in database.partition("://")[2])


def _mounts() -> str | None:
    try:
        return MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
