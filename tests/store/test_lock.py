"""One crawl at a time: the lease is exclusive, and free again whenever its holder ends, however."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import Database, DatabaseError
from store.lock import LeaseHeldError, lock
from tests.store.databases import Databases, start
from tests.store.world import a_statement, looked, record


@contextmanager
def another_process(url: str) -> Iterator[int]:
    """Another process that holds the lease; at the end it is killed without a chance to give it back."""
    with start("hold-lease", url) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder.pid
        finally:
            holder.kill()


def take(database: Database) -> None:
    with lock(database):
        pass


def test_one_holder_at_a_time(database_url: str) -> None:
    with closing(Database(database_url)) as one, closing(Database(database_url)) as other:
        for _ in range(2):
            with (
                lock(one),
                pytest.raises(LeaseHeldError, match=r"Another Missionwatch .* try again when it has ended"),
            ):
                take(other)
            take(other)


def test_free_again_after_an_error(database: Database) -> None:
    def fail() -> None:
        with lock(database):
            raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        fail()
    take(database)


@pytest.mark.slow
def test_freed_by_the_death_of_its_holder(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with another_process(database_url) as pid:
            with pytest.raises(LeaseHeldError) as caught:
                take(database)
            if database.is_sqlite:
                assert f"(process {pid})" in str(caught.value)
        if not database.is_sqlite:
            wait_for_the_server(database)
        take(database)


def wait_for_the_server(database: Database) -> None:
    """Until the server has noticed that a client is gone."""
    held = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    while True:
        with database.reading() as connection:
            if connection.execute(held).scalar() == 0:
                return


def test_writing_goes_on_under_the_lease(database_url: str) -> None:
    with closing(Database(database_url)) as database, closing(Database(database_url)) as other, lock(database):
        assert record(database, looked(a_statement("1001")))
        assert record(other, looked(a_statement("2002")))


def test_dry_run_takes_it_too(database_url: str) -> None:
    with closing(Database(database_url)) as real, closing(Database(database_url, dry_run=True)) as dry:
        with lock(real), pytest.raises(LeaseHeldError):
            take(dry)
        with lock(dry), pytest.raises(LeaseHeldError):
            take(real)


def test_databases_do_not_share_it(databases: Databases) -> None:
    with closing(Database(databases.fresh())) as one, closing(Database(databases.fresh())) as other, lock(one):
        take(other)


def test_a_holder_without_number_is_not_named(sqlite_databases: Databases) -> None:
    url = sqlite_databases.fresh()
    path = Path(url.removeprefix("sqlite:///"))
    with closing(Database(url)) as database, lock(database):
        path.with_name(f"{path.name}.lock").write_bytes(b"\xff\x00")
        with pytest.raises(LeaseHeldError, match=r"^Another Missionwatch is crawling"):
            take(database)


def test_memory_needs_no_lease() -> None:
    with closing(Database("sqlite://")) as database, lock(database):
        take(database)


def test_missing_folder_is_said(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/none/archive.db")
    with pytest.raises(DatabaseError, match="check the folder"):
        take(database)


@pytest.mark.parametrize("name", ["a b%25c.db", "öl.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/{name}")) as database, lock(database):
        assert [each.name for each in tmp_path.iterdir()] == [f"{name.replace('%25', '%')}.lock"]
