"""The documents name everything there is to type, to set and to read, and nothing that is not there."""

import argparse
import ast
import re
from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest

from crawler.extract.errors import Code
from crawler.tally import BLOCK_CODES, NETWORK_CODES
from missionwatch import exits
from missionwatch.arguments import build_parser
from missionwatch.config_model import Config, SiteConfig
from store.coverage import Result
from store.incidents import IncidentCode
from store.model import ChangeType, StatementState
from tests.needs import ROOT

COMMANDS, CONFIGURATION, TRUTH, SOAK = (
    (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("commands", "configuration-reference", "truth", "soak")
)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def _verbs(parser: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its parser, actions of a command as `db upgrade`."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, verb in action.choices.items():
                inner = list(_verbs(verb, f"{before}{name} "))
                yield from inner or [(f"{before}{name}", verb)]


VERBS = dict(_verbs(build_parser()))


def _options(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in parser._actions for name in action.option_strings if name.startswith("--")} - {"--help"}


def _told_of(verb: str) -> str:
    """What the document says of a command: its row, or for `crawl` its section."""
    if verb == "crawl":
        return COMMANDS.partition("## Crawling")[2].partition("## Reading")[0]
    rows = [line for line in COMMANDS.splitlines() if line.startswith("|")]
    (row,) = (row for row in rows if re.search(rf"`{verb}[ `]", row.split("|")[1]))
    return row


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_of_a_command_is_documented_and_no_other(verb: str) -> None:
    told = _told_of(verb)
    common = _options(build_parser())
    assert set(OPTION.findall(told)) - common == _options(VERBS[verb]) - common
    for action in VERBS[verb]._actions:
        if not action.option_strings:
            assert str(action.metavar) in told


def test_options_before_the_command_are_documented() -> None:
    assert _options(build_parser()) - set(OPTION.findall(COMMANDS.partition("## Setting up")[0])) == set()


def test_every_key_of_the_configuration_is_documented_and_no_other() -> None:
    fields = {each.name: each.type for each in msgspec.structs.fields(Config)}
    keys = {
        f"{table}.{each.name}"
        for table, kind in fields.items()
        if table != "sites"
        for each in msgspec.structs.fields(kind)
    }
    keys |= {f"sites.NAME.{each.name}" for each in msgspec.structs.fields(SiteConfig)}
    named = set(re.findall(r"`((?:[a-z]+|sites\.NAME)\.[a-z_]+)`", CONFIGURATION))
    assert {name for name in named if name.partition(".")[0] in fields} == keys


def test_every_exit_code_is_documented() -> None:
    told = COMMANDS.partition("## Exit codes")[2]
    codes = {value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}
    assert len(codes) >= 8
    assert codes - {int(number) for number in re.findall(r"\d+", told)} == set()


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
    codes = {*get_args(Code), *NETWORK_CODES, *BLOCK_CODES}
    for folder in ("crawler", "store", "missionwatch"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.is_relative_to(ROOT / "missionwatch" / "replica"):
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            codes.update(_codes_of_calls(tree))
            if path.name in ("failures.py", "recognition.py"):
                codes.update(_codes_of_returns(tree))
    return {code for each in codes for code in (get_args(each) or (each,)) if code}


def test_every_code_of_a_problem_is_documented_and_no_other() -> None:
    codes = _problem_codes()
    assert {"mass-change", "killed", "dns", "soft-404", "listing-empty"} <= codes, "the source is not read rightly"
    told = COMMANDS.partition("Problem codes: ")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z]+(?:-[a-z0-9…]+)*)`", told))
    assert "http-…" in named
    plain = {code for code in codes if not code.startswith("http-")}
    assert {name for name in named if not name.startswith("http-")} == plain


def test_every_incident_result_of_a_look_and_type_of_change_is_documented() -> None:
    incidents = set(re.findall(r"`([a-z-]+)`", TRUTH.partition("## Incidents")[2]))
    assert set(get_args(IncidentCode)) - incidents == set()
    looks = set(re.findall(r"`([a-z_]+)`", TRUTH.partition("## Coverage")[2].partition("## Incidents")[0]))
    assert set(get_args(Result)) - looks == set()
    words = set(re.findall(r"[a-z]+", TRUTH))
    assert {*get_args(ChangeType), *get_args(StatementState)} - words - {"live"} == set()


def test_every_soak_test_is_documented_and_every_test_that_is_named_is_there() -> None:
    named = {ROOT / each for each in re.findall(r"`(tests/[\w./]+)`", SOAK)}
    assert {each for each in named if not each.exists()} == set()
    soaked = {
        path
        for path in (ROOT / "tests").rglob("test_*.py")
        if re.search(r"^@scaled\(|pytest\.mark\.soak", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(soaked) > 6
    assert {path for path in soaked - named if path.parent not in named} == set()
