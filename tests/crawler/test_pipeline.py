"""From the spider to the session: what waits for its batch and what does not."""

import asyncio
from datetime import UTC, datetime

import pytest
from scrapy.utils.test import get_crawler

from crawler.pipeline import LARGE, RecordPipeline
from crawler.session import CrawlSession
from crawler.tally import Tally
from store.model import Capture

PAGE = "https://un.china-mission.gov.cn/eng/hyyfy/202401/t20240103_11200000.htm"


class _Session(CrawlSession):
    def __init__(self) -> None:
        self.tally = Tally()
        self.done: list[str] = []

    def take(self, capture: Capture) -> None:
        self.done.append("take")

    def flush(self) -> None:
        self.done.append("flush")


@pytest.mark.parametrize(("size", "done"), [(LARGE, ["take"]), (LARGE + 1, ["take", "flush"])])
def test_a_large_page_is_recorded_at_once(size: int, done: list[str]) -> None:
    session = _Session()
    capture = Capture(
        site="un",
        kind="statement",
        page=PAGE,
        url=PAGE,
        fetched=datetime(2026, 4, 1, tzinfo=UTC),
        status=200,
        body=bytes(size),
    )
    asyncio.run(RecordPipeline(get_crawler(), session).process_item(capture))
    assert session.done == done
