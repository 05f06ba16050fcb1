"""Noise is no change, however the page is written; a true edit is one, however much noise is around it."""

from random import Random

import pytest

from store.model import Statement
from store.reader import Reader
from store.textdiff import Op, Part, compare_statements
from store.truth import TruthRules
from tests.truth.conftest import Simulate
from tests.truth.driver import Simulation
from tests.truth.edits import edit
from tests.truth.noise import MUTATIONS, Mutation, noisy
from tests.truth.scale import scaled
from tests.truth.test_changes import told

PAGES = 40
EVERYTHING = TruthRules(mass_change_floor=10**9)


def plant(simulation: Simulation, random: Random) -> None:
    """Every statement's page with noise in it, at each of its addresses."""
    simulation.site.lift()
    for each in simulation.site.truth():
        for path in each.urls:
            body, content_type = noisy(simulation.site.answer(path).body.decode(), random)
            simulation.site.raw(path, body, content_type)


def hashes(simulation: Simulation) -> dict[str, str]:
    return {each.doc_id: simulation.record(each.doc_id).version.text_sha256 for each in simulation.site.truth()}


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_each_kind_of_noise_alone(simulate: Simulate, mutate: Mutation) -> None:
    simulation = simulate(8)
    simulation.site.set_template("mixed")
    simulation.crawl()
    random = Random(mutate.__name__)
    altered = 0
    for each in simulation.site.truth():
        for path in each.urls:
            page = simulation.site.answer(path).body.decode()
            written = mutate(page, random)
            altered += written != page
            simulation.site.raw(path, written.encode())
    assert altered
    before = hashes(simulation)
    tally = simulation.look_again()
    assert tally.problems == []
    assert told(simulation) == []
    assert hashes(simulation) == before


@scaled("looks", small=120, full=10_000)
def test_noisy_looks_bring_no_change(simulate: Simulate, looks: int) -> None:
    simulation = simulate(PAGES)
    random = Random(looks)
    simulation.site.set_template("mixed")
    simulation.crawl()
    before = hashes(simulation)
    for number in range(looks // PAGES):
        if number % 5 == 4:
            simulation.site.noise()
        plant(simulation, random)
        simulation.clock.advance(minutes=15)
        tally = simulation.look_again()
        assert tally.problems == []
        assert tally.counts["unchanged"] == PAGES
    assert told(simulation) == []
    assert hashes(simulation) == before
    assert simulation.incidents(only_open=False) == []


@scaled("edits", small=80, full=10_000)
def test_every_true_edit_is_found_and_its_difference_is_exact(simulate: Simulate, edits: int) -> None:
    random = Random(edits)
    found = 0
    for start in range(0, edits, PAGES * 10):
        simulation = simulate(PAGES, seed=start + 1, rules=EVERYTHING)
        simulation.crawl()
        seen = {each.doc_id: {simulation.record(each.doc_id).version.text_sha256} for each in simulation.site.truth()}
        for _ in range(min(10, (edits - start) // PAGES)):
            done = {doc_id: edit(simulation.site, doc_id, random) for doc_id in seen}
            plant(simulation, random)
            before = len(simulation.changes())
            simulation.clock.advance(hours=1)
            assert simulation.look_again().problems == []
            news = simulation.changes()[before:]
            assert sorted(each.statement for each in news) == sorted(f"un-{doc_id}" for doc_id in done), done
            for change in news:
                doc_id = change.statement.removeprefix("un-")
                check(simulation, doc_id, change.from_version, change.to_version)
                digest = simulation.record(doc_id).version.text_sha256
                # Two edits may undo each other.
                assert change.type == ("reverted" if digest in seen[doc_id] else "edited"), done[doc_id]
                seen[doc_id].add(digest)
                found += 1
    assert found == edits


def check(simulation: Simulation, doc_id: str, old_number: int | None, new_number: int | None) -> None:
    """The new version says what the site says, and the old one with the difference is the new one."""
    assert old_number is not None
    assert new_number is not None
    reader = Reader(simulation.database)
    old, new = reader.version(f"un-{doc_id}", old_number), reader.version(f"un-{doc_id}", new_number)
    truth = simulation.site.truth_of(doc_id)
    assert (new.title, new.subtitle, new.date.date) == (truth.title, truth.subtitle, truth.date)
    assert tuple(each.text for each in new.paragraphs) == truth.paragraphs
    difference = compare_statements(old, new)
    assert difference.changed
    for part in difference.parts:
        assert any(span.op != "equal" for block in part.blocks for span in block.spans)
        if part.name in ("title", "subtitle", "text"):
            assert side(part, "insert") == lines(old, part.name)
            assert side(part, "delete") == lines(new, part.name)


def side(part: Part, without: Op) -> list[str]:
    """The lines that a difference says were there before or are there now."""
    blocks = [each for each in part.blocks if (each.old if without == "insert" else each.new) is not None]
    return ["".join(span.text for span in block.spans if span.op != without) for block in blocks]


def lines(statement: Statement, part: str) -> list[str]:
    if part == "text":
        return [each.text for each in statement.paragraphs]
    line = statement.title if part == "title" else statement.subtitle
    return [line] if line else []
