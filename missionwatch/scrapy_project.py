"""Settings for plain `scrapy list` and `scrapy crawl statements -a site=un` from the checkout (scrapy.cfg)."""

from typing import TYPE_CHECKING

import missionwatch  # makes the packages importable
from crawler.settings import SETTINGS
from crawler.spiders.statements import OPEN_SESSION

if TYPE_CHECKING:
    from crawler.session import CrawlSession

globals().update(SETTINGS)
globals()[OPEN_SESSION] = "missionwatch.scrapy_project.open_session"
USER_AGENT = f"missionwatch/{missionwatch.__version__}"
LOG_LEVEL = "INFO"
LOG_INSTALL_ROOT_HANDLER = True


def open_session(site: str = "un", **wishes: str) -> "CrawlSession":
    """A session for the site named by `-a site=…`, with the configuration's defaults, over the real database.

    `-a base_url=…`, `-a full=1`, `-a recheck=1`, `-a limit=N` do what the options of `missionwatch crawl` do.
    """
    from missionwatch.config import load_settings
    from missionwatch.wiring import CrawlWishes, chosen_sites, make_session, now, open_database

    settings = load_settings()
    chosen_sites(settings.config, [site])
    from store.lease import lease

    opened = open_database(settings)
    database = opened.__enter__()  # for the life of the process: Scrapy ends it
    held = lease(database, now)
    held.__enter__()
    _KEPT.extend((opened, held))
    return make_session(
        settings,
        database,
        site,
        CrawlWishes(
            base_url=wishes.get("base_url"),
            full=wishes.get("full", "") not in ("", "0"),
            recheck=wishes.get("recheck", "") not in ("", "0"),
            limit=int(wishes["limit"]) if wishes.get("limit") else None,
        ),
    )


_KEPT: list[object] = []
