"""Our engine and Scrapy's own, which plain `scrapy crawl` from the checkout runs: the same record."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from missionwatch.replica import ReplicaServer
from tests.conftest import ReplicaFactory
from tests.forge import Forge
from tests.mission import Mission
from tests.needs import ROOT
from tests.whole.archive_laws import check_archive


def _scrapy_crawl(mission: Mission, server: ReplicaServer, *wishes: str) -> None:
    shutil.copy(ROOT / "scrapy.cfg", mission.folder)
    line = [sys.executable, "-m", "scrapy", "crawl", "statements", "-s", "DOWNLOAD_DELAY=0"]
    for wish in ("site=un", f"base_url={server.url}", *wishes):
        line += ["-a", wish]
    named = {"MISSIONWATCH_CONFIG": str(mission.config), "MISSIONWATCH_DATA_DIR": str(mission.data)}
    done = mission.run_line(line, env=named, anew=True)
    assert (done.code, done.stdout) == (0, ""), done
    assert not re.search(r"\] (ERROR|CRITICAL|WARNING):", done.stderr), done


@pytest.mark.slow
def test_plain_scrapy_comes_to_the_same_record(replica: ReplicaFactory, forge: Forge, tmp_path: Path) -> None:
    server = replica(count=40)
    ours, plain = (Mission(tmp_path / name, forge).watch(server) for name in ("ours", "plain"))
    ours.crawl()
    _scrapy_crawl(plain, server)
    server.site.edit(server.site.truth()[3].doc_id, "number")
    server.site.add()
    ours.crawl("--full", "--recheck")
    _scrapy_crawl(plain, server, "full=1", "recheck=1")
    for look in (Mission.versions, Mission.states, Mission.history):
        assert look(plain) == look(ours)
    runs = "SELECT mode, outcome, problems, counts FROM run ORDER BY id"
    assert _told(plain, runs) == _told(ours, runs)
    check_archive(plain)


def _told(mission: Mission, query: str) -> list[tuple[object, ...]]:
    return [(mode, outcome, problems, json.loads(counts)) for mode, outcome, problems, counts in mission.rows(query)]


def test_our_crawls_do_not_go_through_the_scraper_of_scrapy(mission: Mission, replica: ReplicaFactory) -> None:
    """A Scrapy that calls its engine otherwise would quietly go its own, slower way."""
    program = """
import sys
from scrapy.core.scraper import Scraper
from missionwatch.cli import main
for name in ("enqueue_scrape", "handle_spider_output_async", "start_itemproc_async"):
    assert callable(getattr(Scraper, name)), name
    def passed(*arguments, name=name, **more):
        sys.stderr.write(f"Scrapy's {name} was called")
        raise AssertionError(name)
    setattr(Scraper, name, passed)
sys.exit(main(sys.argv[1:]))
"""
    mission.watch(replica(count=5))
    done = mission.run_line([sys.executable, "-c", program, *mission.crawl_line()[3:]], anew=True)
    assert (done.code, done.stderr) == (0, ""), done
    assert done.objects[0]["baseline"] == 5
