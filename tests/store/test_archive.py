"""What a crawl hands over and what is kept of it, told as scenes."""

import logging
from collections.abc import Iterator
from contextlib import closing

import pytest

from store import batch as batch_module
from store.archive import Archive
from store.database import Database
from store.decision import Intent, decide
from store.observation import Observation, Recorded
from store.reader import Reader
from store.runs import close_walk
from store.tables import change, location, metadata, page, statement
from tests.store.databases import Databases
from tests.store.world import (
    FERRIES,
    HARBOUR,
    START,
    a_statement,
    assert_log_holds,
    at,
    failed,
    listed,
    looked,
    not_modified,
    page_of,
    record,
    rows,
    told,
    unanswered,
)

EIGHT = a_statement("1001", "The harbour opens at eight.")
NINE = a_statement("1001", "The harbour opens at nine.")


def test_baseline_then_edit_then_revert(database: Database) -> None:
    archive, reader = Archive(database), Reader(database)
    listing = listed("1001")
    assert archive.record([listing, looked(EIGHT)], START) == [
        Recorded(effect="listed"),
        Recorded(
            effect="baseline",
            key="un-1001",
            change="new",
            change_id=1,
            why="first look while its section is being recorded",
        ),
    ]
    close_walk(database, "un", HARBOUR, began=START, now=at(1))
    first = reader.statement("un-1001")
    assert first is not None
    assert first.baseline
    assert reader.latest_changes(10) == []

    assert [each.effect for each in archive.record([looked(EIGHT, at(2))], at(2))] == ["unchanged"]
    [edit] = archive.record([looked(NINE, at(3))], at(3))
    assert (edit.effect, edit.change, edit.change_id, edit.why) == ("change", "edited", 2, "differs in text")
    [back] = archive.record([looked(EIGHT, at(4))], at(4))
    assert (back.effect, back.change, back.change_id) == ("change", "reverted", 3)

    record_ = reader.statement("un-1001")
    assert record_ is not None
    assert not record_.baseline
    assert (record_.first_seen, record_.updated, record_.page) == (START, at(4), page_of())
    assert record_.content == EIGHT
    assert [(each.number, each.observed_first, each.observed_last) for each in record_.versions] == [
        (1, START, at(2)),
        (2, at(3), at(3)),
        (3, at(4), at(4)),
    ]
    assert record_.versions[0].text_sha256 == record_.versions[2].text_sha256
    assert {each.extractor for each in record_.versions} == {"reader/1"}
    assert told(database) == [
        ("new", "un-1001", None, 1, True),
        ("edited", "un-1001", 1, 2, False),
        ("reverted", "un-1001", 2, 3, False),
    ]
    assert [each.reasons for each in reader.changes_of("un-1001")] == [
        (),
        ("number: eight → nine",),
        ("number: nine → eight", "back to version 1"),
    ]
    assert [(each.since, each.until, each.result, each.looks) for each in record_.coverage] == [
        (START, START, "first", 1),
        (at(2), at(2), "unchanged", 1),
        (at(3), at(3), "changed", 1),
        (at(4), at(4), "changed", 1),
    ]
    assert_log_holds(database)


def test_news_after_the_first_walk(closed: Database) -> None:
    answers = record(closed, listed("1001", "1"), looked(EIGHT), now=at(1))
    assert (answers[1].effect, answers[1].change) == ("change", "new")
    assert told(closed) == [("new", "un-1001", None, 1, False)]


def test_statement_before_its_listing_is_no_news(closed: Database) -> None:
    # Nothing but a listing says that a page is new to the site.
    assert [each.effect for each in record(closed, looked(EIGHT), listed("1001", "1"))] == ["baseline", "listed"]
    assert [each["baseline"] for each in rows(closed, location)] == [True, False]
    assert record(closed, looked(NINE))[0].change == "edited"


def test_one_document_in_several_sections_is_one_statement(database: Database) -> None:
    elsewhere = a_statement("1001", "The harbour opens at eight.", section=FERRIES, template="classic")
    record(database, listed("1001"), listed("1001", section=FERRIES), looked(EIGHT), looked(elsewhere))
    assert told(database) == [("new", "un-1001", None, 1, True)]
    found = Reader(database).statement("un-1001")
    assert found is not None
    assert [(each.section, each.page, each.label) for each in found.places] == [
        (HARBOUR, page_of("1001", HARBOUR), "Harbour"),
        (FERRIES, page_of("1001", FERRIES), "Ferries"),
    ]


def test_news_in_one_section_is_news_though_another_is_being_recorded(closed: Database) -> None:
    record(closed, listed("1001", section=FERRIES), listed("1001", "1"), looked(EIGHT))
    assert told(closed) == [("new", "un-1001", None, 1, False)]


