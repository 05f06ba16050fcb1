"""The page about long tests names each of them, and none that there is not."""

import re

from tests.docs.documents import document
from tests.needs import ROOT


def test_every_soak_test_is_documented_and_every_test_that_is_named_is_there() -> None:
    named = {ROOT / each for each in re.findall(r"`(tests/[\w./]+)`", document("soak").text)}
    assert {each for each in named if not each.exists()} == set()
    soaked = {
        path
        for path in (ROOT / "tests").rglob("test_*.py")
        if re.search(r"^@scaled\(|pytest\.mark\.soak", path.read_text(encoding="utf-8"), re.MULTILINE)
        and path.name != "test_soak.py"
    }
    assert len(soaked) > 6
    assert {path for path in soaked - named if path.parent not in named} == set()
