"""Whatever is wrong with a database is said in one plain sentence, by every method alike."""

import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from store import runs, schema
from store.archive import Archive
from store.database import Database, DatabaseError, sqlite_path
from store.gate import absences, held_statements, statements_known, weigh
from store.incidents import after_run, incidents
from store.indexing import catch_up
from store.reader import ChangeFilter, Reader
from store.survey import kept_answer, survey
from store.truth import TruthRules
from tests.store.databases import Databases, Server, start
from tests.store.releases import written_by_0001
from tests.store.wording import WORDING
from tests.store.world import START, a_statement, looked, record


def is_one_sentence(message: str) -> bool:
    return message.endswith(".") and not message.endswith("..") and "\n" not in message and "Traceback" not in message


PUBLIC: dict[str, Callable[[Database], object]] = {
    "revision": lambda database: database.revision(),
    "ensure": schema.ensure,
    "record": lambda database: record(database, looked(a_statement())),
    "start_run": lambda database: runs.start_run(database, "un", "full", START),
    "finish_run": lambda database: runs.finish_run(database, 1, now=START, outcome="ok", counts={}, problems=[]),
    "remove": lambda database: Archive(database).remove([("un-1001", "missing for long", None)], START),
    "weigh": lambda database: weigh(database, "un", {"un-1001": None}, [], rules=TruthRules(), accept=False, now=START),
    "after_run": lambda database: after_run(database, "un", outcome="ok", answers=1, fatal=None, now=START),
    "close_walk": lambda database: runs.close_walk(database, "un", "eng", began=START, now=START),
    "recent_runs": runs.recent_runs,
    "survey": lambda database: survey(database, "un"),
    "kept_answer": lambda database: kept_answer(database, "https://mission.example/", now=START, max_age=START - START),
    "absences": lambda database: absences(database, "un"),
    "held_statements": lambda database: held_statements(database, "un"),
    "statements_known": lambda database: statements_known(database, "un"),
    "incidents": incidents,
    "latest_statements": lambda database: Reader(database).latest_statements(1),
    "statement": lambda database: Reader(database).statement("un-1"),
    "version": lambda database: Reader(database).version("un-1", 1),
    "capture": lambda database: Reader(database).capture("un-1", 1),
    "latest_changes": lambda database: Reader(database).latest_changes(1),
    "changes_of": lambda database: Reader(database).changes_of("un-1"),
    "changes": lambda database: list(Reader(database).changes(ChangeFilter())),
    "change_head": lambda database: Reader(database).change_head(),
    "keys": lambda database: Reader(database).keys(),
    "news": lambda database: Reader(database).news(),
    "changes_by_id": lambda database: Reader(database).changes_by_id([1]),
    "slices": lambda database: Reader(database).slices(),
    "days": lambda database: Reader(database).days(),
    "marks": lambda database: Reader(database).marks(),
    "moved": lambda database: Reader(database).moved("1 x"),
    "newest_keys": lambda database: Reader(database).newest_keys(1),
    "newest_numbers": lambda database: Reader(database).newest_numbers(1),
    "statements_by_key": lambda database: Reader(database).statements_by_key(["un-1"]),
    "facets": lambda database: Reader(database).facets(["un-1"]),
    "news_days": lambda database: Reader(database).news_days(9),
    "silences": lambda database: Reader(database).silences(),
    "catch_up": lambda database: catch_up(database, WORDING),
}
WRITERS = ("record", "remove", "weigh", "after_run", "start_run", "finish_run", "close_walk", "catch_up")
READERS = tuple(name for name in PUBLIC if name not in (*WRITERS, "revision", "ensure"))


def test_a_locked_database_is_said_in_one_sentence(database_url: str) -> None:
    with closing(Database(database_url)) as holder, closing(Database(database_url, lock_timeout_ms=20)) as waiting:
        for method in WRITERS:
            with holder.writing(), pytest.raises(DatabaseError, match="another process has held it") as caught:
                PUBLIC[method](waiting)
            assert is_one_sentence(str(caught.value))
            PUBLIC[method](waiting)


def test_readers_wait_for_no_writer(database_url: str) -> None:
    with closing(Database(database_url)) as holder, closing(Database(database_url, lock_timeout_ms=20)) as reader:
        record(holder, looked(a_statement("1")))
        with holder.writing() as connection:
            connection.execute(text("DELETE FROM change"))
            for method in READERS:
                PUBLIC[method](reader)


