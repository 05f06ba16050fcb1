"""Whatever happens in between, each change that is wished for is told once, and each period at most once."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from store.database import Database
from store.mailing.due import due_digests, told_changes
from store.mailing.model import Cadence, Wishes
from store.mailing.settings import Settings
from store.mailing.subscribers import Subscribers
from store.mailing.tables import digest, letter
from store.mailing.wishes import matches
from tests.store.databases import Databases
from tests.store.mailing.told import NOW
from tests.store.mailing.world import current, empty, killed_at, log_change, newest_change, subscribed, tell, tell_one
from tests.store.world import rows

KINDS = ("harbour", "ferries", "pilots")
"""Words of titles, by which changes are told apart."""


@dataclass(frozen=True)
class Change:
    kind: str


@dataclass(frozen=True)
class Wait:
    hours: float


@dataclass(frozen=True)
class Tell:
    """A look at what is due; the process may die before its so-manyth statement that writes."""

    dies_at: int | None = None


@dataclass(frozen=True)
class Alter:
    """Another choice, made now, or between finding out what is due and writing it down."""

    settings: Settings
    meanwhile: bool = False


Step = Change | Wait | Tell | Alter
CADENCES: st.SearchStrategy[Cadence] = st.sampled_from(["instant", "daily", "weekly"])
WANTED = st.lists(st.sampled_from(KINDS), unique=True).map(lambda words: Wishes(words=tuple(words)))
CHOICES: st.SearchStrategy[Settings] = st.one_of(
    CADENCES.map(lambda each: Settings(cadence=each)),
    WANTED.map(lambda each: Settings(wishes=each)),
    st.sampled_from(["08:00", "09:45", "23:59"]).map(lambda each: Settings(send_at=each)),
    st.sampled_from(["UTC", "Pacific/Kiritimati", "America/New_York"]).map(lambda each: Settings(zone=each)),
    st.integers(0, 6).map(lambda each: Settings(weekday=each)),
)
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.one_of(
        st.sampled_from(KINDS).map(Change),
        st.sampled_from([0.001, 0.01, 1, 7, 13, 24, 24 * 5, 24 * 12]).map(Wait),
        st.sampled_from([None, None, 0, 1, 2, 3, 4, 5, 6, 99]).map(Tell),
        st.builds(Alter, CHOICES, st.booleans()),
    ),
    min_size=5,
    max_size=40,
)


class History:
    """One subscriber, what happened, and what he wished for all the time."""

    def __init__(self, database: Database, cadence: Cadence) -> None:
        empty(database)
        self.database, self.now = database, NOW
        self.people = Subscribers(database)
        log_change(database, NOW)
        self.subscriber = subscribed(database, cadence=cadence)
        self.changes: dict[int, str] = {}
        self.wished = [Wishes()]

    def do(self, step: Step) -> None:
        match step:
            case Change(kind):
                number = log_change(self.database, self.now, title=f"Remarks on the {kind}")
                self.changes[number] = kind
            case Wait(hours):
                self.now += timedelta(hours=hours)
            case Tell(None):
                tell(self.database, self.now)
            case Tell(int(dies_at)):
                with killed_at(self.database, dies_at):
                    tell(self.database, self.now)
            case Alter(choices, False):
                self.alter(choices)
            case Alter(choices, True):
                self.alter_meanwhile(choices)

    def alter(self, choices: Settings) -> None:
        altered = self.people.alter(self.subscriber.id, now=self.now, **choices)
        assert altered is not None
        self.wished.append(altered.wishes)

    def alter_meanwhile(self, choices: Settings) -> None:
        """What was composed before is not sent after it."""
        due = due_digests(self.database, self.now)
        composed = [(*each, told_changes(self.database, each[0].cursor, each[1].ends, self.now)) for each in due]
        before = current(self.database, self.subscriber)
        self.alter(choices)
        same = current(self.database, self.subscriber) == before
        for each, period, told in composed:
            wanted = [one.change.id for one in told if matches(each.wishes, one)]
            assert tell_one(self.database, each, period, wanted, told, self.now) == same

    def finish(self) -> None:
        """Every period of every cadence ends at last."""
        for _ in range(3):
            self.now += timedelta(days=8)
            tell(self.database, self.now)
        assert due_digests(self.database, self.now) == []

    def assert_laws(self) -> None:
        found = rows(self.database, digest)
        letters = {row["id"]: row for row in rows(self.database, letter)}
        told = Counter(number for row in found for number in json.loads(row["covered"]))
        for number, kind in self.changes.items():
            wished = [not wishes.words or kind in wishes.words for wishes in self.wished]
            assert told[number] <= 1
            assert told[number] == 1 or not all(wished)
            assert told[number] == 0 or any(wished)
        assert set(told) <= set(self.changes)
        assert len({row["key"] for row in found}) == len(found)
        assert sorted(row["letter_id"] for row in found if json.loads(row["covered"])) == sorted(letters)
        assert [row["through"] for row in found] == sorted(row["through"] for row in found)
        made = [row["made"] for row in found if row["key"].startswith("instant:")]
        assert all(other - one >= timedelta(seconds=60) for one, other in pairwise(made))
        assert current(self.database, self.subscriber).cursor == newest_change(self.database)


@pytest.fixture
def shared(databases: Databases) -> Iterator[Database]:
    """A database that examples share, each of which empties it."""
    with closing(Database(databases.fresh())) as opened:
        yield opened


@example(  # told at once, then daily: not again
    cadence="instant",
    steps=[Change("harbour"), Wait(1), Tell(), Alter({"cadence": "daily"}), Wait(24), Tell(), Wait(24), Tell()],
)
@example(  # the hour is put off on a day that was told
    cadence="daily",
    steps=[Change("harbour"), Wait(24), Tell(), Change("pilots"), Alter({"send_at": "23:59"}), Wait(13), Tell()],
)
@example(cadence="daily", steps=[Change("harbour"), Wait(24), *(Tell(each) for each in range(9)), Tell()])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cadence=CADENCES, steps=STEPS)
def test_each_change_that_is_wished_for_is_told_once(shared: Database, cadence: Cadence, steps: Sequence[Step]) -> None:
    history = History(shared, cadence)
    for step in steps:
        history.do(step)
    history.finish()
    history.assert_laws()
