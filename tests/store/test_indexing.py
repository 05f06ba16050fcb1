"""The index is what the archive says, however and whenever it was brought up to date."""

import logging
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from store import indexing, schema
from store.archive import Archive
from store.attribution import Facets, Speaker
from store.backup import backup, sqlite_url
from store.database import Database
from store.derived_tables import facet, member, reading
from store.indexing import catch_up
from store.model import Statement
from store.reader import Reader
from store.restoring import restore
from store.rules import Rules
from store.tables import blob, metadata, statement
from tests.store.databases import Databases
from tests.store.history import with_history
from tests.store.steps import STEPS, Step, do, timed
from tests.store.wording import WORDING, read
from tests.store.world import FERRIES, HARBOUR, a_statement, at, listed, looked, record, rows


def index_of(database: Database) -> dict[str, Any]:
    """What the index says of each statement, whatever numbers it gave to facets."""
    with database.reading() as connection:
        named = {row.id: (row.field, row.slug, row.label) for row in connection.execute(select(facet))}
        keys = {row.id: row.key for row in connection.execute(select(statement))}
        found: dict[str, Any] = {
            keys[row.statement_id]: (row.version, row.places, row.rules, row.facets, set[Any](), row.members)
            for row in connection.execute(select(reading))
        }
        for row in connection.execute(select(member)):
            found[keys[row.statement_id]][4].add(named[row.facet_id])
    for version, places, rules, facets, members, listed_as in found.values():
        assert members == {named[int(each)] for each in listed_as.split()}, (version, places, rules, facets)
    return {key: each[:5] for key, each in found.items()}


def empty(database: Database, *tables: Any) -> None:
    with database.writing() as connection:
        for table in tables or reversed(metadata.sorted_tables):
            connection.execute(delete(table))


@dataclass
class Counting:
    """The rules of `WORDING` under any version, noting what they were asked to read."""

    version: str = "1"
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def rules(self) -> Rules:
        return Rules(version=self.version, read=self.read)

    def read(self, said: Statement, sections: Sequence[str]) -> Facets:
        self.asked.append((said.key, tuple(sections)))
        return read(said, sections)


def test_only_what_differs_is_read_again(database: Database) -> None:
    counting = Counting()
    assert catch_up(database, counting.rules) == 0
    record(database, listed("1", "2", "3"), looked(a_statement("1", "Ann.")), looked(a_statement("2", "Bob.")))
    assert catch_up(database, counting.rules) == 2
    assert catch_up(database, counting.rules) == 0
    record(database, looked(a_statement("1", "Ann."), at(1)), listed("1", "2", "3", when=at(1)), now=at(1))
    assert catch_up(database, counting.rules) == 0
    assert sorted(counting.asked) == [("un-1", (HARBOUR,)), ("un-2", (HARBOUR,))]
    counting.asked.clear()
    record(database, looked(a_statement("1", "Bob."), at(2)), now=at(2))
    assert catch_up(database, counting.rules) == 1
    record(database, listed("2", section=FERRIES, when=at(3)), now=at(3))
    assert catch_up(database, counting.rules) == 1
    assert counting.asked == [("un-1", (HARBOUR,)), ("un-2", (HARBOUR, FERRIES))]
    counting.version = "2"
    assert catch_up(database, counting.rules) == 2


def test_nothing_is_asked_of_what_was_looked_at_before(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> int:
        with database.reading() as connection:
            last, known = connection.execute(indexing._touches(WORDING)).one()
        return int(last) - int(known)

    record(database, *(looked(a_statement(str(number), "Ann.")) for number in range(5)))
    catch_up(database, WORDING)
    before = asked()
    record(database, looked(a_statement("1", "Bob."), at(1)), now=at(1))
    catch_up(database, WORDING)
    assert asked() < before
    monkeypatch.setattr(indexing, "TOUCHES", 2)
    for day in range(1, 4):  # nothing but looks
        record(database, looked(a_statement("1", "Bob."), at(day * 1440)), now=at(day * 1440))
    assert asked() > 2
    assert catch_up(database, WORDING) == 0
    assert asked() == 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, pauses=st.sets(st.integers(0, 16)))
