"""The documents name every code that a run, an incident, a look or a change can have, and none that there is not."""

import ast
import re
from collections.abc import Iterator
from typing import get_args

from crawler.extract.errors import Code
from crawler.tally import BLOCK_CODES, NETWORK_CODES
from store.coverage import Result
from store.incidents import IncidentCode
from store.model import ChangeType, Outcome, StatementState
from tests.docs.documents import codes, document
from tests.needs import ROOT

PLACES = {
    # function → where in its arguments a code stands
    "problem": 0,
    "_problem": 2,
    "_unreadable": 0,
    "ExtractionError": 0,
    "Problem": None,
    "LookFailed": None,
    "PageSeen": None,
    "ListingSeen": None,
}


def _codes_of_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in PLACES:
            continue
        place = PLACES[name]
        given = [each.value for each in node.keywords if each.arg == "code"]
        given += node.args[place : place + 1] if place is not None else []
        yield from (each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str))


def _codes_of_returns(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            first = node.value.elts[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _problem_codes() -> set[str]:
    """Every code that the source can give a problem of a run."""
    found = {*get_args(Code), *NETWORK_CODES, *BLOCK_CODES}
    for folder in ("crawler", "store", "missionwatch"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.is_relative_to(ROOT / "missionwatch" / "replica"):
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found.update(_codes_of_calls(tree))
            if path.name in ("failures.py", "recognition.py"):
                found.update(_codes_of_returns(tree))
    return {code for each in found for code in (get_args(each) or (each,)) if code}


def _told(heading: str) -> set[str]:
    return {code for row in document("troubleshooting").rows(heading) for code in codes(row[0])}


def test_every_code_of_a_problem_is_told_and_no_other() -> None:
    found = _problem_codes()
    assert {"mass-change", "killed", "dns", "soft-404", "listing-empty"} <= found, "the source is not read rightly"
    told = _told("Problems of a run")
    assert {"http-404", "http-5xx", "http-…"} <= told
    assert {code for code in told if not code.startswith("http-")} == {
        code for code in found if not code.startswith("http-")
    }


def test_every_incident_is_told_with_what_to_do_and_no_other() -> None:
    assert _told("Incidents") == set(get_args(IncidentCode))
    for row in document("troubleshooting").rows("Incidents"):
        assert len(row) == 3, row
        assert all(row), row
    assert codes(document("truth").section("Incidents")) >= set(get_args(IncidentCode))


def test_every_outcome_of_a_run_is_told() -> None:
    assert _told("Outcomes of a run") == set(get_args(Outcome))


def test_every_result_of_a_look_and_type_of_change_is_told() -> None:
    truth = document("truth")
    looks = set(re.findall(r"`([a-z_]+)`", truth.section("Coverage")))
    assert set(get_args(Result)) - looks == set()
    words = set(re.findall(r"[a-z]+", truth.text))
    assert {*get_args(ChangeType), *get_args(StatementState)} - words - {"live"} == set()


def test_every_sentence_that_is_explained_is_one_of_the_program() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("crawler", "store", "feeds", "missionwatch")
        for path in (ROOT / folder).rglob("*.py")
    )
    foreign = {"missing required field"}
    """Of msgspec, which reads the configuration."""
    fragments = {
        part.strip()
        for row in document("troubleshooting").rows("Sentences")
        for code in codes(row[0])
        for part in code.split("…")
    }
    assert len(fragments) > 12
    assert {part for part in fragments - foreign if part not in source} == set()
