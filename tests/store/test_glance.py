"""`status` reads with the bare driver; it must say the same as the rest of the store does."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from store import schema
from store.database import Database, sqlite_path
from store.glance import NoDatabaseError, glance
from store.incidents import after_run, incidents
from store.model import Problem
from store.observation import PageSeen
from store.reader import Reader
from store.runs import close_walk, finish_run, recent_runs, start_run
from store.tables import change, location, section, statement, version
from tests.store.databases import Databases
from tests.store.releases import written_by_0001
from tests.store.world import FERRIES, HARBOUR, START, a_statement, at, failed, listed, looked, page_of, record

SORRY = Problem(code="timeout", url="https://mission.example/", detail="No answer: 会议.")


def fill(database: Database) -> None:
    run_id = start_run(database, "un", "full", START)
    record(database, listed("1", "2"), listed("1", section=FERRIES), looked(a_statement("1")), looked(a_statement("2")))
    close_walk(database, "un", HARBOUR, began=START, now=at(1))
    record(
        database, listed("3", "1", when=at(2)), looked(a_statement("3")), looked(a_statement("1", "Edited.")), now=at(2)
    )
    record(database, listed("4", when=at(3)))
    finish_run(database, run_id, now=at(4), outcome="ok", counts={}, problems=[])
    run_id = start_run(database, "un", "incremental", at(5))
    finish_run(database, run_id, now=at(6), outcome="unreachable", counts={}, problems=[SORRY])
    start_run(database, "geneva", "full", at(7))


def test_same_numbers_as_the_store_says(database: Database) -> None:
    fill(database)
    un, geneva = sorted(glance(database.url, at(8)), key=lambda each: each.site, reverse=True)
    with database.reading() as connection:

        def number(*conditions: object) -> int:
            counting = select(func.count()).select_from(statement).where(statement.c.site == "un", *conditions)  # type: ignore[arg-type]
            return connection.execute(counting).scalar_one()

        assert un.statements == number(statement.c.version.is_not(None)) == 3
        of_version, of_change = version.c.statement_id == statement.c.id, change.c.statement_id == statement.c.id
        assert un.versions == number(select(version.c.id).where(of_version).exists()) + 1 == 4
        assert un.changes == number(select(change.c.id).where(of_change, change.c.baseline.is_(False)).exists()) == 2
        placed = select(section.c.path, func.count(location.c.id), func.max(location.c.last_seen))
        placed = placed.join(location, location.c.section_id == section.c.id).group_by(section.c.path)
        expected = {row[0]: (row[1], row[2]) for row in connection.execute(placed)}
    assert {each.section: (each.statements, each.last_success) for each in un.sections} == expected
    assert [(each.section, each.label, each.last_new, each.baselined) for each in un.sections] == [
        (HARBOUR, "Harbour", at(3), True),
        (FERRIES, "Ferries", None, False),
    ]
    last = recent_runs(database, "un")[0]
    assert (un.last_run, un.last_outcome) == (last.finished, last.outcome) == (at(6), "unreachable")
    assert un.last_problems == ({"code": SORRY.code, "url": SORRY.url, "detail": SORRY.detail},)
    assert un.last_success == at(4)
    assert (geneva.last_run, geneva.last_outcome, geneva.last_success) == (at(7), None, None)
    assert (geneva.statements, geneva.sections) == (0, ())


def test_open_incidents_are_shown_oldest_first(database: Database) -> None:
    fill(database)
    record(database, failed(page_of("1"), at(7)), now=at(7))
    record(database, PageSeen(capture=listed(when=at(7)).capture, code="listing-empty"), now=at(7))
    for minute in (7, 8):
        after_run(database, "un", outcome="ok", answers=5, fatal=None, now=at(minute))
    record(database, looked(a_statement("1", "Edited."), at(9)), now=at(9))
    after_run(database, "un", outcome="ok", answers=5, fatal=None, now=at(9))
    after_run(database, "un", outcome="unreachable", answers=0, fatal=None, now=at(10))
    geneva, un = glance(database.url, at(11))
    expected = incidents(database, "un")[::-1]
    assert [(each.code, each.scope, each.opened, each.times, each.detail) for each in un.incidents] == [
        (each.code, each.scope, each.opened, each.times, each.detail) for each in expected
    ]
    assert [(each.code, each.scope, each.times) for each in un.incidents] == [
        ("section-unreadable", HARBOUR, 3),
        ("site-unreachable", "", 1),
    ]
    assert geneva.incidents == ()


@pytest.mark.parametrize(
    ("hours", "days", "remarks"),
    [
        (6, (), ()),
        (7, (), ("no successful look for 7 h",)),
        (0, (9, 8, 7, 6), ()),
        (0, (28, 27, 26, 25), ("nothing new for 25 days, though usually every 1",)),
        (100, (36, 34, 32, 30), ("no successful look for 4 days", "nothing new for 34 days, though usually every 2")),
    ],
)
def test_silence_is_remarked_on(
    database: Database, hours: int, days: tuple[int, ...], remarks: tuple[str, ...]
) -> None:
    start_run(database, "un", "full", START)
    listing = listed(*map(str, range(len(days) or 1)))
    dated = [
        replace(item, date=(START - timedelta(days=ago)).date() if days else None)
        for item, ago in zip(listing.listing.items, days or (0,), strict=True)
    ]
    record(database, replace(listing, listing=replace(listing.listing, items=tuple(dated))))
    [un] = glance(database.url, START + timedelta(hours=hours))
    assert un.sections[0].remarks == remarks
    assert un.sections[0].last_success == START


def test_a_section_that_was_never_read_is_remarked_on(database: Database) -> None:
    record(database, listed())
    [un] = glance(database.url, START)
    assert un.sections[0].remarks == ("never read successfully",)


def test_a_database_of_an_older_release_is_said(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        written_by_0001(database)
        with pytest.raises(NoDatabaseError, match=r"run `missionwatch db upgrade`\.$") as caught:
            glance(database.url, at(8))
        assert "\n" not in str(caught.value)
        schema.upgrade(database)
        assert [(each.site, each.statements, each.versions, each.changes) for each in glance(database.url, at(8))] == [
            ("un", 2, 4, 2)
        ]


def test_nothing_is_seen_in_a_new_database(database: Database) -> None:
    assert glance(database.url, at(8)) == []


def test_a_crawl_at_work_does_not_hide_it(database: Database) -> None:
    fill(database)
    expected = glance(database.url, at(8))
    with database.writing() as connection:
        connection.execute(statement.update().values(version=None))
        assert glance(database.url, at(8)) == expected


def test_missing_tables_are_said(databases: Databases) -> None:
    url = databases.empty()
    path = sqlite_path(url)
    if path is not None:
        sqlite3.connect(path).close()
        path.touch()
    with pytest.raises(NoDatabaseError, match="cannot be read") as caught:
        glance(url, at(8))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite:///none/archive.db", "sqlite://", "sqlite:///:memory:", "sqlite:////"])
def test_no_database_is_said_and_none_is_made(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoDatabaseError, match=r"There is no database at .*: run `missionwatch crawl` first"):
        glance(url, at(8))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"<html>no database</html>" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_other_files_are_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    with pytest.raises(NoDatabaseError, match="cannot be read"):
        glance(f"sqlite:///{path}", at(8))


def test_missing_server_is_said(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(NoDatabaseError, match="cannot be read") as caught:
        glance(f"postgresql+psycopg://tester:secret@/archive?host={tmp_path}", at(8))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["a b.db", "a%20b.db", "a%2541.db", "öl#1.db", "会议.db", "a.db?timeout=5"])
def test_it_opens_the_file_that_the_store_made(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path}/{name}"
    with closing(Database(url)) as database:
        schema.ensure(database)
        start_run(database, "un", "full", START)
    assert [each.site for each in glance(url, at(8))] == ["un"]


def test_without_a_time_remarks_are_as_of_the_last_run(database: Database) -> None:
    record(database, listed("1"))
    assert [section.remarks for site in glance(database.url, None) for section in site.sections] == [()]
    for hours in (1, 8):
        run = start_run(database, "un", "full", START + timedelta(hours=hours))
        finish_run(database, run, now=START + timedelta(hours=hours + 1), outcome="unreachable", counts={}, problems=[])
        late = START + timedelta(hours=hours + 1)
        assert Reader(database).status() == Reader(database).status(late) == glance(database.url, late)
    assert [each.remarks for each in Reader(database).status()[0].sections] == [("no successful look for 9 h",)]
