"""Incidents are opened once, counted while they last, and resolved by facts, not by time or silence."""

import pytest

from store.incidents import Facts, judge
from store.model import Outcome
from tests.truth.conftest import Simulate
from tests.truth.test_changes import singles
from tests.truth.test_outages import SECTION, history

WRONG: Facts = {("section-unreadable", SECTION): "x", ("mass-change", ""): "y"}
REDESIGNED: Facts = {("layout-changed", ""): "z", ("statements-unreadable", ""): "x"}


@pytest.mark.parametrize(
    ("outcome", "answers", "fatal", "facts", "codes", "complete"),
    [
        ("ok", 5, None, {}, set(), True),
        ("partial", 5, None, WRONG, {"section-unreadable", "mass-change"}, True),
        ("suspended", 5, None, WRONG, {"section-unreadable", "mass-change"}, True),
        ("unreachable", 0, None, WRONG, {"site-unreachable"}, False),
        ("blocked", 0, None, WRONG, {"site-blocked"}, False),
        ("failed", 3, "The disk is full.", WRONG, {"run-failed"}, False),
        ("failed", 0, None, WRONG, {"run-failed"}, False),
        ("failed", 0, None, REDESIGNED, {"layout-changed"}, False),
        ("ok", 0, None, WRONG, set(), False),
    ],
)
def test_what_is_wrong_after_a_run(
    outcome: Outcome, answers: int, fatal: str | None, facts: Facts, codes: set[str], complete: bool
) -> None:
    found, known = judge(outcome, answers, fatal, facts)
    assert {code for code, _ in found} == codes
    assert known == complete


def test_an_incident_is_opened_once_and_counted(simulate: Simulate) -> None:
    simulation = simulate(12)
    simulation.crawl()
    simulation.site.section_down(SECTION)
    for times in range(1, 4):
        simulation.clock.advance(hours=1)
        simulation.crawl()
        [incident] = simulation.incidents()
        assert (incident.code, incident.scope, incident.times) == ("section-unreadable", SECTION, times)
        assert incident.opened <= incident.last_seen <= simulation.clock.now
        assert (incident.opened == incident.last_seen) == (times == 1)
    simulation.site.section_down(SECTION, down=False)
    simulation.crawl()
    assert history(simulation) == [("section-unreadable", SECTION, True)]
    simulation.site.section_down(SECTION)
    simulation.crawl()
    assert history(simulation) == [("section-unreadable", SECTION, True), ("section-unreadable", SECTION, False)]


def test_an_unreachable_site_resolves_nothing_else(simulate: Simulate) -> None:
    simulation = simulate(12)
    simulation.crawl()
    simulation.site.section_down(SECTION)
    simulation.crawl()
    simulation.site.outage("timeout")
    for _ in range(3):
        simulation.clock.advance(minutes=15)
        simulation.crawl()
    assert {each.code for each in simulation.incidents()} == {"section-unreadable", "site-unreachable"}
    simulation.site.outage(None)
    simulation.crawl()
    assert [(each.code, each.times) for each in simulation.incidents()] == [("section-unreadable", 2)]
    simulation.site.section_down(SECTION, down=False)
    simulation.crawl()
    assert simulation.incidents() == []
    assert len(history(simulation)) == 2


def test_a_run_that_found_nothing_due_says_nothing(simulate: Simulate) -> None:
    simulation = simulate(12)
    simulation.crawl()
    simulation.site.outage("refuse")
    simulation.crawl()
    [before] = simulation.incidents()
    tally = simulation.crawl(recheck=True)
    assert tally.looks == 0
    assert simulation.incidents() == [before]


def test_a_statement_that_cannot_be_read_is_resolved_by_its_own_look(simulate: Simulate) -> None:
    simulation = simulate(12)
    simulation.crawl()
    path = simulation.site.truth_of(singles(simulation)[0]).urls[0]
    simulation.site.raw(path, b"<html><body>Server Error</body></html>", status=500)
    simulation.look_again()
    simulation.site.raw(path, None)
    simulation.crawl()
    assert [each.code for each in simulation.incidents()] == ["statements-unreadable"]
    simulation.clock.advance(minutes=16)
    simulation.crawl(recheck=True)
    assert simulation.incidents() == []


def test_a_section_that_lost_a_page_of_its_list_is_well_again(simulate: Simulate) -> None:
    """The page that failed is no page of the list any more; the next whole walk says so."""
    simulation = simulate(150)
    simulation.crawl()
    listed = simulation.site.listed(SECTION)
    assert 35 < len(listed) <= 70
    simulation.site.raw(f"/{SECTION}/index_1.htm", b"<html><body>Server Error</body></html>", status=500)
    simulation.crawl(full=True)
    assert [(each.code, each.scope) for each in simulation.incidents()] == [("section-unreadable", SECTION)]
    simulation.site.lift()
    for doc_id in listed[34:]:
        simulation.site.remove(doc_id)
    simulation.crawl(full=True)
    assert "section-unreadable" not in [each.code for each in simulation.incidents()]
