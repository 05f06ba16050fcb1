"""The ledger of looks is evidence: what it claims of a statement holds, whatever happened to the site."""

import re
from datetime import datetime
from itertools import pairwise
from random import Random

from store.model import Interval
from tests.truth.conftest import Simulate
from tests.truth.driver import Simulation
from tests.truth.scale import scaled
from tests.truth.test_changes import singles

PAGE = b"<html><head><title>Error</title></head><body>Server Error</body></html>"


def ledger(simulation: Simulation, doc_id: str) -> tuple[Interval, ...]:
    return simulation.record(doc_id).coverage


def check_order(coverage: tuple[Interval, ...]) -> None:
    """Intervals are in order, never overlap, and two beside each other differ."""
    assert coverage[0].result == "first"
    for each in coverage:
        assert each.since <= each.until
        assert each.looks >= 1
        assert each.looks > 1 or each.since == each.until
    for one, other in pairwise(coverage):
        assert one.until < other.since
        assert one.result != other.result or one.result == "changed"


def results(simulation: Simulation, doc_id: str) -> list[tuple[str, int]]:
    return [(each.result, each.looks) for each in ledger(simulation, doc_id)]


def test_every_kind_of_look_is_told(simulate: Simulate) -> None:
    simulation = simulate(8)
    site = simulation.site
    doc_id = singles(simulation)[0]
    path = site.truth_of(doc_id).urls[0]

    def look(times: int = 1) -> None:
        for _ in range(times):
            simulation.clock.advance(hours=1)
            simulation.look_again()

    simulation.crawl()
    look(3)
    site.validators(False)
    look(2)
    site.raw(path, PAGE, status=500)
    look()
    site.raw(path, PAGE, status=404)
    look(2)
    site.raw(path, None)
    look()
    site.edit(doc_id)
    look(2)
    site.outage("timeout")
    look(4)
    site.outage(None)
    look()
    assert results(simulation, doc_id) == [
        ("first", 1),
        ("not_modified", 3),
        ("unchanged", 2),
        ("failed", 1),
        ("missing", 2),
        ("unchanged", 1),
        ("changed", 1),
        ("unchanged", 1),
        ("failed", 4),
        ("unchanged", 1),
    ]
    check_order(ledger(simulation, doc_id))


def test_two_looks_that_contradict_each_other_are_unclear(simulate: Simulate) -> None:
    """A page that was half written when it was read: one text now, another a moment later."""
    simulation = simulate(8)
    simulation.crawl()
    doc_id = singles(simulation)[0]
    path = simulation.site.truth_of(doc_id).urls[0]
    page = simulation.site.answer(path).body
    word = max(re.findall(r"[a-z]{8,}", " ".join(simulation.site.truth_of(doc_id).paragraphs)), key=len).encode()
    halves = iter([page.replace(word, b"")])
    answer = simulation.site.answer

    def flickering(asked: str) -> object:
        if asked == path:
            simulation.site.raw(path, next(halves, None))
        return answer(asked)

    simulation.site.answer = flickering  # type: ignore[method-assign, assignment]
    tally = simulation.look_again()
    assert [each.code for each in tally.problems] == ["unclear"]
    assert results(simulation, doc_id) == [("first", 1), ("unclear", 1)]
    simulation.look_again()
    assert simulation.changes() == []
    assert simulation.incidents() == []


@scaled("seeds", small=1, full=60)
def test_an_edit_lies_between_the_looks_that_the_ledger_names(simulate: Simulate, seeds: int) -> None:
    """Whatever fails around it: from the last look that saw the old text to the first that saw the new one."""
    for seed in range(seeds):
        random = Random(seed)
        simulation = simulate(12, seed=seed)
        site = simulation.site
        simulation.crawl()
        watched = singles(simulation)[:3]
        edited: dict[str, list[datetime]] = {doc_id: [] for doc_id in watched}
        seen = dict.fromkeys(watched, 1)
        for _ in range(20):
            simulation.clock.advance(minutes=random.choice((15, 60, 600)))
            site.lift()
            site.validators(random.random() < 0.5)
            for doc_id in watched:
                if len(edited[doc_id]) < seen[doc_id] and random.random() < 0.2:
                    site.edit(doc_id, "paragraph_added")
                    edited[doc_id].append(simulation.clock.now)
                elif random.random() < 0.2:
                    site.raw(site.truth_of(doc_id).urls[0], PAGE, status=random.choice((404, 500, 403)))
            if random.random() < 0.1:
                site.outage(random.choice(("refuse", "503")))
            simulation.clock.advance(minutes=5)
            simulation.look_again()
            seen = {doc_id: simulation.record(doc_id).version.number for doc_id in watched}
        site.lift()
        simulation.look_again()
        for doc_id in watched:
            check_claims(simulation, doc_id, edited[doc_id])
            assert sum(each.looks for each in ledger(simulation, doc_id)) == looks_at(simulation, doc_id), seed


def looks_at(simulation: Simulation, doc_id: str) -> int:
    """The requests for a statement's page, less those that were not yet to be believed: a first sight of an edit."""
    asked = [each for each in simulation.asked if each.path.endswith(f"_{doc_id}.htm")]
    return len(asked) - len(simulation.record(doc_id).versions) + 1


def check_claims(simulation: Simulation, doc_id: str, edited: list[datetime]) -> None:
    coverage = ledger(simulation, doc_id)
    check_order(coverage)
    changed = [number for number, each in enumerate(coverage) if each.result == "changed"]
    assert len(changed) == len(edited)
    for at, number in zip(edited, changed, strict=True):
        good = [each for each in coverage[:number] if each.result in ("first", "unchanged", "not_modified", "changed")]
        assert good[-1].until < at < coverage[number].since
    changes = [each for each in simulation.changes() if each.statement == f"un-{doc_id}"]
    assert [each.type for each in changes] == ["edited"] * len(edited)
    for change, number in zip(changes, changed, strict=True):
        assert coverage[number].since <= change.detected
