"""What is in a slice, by every way to ask for it: held against going through everything."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from store import slices
from store.archive import Archive
from store.attribution import Facets, Speaker
from store.database import Database
from store.indexing import catch_up
from store.model import ChangeRecord, StatementRecord
from store.reader import Reader
from store.rules import Rules
from store.runs import close_walk
from store.selection import ALL, FIELDS, DayCount, Field, Selection, Slice, section_slug
from store.tables import metadata
from tests.store.databases import Databases
from tests.store.steps import STEPS, Step, do, timed
from tests.store.wording import WORDING
from tests.store.world import FERRIES, HARBOUR, START, a_statement, at, listed, looked, record

PACE = 700
"""Minutes from one step to the next, so that they fall on several days."""


def parts_of(found: StatementRecord) -> set[tuple[Field, str]]:
    """The slices of a statement, by what is known of it."""
    parts: set[tuple[Field, str]] = {("sites", found.site), ("languages", found.language)}
    parts |= {("sections", section_slug(found.site, place.section)) for place in found.places}
    parts |= {("speakers", speaker.slug) for speaker in found.facets.speakers}
    parts |= {("organs", found.facets.organ.slug)} if found.facets.organ else set()
    return parts | ({("kinds", found.facets.kind.slug)} if found.facets.kind else set())


class Everything:
    """An archive, gone through from end to end."""

    def __init__(self, database: Database) -> None:
        reader = Reader(database)
        self.statements = {key: found for key in reader.keys() if (found := reader.statement(key))}  # noqa: SIM118
        self.changes = [change for key in self.statements for change in reader.changes_of(key)]
        self.changes.sort(key=lambda change: change.id)
        self.parts = {key: parts_of(found) for key, found in self.statements.items()}

    def news(self, within: Selection = ALL) -> list[ChangeRecord]:
        return [
            change
            for change in self.changes
            if not change.baseline
            and set(within.facets) <= self.parts[change.statement]
            and within.type in (None, change.type)
            and _fits(change.detected.date(), within)
        ]

    def latest(self, within: Selection) -> list[str]:
        told = {change.statement for change in self.changes if not change.baseline and change.type == within.type}
        found = [
            statement
            for key, statement in self.statements.items()
            if set(within.facets) <= self.parts[key]
            and (within.type is None or key in told)
            and _fits(statement.content.date.date, within)
        ]
        found.sort(key=lambda each: each.updated, reverse=True)
        found.sort(key=lambda each: (each.content.date.date or date.min) if each.baseline else date.max, reverse=True)
        return [each.key for each in sorted(found, key=lambda each: each.baseline)]


def _fits(day: date | None, within: Selection) -> bool:
    if within.since is None and within.until is None:
        return True
    return day is not None and (within.since or day) <= day <= (within.until or day)


def selections(everything: Everything) -> Iterator[Selection]:
    """Every slice, pairs of slices, types and days, and what is not there."""
    nobody: tuple[Field, str] = ("speakers", "nobody")
    parts = sorted({nobody, *(part for parts in everything.parts.values() for part in parts)}, key=_order)
    days = sorted({change.detected.date() for change in everything.changes})
    for part in parts:
        yield Selection(facets=(part,))
        yield Selection(facets=(part,), type="edited")
        yield from (Selection(facets=(part,), since=day, until=day) for day in days[:2])
    yield from (Selection(facets=pair) for pair in product(parts, parts) if _order(pair[0])[0] < _order(pair[1])[0])
    yield from (Selection(type="new"), Selection(type="removed"), *(Selection(since=day) for day in days))
    yield from (ALL, *(Selection(until=day, type="edited") for day in days))


def _order(part: tuple[Field, str]) -> tuple[int, str]:
    return FIELDS.index(part[0]), part[1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, few=st.sampled_from((0, 1, 2, 2000)))
def test_each_way_to_ask_gives_what_is_there(
    database: Database, monkeypatch: pytest.MonkeyPatch, steps: Sequence[Step], few: int
) -> None:
    monkeypatch.setattr(slices, "FEW", few)
    with database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    archive, reader = Archive(database), Reader(database)
    for number, step in enumerate(timed(steps, PACE)):
        do(database, archive, number, [step], PACE)
    catch_up(database, WORDING)
    everything = Everything(database)
    for within in selections(everything):
        news = everything.news(within)
        ids = [change.id for change in news]
        assert list(reader.news(within)) == ids, within
        assert list(reader.news(within, after=2)) == [each for each in ids if each > 2]
        assert list(reader.latest_changes(100, within)) == news[::-1]
        assert list(reader.latest_changes(1, within)) == news[::-1][:1]
        latest = everything.latest(within)
        assert [each.key for each in reader.latest_statements(100, within)] == latest, within
        assert [each.key for each in reader.latest_statements(1, within)] == latest[:1]
    assert list(reader.changes_by_id([3, 1, 99, 2])) == [
        change for number in (3, 1, 2) for change in everything.changes if change.id == number
    ]
    held = Counter(part for parts in everything.parts.values() for part in parts)
    told = Counter(part for change in everything.news() for part in everything.parts[change.statement])
    found = reader.slices()
    assert {(each.field, each.slug): (each.statements, each.changes) for each in found} == {
        part: (count, told[part]) for part, count in held.items()
    }
    assert found == sorted(found, key=lambda each: (FIELDS.index(each.field), -each.statements, each.slug))
    assert reader.labels() == {(each.field, each.slug): each.label for each in found}
    changes = Counter(change.detected.date() for change in everything.news())
    dated = Counter(found.content.date.date for found in everything.statements.values())
    assert reader.days() == [
        DayCount(day=day, changes=changes[day], statements=dated[day])
        for day in sorted({day for day in (*changes, *dated) if day}, reverse=True)
    ]
    for key, mark in reader.marks().items():
        assert set(mark.slices) == everything.parts[key]
        assert list(mark.slices) == sorted(mark.slices)
        days = {change.detected.date() for change in everything.news() if change.statement == key}
        assert mark.days == tuple(sorted(days | {everything.statements[key].content.date.date}))  # type: ignore[type-var]


def test_keys_are_only_ever_added_to(database: Database) -> None:
    record(database, listed("1", "2", "3"))
    reader = Reader(database)
    assert reader.keys() == []
    before: list[str] = []
    for doc_id in ("3", "1", "2"):
        record(database, looked(a_statement(doc_id)))
        assert reader.keys() == [*before, f"un-{doc_id}"]
        before.append(f"un-{doc_id}")
    record(database, looked(a_statement("1", "Edited."), at(1)), now=at(1))
    assert reader.keys() == before


@pytest.fixture
def labelled(database: Database) -> Database:
    """Three statements whose speaker is read under two names, in two sections."""
    record(
        database,
        *(listed("1", "2", section=HARBOUR), listed("3", section=FERRIES)),
        *(looked(a_statement(each, f"安 {each}", title="港口")) for each in ("1", "2")),
        looked(a_statement("3", "Ann and Bob of the council.", section=FERRIES)),
    )
    catch_up(database, WORDING)
    return database


def test_slices_have_names_for_readers(labelled: Database) -> None:
    assert Reader(labelled).slices() == [
        Slice(field="sites", slug="un", label="un", statements=3),
        Slice(field="sections", slug="un-eng-harbour", label="Harbour", statements=2),
        Slice(field="sections", slug="un-eng-ferries", label="Ferries", statements=1),
        Slice(field="speakers", slug="ann-harbour", label="Ann Harbour", statements=3),
        Slice(field="speakers", slug="bob-harbour", label="Bob Harbour", statements=1),
        Slice(field="organs", slug="fleet", label="Fleet", statements=1),
        Slice(field="kinds", slug="remarks", label="Remarks", statements=1),
        Slice(field="languages", slug="en", label="en", statements=3),
    ]
    record(labelled, looked(a_statement("3", "Bob.", section=FERRIES), at(1)), now=at(1))
    catch_up(labelled, WORDING)
    found = Reader(labelled).slices()
    assert ("安港", 2) in [(each.label, each.statements) for each in found if each.slug == "ann-harbour"]
    assert Reader(labelled).labels() == {(each.field, each.slug): each.label for each in found}
    assert Reader(labelled).speakers("Ann") == []
    assert Reader(labelled).speakers("安港") == Reader(labelled).speakers("ANN-HARBOUR") == ["ann-harbour"]


def test_of_two_names_the_frequent_one_is_told(databases: Databases) -> None:
    def name(first: int, second: int) -> Rules:
        """Rules under which so many statements name one form, and the others another."""
        forms = iter(["Ann Harbour"] * first + ["ANN Harbour"] * second)
        return Rules(
            version=f"{first} {second}",
            read=lambda content, paths: Facets(speakers=(Speaker(name=next(forms), role="", slug="ann-harbour"),)),
        )

    with closing(Database(databases.fresh())) as database:
        record(database, *(looked(a_statement(str(number), "Something.")) for number in range(5)))
        for first, second, told in ((3, 2, "Ann Harbour"), (2, 3, "ANN Harbour"), (5, 0, "Ann Harbour")):
            catch_up(database, name(first, second))
            found = {(each.field, each.slug): each.label for each in Reader(database).slices()}
            assert found["speakers", "ann-harbour"] == told
            assert Reader(database).labels() == found


def test_facets_come_with_statements(labelled: Database) -> None:
    reader = Reader(labelled)
    [newest, *_] = reader.latest_statements(3, Selection(facets=(("speakers", "bob-harbour"),)))
    whole = reader.statement("un-3")
    assert whole is not None
    assert newest.facets == whole.facets == WORDING.read(whole.content, [FERRIES])
    assert [each.name for each in whole.facets.speakers] == ["Ann Harbour", "Bob Harbour"]


def test_a_slice_ends_with_its_last_statement(databases: Databases) -> None:
    with closing(Database(databases.fresh())) as database:
        record(database, looked(a_statement("1", "Ann.")))
        close_walk(database, "un", HARBOUR, began=START, now=START)
        catch_up(database, WORDING)
        assert "speakers" in {each.field for each in Reader(database).slices()}
        record(database, looked(a_statement("1", "Nobody."), at(1)), now=START + timedelta(days=1))
        catch_up(database, WORDING)
        assert "speakers" not in {each.field for each in Reader(database).slices()}
        ann = Selection(facets=(("speakers", "ann-harbour"),))
        assert list(Reader(database).latest_statements(9, ann)) == []
        assert list(Reader(database).latest_changes(9, ann)) == []
