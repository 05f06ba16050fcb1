import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.probe import Finding, closed_door, judge, probe_route
from crawler.profile import SiteProfile
from crawler.visit import Answer, Visit
from missionwatch.replica import ReplicaSite
from tests.crawler.asking import follow, reader
from tests.crawler.plants import CASES, LISTING, Case, first_statement, site, swap


def findings(replica: ReplicaSite, failing: dict[str, Answer] | None = None) -> dict[str, Finding]:
    beside = reader()
    answers = follow(probe_route(beside, beside.profile.default_sections), replica, failing)
    found = judge(beside, answers)
    assert len({each.check for each in found}) == len(found)
    return {each.check: each for each in found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_planted_difference_is_found_and_nothing_else_fails(case: Case) -> None:
    replica = site()
    case.plant(replica)
    found = findings(replica)
    finding = found[case.check]
    assert (finding.ok, finding.profile_key) == (case.ok, case.key), finding
    assert case.says in finding.found
    assert case.advises in finding.advice
    assert [each.check for each in found.values() if each.ok is False] == ([case.check] if case.ok is False else [])


def test_all_holds_on_the_replica_within_a_dozen_requests() -> None:
    beside = reader()
    answers = follow(probe_route(beside, beside.profile.default_sections), site())
    found = {each.check: each for each in judge(beside, answers)}
    assert len(answers) <= 12
    assert [each for each in found.values() if each.ok is False] == []
    for check in (
        "reach",
        "robots",
        "conditional",
        "scheme",
        "pager",
        "pager-further",
        "pager-end",
        "template",
        "title",
    ):
        assert found[check].ok, check
    for check in ("date", "date-listed", "body", "missing-page", "section[hyyfy]", "statement[zh-Hans]", "validators"):
        assert found[check].ok, check
    assert closed_door(beside, answers) is None


def test_modern_bodies_confirm_the_inner_block() -> None:
    replica = site()
    opened = b'<div class="view-txt"><div class="trs_editor_view TRS_UEDITOR">'
    swap(
        replica,
        first_statement(replica),
        (b'<div class="view-txt">', opened),
        (b'<div id="appendix"', b'</div><div id="appendix"'),
    )
    finding = findings(replica)["inner-block"]
    assert finding.ok
    assert "holds the whole text" in finding.found


CLOSED: list[tuple[Callable[[ReplicaSite], object], dict[str, Answer], str, int]] = [
    (lambda replica: replica.block_page("captcha"), {}, "lets no page be read: 200, the page", 3),
    (lambda replica: replica.block_page("denied"), {}, "lets no page be read: 403", 3),
    (lambda replica: replica.block_page("waf"), {}, "lets no page be read: 405", 3),
    (lambda replica: replica.outage("503"), {}, "answers 503 for robots.txt", 1),
]


@pytest.mark.parametrize(("plant", "failing", "sentence", "visits"), CLOSED, ids=lambda each: str(each)[:20])
def test_a_closed_site_is_said_in_a_sentence_and_not_asked_on(
    plant: Callable[[ReplicaSite], object], failing: dict[str, Answer], sentence: str, visits: int
) -> None:
    replica, beside = site(), reader()
    plant(replica)
    answers = follow(probe_route(beside, beside.profile.default_sections), replica, failing)
    assert sentence in (closed_door(beside, answers) or "")
    assert len(answers) == visits
    found = {each.check: each for each in judge(beside, answers)}
    assert found["reach"].ok is False
    assert "template" not in found


def refused(code: str, detail: str) -> Answer:
    return Answer(visit=Visit(role="", page="", kind="listing"), code=code, detail=detail)


def test_a_host_that_answers_under_the_other_scheme_only_is_told() -> None:
    beside = reader()
    failing = {"robots": refused("tls", "The site's certificate could not be verified: expired")}
    answers = follow(probe_route(beside, beside.profile.default_sections), site(), failing)
    found = {each.check: each for each in judge(beside, answers)}
    assert [each.visit.role for each in answers] == ["robots", "scheme"]
    assert (found["scheme"].ok, found["scheme"].profile_key) == (False, "base_url")
    assert "http://un.china-mission.gov.cn/eng/ answers; see `base_url`" in (closed_door(beside, answers) or "")


def test_pages_that_fail_on_the_way_prove_nothing_about_their_lines() -> None:
    found = findings(
        site(), {role: refused("timeout", "The site did not answer in time.") for role in ("missing", "last-page")}
    )
    assert found["missing-page"].ok is None
    assert found["pager-further"].ok in (None, True)
    assert (found["reach"].ok, found["reach"].profile_key) == (False, "base_url")


def test_rules_for_robots_that_forbid_a_section_are_one_finding() -> None:
    found = findings(site(), {"listing": refused("robots", "robots.txt of the site forbids this page.")})
    assert found["robots"].ok is False
    assert found["robots"].profile_key == "sections"
    assert [each.check for each in found.values() if each.ok is False] == ["robots"]


def resolves(profile: SiteProfile, key: str) -> bool:
    """Whether a key such as `templates[view].date` names a value of the profile."""
    value: object = profile
    for name, choice in re.findall(r"(?:^|\.)(\w+)(?:\[([^\]]+)\])?", key):
        value = getattr(value, name)
        if choice:
            value = next(each for each in value if choice in map(str, vars_of(each)))  # type: ignore[attr-defined]
    return True


def vars_of(record: object) -> list[object]:
    return [getattr(record, name, None) for name in ("name", "path", "tag")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_key_is_one_of_the_profile_and_every_failure_advises(case: Case) -> None:
    replica, profile = site(), reader().profile
    case.plant(replica)
    for finding in findings(replica).values():
        assert finding.profile_key is None or resolves(profile, finding.profile_key)
        assert bool(finding.advice) == (finding.ok is False), finding
        assert finding.found
        assert finding.expected


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([LISTING, "statement", "/eng/", "/robots.txt", "/hyyfy/"]), st.data())
def test_damaged_pages_are_judged_and_never_raise(which: str, data: st.DataObject) -> None:
    replica = site()
    path = first_statement(replica) if which == "statement" else which
    body = bytearray(replica.answer(path).body)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, len(body)))
        body[start:end] = data.draw(st.binary(max_size=40))
    replica.raw(path, bytes(body))
    for finding in findings(replica).values():
        assert finding.ok is not False or finding.advice


def test_judging_needs_no_scrapy() -> None:
    code = "import missionwatch, crawler.probe, crawler.sections, sys; sys.exit('scrapy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