def test_bit_by_bit_is_as_all_at_once(database: Database, steps: Sequence[Step], pauses: set[int]) -> None:
    empty(database)
    archive = Archive(database)
    for number, step in enumerate(timed(steps)):
        do(database, archive, number, [step])
        if number in pauses:
            catch_up(database, WORDING)
    catch_up(database, WORDING)
    found = index_of(database)
    empty(database, reading, member, facet)
    assert catch_up(database, WORDING) == len(found)
    assert index_of(database) == found


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_a_kill_loses_at_most_a_batch(database: Database, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(indexing, "BATCH", batch)
    record(database, *(looked(a_statement(str(number), f"Ann {number}.")) for number in range(6)))
    catch_up(database, WORDING)
    whole = index_of(database)
    empty(database, reading, member, facet)
    for last in range(6):
        left = iter(range(last))

        def read_some(said: Statement, sections: Sequence[str], left: Any = left) -> Facets:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return read(said, sections)

        with pytest.raises(KeyboardInterrupt):
            catch_up(database, Rules(version="1", read=read_some))
        done = index_of(database)
        assert len(done) == last // batch * batch
        assert done.items() <= whole.items()
        assert catch_up(database, WORDING) == 6 - len(done)
        assert index_of(database) == whole
        empty(database, reading, member, facet)


def test_two_at_once_share_the_work(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "BATCH", 3)
    record(database, *(looked(a_statement(str(number), f"Ann or Bob {number}.")) for number in range(40)))
    catch_up(database, WORDING)
    whole = index_of(database)
    empty(database, reading, member, facet)
    counting, counts, together = Counting(), list[int](), threading.Barrier(2)

    def work() -> None:
        with closing(Database(database_url)) as own:
            together.wait(30)
            counts.append(catch_up(own, counting.rules))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == len(counting.asked) == 40
    assert index_of(database) == whole


@pytest.mark.parametrize("batch", [1, 100])
def test_a_damaged_text_keeps_no_other_from_being_indexed(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(indexing, "BATCH", batch)
    monkeypatch.setattr(indexing, "TOUCHES", 0)
    record(database, *(looked(a_statement(number, f"Ann {number}.")) for number in ("1", "2", "3")))
    damaged = select(blob.c.id).order_by(blob.c.id.desc()).limit(1).scalar_subquery()
    with database.writing() as connection:
        before = connection.execute(select(blob).where(blob.c.id == damaged)).one()
        connection.execute(update(blob).where(blob.c.id == before.id).values(data=b"\x28\xb5\x2f\xfd"))
    assert catch_up(database, WORDING) == 2
    assert index_of(database).keys() == {"un-1", "un-2"}
    assert "statement=un-3 not indexed: The database is damaged" in caplog.text
    record(database, looked(a_statement("4", "Ann 4."), at(1)), now=at(1))
    assert catch_up(database, WORDING) == 1
    assert catch_up(database, WORDING) == 0
    with database.writing() as connection:
        connection.execute(update(blob).where(blob.c.id == before.id).values(data=before.data))
    assert catch_up(database, WORDING) == 1


def test_what_the_rules_trip_over_is_said_nothing_of(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    record(database, *(looked(a_statement(number, f"Ann {number}.")) for number in ("1", "2")))

    def trip(said: Statement, sections: Sequence[str]) -> Facets:
        if said.doc_id == "1":
            raise ZeroDivisionError
        return Facets(speakers=(Speaker(name="\ud800", role="", slug="x"),))

    with caplog.at_level(logging.ERROR):
        assert catch_up(database, Rules(version="1", read=trip)) == 2
    assert caplog.text.count("the rules failed") == 2
    assert catch_up(database, Rules(version="1", read=trip)) == 0
    assert {each.field for each in Reader(database).slices()} == {"sites", "languages"}
    assert catch_up(database, Rules(version="2", read=read)) == 2
    assert "speakers" in {each.field for each in Reader(database).slices()}


def test_a_dry_run_keeps_nothing(database: Database, database_url: str) -> None:
    record(database, looked(a_statement("1", "Ann.")))
    with closing(Database(database_url, dry_run=True)) as dry:
        assert catch_up(dry, WORDING) == 1
        assert Reader(dry).speakers("ann") == ["ann-harbour"]
    assert rows(database, reading) == []


def test_a_backup_carries_the_index_and_an_older_one_gets_its_own(databases: Databases, tmp_path: Path) -> None:
    with closing(Database(databases.fresh())) as database, closing(Database(databases.fresh())) as other:
        with_history(database)
        catch_up(database, WORDING)
        backup(database, tmp_path / "saved.db")
        restore(other, tmp_path / "saved.db")
        assert catch_up(other, WORDING) == 0
        assert index_of(other) == index_of(database)
        with closing(Database(sqlite_url(tmp_path / "older.db"))) as older:
            restore(older, tmp_path / "saved.db")
            schema.downgrade(older, "0002")
            backup(older, tmp_path / "saved.db")
        restore(other, tmp_path / "saved.db", force=True)
        assert index_of(other) == {}
        assert catch_up(other, WORDING) == len(index_of(database))
        assert index_of(other) == index_of(database)
