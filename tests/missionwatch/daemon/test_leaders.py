"""Several daemons on one PostgreSQL: one leads, another follows, and one that was given up writes nothing."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count, pairwise
from pathlib import Path

import pytest

from missionwatch.replica import ReplicaServer
from tests.conftest import ReplicaFactory
from tests.daemons import SELDOM, Daemon, configure, daemon, wait_until
from tests.forge import Forge
from tests.mission import Mission
from tests.missionwatch.daemon.audience import by_smtp, check_letters, enrol, in_seconds, is_told, let_time_pass
from tests.missionwatch.delivery.post_office import post_office
from tests.needs import needs
from tests.store.databases import Server, postgres
from tests.truth.scale import scaled

pytestmark = pytest.mark.slow
TAKEOVER = 30.0
_numbers = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres(needs("postgresql")) as running:
        yield running


def missions(server: Server, folder: Path, forge: Forge, site: ReplicaServer, number: int, more: str) -> list[Mission]:
    """Several homes over one database."""
    name = f"led{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE pattern")
    made = [Mission(folder / str(each), forge, server.url(name)) for each in range(number)]
    return [configure(each, site, more) for each in made]


def signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        os.kill(pid, number)


def test_a_leader_that_stands_still_is_followed_and_writes_nothing_when_it_wakes_up(
    server: Server, tmp_path: Path, forge: Forge, replica: ReplicaFactory
) -> None:
    site = replica(count=60, seed=5)
    site.site.delay = 0.5  # so that it is stopped in the middle of its first crawl
    first, second = missions(server, tmp_path, forge, site, 2, SELDOM)
    with ExitStack() as running:
        stopped = running.enter_context(daemon(first))
        stopped.until("crawl begins")
        following = running.enter_context(daemon(second))
        following.until("standing by")
        assert following.at().ask("/healthz")[0] == 200
        assert following.at().ask("/readyz")[0] == 503
        assert following.at().ask("/readyz?standby=ok")[0] == 200
        wait_until(lambda: bool(first.rows("SELECT 1 FROM run")))
        frozen = [stopped.process.pid, *stopped.family()]
        signal_all(frozen, signal.SIGSTOP)
        began = time.monotonic()
        following.until("leading")
        assert time.monotonic() - began < TAKEOVER
        # The stopped crawl has its own lease still; no other one begins beside it.
        assert second.rows("SELECT COUNT(*) FROM run") == [(1,)]
        before = _written(first)
        signal_all(frozen, signal.SIGCONT)
        assert stopped.wait() == 75, stopped.lines[-5:]
        stopped_at = [line for line in stopped.lines if "lease" in line]
        assert stopped_at
        assert _written(first) == before, "the woken leader or its child has written"
        site.site.delay = 0.0
        while following.until("crawl ended")["outcome"] != "ok":
            pass
        assert following.end() == 143
    assert len(second.versions()) == 60
    assert second.rows("SELECT COUNT(*) FROM run WHERE finished IS NULL") == [(0,)]
    assert second.run("verify").code == 0


def _written(mission: Mission) -> list[tuple[object, ...]]:
    """How much there is of everything that a crawl writes."""
    tables = ("version", "change", "capture", "page", "coverage", "statement", "location")
    return [mission.rows(f"SELECT COUNT(*) FROM {table}")[0] for table in tables]


@scaled("kills", 2, 60)
def test_of_four_one_leads_and_another_follows_the_one_that_is_killed(
    server: Server, tmp_path: Path, forge: Forge, replica: ReplicaFactory, kills: int
) -> None:
    site = replica(count=20, seed=6)
    often = SELDOM.replace("news = '0 0 1 1 *'", "news = '* * * * *'")
    taken_over: list[float] = []
    with post_office() as office, ExitStack() as running:
        office.pause = 0.05
        homes = missions(server, tmp_path, forge, site, 4, f"{by_smtp(office.port)}{often}")
        enrol(homes[0])
        assert homes[0].run("crawl", "--full").code == 0  # what the first whole walk finds is no news
        let_time_pass(homes[0])
        four = [running.enter_context(daemon(home)) for home in homes]
        leader = _leader(four)
        for number in range(kills):
            site.site.add(1)
            time.sleep(0 if kills < 10 else 10)
            let_time_pass(homes[0])
            index = four.index(leader)
            began = time.monotonic()
            leader.process.kill()
            leader.wait()
            others = [each for each in four if each is not leader]
            leader = _leader(others)
            taken_over.append(time.monotonic() - began)
            assert taken_over[-1] < TAKEOVER, number
            four[index] = running.enter_context(daemon(homes[index]))
            four[index].until("standing by")
        wait_until(lambda: len(homes[0].versions()) == 20 + kills)
        leader.until("crawl ended")
        let_time_pass(homes[0])  # so that the next to lead, who begins with mail, has to tell what is not told yet
        assert leader.end() == 143
        wait_until(lambda: is_told(homes[0]))
        assert all(each.end() == 143 for each in four if each is not leader)
        told = check_letters(homes[0], office.taken)
    began_at = homes[0].rows("SELECT started, COALESCE(finished, started) FROM run ORDER BY id")
    overlapping = [
        (earlier, later) for earlier, later in pairwise(began_at) if later[0] < earlier[1] and earlier[0] != earlier[1]
    ]
    assert overlapping == [], "two crawls at once"
    assert len(homes[0].rows("SELECT 1 FROM change WHERE NOT baseline")) == kills
    assert homes[0].run("verify").code == 0
    print(f"{kills} kills, {len(began_at)} crawls, {told.letters} letters, {told.copies} identical copies")
    print(f"from the kill of a leader until another leads: {in_seconds(taken_over)}")


def _leader(daemons: list[Daemon]) -> Daemon:
    """The one that leads; never two."""
    found: list[Daemon] = []

    def one() -> bool:
        found[:] = [each for each in daemons if any('"message": "leading"' in line for line in each.lines)]
        return bool(found)

    wait_until(one)
    [leader] = found
    return leader