@pytest.mark.parametrize("at_once", [True, False])
def test_two_addresses_with_two_texts_are_two_versions(database: Database, at_once: bool) -> None:
    looks = [looked(EIGHT), looked(NINE, address=page_of("1001", FERRIES))]
    answers = record(database, *looks) if at_once else [record(database, each)[0] for each in looks]
    assert [each.change for each in answers] == ["new", "edited"]
    reader = Reader(database)
    assert [reader.version("un-1001", number) for number in (1, 2)] == [EIGHT, NINE]
    assert [reader.capture("un-1001", number) for number in (1, 2)] == [each.capture.body for each in looks]


@pytest.mark.parametrize("text", ["Half a \ud83d sign", "\x00", "\x0b\x1f", "会议 👩‍💻", "'; DROP TABLE page; --"])
def test_any_text_is_kept(database: Database, text: str) -> None:
    said = a_statement("1001", text, title=text)
    header = text.encode("utf-8", "replace").decode()
    record(database, listed("1001", titles=[text]), looked(said, ETag=header, X_Note=header))
    reader = Reader(database)
    assert reader.version("un-1001", 1) == said
    assert record(database, looked(said, at(1)))[0].effect == "unchanged"
    assert_log_holds(database)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The third decision breaks."""
    calls = 0

    def breaking(*args: object) -> Intent:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise RuntimeError("planted")
        return decide(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(batch_module, "decide", breaking)
    yield
    assert calls >= 3


@pytest.mark.usefixtures("faulty")
def test_broken_batch_leaves_nothing_and_the_archive_goes_on(database: Database) -> None:
    archive = Archive(database)
    archive.record([listed("1001"), looked(EIGHT)], START)
    before = {table.name: rows(database, table) for table in metadata.sorted_tables}
    batch: list[Observation] = [
        looked(a_statement("2002", "Other.")),
        looked(a_statement("3003", "Third.")),
        listed("4004"),
    ]
    with pytest.raises(RuntimeError, match="planted"):
        archive.record(batch, at(1))
    assert {table.name: rows(database, table) for table in metadata.sorted_tables} == before
    # Another writer's blobs get the numbers that the broken batch gave away; its bytes must not stand in for them.
    fifth, edited = ("Ropes are sold at the fifth pier.", "Nets are not."), "Ropes are sold at the sixth pier."
    Archive(database).record([looked(a_statement("5005", *fifth, title="On ropes"))], at(1))
    archive.record([looked(a_statement("5005", edited, title="On ropes"), at(2)), *batch], at(2))
    reader = Reader(database)
    assert [reader.version("un-5005", number).text for number in (1, 2)] == ["\n\n".join(fifth), edited]
    assert reader.version("un-2002", 1).text == "Other."
    assert reader.capture("un-5005", 2).endswith(edited.encode())
    assert_log_holds(database)


def test_every_answer_has_its_place(database: Database) -> None:
    answers = record(
        *(database, looked(EIGHT), not_modified(page_of()), listed("1001"), failed(page_of("7"))),
        *(looked(NINE, confirmed=False), looked(NINE), looked(NINE), failed(page_of(), status=404)),
        *(unanswered(page_of()), unanswered(page_of("7"), code="unclear")),
    )
    assert [each.effect for each in answers] == [
        *("baseline", "not_modified", "listed", "kept"),
        *("doubtful", "change", "unchanged", "missing", "failed", "failed"),
    ]
    assert record(database) == []


def test_listing_of_nothing_is_kept(database: Database) -> None:
    empty = listed()
    assert record(database, empty)[0].effect == "listed"
    assert (rows(database, statement), rows(database, change)) == ([], [])
    assert [each["kind"] for each in rows(database, page)] == ["listing"]


def test_reasons_are_logged(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="store.archive"):
        record(database, looked(EIGHT), looked(EIGHT), looked(NINE, confirmed=False), looked(NINE))
    assert [each.getMessage() for each in caplog.records] == [
        "statement=un-1001 effect=baseline change=new why=first look while its section is being recorded",
        "statement=un-1001 effect=doubtful change=- why=differs, and a second fetch has to say the same",
        "statement=un-1001 effect=change change=edited why=differs in text",
    ]


def test_dry_run_can_be_read_back_and_leaves_nothing(databases: Databases) -> None:
    url = databases.fresh()
    with closing(Database(url, dry_run=True)) as dry:
        record(dry, listed("1001"), looked(EIGHT))
        record(dry, looked(NINE))
        with pytest.raises(ValueError, match="time zone"):
            record(dry, looked(EIGHT, START.replace(tzinfo=None)))
        assert [each[0] for each in told(dry)] == ["new", "edited"]
    with closing(Database(url)) as after:
        assert not any(rows(after, table) for table in metadata.sorted_tables)
