"""The main job, the whole way: a site is recorded, changes, and the feeds say what changed, word for word."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import atoma
import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from missionwatch.replica import ReplicaServer
from tests.conftest import ReplicaFactory
from tests.mission import Mission, counts
from tests.whole.conftest import Story

Known = tuple[Mission, ReplicaServer]


def test_the_first_crawl_is_a_baseline_and_no_news(story: Story) -> None:
    assert story.first["outcome"] == "ok"
    assert counts(story.first) == {"baseline": 300}
    assert story.changes_after_first == []
    assert len(story.mission.changes("--include-baseline")) == 305
    assert feedparser.parse(BytesIO(story.feed_after_first)).entries == []


def test_the_second_crawl_finds_what_was_changed_and_nothing_else(story: Story) -> None:
    assert counts(story.second) == {"new": 2, "edited": 3, "unchanged": 297}
    found = {(change["type"], change["statement"]) for change in story.mission.changes()}
    edited = {("edited", edit.statement) for edit in story.edits}
    assert found == edited | {("new", key) for key in story.added}


def test_the_third_crawl_finds_nothing(story: Story) -> None:
    assert story.third["outcome"] == "ok"
    assert [story.third[name] for name in ("new", "edited", "reverted", "baseline")] == [0, 0, 0, 0]
    # Every known page was looked at again all the same.
    assert story.third["pages"] == 302
    assert story.third["unchanged"] + story.third["not_modified"] >= 302


def _by_feedparser(data: bytes) -> dict[str, str]:
    parsed = feedparser.parse(BytesIO(data))
    assert not parsed.bozo, parsed.get("bozo_exception")
    return {entry.id: entry.content[0].value if entry.get("content") else entry.description for entry in parsed.entries}


def _by_atoma_atom(data: bytes) -> dict[str, str]:
    return {entry.id_: entry.content.value for entry in atoma.parse_atom_bytes(data).entries}


def _by_atoma_rss(data: bytes) -> dict[str, str]:
    return {item.guid: item.content_encoded or item.description for item in atoma.parse_rss_bytes(data).items}


def _by_json(data: bytes) -> dict[str, str]:
    return {item["id"]: item["content_html"] for item in json.loads(data)["items"]}


READERS: list[tuple[str, Callable[[bytes], dict[str, str]]]] = [
    ("atom", _by_feedparser),
    ("atom", _by_atoma_atom),
    ("rss", _by_feedparser),
    ("rss", _by_atoma_rss),
    ("json", _by_json),
]


@pytest.mark.parametrize(("kind", "read"), READERS)
def test_the_changes_feed_holds_each_change_with_its_words(
    story: Story, kind: str, read: Callable[[bytes], dict[str, str]]
) -> None:
    entries = read((story.public / "feeds" / f"changes.{kind}").read_bytes())
    assert len(entries) == 5
    marked = {}
    for html in entries.values():
        tree = LexborHTMLParser(html)
        removed, inserted = ([node.text() for node in tree.css(mark)] for mark in ("del", "ins"))
        (statement,) = {key for key in {*_edited(story), *story.added} if key in html}
        marked[statement] = (removed, inserted)
    assert marked == {
        **{edit.statement: ([edit.old], [edit.new]) for edit in story.edits},
        **{key: ([], []) for key in story.added},
    }


@pytest.mark.parametrize(("kind", "read"), READERS)
def test_the_statements_feed_shows_the_text_as_it_is_now(
    story: Story, kind: str, read: Callable[[bytes], dict[str, str]]
) -> None:
    data = (story.public / "feeds" / f"statements.{kind}").read_bytes()
    entries = read(data)
    assert 5 < len(entries) <= 100
    assert len(data) <= 512 * 1024
    for edit in story.edits:
        (html,) = (html for entry, html in entries.items() if entry.endswith(edit.statement.removeprefix("un-")))
        text = LexborHTMLParser(html).text()
        shown = story.mission.show(edit.statement)["paragraphs"]
        assert any(edit.new in paragraph for paragraph in shown)
        assert all(paragraph in text for paragraph in shown)


def test_show_keeps_every_version(story: Story) -> None:
    edit = story.edits[0]
    old, new = (story.mission.show(edit.statement, "--version", number) for number in ("1", "2"))
    assert [each["number"] for each in new["versions"]] == [1, 2]
    assert edit.new not in "".join(old["paragraphs"])
    assert old["text_sha256"] != new["text_sha256"]
    (differing,) = (
        (before, after) for before, after in zip(old["paragraphs"], new["paragraphs"], strict=True) if before != after
    )
    assert differing[0].replace(f" {edit.old} ", f" {edit.new} ", 1) != differing[0]


def _edited(story: Story) -> set[str]:
    return {edit.statement for edit in story.edits}


def _item(server: ReplicaServer, section: str, number: int) -> Any:
    """What a section lists at that place."""
    return server.site.truth_of(server.site.listed(section)[number])


def test_a_late_upload_in_the_middle_of_a_listing_is_found(known: Known) -> None:
    mission, server = known
    site = server.site
    late = (site.today - _item(server, "eng/hyyfy", 9).date).days
    (doc_id,) = site.add(1, section="eng/hyyfy", late_days=late)["doc_ids"]
    place = site.listed("eng/hyyfy").index(doc_id)
    assert 5 <= place <= len(site.listed("eng/hyyfy")) - 5
    told = mission.crawl()
    assert counts(told) == {"new": 1}
    assert [change["statement"] for change in mission.changes()] == [f"un-{doc_id}"]


def test_a_late_upload_far_back_is_found_by_a_whole_walk(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=80, seed=3, sections=["eng/hyyfy"])
    mission.watch(server).crawl()
    late = (server.site.today - _item(server, "eng/hyyfy", 75).date).days
    (doc_id,) = server.site.add(1, section="eng/hyyfy", late_days=late)["doc_ids"]
    assert server.site.listed("eng/hyyfy").index(doc_id) > 70
    assert counts(mission.crawl()) == {}
    assert counts(mission.crawl("--full")) == {"new": 1}


def test_one_document_in_several_sections_is_one_statement(known: Known) -> None:
    mission, server = known
    twice = [truth for truth in server.site.truth() if len(truth.sections) > 1]
    assert twice
    for truth in twice:
        places = mission.show(f"un-{truth.doc_id}")["locations"]
        assert {place["section"] for place in places} == set(truth.sections)
        assert len({place["url"] for place in places}) == len(truth.sections)
    once = next(truth for truth in server.site.truth() if truth.sections == ("eng/hyyfy",) and truth.images)
    before = mission.show(f"un-{once.doc_id}")
    server.site.list_in(once.doc_id, "eng/chinaandun/socialhr/rqwt")
    assert counts(mission.crawl("--full", "--recheck")) == {"unchanged": 60}
    # Its page under the new address, with its pictures beside it, says the same.
    address = f"{server.url}{server.site.truth_of(once.doc_id).urls[1]}"
    assert counts(mission.crawl("--url", address)) == {"unchanged": 1}
    after = mission.show(f"un-{once.doc_id}")
    assert [place["section"] for place in after["locations"]] == ["eng/hyyfy", "eng/chinaandun/socialhr/rqwt"]
    assert [len(each["versions"]) for each in (before, after)] == [1, 1]
    assert mission.changes() == []


def test_one_new_statement_costs_a_request_a_section_and_one(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=60, seed=60)
    mission.watch(server).crawl()
    (doc_id,) = server.site.add(1, section="eng/chinaandun/legalaffairs/sixthcommittee1")["doc_ids"]
    server.requests.reset()
    told = mission.crawl()
    assert counts(told) == {"new": 1}
    fronts = [f"/{section}/" for section in server.site.catalogue.sections]
    asked = server.requests.paths()
    assert sorted(asked) == sorted([*fronts, next(path for path in asked if doc_id in path)])
    assert told["requests"] == len(fronts) + 1
    assert told["not_modified"] == len(fronts) - len(server.site.truth_of(doc_id).sections)


@pytest.mark.parametrize("how", ["title", "date"])
def test_another_line_in_a_listing_has_the_page_read_again(known: Known, how: str) -> None:
    mission, server = known
    truth = _item(server, "eng/hyyfy", 2)
    server.site.edit(truth.doc_id, how=how)
    server.requests.reset()
    told = mission.crawl()
    assert counts(told) == {"edited": 1}
    # Read once because the listing shows another line, and once more because its text differs.
    assert told["pages"] == server.requests.paths().count(truth.urls[0]) == 2
    (change,) = mission.changes()
    (reason,) = change["reasons"]
    assert (change["statement"], reason.partition(":")[0]) == (f"un-{truth.doc_id}", how)


def test_an_edit_that_no_listing_shows_is_found_by_recheck_alone(known: Known) -> None:
    mission, server = known
    truth = _item(server, "eng/hyyfy", 2)
    mission.crawl("--recheck")  # what was read under another of its addresses
    server.site.edit(truth.doc_id, how="number")
    assert counts(mission.crawl()) == {}
    told = mission.crawl("--recheck", "--section", "eng/hyyfy")
    assert (told["mode"], told["requests"]) == ("recheck", 0), "nothing is due so soon"
    # On the last rung of the ladder a statement is due after a month.
    mission.write("UPDATE page SET checked = checked - 31 * 86400000000")
    told = mission.crawl("--recheck", "--section", "eng/hyyfy")
    assert (told["mode"], told["listings"], told["edited"]) == ("recheck", 0, 1)
    known_there = len(server.site.listed("eng/hyyfy"))
    assert (told["unchanged"] + told["not_modified"], told["pages"]) == (known_there - 1, known_there + 1)
    server.site.revert(truth.doc_id)
    assert counts(mission.crawl("--url", f"{server.url}{truth.urls[0]}")) == {"reverted": 1}
    *differences, back = mission.changes()[-1]["reasons"]
    assert (len(differences), back) == (1, "back to version 1")


def test_an_edit_that_a_listing_showed_is_looked_for_until_it_is_read(known: Known) -> None:
    mission, server = known
    truth = _item(server, "eng/hyyfy", 2)
    server.site.edit(truth.doc_id, how="title")
    server.site.raw(truth.urls[0], b"", status=503)
    assert counts(mission.crawl(code=3)) == {}
    assert counts(mission.crawl(code=3)) == {}
    server.site.lift()
    assert counts(mission.crawl()) == {"edited": 1}
    server.requests.reset()
    assert counts(mission.crawl()) == {}
    assert truth.urls[0] not in server.requests.paths()


def test_a_new_statement_whose_page_failed_is_asked_for_again(known: Known) -> None:
    mission, server = known
    (path, *_) = server.site.add(1, section="eng/hyyfy")["paths"]
    server.site.raw(path, b"", status=500)
    assert counts(mission.crawl(code=3)) == {}
    server.site.lift()
    assert counts(mission.crawl()) == {"new": 1}