def test_missing_tables_are_said_in_one_sentence(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        for method in (*WRITERS, *READERS):
            with pytest.raises(DatabaseError, match=r"tables are missing; run `missionwatch db upgrade`\.$") as caught:
                PUBLIC[method](database)
            assert is_one_sentence(str(caught.value)), method


def test_tables_of_an_older_release_are_said_in_one_sentence(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        written_by_0001(database)
        for method in ("record", "remove", "after_run", "close_walk", "survey", "absences"):
            with pytest.raises(
                DatabaseError, match=r"another release; make a backup, then run `missionwatch db upgrade`\.$"
            ):
                PUBLIC[method](database)
        for method in ("incidents", "held_statements", "weigh", "statement", "marks", "slices"):
            with pytest.raises(DatabaseError, match=r"run `missionwatch db upgrade`\.$") as caught:
                PUBLIC[method](database)
            assert is_one_sentence(str(caught.value)), method


def test_tables_of_another_program_are_said_in_one_sentence(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        with database.writing() as connection:
            connection.execute(text("CREATE TABLE run (id INTEGER)"))
        with pytest.raises(DatabaseError, match="already exists") as caught:
            schema.ensure(database)
        assert is_one_sentence(str(caught.value))
        assert "missing" not in str(caught.value)


def test_a_missing_database_on_a_server_is_said_in_one_sentence(server: Server) -> None:
    with closing(Database(server.url("nothing"))) as database:
        with pytest.raises(DatabaseError, match="make it with `createdb`") as caught:
            database.revision()
        assert is_one_sentence(str(caught.value))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"<html>no database</html>" * 100, "not a database"), (None, "cannot be opened; check that the folder exists")],
    ids=["other-file", "no-folder"],
)
def test_unusable_files_are_said_in_one_sentence(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "folder" / "archive.db"
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)
    with closing(Database(f"sqlite:///{path}")) as database:
        for method in PUBLIC:
            with pytest.raises(DatabaseError, match=said) as caught:
                PUBLIC[method](database)
            assert str(path) in str(caught.value)
            assert is_one_sentence(str(caught.value)), method
    assert path.exists() == (content is not None)


def test_damaged_file_is_said_in_one_sentence(sqlite_databases: Databases) -> None:
    url = sqlite_databases.fresh()
    path = sqlite_path(url)
    assert path is not None
    with closing(Database(url)) as database:
        record(database, *(looked(a_statement(str(number))) for number in range(50)))
    torn = bytearray(path.read_bytes())
    torn[4096:] = b"\xff" * (len(torn) - 4096)
    path.write_bytes(torn)
    with closing(Database(url)) as database:
        with pytest.raises(DatabaseError, match="the file is damaged; restore it from a backup") as caught:
            Reader(database).change_head()
        assert is_one_sentence(str(caught.value))


@pytest.mark.slow
@pytest.mark.parametrize("folder_mode", [0o777, 0o555], ids=["file", "folder"])
def test_read_only_files_are_said_in_one_sentence(pattern: Path, folder_mode: int) -> None:
    # Not in a folder of pytest's, which others may not enter.
    with TemporaryDirectory() as name:
        path = Path(name) / "archive.db"
        shutil.copyfile(pattern, path)
        path.chmod(0o444)
        path.parent.chmod(folder_mode)
        said, error = start("write-unprivileged", f"sqlite:///{path}").communicate()
        path.parent.chmod(0o700)
    assert error == ""
    assert re.search(r"(cannot be written to; check the permissions|may be written to)", said)
    assert is_one_sentence(said.removesuffix("\n"))


def test_missing_server_is_said_in_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    for url in (
        f"postgresql+psycopg://tester:secret@/archive?host={tmp_path}",
        "postgresql://tester:secret@127.0.0.1:1/x",
    ):
        with closing(Database(url)) as database, pytest.raises(DatabaseError) as caught:
            database.revision()
        assert is_one_sentence(str(caught.value))
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "archive.db",
        "",
        "oracle9://x/y",
        "nonsense://x",
        "postgresql+psycopg://tester:secret@host:port/x",
        "mysql+pymysql://x",
    ],
)
def test_unusable_addresses_are_said_in_one_sentence(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"^The database address is not usable: ") as caught:
        Database(url)
    assert is_one_sentence(str(caught.value))
    assert "secret" not in str(caught.value)


def test_passwords_are_not_shown() -> None:
    pytest.importorskip("psycopg")
    assert "secret" not in Database("postgresql+psycopg://tester:secret@127.0.0.1/x").where


@pytest.mark.parametrize(
    ("revision", "said"),
    [("0000", "older release .* run `missionwatch db upgrade`"), ("9999", "newer release .* install that release")],
)
def test_schemas_of_other_releases_are_refused(database: Database, revision: str, said: str) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    with pytest.raises(DatabaseError, match=said) as caught:
        schema.ensure(database)
    assert revision in str(caught.value)
    assert is_one_sentence(str(caught.value))


def test_a_newer_schema_is_not_upgraded(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer release"):
        schema.upgrade(database)
