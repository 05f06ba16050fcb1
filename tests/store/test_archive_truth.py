"""When the archive believes what it is shown: doubt, absence, removal, duplicates, other addresses."""

from dataclasses import replace

import pytest

from store.archive import Archive
from store.canonical import text_sha256
from store.database import Database
from store.model import Statement
from store.observation import Observation
from store.reader import Reader
from store.runs import close_walk
from store.tables import coverage, statement, version
from tests.store.world import (
    FERRIES,
    HARBOUR,
    START,
    a_statement,
    assert_log_holds,
    at,
    captures_of,
    failed,
    list_of,
    listed,
    looked,
    not_modified,
    page_of,
    page_row,
    record,
    rows,
    told,
    unanswered,
)

EIGHT = a_statement("1001", "The harbour opens at eight.")
NINE = a_statement("1001", "The harbour opens at nine.")


def test_unconfirmed_edits_are_not_told_and_hide_behind_no_validator(database: Database) -> None:
    archive, reader = Archive(database), Reader(database)
    archive.record([listed("1001"), looked(EIGHT, ETag='"1"')], START)
    before = reader.statement("un-1001")
    for minute in (1, 2):  # twice unconfirmed is not confirmed
        [answer] = archive.record([looked(NINE, at(minute), confirmed=False, ETag='"2"')], at(minute))
        assert (answer.effect, answer.key, answer.change, answer.change_id) == ("doubtful", "un-1001", None, None)
        assert reader.statement("un-1001") == before
        assert (page_row(database, page_of())["etag"], page_row(database, page_of())["checked"]) == (None, at(minute))
    # What was seen is kept all the same, once.
    assert [each["fetched"] for each in captures_of(database, page_of())] == [START, at(1)]
    [edit] = archive.record([looked(NINE, at(3), ETag='"2"')], at(3))
    assert (edit.effect, edit.change) == ("change", "edited")
    assert page_row(database, page_of())["etag"] == '"2"'
    assert len(captures_of(database, page_of())) == 2
    found = reader.statement("un-1001")
    assert found is not None
    assert [each.result for each in found.coverage] == ["first", "changed"]
    assert found.versions[1].observed_first == at(3)


def state_of(database: Database, key: str = "un-1001") -> tuple[object, ...]:
    [row] = [row for row in rows(database, statement) if row["key"] == key]
    return tuple(row[name] for name in ("state", "missing_since", "missing_last", "missing_looks"))


def test_a_statement_that_is_not_there_is_suspect_until_it_is_seen(closed: Database) -> None:
    record(closed, listed("1001", "1"), looked(EIGHT, ETag='"1"'))
    before = told(closed)
    for minute, status in ((1, 404), (2, 410), (3, 404)):
        [answer] = record(closed, failed(page_of(), at(minute), status=status), now=at(minute))
        assert (answer.effect, answer.key) == ("missing", "un-1001")
        assert state_of(closed) == ("suspect", at(1), at(minute), minute)
    assert page_row(closed, page_of())["etag"] is None
    # What says nothing about the page leaves the suspicion as it is.
    record(closed, failed(page_of(), at(4)), unanswered(page_of(), at(5)), now=at(5))
    assert state_of(closed) == ("suspect", at(1), at(3), 3)
    assert page_row(closed, page_of())["problem"] == "timeout"
    record(closed, looked(EIGHT, at(6)), now=at(6))
    assert state_of(closed) == ("live", None, None, 0)
    assert told(closed) == before
    found = Reader(closed).statement("un-1001")
    assert found is not None
    assert [(each.result, each.since, each.until, each.looks) for each in found.coverage] == [
        ("first", START, START, 1),
        ("missing", at(1), at(3), 3),
        ("failed", at(4), at(5), 2),
        ("unchanged", at(6), at(6), 1),
    ]


def test_what_was_never_read_cannot_be_missing(database: Database) -> None:
    record(database, listed("1001"))
    assert [each.effect for each in record(database, failed(page_of(), status=404))] == ["kept"]
    assert state_of(database) == ("live", None, None, 0)
    assert rows(database, coverage) == []


@pytest.mark.parametrize(
    ("back", "numbers"), [(EIGHT, (1, 1)), (NINE, (1, 2))], ids=["with the same text", "with another text"]
)
def test_removed_and_restored(closed: Database, back: Statement, numbers: tuple[int, int]) -> None:
    archive, reader = Archive(closed), Reader(closed)
    archive.record([listed("1001", "1"), looked(EIGHT)], START)
    archive.record([failed(page_of(), at(1), status=404)], at(1))
    [gone] = archive.remove([("un-1001", "missing for long", None)], at(2))
    assert (gone.effect, gone.change, gone.change_id) == ("change", "removed", 2)
    found = reader.statement("un-1001")
    assert found is not None
    assert (found.state, found.updated, found.content) == ("removed", at(2), EIGHT)
    # Only a text brings it back, not an answer that has none.
    for answer in (not_modified(page_of(), at(3)), failed(page_of(), at(3), status=404), failed(page_of(), at(3))):
        archive.record([answer], at(3))
        assert state_of(closed)[0] == "removed"
    restored = archive.record([looked(back, at(4))], at(4))[0]
    assert (restored.effect, restored.change) == ("change", "restored")
    assert state_of(closed) == ("live", None, None, 0)
    assert told(closed) == [
        ("new", "un-1001", None, 1, False),
        ("removed", "un-1001", 1, None, False),
        ("restored", "un-1001", *numbers, False),
    ]
    assert [each["text_sha256"] for each in rows(closed, version)][-1].hex() == text_sha256(back)
    assert_log_holds(closed)


