"""What there is to tell: the news after a cursor, with the slices and texts that wishes are asked about."""

import logging

import pytest
from sqlalchemy import select, update

from store.archive import Archive
from store.database import Database
from store.indexing import catch_up
from store.mailing.due import told_changes
from store.mailing.model import Wishes
from store.mailing.wishes import matches
from store.model import ChangeRecord
from store.reader import ChangeFilter, Reader
from store.tables import blob, change, statement, version
from tests.store.mailing.told import NOW
from tests.store.wording import WORDING
from tests.store.world import HARBOUR, a_statement, at, listed, looked, page_of, record


@pytest.fixture
def news(closed: Database) -> Database:
    """A new statement, its edit, a revert and its removal."""
    archive = Archive(closed)
    archive.record([listed("1", "2"), looked(a_statement("2", "Ann opens the harbour."), at(1))], at(1))
    archive.record([looked(a_statement("2", "Bob opens the harbour, 安港."), at(2))], at(2))
    archive.record([looked(a_statement("2", "Ann opens the harbour."), at(3))], at(3))
    archive.remove([("un-2", "missing for long", None)], at(4))
    catch_up(closed, WORDING)
    return closed


def told(database: Database, after: int = 0, minutes: float = 60) -> list[ChangeRecord]:
    return [each.change for each in told_changes(database, after, at(minutes), at(60))]


def test_the_news_between_a_cursor_and_a_moment(news: Database) -> None:
    lines = list(Reader(news).changes(ChangeFilter(include_baseline=True)))
    expected = [each for each in lines if not each.baseline]
    assert told(news) == expected
    assert [each.type for each in expected] == ["new", "edited", "reverted", "removed"]
    assert told(news, expected[1].id) == expected[2:]
    assert told(news, 0, 2) == expected[:2]
    assert told(news, expected[-1].id) == []


def test_slices_and_texts_are_what_wishes_are_about(news: Database) -> None:
    new, edited, reverted, removed = told_changes(news, 0, at(60), at(60))
    slices = {("sites", "un"), ("sections", "un-eng-harbour"), ("speakers", "ann-harbour"), ("languages", "en")}
    assert slices <= new.slices == edited.slices == removed.slices
    assert ("kinds", "remarks") in new.slices
    assert "Ann opens" in new.text
    assert "Bob opens" not in new.text
    assert all(each in edited.text and each in reverted.text for each in ("Ann opens", "Bob opens", "安港"))
    assert "Remarks on the harbour" in removed.text
    by_bob = Wishes(words=("bob",), facets={"sections": frozenset({"un-eng-harbour"})})
    assert [matches(by_bob, each) for each in (new, edited, reverted, removed)] == [False, True, True, False]


def test_a_damaged_text_keeps_no_letter_back(news: Database, caplog: pytest.LogCaptureFixture) -> None:
    with news.writing() as connection:
        blob_id = connection.execute(
            select(version.c.blob_id)
            .join(statement, statement.c.id == version.c.statement_id)
            .where(statement.c.key == "un-2", version.c.number == 2)
        ).scalar_one()
        connection.execute(update(blob).where(blob.c.id == blob_id).values(data=b"x"))
    with caplog.at_level(logging.ERROR):
        new, edited, _, _ = told_changes(news, 0, at(60), at(60))
    assert "Ann opens" in new.text
    assert "Bob opens" not in edited.text
    assert "statement=un-2 version=2 not read for letters" in caplog.text


def test_many_changes_at_once(database: Database) -> None:
    keys = [str(number) for number in range(1000, 1450)]
    record(database, listed(*keys), *(looked(a_statement(each)) for each in keys))
    with database.writing() as connection:
        connection.execute(update(change).values(baseline=False))
    catch_up(database, WORDING)
    found = told_changes(database, 0, at(60), at(60))
    assert [each.change.statement for each in found] == [f"un-{each}" for each in keys]
    assert all(("sections", "un-eng-harbour") in each.slices for each in found)
    assert page_of("1000") == found[0].change.page
    assert found[0].change.detected >= NOW
    assert HARBOUR in found[0].change.page
