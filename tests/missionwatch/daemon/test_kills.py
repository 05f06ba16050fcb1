"""SIGKILL of the daemon while it crawls, publishes and mails: nothing is lost or doubled, and it is soon back."""

import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from missionwatch.replica import ReplicaServer
from tests.conftest import ReplicaFactory
from tests.daemons import SELDOM, Daemon, configure, daemon, runs, wait_until
from tests.mission import Mission
from tests.missionwatch.daemon.audience import by_smtp, check_letters, enrol, in_seconds, is_told, let_time_pass
from tests.missionwatch.delivery.post_office import PostOffice, post_office
from tests.whole.archive_laws import check_against, check_archive

pytestmark = pytest.mark.slow

EDITED = ("word", "number", "title", "paragraph_added")
OFTEN = SELDOM.replace("news = '0 0 1 1 *'", "news = '* * * * *'")
LONG = [pytest.mark.soak, pytest.mark.timeout(3600)]
SOAKED = [pytest.param(100, seed, id=f"full-{seed}", marks=LONG) for seed in range(1, 11)]
"""A thousand kills, by seeds of a hundred."""


@pytest.mark.parametrize(("kills", "seed"), [pytest.param(5, 26, id="small"), *SOAKED])
def test_killed_at_any_moment_it_goes_on_where_it_was(
    mission: Mission, replica: ReplicaFactory, kills: int, seed: int
) -> None:
    random = Random(seed)
    server = replica(count=40, seed=9)
    published = mission.data / "public"
    seen: set[tuple[object, ...]] = set()
    back: list[float] = []
    with post_office() as office:
        office.pause = 0.05
        configure(mission, server, f"[truth]\nmass_change_floor = 1000\n{by_smtp(office.port)}{OFTEN}")
        enrol(mission)
        for number in range(kills):
            if number == kills // 5:  # what the first whole walk finds is no news
                _live_until_done(mission)
            began = time.monotonic()
            with daemon(mission) as running:
                assert running.at().ask("/healthz")[0] == 200
                back.append(time.monotonic() - began)
                # As long as a start takes a few times: a slow machine gets as far as a quick one.
                _let_work(running, office, random, 4 * back[-1])
                _kill(running, whole=random.random() < 0.5)
            check_archive(mission)
            now_there = mission.versions()
            assert seen <= now_there, "a version is lost"
            seen = now_there
            check_published(published)
            if number % 2 == 0:
                _change(server, random)
            let_time_pass(mission)
        _live_until_done(mission)
        done = mission.run("crawl", "--full", "--recheck", "--json")
        assert done.code == 0, done
        let_time_pass(mission)
        with daemon(mission) as running:
            running.until("leading")
            wait_until(lambda: is_told(mission))
            assert running.end() == 143
        told = check_letters(mission, office.taken)
    assert told.letters >= 3, "each of those who are told at once"
    check_published(published)
    check_archive(mission)
    check_against(server.site, mission, looked_at_all=True)
    numbered = mission.rows("SELECT statement_id, number, COUNT(*) FROM version GROUP BY 1, 2 HAVING COUNT(*) > 1")
    assert numbered == []
    open_runs = mission.rows("SELECT COUNT(*) FROM run WHERE finished IS NULL")
    assert open_runs == [(0,)]
    news = len(mission.rows("SELECT 1 FROM change WHERE NOT baseline"))
    print(f"{kills} kills, {news} changes told in {told.letters} letters, {told.copies} identical copies")
    print(f"from start to /healthz: {in_seconds(back)}")


def _live_until_done(mission: Mission) -> None:
    """A life of the daemon in which it comes to the end of a crawl."""
    with daemon(mission) as running:
        while running.until("crawl ended")["outcome"] != "ok":
            pass
        assert running.end() == 143


def _let_work(running: Daemon, office: PostOffice, random: Random, longest: float) -> None:
    """Lets some time pass; or less, until the server has just taken a letter or some."""
    end = time.monotonic() + random.uniform(0, longest)
    enough = len(office.taken) + random.choice((1, 2, 3, 5, 1000, 1000, 1000, 1000))
    while time.monotonic() < end and len(office.taken) < enough and running.process.poll() is None:
        time.sleep(0.005)


def _kill(running: Daemon, *, whole: bool) -> None:
    """Kills the daemon, whose children then end by themselves, or all of them at once."""
    family = running.family()
    running.process.kill()
    for pid in family if whole else ():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL, running.lines[-5:]
    wait_until(lambda: not any(runs(pid) for pid in family))


def _change(server: ReplicaServer, random: Random) -> None:
    site = server.site
    site.add(1)
    english = [truth for truth in site.truth() if truth.language == "en"]
    site.edit(random.choice(english).doc_id, how=random.choice(EDITED))


def check_published(folder: Path) -> None:
    """Every feed and page that is there is whole."""
    for path in folder.rglob("*"):
        if path.name.startswith(".") or ".missionwatch" in path.parts:
            continue
        match path.suffix:
            case ".atom" | ".rss" | ".xml":
                ElementTree.parse(path)
            case ".json":
                json.loads(path.read_bytes())
            case ".html":
                assert path.read_bytes().rstrip().endswith(b"</html>"), path