def test_the_same_under_another_id_is_announced_once(closed: Database) -> None:
    first, second = a_statement("1001", "Same."), a_statement("2002", "Same.")
    record(closed, listed("1001", "1"), looked(first), now=at(1))
    record(closed, listed("2002", "1001", "1", when=at(2)), looked(second, at(2)), now=at(2))
    assert told(closed) == [("new", "un-1001", None, 1, False), ("new", "un-2002", None, 1, True)]
    found = Reader(closed).statement("un-2002")
    assert found is not None
    assert found.duplicate_of == "un-1001"
    assert Reader(closed).changes_of("un-2002")[0].reasons == ("same as un-1001",)
    # The one that was announced goes, and the other one stays: the text has moved.
    Archive(closed).remove([("un-1001", "missing for long", "un-2002")], at(3))
    [*_, moved] = Reader(closed).changes_of("un-1001")
    assert (moved.type, moved.to_version, moved.reasons) == ("moved", None, ("now un-2002", "missing for long"))
    # And what comes back under a third id has moved there from the first one.
    record(closed, listed("3003", when=at(4)), looked(a_statement("3003", "Same."), at(4)), now=at(4))
    [came] = Reader(closed).changes_of("un-3003")
    assert (came.type, came.baseline, came.reasons) == ("moved", False, ("from un-1001",))
    assert_log_holds(closed)


def test_twins_are_of_one_site_and_of_this_moment(closed: Database) -> None:
    record(closed, listed("1001", "2002", "3003"), looked(a_statement("1001", "Same.")))
    looks = [
        looked(a_statement("7", "Same.", site="geneva"), address="https://geneva.example/t7.htm"),
        looked(a_statement("1001", "Other.")),
        looked(a_statement("2002", "Same."), at(1)),
        looked(a_statement("3003", "Other."), at(1)),
    ]
    record(closed, *looks, now=at(1))
    linked = {row["key"]: row["duplicate_of"] for row in rows(closed, statement) if row["version"]}
    ids = {row["key"]: row["id"] for row in rows(closed, statement)}
    assert linked == {"un-1001": None, "geneva-7": None, "un-2002": None, "un-3003": ids["un-1001"]}


NEW_PLACE = page_of("1001", FERRIES)


def test_the_site_leads_to_another_address(closed: Database) -> None:
    record(closed, listed("1001", "1"), looked(EIGHT))
    [moved] = record(closed, looked(EIGHT, at(1), address=page_of(), answered=NEW_PLACE, url=NEW_PLACE), now=at(1))
    assert (moved.effect, moved.change) == ("change", "moved")
    found = Reader(closed).statement("un-1001")
    assert found is not None
    assert (found.page, found.state, len(found.versions)) == (NEW_PLACE, "live", 1)
    [*_, change_] = Reader(closed).changes_of("un-1001")
    assert (change_.page, change_.reasons) == (NEW_PLACE, (f"from {page_of()}",))
    assert record(closed, looked(EIGHT, at(2), address=NEW_PLACE), now=at(2))[0].effect == "unchanged"


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("listings", "moves"),
    [
        pytest.param([], True, id="named no longer"),
        pytest.param([listed("1001", when=at(10))], False, id="named again"),
        pytest.param([not_modified(list_of(FERRIES), at(10), "listing")], True, id="named elsewhere"),
    ],
)
def test_a_statement_moves_when_no_listing_names_its_address(
    closed: Database, listings: list[Observation], moves: bool, at_once: bool
) -> None:
    record(closed, listed("1001", "1"), listed("1001", section=FERRIES), looked(EIGHT))
    assert record(closed, looked(EIGHT, at(1), address=NEW_PLACE), now=at(1))[0].effect == "unchanged"
    record(closed, listed("1", when=at(5)))
    close_walk(closed, "un", HARBOUR, began=at(5), now=at(6))
    looks = [*listings, looked(EIGHT, at(11), address=NEW_PLACE), looked(EIGHT, at(12), address=page_of())]
    for batch in [looks] if at_once else [[each] for each in looks]:
        record(closed, *batch, now=at(11))
    # It stands in one place: seen again under its former address, it has not moved back.
    assert [each[0] for each in told(closed)] == ["new", "moved"] if moves else ["new"]
    assert Reader(closed).statement("un-1001").page == (NEW_PLACE if moves else page_of())  # type: ignore[union-attr]


def test_an_address_that_one_listing_still_names_is_not_gone(closed: Database) -> None:
    """Two sections may name one address."""
    elsewhere = listed("1001", section=FERRIES)
    same = replace(
        elsewhere,
        listing=replace(elsewhere.listing, items=tuple(replace(e, page=page_of()) for e in elsewhere.listing.items)),
    )
    record(closed, listed("1001", "1"), same, looked(EIGHT))
    close_walk(closed, "un", HARBOUR, began=at(5), now=at(6))
    assert record(closed, looked(EIGHT, at(7), address=NEW_PLACE), now=at(7))[0].effect == "unchanged"


def test_small_edits_are_logged_and_move_nothing(closed: Database) -> None:
    record(closed, listed("1001", "1"), looked(EIGHT), now=at(1))
    small = a_statement("1001", "The harbour opens at eight!")
    assert record(closed, looked(small, at(2)), now=at(2))[0].change == "edited"
    found = Reader(closed).statement("un-1001")
    assert found is not None
    assert (found.updated, found.content, found.version.number) == (at(1), small, 2)
    assert Reader(closed).latest_changes(1)[0].significance == "low"
