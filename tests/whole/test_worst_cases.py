"""Answers that nobody means well, in whole crawls: named, in bounded memory, and the rest of the site recorded."""

from collections.abc import Iterable

import pytest

from missionwatch.replica import ReplicaServer, Truth
from missionwatch.replica.flows import FlowKind
from tests.conftest import ReplicaFactory
from tests.mission import Mission, counts
from tests.whole.archive_laws import check_archive
from tests.whole.measuring import run_measured
from tests.whole.worst_answers import WORST_ANSWERS

MEMORY = 300 * 1024 * 1024
IMPATIENT = "[crawl]\ntimeout = 1\nmax_bytes = 2000000\n"
STATEMENTS = 40
MANY = ("page of 30 MB", "a million links", "brotli bomb", "zstandard bomb")
HOST = "https://un.china-mission.gov.cn"


def _crawl(mission: Mission, *options: str) -> tuple[int, dict[str, str], dict[str, int]]:
    """A crawl within the memory; its exit code, the codes of its problems by path, and what it found."""
    done, peak = run_measured(mission, mission.crawl_line(*options))
    assert peak < MEMORY
    (told,) = done.objects
    problems = {each["url"].removeprefix(HOST): each["code"] for each in told["problems"]}
    return done.code, problems, counts(told)


def _alone(truths: Iterable[Truth]) -> list[str]:
    """The paths of statements that have one only."""
    return [path for path, *more in (truth.urls for truth in truths) if not more]


@pytest.mark.slow
def test_bodies_that_do_not_end_in_time(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=STATEMENTS)
    sections = ("eng/hyyfy", "hyyfy")
    truths = server.site.truth()
    elsewhere = [truth for truth in truths if not {*sections} & {*truth.sections}]
    lost = sum({*sections} >= {*truth.sections} for truth in truths) + 2
    paths = [*(f"/{section}/" for section in sections), *_alone(elsewhere)[:2]]
    faults: list[tuple[FlowKind, str]] = [("drip", "timeout"), ("endless", "too-large")]
    for path, (kind, _) in zip(paths, faults * 2, strict=True):
        server.site.flow(path, kind)
    code, problems, found = _crawl(mission.watch(server, IMPATIENT))
    assert (code, problems) == (3, dict(zip(paths, [code for _, code in faults * 2], strict=True)))
    assert found == {"baseline": STATEMENTS - lost}
    check_archive(mission)
    server.site.lift()
    assert _crawl(mission) == (0, {}, {"baseline": lost})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "code", "exit_code"),
    [("endless", "too-large", 1), pytest.param("drip", "timeout", 4, marks=pytest.mark.soak)],
)
def test_rules_for_robots_that_do_not_end_in_time(
    mission: Mission, replica: ReplicaFactory, kind: FlowKind, code: str, exit_code: int
) -> None:
    server = replica(count=STATEMENTS)
    server.site.flow("/robots.txt", kind)
    assert _crawl(mission.watch(server, IMPATIENT)) == (exit_code, {"/robots.txt": code}, {})
    assert set(server.requests.paths()) == {"/robots.txt"}


def _plant(server: ReplicaServer, name: str, *paths: str) -> None:
    worst = WORST_ANSWERS[name]
    body = worst.body()
    for path in paths:
        server.site.raw(path, body, headers=worst.headers)


@pytest.mark.soak
@pytest.mark.parametrize("name", WORST_ANSWERS)
def test_a_statement_of_the_worst_kind(mission: Mission, replica: ReplicaFactory, name: str) -> None:
    server = replica(count=STATEMENTS)
    path = _alone(server.site.truth())[0]
    _plant(server, name, path)
    code, problems, found = _crawl(mission.watch(server))
    assert (code, problems, found) == (3, {path: WORST_ANSWERS[name].code}, {"baseline": STATEMENTS - 1})
    check_archive(mission)
    server.site.lift()
    assert _crawl(mission) == (0, {}, {"baseline": 1})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gzip bomb", *(pytest.param(name, marks=pytest.mark.soak) for name in MANY)])
def test_half_of_the_statements_are_of_the_worst_kind(mission: Mission, replica: ReplicaFactory, name: str) -> None:
    server = replica(count=STATEMENTS)
    paths = _alone(server.site.truth())[: STATEMENTS // 2]
    _plant(server, name, *paths)
    # In the end each connection may hold a page of `crawl.max_bytes`; there is one by default.
    code, problems, found = _crawl(mission.watch(server), "--concurrency", "1")
    assert (code, problems) == (3, dict.fromkeys(paths, WORST_ANSWERS[name].code))
    assert found == {"baseline": STATEMENTS - len(paths)}


@pytest.mark.soak
@pytest.mark.parametrize("name", WORST_ANSWERS)
def test_a_listing_of_the_worst_kind(mission: Mission, replica: ReplicaFactory, name: str) -> None:
    server = replica(count=STATEMENTS)
    _plant(server, name, "/eng/hyyfy/")
    code, problems, found = _crawl(mission.watch(server))
    assert (code, problems) == (3, {"/eng/hyyfy/": WORST_ANSWERS[name].code})
    assert 0 < found["baseline"] < STATEMENTS
    check_archive(mission)


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name, worst in WORST_ANSWERS.items() if worst.encoding])
def test_rules_for_robots_that_unpack_to_too_much(mission: Mission, replica: ReplicaFactory, name: str) -> None:
    server = replica(count=STATEMENTS)
    _plant(server, name, "/robots.txt")
    assert _crawl(mission.watch(server)) == (1, {"/robots.txt": "too-large"}, {})
    assert set(server.requests.paths()) == {"/robots.txt"}


@pytest.mark.soak
def test_a_million_rules_for_robots(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=STATEMENTS)
    rules = "".join(f"Disallow: /*a*{number}*b$\n" for number in range(1_000_000))
    server.site.raw("/robots.txt", f"User-agent: *\n{rules}".encode(), "text/plain")
    assert _crawl(mission.watch(server)) == (0, {}, {"baseline": STATEMENTS})


@pytest.mark.soak
def test_ten_thousand_words_are_rewritten(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=STATEMENTS)
    truth = server.site.truth()[0]
    server.site.edit(truth.doc_id, how=lambda paragraphs: ["word " * 9_999 + "word"])
    assert _crawl(mission.watch(server)) == (0, {}, {"baseline": STATEMENTS})
    server.site.edit(truth.doc_id, how=lambda paragraphs: ["term " * 9_999 + "term"])
    code, problems, found = _crawl(mission, "--recheck", "--full")
    assert (code, problems, found["edited"]) == (0, {}, 1)
    for verb in (("diff", f"un-{truth.doc_id}"), ("publish",), ("verify",)):
        done, peak = run_measured(mission, mission.line(*verb))
        assert (done.code, done.stderr) == (0, "")
        assert peak < MEMORY
