"""Laws of the archive: how observations are batched changes nothing, and what they mean follows from a few rules."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import delete

from store.archive import Archive
from store.database import Database
from store.reader import ChangeFilter, Reader
from store.tables import metadata, statement
from store.verification import verify
from tests.store.databases import Databases
from tests.store.reckoning import Reckoning
from tests.store.steps import SIZES, STEPS, Removal, Step, Walk, batches, do, timed
from tests.store.world import (
    FERRIES,
    HARBOUR,
    a_statement,
    assert_log_holds,
    failed,
    list_of,
    listed,
    looked,
    not_modified,
    page_of,
    rows,
    surveyed,
)


def whole(database: Database) -> dict[str, Any]:
    """Every row of every table; of looks at different statements it does not matter which was written first."""
    found = {table.name: rows(database, table) for table in metadata.sorted_tables}
    ledgers = [(row["statement_id"], row["id"], row | {"id": None}) for row in found["coverage"]]
    touched = [row["statement_id"] for row in found["touch"]]  # how often is another matter
    return found | {"coverage": [row for _, _, row in sorted(ledgers, key=lambda each: each[:2])], "touch": touched}


class Pair:
    """Two databases that are emptied for each example: making them anew would take most of the time."""

    def __init__(self, databases: Databases) -> None:
        self.single, self.batched = Database(databases.fresh()), Database(databases.fresh())

    def empty(self) -> None:
        for database in (self.single, self.batched):
            with database.writing() as connection:
                for table in reversed(metadata.sorted_tables):
                    connection.execute(delete(table))

    def close(self) -> None:
        self.single.close()
        self.batched.close()


@pytest.fixture
def pair(databases: Databases) -> Iterator[Pair]:
    with closing(Pair(databases)) as made:
        yield made


EIGHT, NINE = (looked(a_statement("1001", text)) for text in ("at eight", "at nine"))
SAME, THIRD = (looked(a_statement(doc_id, "at eight")) for doc_id in ("1002", "1003"))
ELSEWHERE = looked(a_statement("1001", "at eight", section=FERRIES))


@example(steps=(EIGHT, listed("1002", "1003"), NINE, SAME, THIRD), sizes=[6])  # twins are those of the moment
@example(  # an address that is named again within the batch is not gone
    steps=(listed("1001"), EIGHT, listed("1002"), Walk(HARBOUR, 1), listed("1001"), ELSEWHERE, EIGHT), sizes=[6]
)
@example(  # and one that has moved within the batch has one address
    steps=(listed("1001"), EIGHT, listed("1002"), Walk(HARBOUR, 1), ELSEWHERE, EIGHT, ELSEWHERE), sizes=[6]
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, sizes=SIZES)
def test_batches_are_as_one_by_one(pair: Pair, steps: Sequence[Step], sizes: list[int]) -> None:
    pair.empty()
    seen = timed(steps)
    one, many = Archive(pair.single), Archive(pair.batched)
    for number, batch in batches(seen, sizes):
        # The moment of a batch is that of its change log.
        expected = [answer for each in batch for answer in do(pair.single, one, number, [each])]
        assert do(pair.batched, many, number, batch) == expected
    assert whole(pair.batched) == whole(pair.single)


@example(  # what a list no longer names is not seen again when the list is "not modified"
    steps=(EIGHT, listed("1001", "1002"), listed("1002"), not_modified(list_of(), kind="listing"))
)
@example(steps=(EIGHT, SAME))  # the same twice, before any listing names either
@example(  # what a walk missed is named again when its page is "not modified"
    steps=(listed("1001"), EIGHT, Walk(HARBOUR, 0), not_modified(list_of(), kind="listing"))
)
@example(  # removed, not brought back without a text, restored
    steps=(EIGHT, failed(page_of(), status=404), Removal("un-1001"), not_modified(page_of()), EIGHT)
)
@example(  # removed while another one says the same, and what comes after both
    steps=(
        *(listed("1002"), Walk(HARBOUR, 0), listed("1001", "1003"), EIGHT, SAME),
        *(failed(page_of(), status=404), Removal("un-1001"), THIRD),
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_archive_holds_what_was_seen(pair: Pair, steps: Sequence[Step]) -> None:
    pair.empty()
    archive, reckoning = Archive(pair.batched), Reckoning()
    for number, step in enumerate(timed(steps)):
        do(pair.batched, archive, number, [step])
        reckoning.take(step, number)
    changes = list(Reader(pair.batched).changes(ChangeFilter(include_baseline=True)))
    assert [(e.type, e.statement, e.from_version, e.to_version, e.baseline) for e in changes] == [
        (e.type, e.key, e.from_version, e.to_version, e.baseline) for e in reckoning.changes
    ]
    assert_log_holds(pair.batched)
    assert verify(pair.batched).wrong is None
    noticed = {e.statement: e.detected for e, told in zip(changes, reckoning.changes, strict=True) if told.is_noticed}
    assert_statements_are(pair.batched, reckoning, noticed)
    assert set(surveyed(pair.batched).listed) == {
        (section, key.removeprefix("un-"))
        for key, expected in reckoning.statements.items()
        for section, place in expected.places.items()
        if not place.gone
    }


def assert_statements_are(database: Database, reckoning: Reckoning, noticed: dict[str, Any]) -> None:
    reader = Reader(database)
    kept = {row["key"]: row for row in rows(database, statement)}
    assert list(kept) == list(reckoning.statements)
    for key, expected in reckoning.statements.items():
        missing = tuple(kept[key][name] for name in ("missing_since", "missing_last", "missing_looks"))
        assert (kept[key]["state"], missing) == (expected.state, expected.missing)
        found = reader.statement(key)
        if found is None:
            assert expected.texts == []
            continue
        numbers = range(1, len(expected.texts) + 1)
        assert [reader.version(key, number).text for number in numbers] == expected.texts
        assert [reader.capture(key, number) for number in numbers] == expected.bodies
        assert [(e.observed_first, e.observed_last) for e in found.versions] == expected.observed
        assert (found.page, found.duplicate_of) == (expected.page, expected.duplicate_of)
        assert {e.section: (e.page, e.first_seen, e.last_seen) for e in found.places} == {
            section: (place.page, place.first, place.last) for section, place in expected.places.items()
        }
        assert [(e.result, e.since, e.until, e.looks) for e in found.coverage] == expected.looks
        assert found.updated == noticed[key]
