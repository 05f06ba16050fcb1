"""Timelines and their filters, the calendar, the list of feeds."""

from dataclasses import replace
from datetime import date, timedelta

from selectolax.lexbor import LexborHTMLParser

from feeds.pages import Pages
from feeds.pages.calendar import Calendar
from store.selection import ALL, Selection, Slice
from tests.feeds.fakes import FakeArchive, a_statement, harbour
from tests.feeds.press import SETTINGS, press, timeline
from tests.feeds.reading import first, parsed, texts, value
from tests.feeds.world import world

PAGES = Pages(SETTINGS)


def home(archive: FakeArchive, selection: Selection = ALL, *, combinable: bool = False) -> LexborHTMLParser:
    return parsed(timeline(PAGES, archive, selection, combinable=combinable))


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
    days = Calendar(
        {date(2026, 3, 31): (2, 1), date(2026, 3, 1): (0, 1), date(2024, 2, 29): (0, 3), date(1, 1, 1): (0, 1)}
    )
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
    assert "No statement has been recorded yet" in PAGES.calendar(Calendar({}), None).decode()


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
