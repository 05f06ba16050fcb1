"""What a crawl is told before it starts."""

from datetime import timedelta

import pytest

from store.database import Database
from store.observation import PageSeen
from store.runs import close_walk
from store.survey import KnownSection, KnownStatement, Survey, Validators, kept_answer, survey
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
)

ROBOTS = "https://mission.example/robots.txt"


def test_nothing_is_known_of_a_new_site(database: Database) -> None:
    record(database, listed("1001"), looked(a_statement()))
    assert survey(database, "geneva") == Survey()


def test_what_is_known(database: Database) -> None:
    record(
        database,
        listed("1001", "2002", page_count=3, titles=["One", "Two"]),
        listed("1001", section=FERRIES, titles=["The one"]),
        looked(a_statement("1001"), ETag='"1"', Last_Modified="Mon, 02 Mar 2026 09:00:00 GMT"),
        looked(a_statement("3003"), ETag='"3"', url="http://127.0.0.1:8000/3003"),
        looked(a_statement("4004")),
    )
    close_walk(database, "un", HARBOUR, at(1))
    assert survey(database, "un") == Survey(
        sections={
            HARBOUR: KnownSection(page_count=3, items=2, baselined=True),
            FERRIES: KnownSection(page_count=1, items=1, baselined=False),
        },
        statements={
            "1001": KnownStatement(page=page_of("1001"), recorded=True, sections=(HARBOUR, FERRIES)),
            "2002": KnownStatement(page=page_of("2002"), recorded=False, sections=(HARBOUR,)),
            "3003": KnownStatement(page=page_of("3003"), recorded=True, sections=()),
            "4004": KnownStatement(page=page_of("4004"), recorded=True, sections=()),
        },
        listed={
            (HARBOUR, "1001"): ("One", "2026-03-01"),
            (HARBOUR, "2002"): ("Two", "2026-03-01"),
            (FERRIES, "1001"): ("The one", "2026-03-01"),
        },
        validators={
            page_of("1001"): Validators(etag='"1"', last_modified="Mon, 02 Mar 2026 09:00:00 GMT", host=None),
            page_of("3003"): Validators(etag='"3"', last_modified=None, host="127.0.0.1:8000"),
        },
    )


def test_validators_outlive_not_modified_but_no_error(database: Database) -> None:
    record(database, looked(a_statement(), ETag='"1"'))
    record(database, not_modified(page_of(), at(1)))
    assert survey(database, "un").validators[page_of()].etag == '"1"'
    record(database, failed(page_of(), at(2)))
    assert survey(database, "un").validators == {}
    record(database, not_modified(page_of(), at(3)))
    assert survey(database, "un").validators == {}


def test_a_listing_that_shows_another_line_makes_its_statement_due(database: Database) -> None:
    def due() -> dict[str, bool]:
        return {doc_id: known.due for doc_id, known in survey(database, "un").statements.items()}

    record(database, listed("1001", "2002"), looked(a_statement("1001")), looked(a_statement("2002")))
    assert due() == {"1001": False, "2002": False}
    record(database, listed("1001", "2002", titles=["Another title"], when=at(1)))
    assert due() == {"1001": True, "2002": False}
    record(database, listed("1001", "2002", titles=["Another title"], when=at(2)), looked(a_statement("2002"), at(2)))
    assert due() == {"1001": True, "2002": False}
    record(database, looked(a_statement("1001"), at(3)))
    assert due() == {"1001": False, "2002": False}


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
