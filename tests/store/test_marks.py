"""A mark is another one exactly when something to be shown of the statement is."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import delete

from store.archive import Archive
from store.database import Database
from store.indexing import catch_up
from store.model import Statement, StatementRecord
from store.reader import Reader
from store.reextraction import UnreadableError, reextract
from store.rules import Rules
from store.runs import close_walk, finish_run, start_run
from store.tables import coverage, metadata
from tests.store.databases import Databases
from tests.store.steps import STEPS, Step, do, timed
from tests.store.wording import WORDING, read
from tests.store.world import (
    FERRIES,
    HARBOUR,
    START,
    a_statement,
    at,
    listed,
    looked,
    not_modified,
    page_of,
    record,
    unanswered,
)

HALF_A_DAY = 12 * 60


def shown(database: Database) -> dict[str, Any]:
    """All that pages and feeds show of each statement: looks by the day, and not how many."""
    reader = Reader(database)
    keys = reader.keys()
    return {key: (_reduced(reader.statement(key)), reader.changes_of(key)) for key in keys}


def _reduced(found: StatementRecord | None) -> Any:
    assert found is not None
    versions = [replace(each, observed_last=_day(each.observed_last)) for each in found.versions]
    places = [replace(each, last_seen=_day(each.last_seen)) for each in found.places]
    looks = [replace(each, until=_day(each.until), looks=0) for each in found.coverage]
    return replace(found, version=versions[-1], versions=(), places=(), coverage=()), versions, places, looks


def _day(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def stamps(database: Database) -> dict[str, str]:
    catch_up(database, WORDING)
    return {key: mark.stamp for key, mark in Reader(database).marks().items()}


EIGHT, NINE = (looked(a_statement("1001", text)) for text in ("at eight", "at nine"))


@example(steps=(EIGHT, not_modified(page_of()), not_modified(page_of()), not_modified(page_of())))
@example(steps=(EIGHT, listed("1001"), listed("1001"), listed("1001"), listed("1001", section=FERRIES), NINE, EIGHT))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_stamps_follow_what_is_shown(database: Database, steps: Sequence[Step]) -> None:
    with database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    archive = Archive(database)
    seen: dict[str, Any] = {}
    stamped: dict[str, str] = {}
    for number, step in enumerate(timed(steps, HALF_A_DAY)):
        do(database, archive, number, [step], HALF_A_DAY)
        now_stamped, now_seen = stamps(database), shown(database)
        assert now_stamped.keys() == now_seen.keys()
        assert now_stamped.keys() >= stamped.keys()
        for key, stamp in stamped.items():
            assert (now_stamped[key] == stamp) == (now_seen[key] == seen[key]), (number, key)
        seen, stamped = now_seen, now_stamped


@pytest.fixture
def kept(database: Database) -> Database:
    """Two statements, one of which was edited, in one section."""
    record(database, listed("1001", "1002"), looked(a_statement("1001")), looked(a_statement("1002")))
    close_walk(database, "un", HARBOUR, began=START, now=at(1))
    record(database, looked(a_statement("1001", "Edited."), at(2)), now=at(2))
    return database


def altered(database: Database, before: dict[str, str]) -> list[str]:
    after = stamps(database)
    return sorted(key for key, stamp in after.items() if before.get(key) != stamp)


def test_what_is_not_shown_alters_nothing(kept: Database) -> None:
    before = stamps(kept)
    assert stamps(kept) == before
    run = start_run(kept, "un", "full", at(3))
    record(kept, not_modified(page_of("1001"), at(4)), listed("1001", "1002", when=at(5)), now=at(5))
    record(kept, not_modified(page_of("1001"), at(6)), now=at(6))
    close_walk(kept, "un", HARBOUR, began=at(5), now=at(6))
    finish_run(kept, run, now=at(7), outcome="ok", counts={}, problems=[])
    # A look of another result is a finding, and a new place too.
    assert altered(kept, before) == ["un-1001"]
    record(kept, listed("1002", section=FERRIES), now=at(8))
    assert altered(kept, before) == ["un-1001", "un-1002"]


def test_a_new_name_of_a_section_is_shown(kept: Database) -> None:
    before = stamps(kept)
    renamed = listed("1001", "1002", when=at(5))
    record(kept, replace(renamed, listing=replace(renamed.listing, label="The harbour")), now=at(5))
    assert altered(kept, before) == ["un-1001", "un-1002"]


def test_the_day_of_the_last_look_is_shown(kept: Database) -> None:
    record(kept, not_modified(page_of("1001"), at(10)), unanswered(page_of("1002"), at(10)), now=at(10))
    for days in range(1, 4):
        before, when = stamps(kept), START + timedelta(days=days)
        record(kept, not_modified(page_of("1001"), when), now=when)
        assert altered(kept, before) == ["un-1001"]
        before, later = stamps(kept), when + timedelta(hours=1)
        record(kept, not_modified(page_of("1001"), later), unanswered(page_of("1002"), when), now=later)
        assert altered(kept, before) == ["un-1002"]


def test_other_rules_alter_only_what_they_read_otherwise(kept: Database) -> None:
    before = stamps(kept)
    catch_up(kept, Rules(version="2", read=read))
    assert {key: mark.stamp for key, mark in Reader(kept).marks().items()} == before
    fewer = Rules(
        version="3",
        read=lambda said, sections: read(said if said.doc_id == "1002" else replace(said, title=""), sections),
    )
    assert catch_up(kept, fewer) == 2
    after = {key: mark.stamp for key, mark in Reader(kept).marks().items()}
    assert [key for key in after if after[key] != before[key]] == ["un-1001"]


def test_a_repair_that_only_names_another_extractor_is_shown(kept: Database) -> None:
    texts = {1: a_statement("1001"), 2: a_statement("1001", "Edited.")}

    def reading(*known: Statement) -> Any:
        def again(capture: Any) -> Statement:
            for each in known:
                if each.text.encode() in capture.body and capture.page == page_of(each.doc_id):
                    return each
            raise UnreadableError("not today")

        return again

    before = stamps(kept)
    # The older one of two versions alone.
    done = reextract(kept, "un", reading(texts[1]), "reader/2")
    assert (done.same, len(done.refused)) == (1, 2)
    assert altered(kept, before) == ["un-1001"]
    before = stamps(kept)
    reextract(kept, "un", reading(texts[1], texts[2], a_statement("1002")), "reader/2")
    assert altered(kept, before) == ["un-1001", "un-1002"]


def test_marks_name_slices_and_days(kept: Database) -> None:
    stamps(kept)
    marks = Reader(kept).marks()
    assert list(marks) == ["un-1002", "un-1001"]
    slices = (*(("kinds", "remarks"), ("languages", "en"), ("sections", "un-eng-harbour"), ("sites", "un")),)
    assert {mark.slices for mark in marks.values()} == {slices}
    assert marks["un-1002"].days == (date(2026, 3, 1),)
    assert marks["un-1001"].days == (date(2026, 3, 1), date(2026, 3, 2))


def test_statements_of_an_older_release_have_marks_before_any_look(databases: Databases) -> None:
    with closing(Database(databases.fresh())) as database:
        record(database, looked(a_statement("1001")))
        with database.writing() as connection:
            connection.execute(delete(coverage))
        [without] = stamps(database).values()
        record(database, not_modified(page_of(), at(1)), now=at(1))
        assert altered(database, {"un-1001": without}) == ["un-1001"]


def test_before_it_is_indexed_a_statement_is_in_no_slice(kept: Database) -> None:
    assert {mark.slices for mark in Reader(kept).marks().values()} == {()}
    assert Reader(kept).slices() == []
