"""The rules of the site, and the pace that they ask for."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.utils.test import get_crawler

from crawler.plan import CrawlPlan
from crawler.profile import load_profile
from crawler.robots import RobotsDeniedError, RobotsGate
from crawler.settings import SETTINGS
from crawler.urls import SiteUrls
from crawler.visit import Route
from crawler.visits import VisitSession
from store.survey import Survey

PAGE = "https://un.china-mission.gov.cn/eng/hyyfy/202401/t20240103_11200000.htm"


def _nowhere() -> Route:
    yield from ()


class _Session(VisitSession):
    """Kept rules, from an earlier crawl of the same day."""

    def __init__(self, rules: bytes) -> None:
        profile = load_profile("china-mission-un")
        plan = CrawlPlan(site="un", profile=profile, urls=SiteUrls(profile), survey=Survey(), sections=())
        super().__init__(plan, _nowhere(), lambda: datetime(2026, 4, 1, tzinfo=UTC))
        self._memory.robots = (200, rules)


def _gate(rules: bytes) -> tuple[RobotsGate, Downloader]:
    handlers = SETTINGS["DOWNLOAD_HANDLERS_BASE"]
    crawler: Any = get_crawler(settings_dict={"DOWNLOAD_DELAY": 2.0, "DOWNLOAD_HANDLERS": handlers})
    crawler.spider = Spider(name="test")
    downloader = Downloader(crawler)
    crawler.engine = SimpleNamespace(downloader=downloader)
    return RobotsGate(crawler, _Session(rules)), downloader


@pytest.mark.parametrize(("asked", "kept"), [(b"7", 7.0), (b"1", 2.0), (b"86400", 60.0)])
def test_the_pace_of_kept_rules_is_kept(asked: bytes, kept: float) -> None:
    """They are known before the first connection is made, and a connection may be made anew after a while."""

    async def work() -> list[float]:
        gate, downloader = _gate(b"User-agent: *\nCrawl-delay: " + asked)
        waiting = gate.process_request(Request(PAGE))
        assert waiting is not None
        await waiting
        slots = [downloader._get_slot(Request(PAGE))[1]]
        downloader.slots.clear()
        slots.append(downloader._get_slot(Request(PAGE))[1])
        downloader.close()
        return [slot.delay for slot in slots]

    assert asyncio.run(work()) == [kept, kept]


def test_once_the_rules_are_known_nothing_waits_for_them() -> None:
    async def work() -> None:
        gate, downloader = _gate(b"User-agent: *\nDisallow: /eng/")
        waiting = gate.process_request(Request("https://un.china-mission.gov.cn/hyyfy/"))
        assert waiting is not None
        await waiting
        assert gate.process_request(Request("https://un.china-mission.gov.cn/hyyfy/")) is None
        with pytest.raises(RobotsDeniedError):
            gate.process_request(Request(PAGE))
        downloader.close()

    asyncio.run(work())
