"""What was rendered comes back as it was, and a cache that is no good costs work and nothing else."""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from feeds.cache import Cache
from feeds.drawers import change_rows, entries, statement_rows
from feeds.fragments import render
from feeds.pages import Pages
from feeds.publish import publish
from store.selection import ALL
from tests.feeds.fakes import harbour
from tests.feeds.test_fragments import a_fragment
from tests.feeds.test_publish import SETTINGS, snapshot
from tests.feeds.test_syndication import ENTRIES
from tests.feeds.world import world


def always(key: str, stamp: str) -> bool:
    """For values that are never outdated."""
    return True


def under(stamp: str) -> Callable[[str, str], bool]:
    """For values that are current under one stamp alone."""
    return lambda _, kept: kept == stamp


def test_entries_come_back_as_they_were_in_another_process_as_well(tmp_path: Path) -> None:
    rendered = {each.id: each for each in map(render, ENTRIES)}
    first, second = list(rendered.values())[:2]
    keys = list(rendered)
    with Cache(tmp_path / "cache.db", "one") as cache:
        drawer = entries(cache, "statement_entry", under("stamp"))
        for name, fragment in rendered.items():
            drawer.put(name, "stamp", fragment)
        assert drawer.get(keys) == rendered
    with Cache(tmp_path / "cache.db", "one") as cache:
        assert entries(cache, "statement_entry", under("stamp")).get(keys) == rendered
        assert entries(cache, "statement_entry", under("another stamp")).get(keys) == {}
        assert entries(cache, "statement_entry", always).get(["another id", first.id]) == {first.id: first}
        assert entries(cache, "change_entry", always).get(keys) == {}
        entries(cache, "statement_entry", under("newer")).put(first.id, "newer", second)
    with Cache(tmp_path / "cache.db", "one") as cache:
        assert entries(cache, "statement_entry", under("stamp")).get([first.id]) == {}
        assert entries(cache, "statement_entry", under("newer")).get([first.id]) == {first.id: second}
    with Cache(tmp_path / "cache.db", "another release") as cache:
        assert entries(cache, "statement_entry", always).get(keys) == {}


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    archive, pages = world(), Pages(SETTINGS)
    changed = {
        str(each.id): pages.rows.change(each, archive.records[each.statement].facets)
        for each in archive.latest_changes(100, ALL)
    }
    listed = {each.key: pages.rows.statement(each) for each in archive.latest_statements(100, ALL)}
    with Cache(tmp_path / "cache.db", "one") as cache:
        for key, change in changed.items():
            change_rows(cache, pages.parts, always).put(key, "stamp", change)
        for key, statement in listed.items():
            statement_rows(cache, pages.parts, always).put(key, "stamp", statement)
    with Cache(tmp_path / "cache.db", "one") as cache:
        # Of other pages: nothing hangs on what these have in memory.
        assert change_rows(cache, Pages(SETTINGS).parts, always).get(list(changed)) == changed
        assert statement_rows(cache, Pages(SETTINGS).parts, always).get(list(listed)) == listed


def test_memory_is_bounded_and_the_file_has_the_rest(tmp_path: Path) -> None:
    made = {each.id: each for each in (a_fragment(number, 100) for number in range(30))}
    with Cache(tmp_path / "cache.db", "one") as cache:
        drawer = entries(cache, "change_entry", always, room=1000)
        for name, each in made.items():
            drawer.put(name, "stamp", each)
        assert drawer.get(list(made)) == made


def test_a_cache_knows_the_log_it_follows(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.db", "one") as cache:
        assert cache.log == (0, "")
        cache.follow((7, "hash"))
        assert cache.log == (7, "hash")
    with Cache(tmp_path / "cache.db", "one") as cache:
        assert cache.log == (7, "hash")
    with Cache(tmp_path / "cache.db", "two") as cache:
        assert cache.log == (0, "")


def test_a_file_made_anew_follows_the_same_log(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.db", "one") as cache:
        cache.follow((7, "hash"))
        cache.put("change_row", "7", "", b"x")
    another_table(tmp_path / "cache.db")
    with Cache(tmp_path / "cache.db", "one") as cache:
        assert cache.log == (0, ""), "it is another file, and nothing is in it"
        cache.follow((8, "other"))
        cache._replace(sqlite3.DatabaseError("planted"))
        assert cache.log == (8, "other")
        cache.put("change_row", "8", "", b"y")
    with Cache(tmp_path / "cache.db", "one") as cache:
        assert (cache.log, list(cache.rows("change_row", ["7", "8"]))) == ((8, "other"), [("8", "", b"y")])


def test_what_was_kept_of_another_log_is_not_told(tmp_path: Path) -> None:
    """A restored backup gives a number to another change, and no manifest tells of the publication before."""
    publish(harbour(), tmp_path / "a", SETTINGS)
    (tmp_path / "a" / ".missionwatch" / "manifest.json").unlink()
    archive = harbour()
    for number, change in archive.changes.items() if isinstance(archive.changes, dict) else enumerate(archive.changes):
        archive.changes[number] = replace(change, title=f"Other {change.title}", hash=change.hash[::-1])
    publish(archive, tmp_path / "a", SETTINGS)
    publish(archive, tmp_path / "b", SETTINGS)
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")


def scribble(file: Path) -> None:
    """Another content from the middle on."""
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2] + os.urandom(len(data) // 2))


def forge(file: Path) -> None:
    """Rows that are none of ours."""
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("UPDATE change_entry SET packed = ?", (b"nothing that was packed",))
    connection.close()


def another_table(file: Path) -> None:
    """A database of another shape under the name."""
    file.unlink()
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("CREATE TABLE cache (other TEXT)")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"no database at all" * 1000),
        scribble,
        forge,
        another_table,
    ],
    ids=["gone", "empty", "other", "scribbled", "forged", "shape"],
)
def test_a_cache_that_is_no_good_costs_work_and_nothing_else(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    publish(harbour(), tmp_path, SETTINGS)
    good = snapshot(tmp_path)
    file = tmp_path / ".missionwatch" / "fragments.db"
    damage(file)
    archive = harbour()
    archive.look("un-1000")
    publish(archive, tmp_path, SETTINGS)
    publish(archive, tmp_path / "new", SETTINGS)
    feeds = {name: data for name, data in snapshot(tmp_path).items() if name.startswith("feeds/")}
    assert feeds == {name: data for name, data in good.items() if name.startswith("feeds/")}
    assert feeds == {name: data for name, data in snapshot(tmp_path / "new").items() if name.startswith("feeds/")}


def test_where_no_cache_can_be_kept_everything_is_still_published(tmp_path: Path) -> None:
    (tmp_path / "a" / ".missionwatch" / "fragments.db" / "in the way").mkdir(parents=True)
    publish(harbour(), tmp_path / "a", SETTINGS)
    publish(harbour(), tmp_path / "b", SETTINGS)
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")
