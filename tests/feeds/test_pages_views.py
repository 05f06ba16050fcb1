"""What each kind of page shows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from feeds.pages import Pages
from feeds.pages.coverage import spells
from feeds.pages.reasons import Reason, Token, read_reasons
from store.model import Interval, Paragraph
from store.selection import ALL, DayCount, Selection, Slice
from tests.feeds.fakes import FakeArchive, a_statement, harbour
from tests.feeds.press import SETTINGS, press, pressed_world
from tests.feeds.reading import first, parsed, texts, value
from tests.feeds.world import world

PAGES = Pages(SETTINGS)
FIRST = "read for the first time, then unchanged"


def home(archive: FakeArchive, selection: Selection = ALL, *, combinable: bool = False) -> LexborHTMLParser:
    return parsed(
        PAGES.timeline(
            selection,
            archive.latest_changes(100, selection),
            archive.latest_statements(50, selection),
            archive.slices(),
            combinable=combinable,
            records=archive.records,
        )
    )


def test_the_timeline_goes_by_day_and_by_significance_within_a_day() -> None:
    archive = harbour()
    for number in (2, 5):
        archive.changes[number] = replace(archive.changes[number], significance="low")
    moved = archive.changes[6]
    archive.changes[6] = replace(moved, detected=moved.detected + timedelta(days=1))
    for later in range(7, len(archive.changes)):
        detected = archive.changes[later].detected + timedelta(days=1)
        archive.changes[later] = replace(archive.changes[later], detected=detected)
    page = home(archive)
    assert texts(page, ".day time") == ["Tuesday, 3 March 2026", "Monday, 2 March 2026"]
    of_days = [[value(node, "datetime") for node in day.css(".mark time")] for day in page.css(".changes > section")]
    of_low = {archive.changes[number].detected.isoformat().replace("+00:00", "Z") for number in (2, 5)}
    assert of_days[0] == sorted(of_days[0], reverse=True)
    assert set(of_days[1][-2:]) == of_low
    assert of_days[1][:-2] == sorted(of_days[1][:-2], reverse=True)


def test_a_change_is_told_in_words_with_its_reasons_and_its_difference() -> None:
    page = home(world())
    edited = next(node for node in page.css(".change") if node.css("a[href$='un-3001/diff/1..2']"))
    assert first(edited, ".badge").text() == "Edited"
    assert first(edited, "del").text() == "26"
    assert [node.text() for node in edited.css("ins")][:2] == ["not", "28"]
    assert "3 more reasons" in edited.text(deep=True)
    links = {node.text(deep=True): node.attributes["href"] for node in edited.css(".meta a")}
    assert links["Qiao Wenlan"] == "/desk/speakers/qiao-wenlan/"
    assert links["Security Council"] == "/desk/organs/security-council/"
    assert "/desk/statements/un-3001/diff/1..2" in links.values()


def test_filters_of_files_lead_to_one_condition_and_those_of_the_server_add_one() -> None:
    archive = world()
    one = Selection(facets=(("speakers", "qiao-wenlan"),))
    served = home(archive, one, combinable=True)
    links = {node.text(deep=True): value(node, "href") for node in served.css(".filters a")}
    assert links["Security Council"] == "/desk/?speaker=qiao-wenlan&organ=security-council"
    assert links["Edited"] == "/desk/?speaker=qiao-wenlan&type=edited"
    assert links["Bai Shuoyan"] == "/desk/speakers/bai-shuoyan/"
    assert texts(served, ".filters [aria-current]") == ["Qiao Wenlan"]
    filed = home(archive, one)
    links = {node.text(deep=True): value(node, "href") for node in filed.css(".filters a")}
    assert links["Security Council"] == "/desk/organs/security-council/"
    assert links["Edited"] == "/desk/types/edited/"
    assert links["All filters"] == "/desk/#filters"
    assert [value(node, "href") for node in filed.css(".conditions a")] == ["/desk/"]


def test_each_condition_can_be_cleared() -> None:
    asked = Selection(
        facets=(("organs", "security-council"), ("languages", "en")),
        type="edited",
        since=date(2026, 2, 24),
        until=date(2026, 2, 27),
    )
    page = home(world(), asked, combinable=True)
    assert texts(page, ".conditions li") == [
        "Organ Security Council clear Organ Security Council",
        "Language English clear Language English",
        "Change Edited clear Change Edited",
        "From 24 February 2026 clear From 24 February 2026",
        "Until 27 February 2026 clear Until 27 February 2026",
        "clear all",
    ]
    without_organ = value(page.css(".conditions a")[0], "href")
    assert without_organ == "/desk/?language=en&type=edited&since=2026-02-24&until=2026-02-27"


def test_long_groups_are_folded_and_every_choice_is_there() -> None:
    archive = world()
    page = home(archive)
    sections = [each for each in archive.slices() if each.field == "sections"]
    group = first(page, "[aria-labelledby=filter-sections]")
    assert len(group.css("li")) == len(sections) > 9
    assert texts(page, "[aria-labelledby=filter-sections] summary") == [f"{len(sections) - 6} more"]


def test_a_file_of_one_slice_does_not_change_with_the_rest_of_the_archive() -> None:
    archive = world()
    before = press(archive)
    archive.add(replace(a_statement("7777", "Elsewhere"), section="eng/elsewhere"))
    after = press(archive)
    same = [name for name in before if after[name] == before[name]]
    changed = {name for name in before if after[name] != before[name]}
    assert "speakers/qiao-wenlan/index.html" in same
    assert changed == {
        *("index.html", "feeds/index.html", "combined/index.html", "days/index.html", "days/2026/index.html"),
        *("languages/en/index.html", "sites/un/index.html", "types/new/index.html", "days/2026-03-01/index.html"),
        "status/index.html",
    }


def test_a_day_page_names_its_neighbours() -> None:
    day = date(2026, 2, 25)
    page = parsed(
        PAGES.timeline(Selection(since=day, until=day), [], [], [], before=date(2026, 2, 23), after=date(2026, 3, 1))
    )
    assert first(page, "h1").text(deep=True) == "Wednesday, 25 February 2026"
    assert first(page, "[rel=prev]").attributes["href"] == "/desk/days/2026-02-23/"
    assert first(page, "[rel=next]").attributes["href"] == "/desk/days/2026-03-01/"
    assert texts(page, ".empty")[1] == "No statement is dated on this day."


def test_the_calendar_links_the_days_that_have_something() -> None:
    days = [
        DayCount(day=date(2026, 3, 31), changes=2, statements=1),
        DayCount(day=date(2026, 3, 1), changes=0, statements=1),
        DayCount(day=date(2024, 2, 29), changes=0, statements=3),
        DayCount(day=date(1, 1, 1), changes=0, statements=1),
    ]
    newest = parsed(PAGES.calendar(days, None))
    assert [value(node, "href") for node in newest.css(".month a")] == [
        "/desk/days/2026-03-01/",
        "/desk/days/2026-03-31/",
    ]
    assert texts(newest, ".month a.has-changes") == ["31 March 2026: 2 changes, 1 statement"]
    assert [len(row.css("td")) for row in newest.css(".month tbody tr")] == [7] * 6
    leap = parsed(PAGES.calendar(days, 2024))
    assert texts(leap, ".month caption") == ["February 2024"]
    assert first(leap, "[rel=prev]").attributes["href"] == "/desk/days/0001/"
    assert first(leap, "[rel=next]").attributes["href"] == "/desk/days/2026/"
    assert "Nothing is dated" in PAGES.calendar(days, 1999).decode()
    assert "No statement has been recorded yet" in PAGES.calendar([], None).decode()


def test_the_feeds_page_has_every_address_to_copy() -> None:
    slices = [Slice(field="speakers", slug=f"s-{number}", label=f"Speaker {number}") for number in range(30)]
    page = parsed(PAGES.feeds(slices))
    copied = [value(node, "value") for node in page.css("input[readonly]")] + texts(page, "code.copy")
    base = "https://watch.example/desk/feeds"
    assert {f"{base}/{name}.{kind}" for name in ("changes", "statements") for kind in ("atom", "rss", "json")} < set(
        copied
    )
    assert {f"{base}/speakers/s-{number}/changes.atom" for number in range(30)} < set(copied)
    assert f"{base}/opml.xml" in copied
    assert texts(page, "details summary") == ["22 more"]
    for node in page.css("input"):
        assert node.attributes["aria-label"]


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


@pytest.mark.parametrize(
    ("reason", "read"),
    [
        ("from un-1", Reason(words="from un-1")),
        ("number: 80 → 84", Reason(words="number", tokens=(Token(old="80", new="84"),))),
        (
            "number: 80 → 84; 3 → 4; …",
            Reason(words="number", tokens=(Token(old="80", new="84"), Token(old="3", new="4"), Token(same="…"))),
        ),
        (
            "paragraph added: One; two. (added); Three (added)",
            Reason(
                words="paragraph added", tokens=(Token(new="One; two.", note="added"), Token(new="Three", note="added"))
            ),
        ),
        (
            "sensitive term: veto (2 → 1)",
            Reason(words="sensitive term", tokens=(Token(same="veto", note="2 → 1 times"),)),
        ),
        ("rewrite: no mark; at all", Reason(words="rewrite", tokens=(Token(same="no mark; at all"),))),
        ("weather: 8 → 9", Reason(words="weather: 8 → 9")),
    ],
)
def test_reasons_are_taken_apart(reason: str, read: Reason) -> None:
    assert read_reasons([reason]) == (read,)


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
