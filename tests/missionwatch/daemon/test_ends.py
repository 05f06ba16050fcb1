"""Signals to end at any moment of crawling, publishing and mailing: it ends in good order and nothing is left over."""

import signal
import time
from random import Random

import pytest

from tests.conftest import ReplicaFactory
from tests.daemons import SELDOM, configure, daemon, runs, wait_until
from tests.mission import Mission
from tests.missionwatch.daemon.audience import by_smtp, check_letters, enrol, in_seconds, is_told, let_time_pass
from tests.missionwatch.delivery.post_office import post_office
from tests.whole.archive_laws import check_archive

pytestmark = pytest.mark.slow

OFTEN = SELDOM.replace("news = '0 0 1 1 *'", "news = '* * * * *'")


LONG = [pytest.mark.soak, pytest.mark.timeout(3600)]
SOAKED = [pytest.param(50, seed, id=f"full-{seed}", marks=LONG) for seed in range(1, 5)]
"""Two hundred ends, by seeds of fifty."""


@pytest.mark.parametrize(("ends", "seed"), [pytest.param(3, 51, id="small"), *SOAKED])
def test_it_ends_in_good_order_at_any_moment(mission: Mission, replica: ReplicaFactory, ends: int, seed: int) -> None:
    random = Random(seed)
    server = replica(count=40, seed=9)
    took: list[float] = []
    with post_office() as office:
        office.pause = 0.05
        configure(mission, server, by_smtp(office.port) + OFTEN)
        enrol(mission)
        assert mission.run("crawl", "--full").code == 0
        server.site.slow(0.02)
        for number in range(ends):
            server.site.add(1)
            let_time_pass(mission)
            started = time.monotonic()
            with daemon(mission) as running:
                assert running.at().ask("/healthz")[0] == 200
                # As long as a start takes a few times: a slow machine gets as far as a quick one.
                time.sleep(random.uniform(0, 4 * (time.monotonic() - started)))
                family = running.family()
                ending = (signal.SIGTERM, signal.SIGINT)[number % 2]
                began = time.monotonic()
                running.signal(ending)
                assert running.wait() == 128 + ending, running.lines[-5:]
                took.append(time.monotonic() - began)
                wait_until(lambda family=family: not any(runs(pid) for pid in family))  # type: ignore[misc]
            check_archive(mission)
        server.site.slow(0)
        assert mission.run("crawl").code == 0
        let_time_pass(mission)
        with daemon(mission) as running:
            running.until("leading")
            wait_until(lambda: is_told(mission))
            assert running.end() == 143
        told = check_letters(mission, office.taken)
    assert len(mission.versions()) == 40 + ends
    print(f"{ends} ends, {told.letters} letters, {told.copies} copies; the end took {in_seconds(took)}")
