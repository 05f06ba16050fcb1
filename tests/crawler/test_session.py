"""When what a crawl gathered is written."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import pytest

from crawler import session as batches
from crawler.plan import CrawlPlan
from crawler.profile import load_profile
from crawler.session import CrawlSession, Recorder
from crawler.urls import SiteUrls
from store.model import Capture
from store.observation import Observation, Recorded
from store.survey import Survey

NOW = datetime(2026, 4, 1, tzinfo=UTC)


class _Counting:
    """Notes how many observations each batch holds."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def record(self, observations: Sequence[Observation], now: datetime) -> list[Recorded]:
        self.sizes.append(len(observations))
        return [Recorded(effect="kept") for _ in observations]


def _batches(monkeypatch: pytest.MonkeyPatch, answers: Sequence[int]) -> list[int]:
    """How large the batches are of answers with these numbers of bytes, the last one included."""
    monkeypatch.setattr(batches, "BATCH_SECONDS", 3600.0)
    profile = load_profile("china-mission-un")
    plan = CrawlPlan(site="un", profile=profile, urls=SiteUrls(profile), survey=Survey(), sections=())
    counting = _Counting()
    session = CrawlSession(plan, cast("Recorder", counting), lambda: NOW)
    for number, size in enumerate(answers):
        page = f"https://un.china-mission.gov.cn/eng/hyyfy/202401/t20240103_{11200000 + number}.htm"
        told = Capture(
            site="un",
            kind="statement",
            page=page,
            url=page,
            fetched=NOW,
            status=503 if size else 304,
            body=bytes(size),
        )
        session.take(told)
    session.flush()
    return counting.sizes


@pytest.mark.parametrize(
    ("answers", "sizes"),
    [
        ([0] * 1100, [512, 512, 76]),
        ([9] * 300, [128, 128, 44]),
        ([9, 0, 0] * 300, [382, 384, 134]),  # 128 pages and what came between them
        ([0] * 500 + [9] * 20, [512, 8]),
    ],
)
def test_a_batch_is_full(monkeypatch: pytest.MonkeyPatch, answers: list[int], sizes: list[int]) -> None:
    assert _batches(monkeypatch, answers) == sizes
