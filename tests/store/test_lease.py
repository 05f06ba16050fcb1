"""Leases: a number that rises, and who was given up for dead writes nothing, however late he wakes up."""

import os
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import NoReturn

import pytest
from sqlalchemy import text

from store.database import Database, DatabaseError, LeaseLostError
from store.lease import LIFETIME, LONGEST_GAP, RENEWED, Watch, lease
from store.lock import KEYS, LeaseHeldError, lock
from store.tables import lease as leases
from store.tables import run
from store.tide import Tide
from tests.store.databases import Server, start
from tests.store.world import START, a_statement, at, looked, record, rows


def always(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def test_its_number_rises_with_each_holder_and_also_when_the_clock_is_set_back(database: Database) -> None:
    epochs = []
    for moment in (START, at(1), START, at(-60 * 24 * 400), at(60 * 24 * 3650)):
        with lease(database, always(moment)) as held:
            epochs.append(held.epoch)
    assert epochs == sorted(set(epochs))
    [row] = rows(database, leases)
    assert (row["name"], row["epoch"], row["taken"]) == ("crawl", epochs[-1], at(60 * 24 * 3650))


def test_leases_of_two_names_are_held_at_once(database: Database) -> None:
    with lease(database, lambda: START, "daemon"), lease(database, lambda: START, "crawl"):
        assert record(database, looked(a_statement("1001")))
    assert record(database, looked(a_statement("2002")))


def test_who_is_refused_is_told_who_has_it_and_since_when(database_url: str) -> None:
    with closing(Database(database_url)) as one, closing(Database(database_url)) as other:
        with lease(one, lambda: START), pytest.raises(LeaseHeldError) as crawling, lease(other, lambda: START):
            pass
        with lease(one, lambda: START, "daemon"), pytest.raises(LeaseHeldError) as led, lease(other, at_once, "daemon"):
            pass
    since = f"since {START:%Y-%m-%d %H:%M} UTC"
    assert f"Another Missionwatch (process {os.getpid()} on " in str(crawling.value)
    assert f"{since}) is crawling into this database; try again" in str(crawling.value)
    assert f"{since}) looks after this database already" in str(led.value)


def at_once() -> datetime:
    return START


def test_whoever_was_given_up_writes_nothing_and_learns_it(database_url: str) -> None:
    """The holder stands still, another takes over, and the first wakes up."""
    with closing(Database(database_url)) as stopped, closing(Database(database_url)) as next_one:
        with lease(stopped, lambda: START, every=600) as held:
            assert record(stopped, looked(a_statement("1001")))
            _take_behind_its_back(next_one)
            before = rows(next_one, run), len(rows(next_one, leases))
            with pytest.raises(LeaseLostError, match=r"taken the crawl lease over; this one stopped writing\.$"):
                record(stopped, looked(a_statement("2002")))
            with pytest.raises(LeaseLostError):
                held.renew()
            assert (rows(next_one, run), len(rows(next_one, leases))) == before
            assert record(next_one, looked(a_statement("2002")))
        assert record(stopped, looked(a_statement("3003"))), "what was not begun under the lease is not bound by it"


def _take_behind_its_back(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(leases.update().values(epoch=leases.c.epoch + 1, holder="another"))


def test_a_holder_learns_by_itself_that_it_was_given_up(database_url: str) -> None:
    with (
        closing(Database(database_url)) as one,
        closing(Database(database_url)) as other,
        lease(one, lambda: START, every=0.01) as held,
    ):
        assert not held.lost.wait(0.05)
        _take_behind_its_back(other)
        assert held.lost.wait(30)


def test_a_database_that_is_away_for_a_moment_does_not_cost_the_lease(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Database(database_url)) as database, lease(database, lambda: START, every=0.01) as held:
        before = held.age
        with monkeypatch.context() as away:
            away.setattr(database, "reading", database_away)
            while held.age <= max(before, 0.05):
                pass
            assert not held.lost.is_set()
        while held.age > 0.05:
            pass
        assert not held.lost.is_set()


def database_away() -> NoReturn:
    raise DatabaseError("The database is away.")


def test_a_dry_run_leaves_no_row(database_url: str) -> None:
    with closing(Database(database_url, dry_run=True)) as dry, lease(dry, lambda: START):
        assert record(dry, looked(a_statement("1001")))
    with closing(Database(database_url)) as database:
        assert rows(database, leases) == []


def test_signs_of_life_move_nothing_that_publishing_watches(database_url: str) -> None:
    with (
        closing(Database(database_url)) as database,
        closing(Database(database_url)) as watching,
        lease(database, lambda: START, every=600) as held,
        closing(Tide(watching)) as tide,
    ):
        before = tide.state()
        held.renew()
        assert tide.state() == before


def test_takeover_is_within_what_is_promised() -> None:
    assert LIFETIME + 2 * LONGEST_GAP <= 30
    assert 3 * RENEWED <= LIFETIME


class Steps:
    """A steady clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.slow
def test_the_session_of_a_holder_that_stands_still_is_ended(server: Server, database_url: str) -> None:
    with closing(Database(database_url)) as database:
        if database.is_sqlite:
            assert Watch(database, "crawl").look() is False
            return
        clock = Steps()
        watch = Watch(database, "crawl", clock)
        assert watch.look() is False
        with start("hold-lease", database_url) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            assert watch.look() is False
            clock.now += 3600  # the watcher itself stood still
            assert watch.look() is False
            looks = 0
            while not watch.look():
                clock.now += 1
                looks += 1
            assert LIFETIME - LONGEST_GAP - 1 <= looks <= LIFETIME + 1
            _until_free(database)
            holder.kill()


def _until_free(database: Database) -> None:
    while True:
        try:
            with lock(database):
                return
        except LeaseHeldError:
            pass


def test_a_holder_that_shows_life_is_never_ended(server: Server, database_url: str) -> None:
    with closing(Database(database_url)) as database, closing(Database(database_url)) as other:
        clock = Steps()
        watch = Watch(other, "daemon", clock)
        with lease(database, lambda: START, "daemon", every=600) as held:
            for _ in range(200):
                clock.now += 1
                assert watch.look() is False
                held.renew()
        assert set(KEYS) == {"crawl", "daemon"}


def test_a_holder_whose_session_is_ended_learns_it_and_goes_without_a_word(database_url: str) -> None:
    """As when the server restarts, or who stands by has given it up."""
    with closing(Database(database_url)) as one, closing(Database(database_url)) as other:
        if one.is_sqlite:
            return
        with lease(one, lambda: START, every=0.01) as held:
            ended = text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            with other.writing() as connection:
                connection.execute(ended, {"key": KEYS["crawl"]})
            assert held.lost.wait(30)
        _until_free(other)
