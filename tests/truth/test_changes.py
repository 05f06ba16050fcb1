"""Right class for every change, and no change for anything else."""

import pytest

from store.truth import TruthRules
from tests.truth.conftest import Simulate
from tests.truth.driver import Simulation


def singles(simulation: Simulation, language: str = "en") -> list[str]:
    """Document ids of statements that stand in one section only."""
    return [each.doc_id for each in simulation.site.truth() if len(each.sections) == 1 and each.language == language]


def other_section(simulation: Simulation, doc_id: str) -> str:
    """A section of the statement's language in which it is not listed."""
    sections = simulation.site.catalogue.sections
    own = simulation.site.truth_of(doc_id).sections
    same_language = [path for path in sections if path.startswith("eng/") == own[0].startswith("eng/")]
    return next(path for path in same_language if path not in own)


def told(simulation: Simulation) -> list[tuple[str, str]]:
    return [(each.type, each.statement) for each in simulation.changes()]


def test_an_edit_and_its_revert_are_two_changes(simulate: Simulate) -> None:
    simulation = simulate()
    simulation.crawl()
    doc_id = singles(simulation)[0]
    simulation.site.edit(doc_id)
    simulation.look_again()
    simulation.site.revert(doc_id)
    simulation.look_again()
    simulation.look_again()
    assert told(simulation) == [("edited", f"un-{doc_id}"), ("reverted", f"un-{doc_id}")]
    assert "back to version 1" in simulation.changes("reverted")[0].reasons


def test_a_removal_needs_two_looks_an_hour_apart(simulate: Simulate) -> None:
    simulation = simulate()
    simulation.crawl()
    doc_id = singles(simulation)[0]
    simulation.site.remove(doc_id)
    assert simulation.look_again().outcome() == "partial"
    simulation.clock.advance(minutes=30)
    simulation.look_again()
    assert told(simulation) == []
    simulation.clock.advance(minutes=31)
    assert simulation.look_again().outcome() == "ok"
    assert told(simulation) == [("removed", f"un-{doc_id}")]
    simulation.clock.advance(hours=1)
    assert simulation.look_again().outcome() == "ok"
    simulation.site.restore(doc_id)
    simulation.clock.advance(hours=1)
    simulation.look_again()
    assert told(simulation) == [("removed", f"un-{doc_id}"), ("restored", f"un-{doc_id}")]


def test_news_crawls_alone_find_a_removal(simulate: Simulate) -> None:
    """Without any `--full`: the gap in the listing brings the first look, the suspicion the walk of the section."""
    simulation = simulate(120)
    simulation.crawl()
    section = "eng/hyyfy"
    doc_id = next(each for each in simulation.site.listed(section)[2:] if each in singles(simulation))
    simulation.site.remove(doc_id)
    for _ in range(4):
        simulation.crawl()
        simulation.clock.advance(minutes=61)
    assert told(simulation) == [("removed", f"un-{doc_id}")]


def test_a_listed_statement_that_is_not_there_is_no_removal(simulate: Simulate) -> None:
    simulation = simulate()
    simulation.crawl()
    doc_id = singles(simulation)[0]
    path = simulation.site.truth_of(doc_id).urls[0]
    simulation.site.raw(path, b"<html><title>404</title>not found</html>", status=404)
    for _ in range(4):
        tally = simulation.look_again()
        simulation.clock.advance(hours=2)
    assert told(simulation) == []
    assert tally.outcome() == "partial"
    assert [each.code for each in simulation.incidents()] == ["statements-unreadable"]
    simulation.site.raw(path, None)
    simulation.look_again()
    assert simulation.incidents() == []
    assert told(simulation) == []


def test_a_move_is_not_a_removal_and_a_new_statement(simulate: Simulate) -> None:
    simulation = simulate()
    simulation.crawl()
    doc_id = singles(simulation)[0]
    simulation.site.move(doc_id, other_section(simulation, doc_id))
    for _ in range(3):
        simulation.look_again()
        simulation.clock.advance(hours=2)
    assert told(simulation) == [("moved", f"un-{doc_id}")]


def test_a_further_section_is_no_news(simulate: Simulate) -> None:
    simulation = simulate()
    simulation.crawl()
    doc_id = singles(simulation)[0]
    simulation.site.list_in(doc_id, other_section(simulation, doc_id))
    simulation.look_again()
    simulation.clock.advance(hours=2)
    simulation.look_again()
    assert told(simulation) == []


def test_too_many_edits_wait_for_the_operator(simulate: Simulate) -> None:
    simulation = simulate()
    simulation.crawl()
    doc_ids = singles(simulation)[:6]
    for doc_id in doc_ids:
        simulation.site.edit(doc_id)
    simulation.site.add(1)
    tally = simulation.look_again()
    assert tally.outcome() == "suspended"
    assert [each.type for each in simulation.changes()] == ["new"]
    assert [each.code for each in simulation.incidents()] == ["mass-change"]
    assert simulation.crawl(accept=True).outcome() == "ok"
    assert sorted(each.statement for each in simulation.changes("edited")) == sorted(f"un-{each}" for each in doc_ids)
    assert simulation.incidents() == []
    simulation.look_again()
    assert len(simulation.changes()) == 7


def test_too_many_edits_are_believed_after_three_crawls_and_a_day(simulate: Simulate) -> None:
    simulation = simulate()
    simulation.crawl()
    for doc_id in singles(simulation)[:6]:
        simulation.site.edit(doc_id)
    outcomes = []
    for _ in range(4):
        outcomes.append(simulation.look_again().outcome())
        simulation.clock.advance(hours=9)
    assert outcomes == ["suspended", "suspended", "suspended", "ok"]
    assert len(simulation.changes("edited")) == 6


def test_a_mass_change_that_heals_leaves_nothing(simulate: Simulate) -> None:
    simulation = simulate()
    simulation.crawl()
    doc_ids = singles(simulation)[:6]
    for doc_id in doc_ids:
        simulation.site.edit(doc_id)
    simulation.look_again()
    for doc_id in doc_ids:
        simulation.site.revert(doc_id)
    assert simulation.look_again().outcome() == "ok"
    assert told(simulation) == []
    assert simulation.incidents() == []


@pytest.mark.parametrize("count", [3])
def test_a_few_edits_at_once_are_told(simulate: Simulate, count: int) -> None:
    simulation = simulate(rules=TruthRules(mass_change_floor=3))
    simulation.crawl()
    for doc_id in singles(simulation)[:count]:
        simulation.site.edit(doc_id)
    simulation.look_again()
    assert len(simulation.changes("edited")) == count
