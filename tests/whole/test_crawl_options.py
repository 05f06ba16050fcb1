"""What `missionwatch crawl` is told to do, seen in what it asks of the site and what it records."""

from missionwatch.replica import ReplicaServer
from tests.conftest import ReplicaFactory
from tests.mission import Mission, counts

Known = tuple[Mission, ReplicaServer]


def test_since_asks_for_nothing_older(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica()
    mission.watch(server)
    days = sorted(truth.date for truth in server.site.truth())
    wanted = [day for day in days if day >= days[40]]
    told = mission.crawl("--since", days[40].isoformat())
    assert (told["pages"], counts(told)) == (len(wanted), {"baseline": len(wanted)})
    # What was left out is no news later either.
    assert counts(mission.crawl()) == {"baseline": 60 - len(wanted)}


def test_limit_bounds_the_pages_of_one_crawl(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica()
    mission.watch(server)
    assert counts(mission.crawl("--limit", "5")) == {"baseline": 5}
    assert counts(mission.crawl("--limit", "7")) == {"baseline": 7}
    assert counts(mission.crawl()) == {"baseline": 48}


def test_section_reads_that_section_alone(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica()
    told = mission.watch(server).crawl("--section", "/hyyfy/")
    listed = server.site.listed("hyyfy")
    assert counts(told) == {"baseline": len(listed)}
    assert {path.split("/")[1] for path in server.requests.paths()} == {"robots.txt", "hyyfy"}
    assert {path for (path,) in mission.rows("SELECT path FROM section")} == {"hyyfy"}


def test_url_reads_that_page_alone(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica()
    truth = server.site.truth()[7]
    told = mission.watch(server).crawl("--url", f"https://un.china-mission.gov.cn{truth.urls[0]}")
    assert (told["mode"], told["pages"], told["listings"], counts(told)) == ("url", 1, 0, {"baseline": 1})
    assert server.requests.paths() == ["/robots.txt", truth.urls[0]]
    assert mission.show(f"un-{truth.doc_id}")["paragraphs"] == list(truth.paragraphs)


def test_a_dry_run_says_what_it_found_and_writes_nothing(known: Known) -> None:
    mission, server = known
    server.site.edit(server.site.listed("eng/hyyfy")[3])
    server.site.add(2, section="hyyfy")
    before = mission.dump()
    told = mission.crawl("--full", "--recheck", "--dry-run")
    assert counts(told) == {"new": 2, "edited": 1, "unchanged": 59}
    assert mission.dump() == before
    assert counts(mission.crawl("--full", "--recheck")) == {"new": 2, "edited": 1, "unchanged": 59}


def test_exit_code_ten_says_that_something_changed(known: Known) -> None:
    mission, server = known
    mission.crawl("--exit-code")
    server.site.add(1)
    mission.crawl("--exit-code", "--dry-run", code=10)
    mission.crawl("--exit-code", code=10)
    mission.crawl("--exit-code")
