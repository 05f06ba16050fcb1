"""A site that is away, or half away, changes nothing; it is told once, and resolved by the first good look."""

from random import Random
from typing import get_args

import pytest

from missionwatch.replica.faults import Outage
from tests.truth.conftest import Simulate
from tests.truth.driver import Simulation
from tests.truth.scale import scaled
from tests.truth.test_changes import told

SECTION = "eng/hyyfy"


def history(simulation: Simulation) -> list[tuple[str, str, bool]]:
    """Code, scope and end of every incident so far, oldest first."""
    found = simulation.incidents(only_open=False)
    return [(each.code, each.scope, each.resolved is not None) for each in reversed(found)]


def check_untouched(simulation: Simulation) -> None:
    """All is told to be as it was, and nothing was news."""
    assert simulation.changes() == []
    for each in simulation.site.truth():
        record = simulation.record(each.doc_id)
        assert (record.state, record.version.number) == ("live", 1)


@scaled("hours", small=3, full=72)
@pytest.mark.parametrize("kind", get_args(Outage))
def test_an_outage_is_one_incident_and_no_change(simulate: Simulate, kind: Outage, hours: int) -> None:
    simulation = simulate(8)
    simulation.crawl()
    simulation.site.outage(kind)
    crawls = hours * 4
    for number in range(crawls):
        simulation.clock.advance(minutes=15)
        tally = simulation.crawl(full=number % 4 == 0, recheck=number % 2 == 0)
        assert tally.outcome() == "unreachable" or not tally.looks
    [incident] = simulation.incidents()
    assert incident.code == "site-unreachable"
    simulation.site.outage(None)
    simulation.clock.advance(minutes=15)
    assert simulation.crawl().outcome() == "ok"
    assert history(simulation) == [("site-unreachable", "", True)]
    simulation.look_again()
    check_untouched(simulation)
    assert len(history(simulation)) == 1


def test_an_outage_that_begins_and_ends_within_a_crawl(simulate: Simulate) -> None:
    """The listings answer, then nothing does: what failed is told, no absence is believed."""
    simulation = simulate(12)
    simulation.crawl()
    for each in simulation.site.truth()[::2]:
        for path in each.urls:
            simulation.site.raw(path, b"<html><body>Bad gateway</body></html>", status=502)
    for _ in range(4):
        simulation.clock.advance(hours=2)
        assert simulation.look_again().outcome() == "partial"
    assert [each.code for each in simulation.incidents()] == ["statements-unreadable"]
    simulation.site.lift()
    simulation.look_again()
    check_untouched(simulation)
    assert history(simulation) == [("statements-unreadable", "", True)]


@scaled("seeds", small=1, full=100)
def test_half_of_all_requests_failing_for_a_day(simulate: Simulate, seeds: int) -> None:
    for seed in range(seeds):
        simulation = simulate(10, seed=seed)
        simulation.crawl()
        for hour in range(24):
            simulation.site.fail(0.5, seed=seed * 100 + hour)
            simulation.clock.advance(hours=1)
            simulation.look_again()
        simulation.site.lift()
        simulation.clock.advance(hours=1)
        assert simulation.look_again().outcome() == "ok", seed
        check_untouched(simulation)
        assert simulation.incidents() == [], seed


@scaled("seeds", small=1, full=100)
def test_half_of_all_pages_said_to_be_missing_for_a_day(simulate: Simulate, seeds: int) -> None:
    """A server that loses files says 404 with all its authority, of listings too."""
    for seed in range(seeds):
        simulation = simulate(10, seed=seed)
        simulation.crawl()
        random = Random(seed)
        paths = [path for each in simulation.site.truth() for path in each.urls]
        paths += [f"/{section}/" for section in simulation.site.catalogue.sections]
        for _ in range(24):
            simulation.site.lift()
            for path in random.sample(paths, len(paths) // 2):
                simulation.site.raw(path, b"<html><title>404</title>not found</html>", status=404)
            simulation.clock.advance(hours=1)
            simulation.look_again()
        simulation.site.lift()
        simulation.clock.advance(hours=1)
        assert simulation.look_again().outcome() == "ok", seed
        check_untouched(simulation)
        assert simulation.incidents() == [], seed


def test_one_section_down(simulate: Simulate) -> None:
    simulation = simulate()
    simulation.crawl()
    simulation.site.section_down(SECTION)
    for _ in range(4):
        simulation.clock.advance(hours=2)
        assert simulation.look_again().outcome() == "partial"
    assert {(each.code, each.scope) for each in simulation.incidents()} == {
        ("section-unreadable", SECTION),
        ("statements-unreadable", ""),
    }
    simulation.site.section_down(SECTION, down=False)
    simulation.clock.advance(hours=2)
    assert simulation.look_again().outcome() == "ok"
    assert simulation.incidents() == []
    assert len(history(simulation)) == 2
    check_untouched(simulation)


@pytest.mark.parametrize("items", [0, 2])
@pytest.mark.parametrize("whole", [False, True], ids=["news", "full"])
def test_a_listing_that_lost_its_items(simulate: Simulate, items: int, whole: bool) -> None:
    simulation = simulate(60)
    simulation.crawl()
    assert len(simulation.site.listed(SECTION)) > 8
    simulation.site.truncate_listing(SECTION, items)
    for _ in range(3):
        simulation.clock.advance(hours=2)
        assert simulation.crawl(full=whole, recheck=whole).outcome() == "partial"
    assert [(each.code, each.scope) for each in simulation.incidents()] == [("section-unreadable", SECTION)]
    simulation.site.truncate_listing(SECTION, None)
    simulation.clock.advance(hours=2)
    assert simulation.look_again().outcome() == "ok"
    assert history(simulation) == [("section-unreadable", SECTION, True)]
    check_untouched(simulation)


def test_news_in_a_listing_that_lost_its_items_is_still_news(simulate: Simulate) -> None:
    simulation = simulate(60)
    simulation.crawl()
    simulation.site.truncate_listing(SECTION, 2)
    new = simulation.site.add(1, section=SECTION)["doc_ids"][0]
    simulation.clock.advance(hours=2)
    simulation.crawl()
    assert told(simulation) == [("new", f"un-{new}")]


def test_the_operator_says_that_a_short_listing_is_right(simulate: Simulate) -> None:
    simulation = simulate(60)
    simulation.crawl()
    gone = [each for each in simulation.site.listed(SECTION) if len(simulation.site.truth_of(each).sections) == 1][1:]
    for doc_id in gone:
        simulation.site.remove(doc_id)
    for _ in range(3):
        simulation.clock.advance(hours=2)
        simulation.look_again()
    assert told(simulation) == []
    simulation.crawl(full=True, recheck=True, accept=True)
    assert sorted(told(simulation)) == sorted(("removed", f"un-{doc_id}") for doc_id in gone)
    assert simulation.incidents() == []


def test_a_page_that_no_list_announced_may_fail(simulate: Simulate) -> None:
    """A whole walk asks for one page more than there is; whatever comes instead of it is no fault of the list."""
    simulation = simulate(8)
    simulation.crawl()
    simulation.site.raw(f"/{SECTION}/index_1.htm", b"<html><body>Server Error</body></html>", status=500)
    assert simulation.look_again().outcome() == "ok"
    assert simulation.incidents() == []
