"""What a crawl is told before it starts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from store.archive import Archive
from store.columns import EPOCH
from store.database import Database
from store.known import KnownSection, KnownStatement, Validators
from store.observation import PageSeen
from store.runs import close_walk
from store.survey import Survey, kept_answer
from tests.store.world import (
    FERRIES,
    HARBOUR,
    START,
    a_capture,
    a_statement,
    at,
    failed,
    list_of,
    listed,
    looked,
    not_modified,
    page_of,
    record,
    surveyed,
    unanswered,
)

ROBOTS = "https://mission.example/robots.txt"


def known(doc_id: str, **other: Any) -> KnownStatement:
    """A statement that was read once and has been well ever since, listed nowhere."""
    well: dict[str, Any] = {"recorded": True, "sections": (), "places": (), "checked": START, "problem": None}
    facts: dict[str, Any] = {
        "state": "live",
        "missing_last": None,
        "fresh": datetime(2026, 3, 1, tzinfo=UTC),
        "edits": 0,
    }
    return KnownStatement(page=page_of(doc_id), **(well | facts | other))


def of(database: Database, doc_id: str = "1001") -> KnownStatement:
    return surveyed(database).statements[doc_id]


def test_nothing_is_known_of_a_new_site(database: Database) -> None:
    record(database, listed("1001"), looked(a_statement()))
    assert surveyed(database, "geneva") == Survey()


def test_what_is_known(database: Database) -> None:
    record(
        database,
        listed("1001", "2002", page_count=3, titles=["One", "Two"]),
        listed("1001", section=FERRIES, titles=["The one"]),
        looked(a_statement("1001"), ETag='"1"', Last_Modified="Mon, 02 Mar 2026 09:00:00 GMT"),
        looked(a_statement("3003"), ETag='"3"', url="http://127.0.0.1:8000/3003"),
        looked(a_statement("4004")),
    )
    close_walk(database, "un", HARBOUR, began=START, now=at(1))
    assert surveyed(database) == Survey(
        sections={
            HARBOUR: KnownSection(page_count=3, items=2, baselined=True),
            FERRIES: KnownSection(page_count=1, items=1, baselined=False),
        },
        statements={
            "1001": known("1001", sections=(HARBOUR, FERRIES), places=(page_of("1001"), page_of("1001", FERRIES))),
            "2002": known(
                *("2002",),
                recorded=False,
                sections=(HARBOUR,),
                places=(page_of("2002"),),
                checked=None,
                fresh=EPOCH,
            ),
            "3003": known("3003"),
            "4004": known("4004"),
        },
        listed={
            (HARBOUR, "1001"): ("One", "2026-03-01"),
            (HARBOUR, "2002"): ("Two", "2026-03-01"),
            (FERRIES, "1001"): ("The one", "2026-03-01"),
        },
        validators={
            page_of("1001"): Validators(etag='"1"', last_modified="Mon, 02 Mar 2026 09:00:00 GMT", host=None, streak=0),
            page_of("3003"): Validators(etag='"3"', last_modified=None, host="127.0.0.1:8000", streak=0),
        },
    )


def test_validators_outlive_not_modified_but_no_error(database: Database) -> None:
    record(database, looked(a_statement(), ETag='"1"'))
    record(database, not_modified(page_of(), at(1)))
    assert surveyed(database).validators[page_of()].etag == '"1"'
    assert surveyed(database).validators[page_of()].streak == 1
    for bad in (failed(page_of(), at(2)), unanswered(page_of(), at(2))):
        record(database, bad)
        assert surveyed(database).validators == {}
        record(database, not_modified(page_of(), at(3)))
        assert surveyed(database).validators == {}
        record(database, looked(a_statement(), at(4), ETag='"1"'))


def test_a_listing_that_shows_another_line_makes_its_statement_due(database: Database) -> None:
    def due() -> dict[str, bool]:
        return {doc_id: known.due for doc_id, known in surveyed(database).statements.items()}

    record(database, listed("1001", "2002"), looked(a_statement("1001")), looked(a_statement("2002")))
    assert due() == {"1001": False, "2002": False}
    record(database, listed("1001", "2002", titles=["Another title"], when=at(1)))
    assert due() == {"1001": True, "2002": False}
    record(database, listed("1001", "2002", titles=["Another title"], when=at(2)), looked(a_statement("2002"), at(2)))
    assert due() == {"1001": True, "2002": False}
    record(database, looked(a_statement("1001"), at(3)))
    assert due() == {"1001": False, "2002": False}


def test_what_a_walk_did_not_name_is_listed_nowhere(database: Database) -> None:
    record(database, listed("1001", "2002"), listed("1001", section=FERRIES), looked(a_statement("1001")))
    record(database, listed("2002", when=at(5)))
    # Leaving a page is not leaving the section: only a whole walk says that.
    assert (HARBOUR, "1001") in surveyed(database).listed
    close_walk(database, "un", HARBOUR, began=at(5), now=at(6))
    after = surveyed(database)
    assert sorted(after.listed) == [(FERRIES, "1001"), (HARBOUR, "2002")]
    assert after.sections[HARBOUR].items == 1
    assert after.statements["1001"].places == (page_of("1001", FERRIES),)
    assert after.statements["1001"].sections == (HARBOUR, FERRIES)
    record(database, listed("2002", "1001", when=at(7)))
    assert of(database).places == (page_of("1001"), page_of("1001", FERRIES))


def test_what_a_walk_named_on_an_unmodified_page_is_listed(database: Database) -> None:
    record(database, listed("1001"), listed("2002", number=1))
    record(database, not_modified(list_of(), at(5), "listing"), listed("3003", number=1, when=at(5)))
    close_walk(database, "un", HARBOUR, began=at(5), now=at(6))
    assert sorted(surveyed(database).listed) == [(HARBOUR, "1001"), (HARBOUR, "3003")]


def test_absences_and_problems_are_known(database: Database) -> None:
    record(database, listed("1001"), looked(a_statement()))
    record(database, failed(page_of(), at(1), status=404), now=at(1))
    found = of(database)
    assert (found.state, found.missing_last, found.checked, found.problem) == ("suspect", at(1), at(1), "http-404")
    record(database, unanswered(page_of(), at(2)), now=at(2))
    assert (of(database).checked, of(database).problem) == (at(1), "timeout")
    Archive(database).remove([("un-1001", "missing for long", None)], at(3))
    assert (of(database).state, of(database).fresh) == ("removed", at(3))
    record(database, looked(a_statement(), at(4)), now=at(4))
    found = of(database)
    assert (found.state, found.missing_last, found.checked, found.problem) == ("live", None, at(4), None)


@pytest.mark.parametrize("stated", [date(2026, 3, 1), date(2030, 1, 1), None])
def test_fresh_is_the_later_of_publication_and_news(database: Database, stated: date | None) -> None:
    published = datetime.combine(stated, time.min, UTC) if stated else EPOCH
    texts = ("The harbour opens at eight.", "The harbour opens at nine.", "The harbour opens at ten.")
    for number, text in enumerate(texts):
        record(database, looked(a_statement("1001", text, stated=stated), at(number)), now=at(number))
        news = at(number) if number else EPOCH  # what is recorded as baseline is not new
        assert (of(database).fresh, of(database).edits) == (max(published, news), number)


def test_unconfirmed_edits_take_the_validators_and_nothing_else(database: Database) -> None:
    record(database, listed("1001"), looked(a_statement(), ETag='"1"'))
    before = of(database)
    record(database, looked(a_statement("1001", "Edited."), at(1), confirmed=False, ETag='"2"'), now=at(1))
    assert surveyed(database).validators == {}
    assert of(database) == replace(before, checked=at(1))


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, (200, b"User-agent: *")), (60, (200, b"User-agent: *")), (61, None), (-1, None)],
    ids=["now", "just", "old", "clock-back"],
)
def test_kept_answers_grow_old(database: Database, minutes: int, expected: tuple[int, bytes] | None) -> None:
    record(database, PageSeen(capture=a_capture(ROBOTS, b"User-agent: *", kind="robots")))
    assert kept_answer(database, ROBOTS, now=at(minutes), max_age=timedelta(hours=1)) == expected


def test_kept_answer_of_a_page_not_modified_is_the_page(database: Database) -> None:
    record(database, PageSeen(capture=a_capture(ROBOTS, b"User-agent: *", kind="robots")))
    record(database, not_modified(ROBOTS, at(90), "robots"))
    assert kept_answer(database, ROBOTS, now=at(100), max_age=timedelta(hours=1)) == (200, b"User-agent: *")


def test_kept_answer_is_the_last_one(database: Database) -> None:
    for minute, (status, body) in enumerate([(200, b"a"), (404, b"a"), (404, b""), (200, b"a")]):
        capture = a_capture(ROBOTS, body, at(minute), kind="robots", status=status)
        record(database, PageSeen(capture=capture))
        assert kept_answer(database, ROBOTS, now=at(minute), max_age=timedelta(hours=1)) == (status, body)
    assert kept_answer(database, list_of(), now=START, max_age=timedelta(hours=1)) is None
