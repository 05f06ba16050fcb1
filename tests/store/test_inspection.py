"""What is said of a database from outside is what it is, on either engine."""

import re

import pytest

from store.asking import NoDatabaseError, TookTooLongError
from store.contents import contents_of
from store.database import HEAD, Database
from store.inspection import damage_of, engine_of
from store.runs import finish_run, start_run
from tests.store.databases import Databases
from tests.store.history import CHANGES, with_history
from tests.store.mailing.world import put
from tests.store.world import at


def test_an_archive_with_a_history(database: Database) -> None:
    with_history(database)
    run = start_run(database, "un", "incremental", at(100))
    finish_run(database, run, now=at(101), outcome="ok", counts={}, problems=[])
    put(database, now=at(103))
    engine = engine_of(database.url)
    assert re.fullmatch(r"(SQLite|PostgreSQL) \d[\d.]+", engine.name)
    assert (engine.revision, engine.is_wal) == (HEAD, True if database.is_sqlite else None)
    found = contents_of(database.url, at(110))
    assert found.size.captures > CHANGES
    assert found.size.bytes > 100_000
    assert (found.newest, found.leaders) == (at(101), {})
    assert (found.mail.pending, found.mail.oldest) == (1, at(103))
    assert damage_of(database.url, 20) is None


def test_an_empty_database(databases: Databases) -> None:
    database = Database(databases.empty())
    with database.writing():
        pass
    database.close()
    assert engine_of(database.url).revision is None
    with pytest.raises(NoDatabaseError):
        contents_of(database.url, at(0))
    fresh = contents_of(databases.fresh(), at(0))
    assert (fresh.newest, fresh.size.captures) == (None, 0)


def test_a_check_that_takes_too_long_is_given_up(sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.asking._STEPS", 1)
    database = Database(sqlite_databases.fresh())
    with_history(database)
    database.close()
    with pytest.raises(TookTooLongError):
        damage_of(database.url, -1)
