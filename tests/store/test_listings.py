"""Where statements stand on the site, as listings say it."""

import pytest
from sqlalchemy import select

from store.database import Database
from store.model import Place
from store.reader import Reader
from store.runs import close_walk
from store.tables import location, page, section, statement
from tests.store.world import (
    FERRIES,
    HARBOUR,
    START,
    a_statement,
    at,
    list_of,
    listed,
    looked,
    not_modified,
    page_of,
    record,
    rows,
)


def standing(database: Database) -> dict[str, tuple[str | None, int | None]]:
    """Document id → the list's page on which it stands, and where."""
    with database.reading() as connection:
        joined = location.join(statement, statement.c.id == location.c.statement_id)
        joined = joined.outerjoin(page, page.c.id == location.c.listed_on)
        found = connection.execute(select(statement.c.doc_id, page.c.url, location.c.position).select_from(joined))
        return {row.doc_id: (row.url, row.position) for row in found}


def last_seen(database: Database) -> dict[int, int]:
    """Document id → minutes after the start."""
    with database.reading() as connection:
        joined = location.join(statement, statement.c.id == location.c.statement_id)
        found = connection.execute(select(statement.c.doc_id, location.c.last_seen).select_from(joined))
        return {int(row.doc_id): int((row.last_seen - START).total_seconds() // 60) for row in found}


def test_listed_statements_are_known_before_they_are_read(database: Database) -> None:
    record(database, listed("1001", "2002", titles=["One", "Two"]))
    known = rows(database, statement)
    assert {(each["key"], each["version"], each["first_seen"]) for each in known} == {
        ("un-1001", None, START),
        ("un-2002", None, START),
    }
    assert {(each["title"], each["stated"], each["position"]) for each in rows(database, location)} == {
        ("One", "2026-03-01", 0),
        ("Two", "2026-03-01", 1),
    }
    assert Reader(database).statement("un-1001") is None


def test_sections_keep_their_label_and_length(database: Database) -> None:
    record(database, listed("1001"))
    record(database, listed("1001", when=at(1), page_count=7))
    [kept] = rows(database, section)
    assert (kept["path"], kept["label"], kept["page_count"], kept["language"]) == (HARBOUR, "Harbour", 7, "en")
    assert kept["baselined"] is None


def test_a_line_that_stands_twice_counts_once(database: Database) -> None:
    record(database, listed("1001", "2002", "1001", titles=["First", "Two", "Again"]))
    assert standing(database) == {"1001": (list_of(), 0), "2002": (list_of(), 1)}
    assert rows(database, location)[0]["title"] == "First"


def test_statements_move_from_page_to_page(database: Database) -> None:
    record(database, listed("1", "2"), listed("3", number=1))
    record(database, listed("4", "1", when=at(1)))
    assert standing(database) == {
        "4": (list_of(), 0),
        "1": (list_of(), 1),
        "2": (None, None),
        "3": (list_of(number=1), 0),
    }
    record(database, listed("2", "3", number=1, when=at(2)))
    assert standing(database)["2"] == (list_of(number=1), 0)
    assert last_seen(database) == {4: 1, 1: 1, 2: 2, 3: 2}


def test_not_modified_speaks_for_what_the_page_names_now(database: Database) -> None:
    record(database, listed("1", "2"))
    record(database, listed("2", when=at(1)))
    record(database, not_modified(list_of(), at(2), "listing"))
    assert last_seen(database) == {1: 0, 2: 2}
    record(database, listed(when=at(3)))
    record(database, not_modified(list_of(), at(4), "listing"))
    assert last_seen(database) == {1: 0, 2: 2}


def test_lists_of_other_sections_are_left_alone(database: Database) -> None:
    record(database, listed("1"), listed("1", section=FERRIES))
    record(database, listed("2", section=FERRIES, when=at(1)))
    record(database, not_modified(list_of(), at(2), "listing"))
    record(database, looked(a_statement("1")))
    found = Reader(database).statement("un-1")
    assert found is not None
    assert found.places == (
        Place(page=page_of("1"), section=HARBOUR, label="Harbour", first_seen=START, last_seen=at(2)),
        Place(page=page_of("1", FERRIES), section=FERRIES, label="Ferries", first_seen=START, last_seen=START),
    )


@pytest.mark.parametrize("site", ["un", "geneva"])
def test_sites_keep_their_own_sections_and_statements(database: Database, site: str) -> None:
    record(database, listed("1"))
    close_walk(database, "un", HARBOUR, began=START, now=START)
    record(database, listed("1", site=site, when=at(1)))
    assert len(rows(database, section)) == len(rows(database, statement)) == len({"un", site})
    assert [each["baseline"] for each in rows(database, location)] == [True] * len({"un", site})


def test_a_list_of_hundreds_is_one_batch(database: Database) -> None:
    docs = [str(number) for number in range(1500)]
    record(database, listed(*docs))
    record(database, listed(*reversed(docs), when=at(1)))
    assert standing(database)["0"] == (list_of(), 1499)
    assert set(last_seen(database).values()) == {1}
