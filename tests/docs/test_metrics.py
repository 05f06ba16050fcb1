"""Every number of `/metrics` and every check of `/readyz` is told, and none that there is not."""

import ast
import re
from collections.abc import Iterator

from tests.docs.documents import DOCUMENTS, codes, document
from tests.needs import ROOT

MAKERS = {"Metric", "one", "_of_sites", "_counts"}


def _named(path: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS:
            match node.args:
                case [ast.Constant(value=str(name)), *_]:
                    yield f"missionwatch_{name}"


METRICS = {name for path in (ROOT / "missionwatch" / "daemon").glob("*.py") for name in _named(str(path))}


def test_every_metric_is_told_and_no_other() -> None:
    assert {"missionwatch_info", "missionwatch_open_incidents", "missionwatch_letters"} <= METRICS
    told = {code for code in codes(document("daemon").section("Health")) if code.startswith("missionwatch_")}
    assert told == METRICS


def test_rules_for_alarms_use_metrics_that_there_are() -> None:
    used = {
        name
        for page in DOCUMENTS
        if page.name != "CHANGELOG.md"
        for language, code in page.blocks
        if language == "yaml"
        for name in re.findall(r"\bmissionwatch_[a-z_]+", code)
    }
    assert used
    assert used - METRICS == set()
