"""Digest letters: what they tell, in which order, the same in text and HTML, and never too long."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.mail import Composed, Composer, MailSettings
from feeds.mail.letter import LIMIT
from store.mailing.model import Frame, Period
from store.model import Paragraph
from store.significance import SensitiveTerms
from tests.feeds.fakes import FakeArchive, a_statement, harbour
from tests.feeds.mail.letters import (
    SETTINGS,
    TITLES,
    an_incident,
    content_of,
    daily,
    finished,
    letter_of,
    read,
    the_world,
    told_of,
    words_of_html,
    words_of_text,
)

FRAMES: tuple[Frame, ...] = ("en", "zh")


def says_the_same(composed: Composed) -> None:
    assert words_of_html(composed.html) == words_of_text(composed.text)


def test_a_letter_as_it_is() -> None:
    archive = FakeArchive()
    key = archive.add(a_statement("1001", "Remarks on the harbour"))
    before = archive.changes[-1].id
    edited = a_statement("1001", "Remarks on the harbour", ("The harbour opens at nine.", "Boats leave every hour."))
    archive.edit(key, edited)
    archive.changes[-1] = replace(archive.changes[-1], reasons=("number: eight → nine", "paragraph removed"))
    period = Period(
        key="daily:2026-03-02",
        cadence="daily",
        starts=archive.now - timedelta(hours=9),
        ends=archive.now + timedelta(hours=15),
    )
    made = letter_of(archive, told_of(archive, before), period=period)
    assert made.subject == "1 edited: Remarks on the harbour"
    assert made.text.splitlines() == [
        "Missionwatch",
        "https://watch.example/desk/",
        "",
        "1 EDITED",
        "2 March 2026, 00:44 – 3 March 2026, 00:44 (UTC)",
        "",
        "In differences, [-such words-] are no longer said and {+such words+} are new.",
        "",
        "== Edited ==",
        "",
        "EDITED · 2 March 2026, 09:44",
        "Remarks on the harbour",
        "https://watch.example/desk/statements/un-1001",
        "Harbour · 1 March 2026",
        "",
        "- number: [-eight-] → {+nine+}",
        "- paragraph removed",
        "",
        "Paragraph 1:",
        "The harbour opens at [-eight-]{+nine+}.",
        "",
        "Paragraph 3, removed:",
        "[-Tea is served.-]",
        "",
        "Paragraph 4, removed:",
        "[-Thanks.-]",
        "",
        "What changed: https://watch.example/desk/statements/un-1001/diff/1..2",
        "Original: https://mission.example/1001.htm",
        "",
        "--------------------------------------------------------------",
        "You get this letter because this address is subscribed to Missionwatch, at most one letter a day.",
        f"Change what you get: https://watch.example/desk/manage/=[manage{'.' * 33}]=",
        f"Unsubscribe: https://watch.example/desk/unsubscribe/=[unsubscribe{'.' * 28}]=",
        "Times are of the zone UTC.",
        f"Head of the change log, SHA-256: {archive.change_head()}",
    ]
    says_the_same(made)


@pytest.mark.parametrize("frame", FRAMES)
def test_text_and_html_say_the_same(frame: Frame) -> None:
    archive = the_world()
    incidents = [an_incident(), an_incident("site-unreachable", ""), an_incident("something-new", "")]
    for told in (told_of(archive), told_of(archive, 18), []):
        made = letter_of(archive, told, frame=frame, older=7, incidents=incidents, period=daily(archive, missed=2))
        says_the_same(made)
        says_the_same(letter_of(archive, told, frame=frame))


@given(title=TITLES, old=st.lists(TITLES, max_size=4), new=st.lists(TITLES, max_size=4))
@settings(deadline=None, max_examples=60)
def test_text_and_html_say_the_same_whatever_a_page_says(title: str, old: list[str], new: list[str]) -> None:
    archive = FakeArchive()
    key = archive.add(a_statement("1001", title, old))
    archive.edit(key, a_statement("1001", title[::-1], new))
    for after in (0, 1):
        made = letter_of(archive, told_of(archive, after))
        says_the_same(made)
        data = finished(made)
        assert read(data)["Subject"] == made.subject
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", content_of(data, "plain"))


def test_five_edits_in_a_day_are_one_item_with_the_whole_difference() -> None:
    archive = FakeArchive()
    key = archive.add(a_statement("1001", paragraphs=("There are 10 boats.", "Tea is served.")))
    before = archive.changes[-1].id
    for number in range(11, 16):
        archive.edit(key, a_statement("1001", paragraphs=(f"There are {number} boats.", "Tea is served.")))
    made = letter_of(archive, told_of(archive, before))
    assert made.subject == "1 edited: Remarks on the harbour"
    assert made.text.count("Remarks on the harbour") == 1
    assert "Edited 5 times (2 March 2026, 09:44 – 10:12)." in made.text
    assert "The difference shown is the whole one, from version 1 to version 6." in made.text
    assert "There are [-10-]{+15+} boats." in made.text
    assert "- number: [-10-] → {+15+}" in made.text
    assert not re.search(r"\b1[1-4] boats", made.text)
    assert "/statements/un-1001/diff/1..6" in made.text


def test_an_edit_that_was_taken_back_is_told_without_a_difference() -> None:
    archive = harbour()
    told = [each for each in told_of(archive) if each.change.statement == "un-1001" and each.change.type != "new"]
    made = letter_of(archive, told)
    assert "In the end the text is the same as before." in made.text
    assert "[-" not in made.text


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("en", ("Edited", "Removed from the site", "The last version kept is 1.", "could not be read since")),
        ("zh", ("修改", "已从网站移除", "保存的最后一版为第1版。", "起未能读取。", "2026年")),
    ],
)
def test_the_frame_is_in_the_subscribers_language(frame: Frame, words: tuple[str, ...]) -> None:
    made = letter_of(the_world(), frame=frame, zone="Asia/Shanghai", incidents=[an_incident()])
    for word in words:
        assert word in made.text
    assert f'<html lang="{"en" if frame == "en" else "zh-Hans"}">' in made.html
    assert read(finished(made))["Content-Language"] == ("en" if frame == "en" else "zh-Hans")
    if frame == "zh":
        assert "Permanent" not in made.text
        assert not re.search(r"[A-Z][a-z]+ (edited|removed|new)\b", made.text)


def test_what_is_in_another_language_says_so() -> None:
    html = letter_of(the_world()).html
    assert re.search(r'<h3 lang="zh-Hans"[^>]*><a [^>]*>鹿清和', html)
    assert re.search(r'<h3 lang="en"[^>]*><a [^>]*>Remarks', html)
    assert '<span lang="zh-Hans">鹿清和</span>' in html


def test_incidents_missed_and_older_are_named() -> None:
    archive = the_world()
    incidents = [an_incident("statements-unreadable", ""), an_incident()]
    text = letter_of(archive, older=1234, incidents=incidents, period=daily(archive, missed=2)).text
    assert "The 2 letters before this one were not sent. This one covers their time as well." in text
    assert "Mission of the Harbour, section eng/culture: could not be read since 2 March 2026, 09:30." in text
    assert "Mission of the Harbour: some statements could not be read since 2 March 2026, 09:30." in text
    assert "1,234 changes are older than this letter looks back" in text
    assert "Older changes: https://watch.example/desk/?until=" in text
    assert "crawl --accept" not in text


def test_many_incidents_are_counted() -> None:
    text = letter_of(the_world(), incidents=[an_incident(scope=f"eng/{number}") for number in range(13)]).text
    assert text.count("could not be read since") == 10
    assert "- 3 more: see the status page." in text


def test_a_letter_about_nothing_but_incidents_says_so() -> None:
    made = letter_of(the_world(), [], incidents=[an_incident()])
    assert made.subject == "What could not be read"
    assert letter_of(the_world(), []).subject == "Nothing new"


def test_a_letter_about_nothing_but_older_changes_says_so() -> None:
    made = letter_of(the_world(), [], older=17)
    assert made.subject == "17 older changes"
    assert "17 changes are older than this letter looks back" in made.text
    says_the_same(made)


def test_reasons_are_those_of_the_log_for_one_edit_and_of_the_whole_difference_for_several() -> None:
    archive = FakeArchive()
    key = archive.add(a_statement("1001", paragraphs=("There are 10 boats at the quay.",)))
    for number in (11, 12):
        archive.edit(key, a_statement("1001", paragraphs=(f"There are {number} boats at the wharf.",)))
        archive.changes[-1] = replace(archive.changes[-1], reasons=("number: as noted",))
    terms = SensitiveTerms(words=("wharf",))
    several = letter_of(archive, told_of(archive, 1), settings=replace(SETTINGS, terms=terms))
    assert "- sensitive term: {+wharf+} (added)" in several.text
    assert "- number: [-10-] → {+12+}" in several.text
    assert "as noted" not in several.text
    one = letter_of(archive, told_of(archive, 2), settings=replace(SETTINGS, terms=terms))
    assert "as noted" in one.text
    assert "sensitive" not in one.text


def test_an_address_is_one_word_whatever_is_in_it() -> None:
    archive = harbour()
    odd = "https://mission.example/a b\"c'd<e>\u202ef"
    archive.changes[:] = [replace(change, page=odd) for change in archive.changes]
    made = letter_of(archive)
    assert "Original: https://mission.example/a%20b%22c%27d%3Ce%3E%E2%80%AEf\n" in made.text
    says_the_same(made)


def test_a_statement_that_cannot_be_read_is_told_all_the_same() -> None:
    archive = harbour()
    archive.contents["un-1001"].clear()
    made = letter_of(archive)
    assert "The difference cannot be shown here." in made.text
    assert "/statements/un-1001/diff/1..3" in made.text
    says_the_same(made)


def test_the_head_is_the_one_that_was_given() -> None:
    settings = replace(SETTINGS, head="f" * 64)
    assert f"SHA-256: {'f' * 64}" in letter_of(the_world(), settings=settings).text


def test_the_same_state_gives_the_same_bytes() -> None:
    archive = the_world()
    composer = Composer(SETTINGS, archive)
    for frame in FRAMES:
        alone = letter_of(archive, frame=frame)
        for _ in range(2):
            again = composer.compose(
                period=daily(archive), frame=frame, zone="UTC", told=told_of(archive)[::-1], older=0, incidents=()
            )
            assert again.template == alone.template


def a_busy_day(count: int, size: int) -> FakeArchive:
    """So many statements, each of so many words, all of which were altered."""
    archive = FakeArchive()
    for number in range(count):
        old, new = (" ".join(f"{letter}{word}" for word in range(size)) for letter in "ab")
        first = a_statement(str(1000 + number), f"Statement {number} <&> on berths", [old])
        key = archive.add(first)
        archive.edit(key, replace(first, paragraphs=(Paragraph(text=new, html=new),)))
    return archive


@pytest.mark.parametrize(("count", "size"), [(1, 50_000), (40, 300), (400, 30), (60, 2_000)])
@pytest.mark.parametrize("frame", FRAMES)
def test_no_letter_is_too_long_and_none_tells_half_a_statement(count: int, size: int, frame: Frame) -> None:
    archive = a_busy_day(count, size)
    told = [each for each in told_of(archive) if each.change.type == "edited"]
    made = letter_of(archive, told, frame=frame)
    assert len(made.html.encode()) <= LIMIT
    says_the_same(made)
    named = made.html.count("<h3 ")
    left = re.search(r"(\d+) statements more|另有(\d+)份文件", made.text)
    rest = int(next(filter(None, left.groups()))) if left else 0
    assert named + rest == count
    assert made.html.count("/diff/1..2") == named
    assert bool(rest) == ("https://watch.example/desk/?since=" in made.text or "/days/2026-03-0" in made.text)
    if count > 40:
        assert len(made.html.encode()) > LIMIT // 2


def test_a_long_base_address_does_not_break_the_limit() -> None:
    settings = MailSettings(base_url=f"https://watch.example/{'a' * 250}", sender="news@watch.example")
    made = letter_of(a_busy_day(120, 30), settings=settings)
    assert len(made.html.encode()) <= LIMIT
    says_the_same(made)


def test_nothing_is_fetched_and_nobody_is_followed() -> None:
    html = letter_of(the_world(), incidents=[an_incident()]).html
    assert not re.search(r"<(img|script|link|iframe|object|form|base|video)\b|url\(|@import|src=", html)
    assert set(re.findall(r"<meta name=\"([^\"]+)\"", html)) == {
        *("viewport", "color-scheme", "supported-color-schemes", "format-detection", "referrer"),
    }
    for link in re.findall(r'href="([^"]+)"', html):
        assert re.match(r"https://(watch|mission)\.example/", link), link
