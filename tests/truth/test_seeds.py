"""A site that lives: everything that can happen to a statement happens, and each gets its right class and no other."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from store.truth import TruthRules
from tests.truth.conftest import Simulate
from tests.truth.driver import Simulation
from tests.truth.edits import edit
from tests.truth.scale import scaled
from tests.truth.test_changes import other_section, singles, told

Step = Callable[[], None]


@dataclass
class Life:
    """What happens to a site, step by step, and the news that must come of it."""

    simulation: Simulation
    random: Random
    expected: Counter[tuple[str, str]] = field(default_factory=Counter)
    duplicates: dict[str, str] = field(default_factory=dict)
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def stories(self) -> list[list[Step]]:
        """What happens to single statements: the steps of each in order, those of several in any."""
        taken = iter(self.random.sample(singles(self.simulation), 5) + singles(self.simulation, "zh-Hans")[:2])
        removed, restored, moved, reverted, edited, again, early = taken
        return [
            [lambda: self.remove(removed)],
            [lambda: self.remove(restored), *[_nothing] * 3, lambda: self.restore(restored)],
            [lambda: self.move(moved)],
            [lambda: self.edit(reverted), _nothing, lambda: self.revert(reverted)],
            [lambda: self.edit(edited), lambda: self.edit(edited), lambda: self.move(edited)],
            [lambda: self.remove(early), *[_nothing] * 3, lambda: self.restore(early), lambda: self.edit(early)],
            [lambda: self.late(), lambda: self.publish(), lambda: self.twice()],
            [lambda: self.duplicate(again)],
            [self.noise, self.noise],
        ]

    def remove(self, doc_id: str) -> None:
        self.simulation.site.remove(doc_id)
        self._expect("removed", doc_id)

    def restore(self, doc_id: str) -> None:
        self.simulation.site.restore(doc_id)
        self._expect("restored", doc_id)

    def move(self, doc_id: str) -> None:
        self.simulation.site.move(doc_id, other_section(self.simulation, doc_id))
        self._expect("moved", doc_id)

    def edit(self, doc_id: str) -> None:
        edit(self.simulation.site, doc_id, self.random)
        *earlier, now = self.simulation.site.catalogue.entries[doc_id].states
        # Two edits may undo each other.
        self._expect("reverted" if now in earlier else "edited", doc_id)

    def revert(self, doc_id: str) -> None:
        self.simulation.site.revert(doc_id)
        self._expect("reverted", doc_id)

    def publish(self) -> None:
        self._expect("new", self.simulation.site.add(1)["doc_ids"][0])

    def late(self) -> None:
        """A document of weeks ago, which lands in the middle of its list."""
        self._expect("new", self.simulation.site.add(1, late_days=self.random.randint(10, 40))["doc_ids"][0])

    def duplicate(self, doc_id: str) -> None:
        self.duplicates[self._copied(doc_id)] = doc_id

    def twice(self) -> None:
        """A new statement under two ids at once: either may be seen first."""
        first = self.simulation.site.add(1)["doc_ids"][0]
        self.pairs.append((first, self._copied(first)))

    def settle(self) -> None:
        """Takes the one of each pair that was told as the one to be told."""
        news = set(told(self.simulation))
        for pair in self.pairs:
            first, second = pair if ("new", f"un-{pair[0]}") in news else pair[::-1]
            self._expect("new", first)
            self.duplicates[second] = first

    def noise(self) -> None:
        self.simulation.site.noise()

    def _copied(self, doc_id: str) -> str:
        site = self.simulation.site
        [section, *_] = site.truth_of(doc_id).sections
        copy: str = site.add(1, section=section)["doc_ids"][0]
        entry = site.catalogue.entries[copy]
        entry.states = [replace(site.catalogue.entries[doc_id].content(site.seed), doc_id=copy)]
        site.catalogue.retitle(entry, entry.states[0].title, entry.states[0].date)
        return copy

    def _expect(self, change: str, doc_id: str) -> None:
        self.expected[change, f"un-{doc_id}"] += 1


def _nothing() -> None:
    """A step in which time passes, so that an absence is believed before the next one."""


@scaled("seeds", small=1, full=100)
def test_each_change_gets_its_class_and_nothing_else_is_told(simulate: Simulate, seeds: int) -> None:
    for seed in range(seeds):
        simulation = simulate(70, seed=seed)
        simulation.crawl()
        life = Life(simulation, Random(seed))
        stories = life.stories()
        while stories:
            # Below the limit of a mass change, which is three at once.
            for story in life.random.sample(stories, min(2, len(stories))):
                story.pop(0)()
            stories = [story for story in stories if story]
            simulation.clock.advance(minutes=61)
            simulation.look_again()
            simulation.clock.advance(minutes=15)
            simulation.crawl()
        for _ in range(3):
            simulation.clock.advance(minutes=61)
            simulation.look_again()
        life.settle()
        assert Counter(told(simulation)) == life.expected, seed
        check_archive(life, seed)


def check_archive(life: Life, seed: int) -> None:
    """The archive says of every statement what the site says."""
    simulation = life.simulation
    assert simulation.incidents() == [], seed
    for truth in simulation.site.truth():
        record = simulation.record(truth.doc_id)
        assert (record.state, record.content.title) == ("live", truth.title), seed
        assert tuple(each.text for each in record.content.paragraphs) == truth.paragraphs, seed
        original = life.duplicates.get(truth.doc_id)
        assert record.duplicate_of == (f"un-{original}" if original else None), (seed, truth.doc_id)


def test_a_removal_waits_for_as_many_looks_as_the_rules_ask(simulate: Simulate) -> None:
    simulation = simulate(12, rules=TruthRules(removal_confirmations=4))
    simulation.crawl()
    doc_id = singles(simulation)[0]
    simulation.site.remove(doc_id)
    for looks in range(1, 6):
        simulation.clock.advance(hours=2)
        simulation.look_again()
        assert told(simulation) == ([("removed", f"un-{doc_id}")] if looks >= 4 else [])
