"""What pages of statements, versions, differences and of the sites' state show."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.pages import Pages
from feeds.pages.coverage import spells
from store.model import Interval, Paragraph
from tests.feeds.fakes import FakeArchive, a_statement, harbour
from tests.feeds.press import SETTINGS, press, pressed_world
from tests.feeds.reading import first, parsed, texts, value
from tests.feeds.world import world

PAGES = Pages(SETTINGS)
FIRST = "read for the first time, then unchanged"


def test_a_statement_page_tells_what_is_known() -> None:
    page = parsed(pressed_world()["statements/un-3001/index.html"])
    facts = texts(page, ".facts > div")
    assert "Speaker Qiao Wenlan, Permanent Representative" in facts
    assert "Documents named S/RES/9001 A/99/120" in facts
    assert any(each.startswith("Stated date 22 February 2026, 10:30 (America/New_York), printed as") for each in facts)
    assert len(page.css("[aria-labelledby=versions] tbody tr")) == 3
    assert len(page.css("[aria-labelledby=places] tbody tr")) == 1
    assert len(page.css(".paragraph")) == 44
    assert texts(page, "[aria-labelledby=coverage] li")[0].endswith("unchanged at every look")
    removed = parsed(pressed_world()["statements/un-3101/index.html"])
    assert "Removed from the site." in texts(removed, ".notice")[0]
    twin = parsed(pressed_world()["statements/un-3103/index.html"])
    assert "Says the same as un-3104, which was here first" in texts(twin, ".facts > div")


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ([("first", 1)], [f"{FIRST} at every look"]),
        (
            [("first", 1), ("unchanged", 4), ("not_modified", 7)],
            [f"{FIRST} at every look"],
        ),
        (
            [("first", 1), ("not_modified", 7), ("failed", 2), ("unchanged", 3)],
            [
                "unchanged at every look",
                "no usable answer (2 looks)",
                f"{FIRST} (8 looks)",
            ],
        ),
        ([("first", 1), ("changed", 1)], ["another text than before (1 look)", "read for the first time (1 look)"]),
    ],
)
def test_looks_in_words(looks: list[tuple[str, int]], told: list[str]) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    found = spells([Interval(since=moment, until=moment, result=result, looks=count) for result, count in looks])
    assert [spell.words for spell in found] == told


def test_one_more_quiet_look_on_the_same_day_changes_nothing() -> None:
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC)
    first = Interval(since=moment, until=moment, result="first", looks=1)
    later = [
        Interval(since=moment, until=moment + timedelta(hours=hour), result="unchanged", looks=hour)
        for hour in range(1, 9)
    ]
    assert len({spells([first, each]) for each in later}) == 1


def test_a_version_names_the_others_what_to_cite_and_its_line_in_the_log() -> None:
    archive = world()
    page = parsed(pressed_world()["statements/un-3001/versions/2/index.html"])
    base = "https://watch.example/desk/statements/un-3001"
    relations = {value(node, "rel"): value(node, "href") for node in page.css("head link")}
    assert relations["version-history"] == base
    assert relations["latest-version"] == relations["successor-version"] == f"{base}/versions/3"
    assert relations["predecessor-version"] == f"{base}/versions/1"
    assert relations["cite-as"] == relations["canonical"] == f"{base}/versions/2"
    assert relations["original"] == "https://mission.example/3001.htm"
    proof = " ".join(texts(page, ".proof > div"))
    change = next(each for each in archive.changes_of("un-3001") if each.to_version == 2)
    facts = archive.records["un-3001"].versions[1]
    for word in (change.hash, facts.text_sha256, facts.capture_sha256, facts.extractor, f"Line {change.id}"):
        assert word in proof
    assert first(page, ".proof a").attributes["href"] == "/desk/statements/un-3001/versions/2/capture"


def test_a_difference_holds_both_views_and_both_extents() -> None:
    archive = world()
    page = parsed(pressed_world()["statements/un-3001/diff/1..2/index.html"])
    assert [node.id for node in page.css(".controls input")] == [
        *("view-inline", "view-sides"),
        *("show-changes", "show-all"),
    ]
    assert len(page.css(".controls label")) == 4
    moved = {node.text(): value(node, "href") for node in page.css(".aside a")}
    assert moved == {"Moved to paragraph 31": "#text-n31", "Moved from paragraph 28": "#text-o28"}
    old, new = (archive.version("un-3001", number) for number in (1, 2))
    rows = page.css(".row")
    for side, content, without in (("old", old, "ins"), ("new", new, "del")):
        said = []
        for row in rows:
            # What side by side shows in the column: its own cell, or the second copy for the new version.
            cells = [cell for cell in row.css("div") if side in value(cell, "class").split()]
            for cell in cells:
                for mark in cell.css(f"{without}, .aside"):
                    mark.decompose()
                said.append(cell.text(deep=True).strip())
        assert said == [paragraph.text for paragraph in content.paragraphs], side
    folded = sum(int(words.split()[0]) for words in texts(page, ".elision"))
    assert folded == len(page.css(".folded > .row")) > 10
    assert texts(page, ".reasons li")[0] == "negation not added"


def test_what_cannot_be_seen_is_named_where_it_differs() -> None:
    archive = FakeArchive()
    key = archive.add(a_statement(paragraphs=["two\xa0boats", "an oar"]))
    archive.edit(key, a_statement(paragraphs=["two boats", "an\u200b \u202eoar"]))
    page = parsed(press(archive)[f"statements/{key}/diff/1..2/index.html"])
    marks = [node.text() for node in page.css(".old ins, .old del")]
    assert "[U+00A0]" in marks
    assert any("[U+200B]" in mark for mark in marks)
    assert "\u202e" not in first(page, ".diff").text(deep=True)


def test_equal_versions_say_so() -> None:
    archive = FakeArchive()
    key = archive.add(a_statement())
    archive.edit(key, a_statement())
    page = press(archive)[f"statements/{key}/diff/1..2/index.html"].decode()
    assert "The two versions say the same." in page


def test_versions_that_are_not_there_are_refused() -> None:
    archive = harbour()
    record = archive.records["un-1001"]
    with pytest.raises(KeyError):
        PAGES.version(record, 9, record.content)
    with pytest.raises(KeyError):
        PAGES.diff(record, (1, 9), record.content, record.content)


def test_status_tells_incidents_remarks_and_silences_in_words() -> None:
    archive = world()
    page = parsed(PAGES.status(archive.status(), archive.silences(), archive.change_head()))
    said = " ".join(texts(page, "main"))
    assert "1 incident open." in said
    assert "A section could not be read (eng/culture) since 1 March 2026, 06:00 UTC, seen 14 times." in said
    assert "nothing new for 40 days, though usually every 3" in said
    assert "Since 1 March 2026, 06:00 UTC, still lasting: eng/culture" in said
    assert "21 February 2026, 06:00 UTC to 21 February 2026, 15:00 UTC: the whole site" in said
    assert str(archive.change_head()) in said
    sound = replace(archive.sites[0], incidents=(), sections=archive.sites[0].sections[:2], last_outcome="ok")
    assert "All is well" in PAGES.status([sound], []).decode()
    assert "No site has been crawled yet." in PAGES.status([], []).decode()


def test_a_page_without_text_or_title_still_says_what_it_is() -> None:
    archive = FakeArchive()
    key = archive.add(replace(a_statement(title="", paragraphs=[]), images=(), attachments=()))
    page = parsed(press(archive)[f"statements/{key}/index.html"])
    assert first(page, "h1").text() == f"Statement {key}"
    assert "The page has no text of its own." in texts(page, ".text")[0]


def test_paragraphs_keep_their_clean_markup() -> None:
    archive = FakeArchive()
    linked = Paragraph(text="See the map.", html='See <a href="https://mission.example/map">the <b>map</b></a>.')
    key = archive.add(replace(a_statement(), paragraphs=(linked,)))
    page = parsed(press(archive)[f"statements/{key}/versions/1/index.html"])
    link = first(page, ".text a")
    assert link.attributes["href"] == "https://mission.example/map"
    assert "nofollow" in value(link, "rel")
    assert first(page, ".text b").text() == "map"
