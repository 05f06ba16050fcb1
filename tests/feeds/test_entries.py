import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.content import excerpt
from feeds.entries import change_entry, published_at, statement_entry
from feeds.feed import Entry
from feeds.permalinks import Permalinks
from store.model import ChangeRecord, StatedDate
from tests.feeds.fakes import FakeArchive, a_statement, harbour

LINKS = Permalinks.absolute("https://watch.example")
SEEN = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def entry_of(archive: FakeArchive, key: str) -> Entry:
    return statement_entry(archive.records[key], LINKS, author="A mission", history=archive.changes_of(key))


def entry_of_change(archive: FakeArchive, change: ChangeRecord) -> Entry:
    before, after = (
        None if number is None else archive.version(change.statement, number)
        for number in (change.from_version, change.to_version)
    )
    return change_entry(change, before, after, LINKS, author="A mission")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        (StatedDate(text="", date=date(2026, 3, 1), zone="America/New_York"), datetime(2026, 3, 1, 5, tzinfo=UTC)),
        (
            StatedDate(text="", date=date(2026, 3, 1), time="16:05", zone="Asia/Shanghai"),
            datetime(2026, 3, 1, 8, 5, tzinfo=UTC),
        ),
        (StatedDate(text="", date=date(2026, 2, 23), time="03:00"), datetime(2026, 2, 23, 3, tzinfo=UTC)),
        (StatedDate(text="", date=date(2026, 2, 23), time="02:59"), SEEN),
        (StatedDate(text="", date=date(2026, 3, 9), time="03:01"), SEEN),
        (StatedDate(text="soon", source="none"), SEEN),
        (StatedDate(text="", date=date(2026, 3, 1), source="url"), SEEN),
        (StatedDate(text="", date=date(1, 1, 1), zone="Asia/Shanghai"), SEEN),
        (StatedDate(text="", date=date(2026, 3, 1), zone="Nowhere/Land"), SEEN),
    ],
)
def test_published_is_the_stated_date_only_near_first_sight(stated: StatedDate, published: datetime) -> None:
    assert published_at(stated, SEEN) == published


def test_a_late_posting_tells_its_date_in_the_text() -> None:
    archive = FakeArchive()
    stated = StatedDate(text="2025-10-22", date=date(2025, 10, 22), zone="America/New_York")
    entry = entry_of(archive, archive.add(a_statement(stated=stated)))
    assert entry.published == archive.now
    assert "22 October 2025" in words(entry.html)


def test_an_edit_keeps_the_id_moves_updated_and_is_told_first() -> None:
    archive = FakeArchive()
    key = archive.add(a_statement())
    fresh = entry_of(archive, key)
    archive.edit(key, a_statement(paragraphs=("The harbour opens at nine.",)))
    edited = entry_of(archive, key)
    assert (edited.id, edited.published, edited.link) == (fresh.id, fresh.published, fresh.link)
    assert edited.updated == archive.now > fresh.updated
    assert words(fresh.html).startswith("The harbour opens at eight.")
    assert words(edited.html).startswith("Edited 2 March 2026, 09:44 UTC , see version 2 ( what changed )")
    assert f'href="{LINKS.diff(key, 1, 2)}"' in edited.html
    assert "nine" in edited.html
    assert "eight" not in edited.html


def test_a_removed_statement_stays_with_its_text_and_is_marked() -> None:
    archive = FakeArchive()
    key = archive.add(a_statement(title="Remarks"))
    archive.set_state(key, "removed")
    entry = entry_of(archive, key)
    assert entry.title == "[Removed] Remarks"
    assert words(entry.html).startswith("Removed from the site")
    assert "The harbour opens at eight." in entry.html
    archive.set_state(key, "live")
    assert entry_of(archive, key).title == "Remarks"


def test_every_change_has_its_own_entry_with_one_time() -> None:
    archive = harbour()
    entries = [entry_of_change(archive, change) for change in archive.latest_changes(100)]
    assert len({entry.id for entry in entries}) == len({entry.updated for entry in entries}) == len(entries)
    assert all(entry.published == entry.updated for entry in entries)
    assert {entry.title.partition(" ")[0] for entry in entries} == {
        "[NEW]",
        "[EDITED]",
        "[REVERTED]",
        "[REMOVED]",
        "[RESTORED]",
    }


def test_the_entry_of_an_edit_shows_the_words_and_both_versions_but_not_the_text() -> None:
    archive = FakeArchive()
    paragraphs = [f"Paragraph number {number} speaks of quay {number}." for number in range(40)]
    key = archive.add(a_statement(paragraphs=paragraphs))
    archive.edit(key, a_statement(paragraphs=[*paragraphs[:-1], "Paragraph number 39 speaks of pier 39."]))
    entry = entry_of_change(archive, archive.changes[-1])
    assert re.search(r"<del[^>]*>\s*quay\s*</del>", entry.html)
    assert re.search(r"<ins[^>]*>\s*pier\s*</ins>", entry.html)
    assert "quay 12" not in entry.html
    for link in (LINKS.version(key, 1), LINKS.version(key, 2), LINKS.diff(key, 1, 2), archive.records[key].page):
        assert f'href="{link}"' in entry.html


def test_an_entry_of_a_change_is_never_altered_by_what_comes_later() -> None:
    archive = FakeArchive()
    key = archive.add(a_statement())
    archive.edit(key, a_statement(paragraphs=("Other words.",)))
    early = [entry_of_change(archive, change) for change in archive.changes]
    archive.edit(key, a_statement(title="Another title", paragraphs=("Last words.",)))
    archive.set_state(key, "removed")
    assert [entry_of_change(archive, change) for change in archive.changes][:2] == early


@given(st.lists(st.text(st.characters(categories=("L", "P", "Zs")), max_size=200), max_size=6))
def test_an_excerpt_is_never_the_text(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    shown = excerpt(text, 300)
    assert len(shown) <= min(301, len(text) // 2 + 1)


def test_a_huge_text_is_cut_at_a_paragraph_with_a_link_to_the_rest() -> None:
    archive = FakeArchive()
    key = archive.add(a_statement(paragraphs=["words " * 1000] * 100))
    entry = entry_of(archive, key)
    assert len(entry.html.encode()) < 125_000
    assert re.search(rf'<a href="{LINKS.statement(key)}">\d+ more paragraphs</a>', entry.html)


def test_an_untitled_statement_has_a_title() -> None:
    archive = FakeArchive()
    key = archive.add(replace(a_statement(), title=" \u200f"))
    assert entry_of(archive, key).title == "Statement un-1001"
    assert entry_of_change(archive, archive.changes[0]).title == "[NEW] Statement un-1001"


def test_updated_keeps_what_makes_it_unique() -> None:
    archive = FakeArchive()
    first, second = (archive.add(a_statement(str(number))) for number in (1, 2))
    apart = entry_of(archive, second).updated - entry_of(archive, first).updated
    assert apart == timedelta(minutes=7, milliseconds=13)
