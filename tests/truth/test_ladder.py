"""Known statements are looked at again as promised: sooner the fresher, never never, and within a budget."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.plan import CrawlPlan
from crawler.profile import load_profile
from crawler.urls import SiteUrls
from store.known import KnownStatement, Validators
from store.ladder import FULL_EVERY, RUNGS, interval, overdue
from store.survey import Survey
from tests.truth.conftest import Simulate
from tests.truth.driver import Asked
from tests.truth.scale import scaled
from tests.truth.test_changes import singles

AGES = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40_000))
EDITS = st.integers(min_value=0, max_value=1000)
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
TICK = timedelta(minutes=15)


@given(AGES, EDITS)
def test_the_next_look_is_never_never(age: timedelta, edits: int) -> None:
    assert RUNGS[0][1] <= interval(age, edits) <= RUNGS[-1][1]


@given(AGES, AGES, EDITS, EDITS)
def test_older_is_never_sooner_and_more_edits_never_later(
    age: timedelta, more: timedelta, edits: int, others: int
) -> None:
    assert interval(age, edits) <= interval(age + more, edits)
    assert interval(age, max(edits, others)) <= interval(age, min(edits, others))


@given(AGES, AGES, EDITS)
def test_a_statement_is_due_exactly_when_its_interval_is_over(age: timedelta, ago: timedelta, edits: int) -> None:
    late = overdue(NOW, checked=NOW - ago, fresh=NOW - age, edits=edits)
    assert (late is not None) == (ago >= interval(age, edits))
    assert late is None or late == ago - interval(age, edits)


@given(EDITS)
def test_what_was_never_looked_at_is_due_before_all_else(edits: int) -> None:
    never = overdue(NOW, checked=None, fresh=NOW, edits=edits)
    longest = overdue(NOW, checked=datetime(1970, 1, 1, tzinfo=UTC), fresh=NOW, edits=edits)
    assert never is not None
    assert longest is not None
    assert never > longest


def plan(
    known: list[tuple[timedelta, timedelta, int]], budget: int, *, recheck: bool = False, full: bool = False
) -> CrawlPlan:
    """A plan over statements, each given by its age, the time since the last look, and its edits."""
    profile = load_profile("china-mission-un")
    statements = {
        str(1000 + number): KnownStatement(
            page=f"{profile.base_url}/eng/hyyfy/202601/t20260102_{1000 + number}.htm",
            recorded=True,
            sections=("eng/hyyfy",),
            places=(),
            state="live",
            missing_last=None,
            checked=NOW - ago,
            problem=None,
            fresh=NOW - age,
            edits=edits,
        )
        for number, (age, ago, edits) in enumerate(known)
    }
    return CrawlPlan(
        site="un",
        profile=profile,
        urls=SiteUrls(profile),
        survey=Survey(statements=statements),
        sections=("eng/hyyfy",),
        budget=budget,
        recheck=recheck,
        full=full,
    )


KNOWN = st.lists(st.tuples(AGES, AGES, st.integers(min_value=0, max_value=5)), max_size=30)


@given(KNOWN, st.integers(min_value=0, max_value=12))
def test_a_crawl_takes_the_most_overdue_within_its_budget(
    known: list[tuple[timedelta, timedelta, int]], budget: int
) -> None:
    pages = list(plan(known, budget, recheck=True).first_pages(NOW))
    late = [overdue(NOW, checked=NOW - ago, fresh=NOW - age, edits=edits) for age, ago, edits in known]
    due = sorted((each for each in late if each is not None), reverse=True)
    assert len(pages) == len(set(pages)) == min(budget, len(due))
    asked = [late[int(page.rpartition("_")[2].removesuffix(".htm")) - 1000] for page in pages]
    assert asked == due[: len(pages)]


@given(KNOWN)
def test_without_recheck_nothing_known_is_asked_for_and_with_full_all(
    known: list[tuple[timedelta, timedelta, int]],
) -> None:
    assert list(plan(known, 5).first_pages(NOW)) == []
    assert len(list(plan(known, 5, recheck=True, full=True).first_pages(NOW))) == len(known)


@given(st.integers(min_value=0, max_value=50))
def test_a_full_answer_is_asked_for_after_so_many_not_modified(streak: int) -> None:
    given = plan([(timedelta(days=1), timedelta(days=1), 0)], 5)
    page = next(iter(given.survey.statements.values())).page
    given.survey.validators[page] = Validators(etag='"a"', last_modified=None, host=None, streak=streak)
    assert bool(given.validators(page)) == (streak < FULL_EVERY)


@dataclass
class Promise:
    """What the ladder owes a statement, kept beside the program's own book."""

    fresh: datetime
    looked: datetime
    edits: int = 0
    streak: int = 0
    edited: datetime | None = None
    """When an edit was made that nobody has seen yet."""

    def interval(self, at: datetime) -> timedelta:
        return interval(at - self.fresh, self.edits)

    def is_due(self, at: datetime) -> bool:
        return at - self.looked >= self.interval(at)


@scaled("days", small=1, full=30)
def test_a_month_of_looks_as_promised(simulate: Simulate, days: int) -> None:
    """A crawl each quarter of an hour asks for what is due and nothing else, and finds each edit in time."""
    simulation = simulate(20)
    simulation.crawl()
    promises = {
        each.doc_id: Promise(datetime.combine(each.date, time(), UTC), simulation.clock.now)
        for each in simulation.site.truth()
    }
    chosen = singles(simulation)[::4]
    told = 0
    for tick in range(days * 96):
        simulation.clock.advance(minutes=15)
        if tick % 480 == 40:
            doc_id = chosen[tick // 480 % len(chosen)]
            simulation.site.edit(doc_id, "paragraph_added")
            promises[doc_id].edited = simulation.clock.now
        due = [doc_id for doc_id, promise in promises.items() if promise.is_due(simulation.clock.now)]
        before = len(simulation.asked)
        simulation.crawl(recheck=True)
        asked: dict[str, Asked] = {}
        for each in simulation.asked[before:]:
            asked.setdefault(each.path.rpartition("_")[2].removesuffix(".htm"), each)
        assert sorted(asked) == sorted(due)
        for doc_id, each in asked.items():
            promise = promises[doc_id]
            assert each.conditional == (promise.streak < FULL_EVERY)
            promise.looked = each.at
            promise.streak = promise.streak + 1 if each.conditional else 0
        for change in simulation.changes()[told:]:
            promise = promises[change.statement.removeprefix("un-")]
            assert promise.edited is not None
            assert change.detected - promise.edited <= promise.interval(change.detected) + TICK
            promise.edits, promise.streak, promise.edited, promise.fresh = promise.edits + 1, 0, None, change.detected
            told += 1
    assert told or days < 5
    waiting = [each for each in promises.values() if each.edited is not None]
    assert not any(each.is_due(simulation.clock.now) for each in waiting)
