"""SIGKILL of the daemon, while it crawls and publishes: nothing is lost, nothing is doubled, and it is soon back."""

import time
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from tests.conftest import ReplicaFactory
from tests.daemons import SELDOM, configure, daemon, runs, wait_until
from tests.mission import Mission
from tests.truth.scale import scaled
from tests.whole.archive_laws import check_against, check_archive

pytestmark = pytest.mark.slow

EDITED = ("word", "number", "title", "paragraph_added")
OFTEN = SELDOM.replace("news = '0 0 1 1 *'", "news = '* * * * *'")


@scaled("kills", 5, 1000)
def test_killed_at_any_moment_it_goes_on_where_it_was(mission: Mission, replica: ReplicaFactory, kills: int) -> None:
    random = Random(26)
    server = replica(count=40, seed=9)
    configure(mission, server, f"[truth]\nmass_change_floor = 1000\n{OFTEN}")
    seen: set[tuple[object, ...]] = set()
    for number in range(kills):
        with daemon(mission) as running:
            assert running.at().ask("/healthz")[0] == 200
            time.sleep(random.uniform(0, 3))
            running.process.kill()
            family = running.family()
            running.wait()
            wait_until(lambda family=family: not any(runs(pid) for pid in family))  # type: ignore[misc]
        if mission.tables():
            check_archive(mission)
            now_there = mission.versions()
            assert seen <= now_there, "a version is lost"
            seen = now_there
        _check_feeds(mission.data / "public")
        if number % 5 == 0:
            site = server.site
            site.add(1)
            english = [truth for truth in site.truth() if truth.language == "en"]
            site.edit(random.choice(english).doc_id, how=random.choice(EDITED))
        # What it did by then does not count as done for the schedule, so that each start has work.
        if "run" in mission.tables():
            mission.write("UPDATE run SET started = started - 3600000000")
    with daemon(mission) as running:
        while running.until("crawl ended")["outcome"] != "ok":
            pass
        assert running.end() == 143
    done = mission.run("crawl", "--full", "--recheck", "--json")
    assert done.code == 0, done
    check_archive(mission)
    check_against(server.site, mission, looked_at_all=True)
    numbered = mission.rows("SELECT statement_id, number, COUNT(*) FROM version GROUP BY 1, 2 HAVING COUNT(*) > 1")
    assert numbered == []
    open_runs = mission.rows("SELECT COUNT(*) FROM run WHERE finished IS NULL")
    assert open_runs == [(0,)]


def _check_feeds(published: Path) -> None:
    """Every feed that is there is whole."""
    for path in published.rglob("*.atom"):
        ElementTree.parse(path)
