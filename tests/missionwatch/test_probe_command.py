from collections.abc import Callable
from pathlib import Path

import pytest

from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.crawler.plants import CASES, Case, site
from tests.missionwatch.looking import run

pytestmark = pytest.mark.slow

KEYS = ["check", "ok", "found", "expected", "profile_key", "advice"]
NAMED = {case.name: case for case in CASES}
PLANTED = (
    "a listing without a pager",
    "an unknown error page with status 200",
    "robots.txt redirects without end",
)


def test_all_holds_on_the_replica_and_nothing_is_stored(tmp_path: Path) -> None:
    with ReplicaServer(site()) as server:
        told = run(server, tmp_path, "probe", "--json")
    assert (told.code, told.err) == (0, "")
    assert all(list(each) == KEYS for each in told.lines)
    found = {each["check"]: each["ok"] for each in told.lines}
    assert False not in found.values()
    assert found["template"] is found["pager"] is found["missing-page"] is found["conditional"] is True
    asked = server.requests.paths()
    assert asked.count("/robots.txt") == 1
    assert len(asked) <= 12
    assert server.requests.paths(304) == [path for path in asked if asked.count(path) == 2][:1]


@pytest.mark.parametrize("case", [NAMED[each] for each in PLANTED], ids=PLANTED)
def test_what_is_planted_decides_the_exit_code(case: Case, tmp_path: Path) -> None:
    replica = site()
    case.plant(replica)
    with ReplicaServer(replica) as server:
        told = run(server, tmp_path, "probe", "--json")
    found = {each["check"]: each for each in told.lines}
    assert told.code == (1 if case.ok is False else 0)
    assert found[case.check]["ok"] is case.ok
    assert found[case.check]["profile_key"] == case.key
    assert [check for check, each in found.items() if each["ok"] is False] == ([case.check] if told.code else [])


def test_people_read_first_which_line_to_change(tmp_path: Path) -> None:
    replica = site()
    NAMED["a title of another class"].plant(replica)
    with ReplicaServer(replica) as server:
        told = run(server, tmp_path, "probe")
    assert told.code == 1
    wrong, _, right = told.out.partition("\nHolds:\n")
    assert "\nDoes not hold:\n  title: the title stands in `h3.view-heading`\n" in wrong
    assert "    change templates[view].title: Add `h3.view-heading` to the selectors." in wrong
    assert "  template: `view`" in right
    assert "\nCould not be seen:\n" in right


@pytest.mark.parametrize(
    ("verb", "close", "sentence"),
    [
        ("probe", lambda site: site.outage("refuse"), "cannot be reached"),
        ("probe", lambda site: site.block_page("captcha"), "lets no page be read"),
        ("probe", lambda site: site.robots("disallow"), "robots.txt of the site forbids"),
        ("sections", lambda site: site.outage("503"), "answers 503 for robots.txt"),
    ],
    ids=["refuse", "captcha", "robots", "503"],
)
def test_a_closed_site_is_one_sentence_and_exit_code_4(
    verb: str, close: Callable[[ReplicaSite], object], sentence: str, tmp_path: Path
) -> None:
    replica = ReplicaSite(count=20, seed=3)
    with ReplicaServer(replica) as server:
        close(replica)
        told = run(server, tmp_path, verb)
        asked = len(server.requests)
    assert (told.code, told.out) == (4, "")
    assert sentence in told.err
    assert told.err.count("\n") == 1
    assert asked <= 3


def test_an_address_with_a_path_is_a_usage_error(tmp_path: Path) -> None:
    with ReplicaServer(ReplicaSite(count=20, seed=3)) as server:
        told = run(server, tmp_path, "probe", "--base-url", f"{server.url}/folder")
    assert told.code == 2
    assert "must be scheme and host only" in told.err
