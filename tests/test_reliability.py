"""The table of what can go wrong: a line for each of the 52 faults, and every test that it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.needs import ROOT

LINES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]
FAULTS = 52


@cache
def _tests(path: Path) -> frozenset[str]:
    """The tests of a file; those of a class and under a condition too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_each_fault_has_one_line() -> None:
    assert sorted(int(line[0]) for line in LINES) == list(range(1, FAULTS + 1))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_a_line_says_what_happens_and_names_tests_that_are_there(line: list[str]) -> None:
    number, fault, happens, tests, reached = line
    assert number
    assert all((fault, happens, reached))
    if not tests:
        assert reached.startswith("not covered, because "), reached
        return
    for named in tests.split("; "):
        file, *names = re.findall(r"`([^`]+)`", named)
        assert re.fullmatch(r"tests/[\w/]+\.py", file), named
        assert names, named
        assert set(names) - _tests(ROOT / file) == set()
