"""The JSON that other programs read has exactly the fields of the contract, with values of the right kinds."""

import re
from typing import Any

import pytest

from missionwatch.replica import ReplicaServer
from tests.mission import Mission

CRAWL = (
    "site run mode outcome started finished requests not_modified listings pages new edited reverted removed restored "
    "moved unchanged baseline problems"
)
PROBLEM = "code url detail"
CHANGE = (
    "id type statement site language title url permalink detected from_version to_version significance reasons "
    "baseline hash"
)
SHOW = (
    "id site language url state title subtitle date kind speakers organ symbols locations paragraphs attachments "
    "images text_sha256 versions coverage duplicate_of"
)
PARTS = {
    "date": "text date time zone",
    "locations": "url section label first_seen last_seen",
    "attachments": "url label media_type sha256",
    "images": "url alt",
    "versions": "number kind observed_first observed_last text_sha256 capture_sha256 extractor",
    "coverage": "from to result looks",
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SHA256 = re.compile(r"[0-9a-f]{64}")


@pytest.fixture
def changed(known: tuple[Mission, ReplicaServer]) -> tuple[Mission, ReplicaServer]:
    """A site of which one statement was edited, one added and one cannot be read."""
    mission, server = known
    first, second, *_ = [truth for truth in server.site.truth() if truth.language == "en"]
    server.site.edit(first.doc_id, how="title")
    server.site.add(1, section="hyyfy")
    server.site.soft_404(second.doc_id)
    return mission, server


def _fields(told: dict[str, Any]) -> str:
    return " ".join(told)


def test_crawl_changes_and_show(changed: tuple[Mission, ReplicaServer]) -> None:
    mission, server = changed
    told = mission.crawl("--full", "--recheck", code=3)
    assert _fields(told) == CRAWL
    (problem,) = told["problems"]
    assert _fields(problem) == PROBLEM
    assert all(isinstance(value, str) and value for value in problem.values())
    assert (told["mode"], told["outcome"], told["run"]) == ("full", "partial", 2)
    assert all(MOMENT.fullmatch(told[name]) for name in ("started", "finished"))
    assert all(type(told[name]) is int for name in CRAWL.split()[6:-1])

    changes = mission.changes()
    assert {_fields(change) for change in changes} == {CHANGE}
    assert [change["id"] for change in changes] == [61, 62]
    assert {change["type"] for change in changes} == {"new", "edited"}
    for change in changes:
        assert MOMENT.fullmatch(change["detected"])
        assert SHA256.fullmatch(change["hash"])
        assert change["permalink"] == f"http://127.0.0.1:8000/statements/{change['statement']}"
        assert change["url"].startswith("https://un.china-mission.gov.cn/")
    everything = mission.changes("--include-baseline")
    assert [change["id"] for change in everything] == list(range(1, 63))
    assert [change["baseline"] for change in everything] == [True] * 60 + [False] * 2

    for truth in server.site.truth():
        if truth.images or truth.attachments:
            _check_statement(mission.show(f"un-{truth.doc_id}"))
    _check_statement(mission.show(changes[0]["statement"]))


def _check_statement(shown: dict[str, Any]) -> None:
    assert _fields(shown) == SHOW
    for name, fields in PARTS.items():
        parts = [shown[name]] if isinstance(shown[name], dict) else shown[name]
        assert {_fields(part) for part in parts} <= {fields}, name
    assert shown["state"] == "live"
    assert SHA256.fullmatch(shown["text_sha256"])
    assert shown["text_sha256"] == shown["versions"][-1]["text_sha256"]
    assert shown["paragraphs"]
    assert all(isinstance(paragraph, str) for paragraph in shown["paragraphs"])
    for version in shown["versions"]:
        assert MOMENT.fullmatch(version["observed_first"])
        assert version["observed_first"] <= version["observed_last"]
        assert SHA256.fullmatch(version["capture_sha256"])


def test_changes_are_filtered(changed: tuple[Mission, ReplicaServer]) -> None:
    mission, _ = changed
    mission.crawl("--full")
    new, edited = sorted(mission.changes(), key=lambda change: str(change["type"]), reverse=True)
    assert mission.changes("--type", "new") == [new]
    assert mission.changes("--section", "hyyfy") == [new]
    assert mission.changes("--section", "eng") == [edited]
    assert mission.changes("--since", edited["detected"]) in ([edited, new], [edited], [new, edited])
    assert mission.changes("--since", "2999-01-01") == []
    assert mission.changes("--speaker", "nobody of that name") == []


def test_text_for_people_says_the_same(changed: tuple[Mission, ReplicaServer]) -> None:
    mission, _ = changed
    mission.crawl("--full")
    for change, line in zip(mission.changes(), mission.run("changes").stdout.splitlines(), strict=True):
        number, _, kind, statement, reasons, title = line.split("\t")
        assert (int(number), kind, statement, title) == (
            change["id"],
            change["type"],
            change["statement"],
            change["title"],
        )
        assert reasons == ", ".join(change["reasons"])
        shown = mission.show(statement)
        for form in ("text", "markdown", "html"):
            text = mission.run("show", statement, "--format", form).stdout
            assert len(text) > sum(len(paragraph) for paragraph in shown["paragraphs"])
    assert mission.run("status", "--json").objects[0]["changes"] == 2
