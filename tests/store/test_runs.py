"""Runs are written at their start, completed at their end, and a killed one is seen as one."""

from operator import itemgetter

import pytest

from store.database import Database
from store.model import COUNTS, Outcome, Problem
from store.runs import (
    MAX_PROBLEMS,
    LastRun,
    close_walk,
    finish_run,
    has_succeeded,
    last_runs,
    recent_runs,
    start_run,
)
from store.tables import location, section
from tests.store.world import FERRIES, HARBOUR, START, at, listed, record, rows

SORRY = Problem(code="http-503", url="https://mission.example/会议", detail="The site\x00 answered \ud83d 503.")


def test_a_run_from_start_to_end(database: Database) -> None:
    run_id = start_run(database, "un", "full", START)
    [going] = recent_runs(database)
    assert (going.id, going.site, going.mode, going.started) == (run_id, "un", "full", START)
    assert (going.finished, going.outcome, going.counts, going.problems) == (None, None, {}, ())

    counts = {"pages": 5, "new": 2}
    finish_run(database, run_id, now=at(3), outcome="partial", counts=counts, problems=[SORRY])
    [ended] = recent_runs(database)
    assert (ended.finished, ended.outcome) == (at(3), "partial")
    assert ended.counts == dict.fromkeys(COUNTS, 0) | counts
    assert list(ended.counts) == list(COUNTS)
    [problem] = ended.problems
    assert (problem.code, problem.url) == (SORRY.code, SORRY.url)
    assert "answered" in problem.detail


def test_a_killed_run_is_closed_by_the_next_of_its_site(database: Database) -> None:
    killed = start_run(database, "un", "full", START)
    other = start_run(database, "geneva", "full", at(1))
    start_run(database, "un", "incremental", at(2))
    by_id = {each.id: each for each in recent_runs(database)}
    assert (by_id[killed].outcome, by_id[killed].finished) == ("failed", at(2))
    assert [each.code for each in by_id[killed].problems] == ["killed"]
    assert by_id[other].outcome is None


def test_an_ended_run_stays_as_it_was(database: Database) -> None:
    run_id = start_run(database, "un", "full", START)
    finish_run(database, run_id, now=at(1), outcome="ok", counts={}, problems=[])
    before = recent_runs(database)
    start_run(database, "un", "full", at(2))
    assert recent_runs(database)[1:] == before


def test_problems_of_a_bad_night_are_bounded(database: Database) -> None:
    run_id = start_run(database, "un", "full", START)
    many = [
        Problem(code="timeout", url=f"https://mission.example/{number}", detail="No answer.") for number in range(1500)
    ]
    finish_run(database, run_id, now=at(1), outcome="unreachable", counts={}, problems=many)
    [ended] = recent_runs(database)
    assert list(ended.problems[:-1]) == many[:MAX_PROBLEMS]
    assert ended.problems[-1].detail == f"{1500 - MAX_PROBLEMS} more problems are not listed."


def test_newest_runs_come_first(database: Database) -> None:
    ids = [start_run(database, site, "full", START) for site in ("un", "geneva", "un", "un")]
    assert [each.id for each in recent_runs(database)] == ids[::-1]
    assert [each.id for each in recent_runs(database, "un", limit=2)] == [ids[3], ids[2]]
    assert recent_runs(database, "rome") == []


@pytest.mark.parametrize(
    ("outcome", "told"),
    [("ok", True), ("partial", True), ("suspended", True), ("failed", False), ("unreachable", False), (None, False)],
)
def test_whether_any_crawl_has_come_to_its_end(database: Database, outcome: Outcome | None, told: bool) -> None:
    assert not has_succeeded(database)
    run_id = start_run(database, "un", "full", START)
    if outcome is not None:
        finish_run(database, run_id, now=at(1), outcome=outcome, counts={}, problems=[])
    start_run(database, "geneva", "full", at(2))
    assert has_succeeded(database) == told


def test_the_first_walk_to_the_end_closes_the_baseline(database: Database) -> None:
    record(database, listed("1001"), listed("1001", section=FERRIES))
    for minute in (1, 2):
        close_walk(database, "un", HARBOUR, began=START, now=at(minute))
    close_walk(database, "geneva", FERRIES, began=START, now=at(3))
    assert [(each["baselined"], each["walked"]) for each in rows(database, section)] == [(at(1), at(2)), (None, None)]
    assert [each["gone"] for each in rows(database, location)] == [None, None]


def test_what_a_walk_did_not_name_is_gone_since(database: Database) -> None:
    def gone() -> list[object]:
        return [row["gone"] for row in sorted(rows(database, location), key=itemgetter("section_id", "statement_id"))]

    record(database, listed("2002", "1001"), listed("1001", section=FERRIES))
    record(database, listed("2002", when=at(10)))
    for minute in (11, 12):  # the second walk finds nothing that was not gone before
        close_walk(database, "un", HARBOUR, began=at(10), now=at(minute))
        assert gone() == [at(11), None, None]
    record(database, listed("2002", "1001", when=at(13)))
    assert gone() == [None, None, None]


def test_the_last_run_of_each_job_is_the_one_with_the_highest_number(database: Database) -> None:
    """Not the one with the latest moment: a clock that was years ahead has been set back."""
    first = start_run(database, "un", "full", at(9_000_000), job="deep")
    finish_run(database, first, now=at(9_000_001), outcome="ok", counts={}, problems=[])
    start_run(database, "un", "full", START)
    start_run(database, "geneva", "incremental", at(1), job="news")
    second = start_run(database, "un", "full", at(2), job="deep")
    finish_run(database, second, now=at(3), outcome="partial", counts={}, problems=[])
    assert last_runs(database) == [
        LastRun(site="un", mode="full", job=None, started=START, outcome="failed"),
        LastRun(site="geneva", mode="incremental", job="news", started=at(1), outcome=None),
        LastRun(site="un", mode="full", job="deep", started=at(2), outcome="partial"),
    ]
