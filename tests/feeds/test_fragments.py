import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds import fragments
from feeds.feed import Feed
from feeds.fragments import Fragment, FragmentCache, document, render
from feeds.permalinks import FORMATS, Format
from feeds.publish import publish
from feeds.subscriptions import NOTICES, newest_changes, newest_statements
from tests.feeds.fakes import harbour
from tests.feeds.test_publish import SETTINGS, snapshot
from tests.feeds.test_syndication import ENTRIES, FEED

START = datetime(2026, 1, 1, tzinfo=UTC)


def a_fragment(number: int, size: int = 10, name: str = "entry") -> Fragment:
    """An entry of a day by its number."""
    moment = START + timedelta(number)
    return Fragment(f"{name}:{number}", moment, moment, dict.fromkeys(FORMATS, b"x" * size))


def test_what_is_kept_comes_back_as_it_was_in_another_process_as_well(tmp_path: Path) -> None:
    rendered = [render(entry) for entry in ENTRIES]
    with FragmentCache(tmp_path / "cache.db", "one") as cache:
        for fragment in rendered:
            cache.put(fragment.id, "stamp", fragment)
        assert cache.get((each.id, "stamp") for each in rendered) == {each.id: each for each in rendered}
    with FragmentCache(tmp_path / "cache.db", "one") as cache:
        assert cache.get((each.id, "stamp") for each in rendered) == {each.id: each for each in rendered}
        assert cache.get([(rendered[0].id, "another stamp"), ("another id", "stamp")]) == {}
        cache.put(rendered[0].id, "newer", rendered[1])
    with FragmentCache(tmp_path / "cache.db", "one") as cache:
        assert cache.get([(rendered[0].id, "stamp")]) == {}
        assert cache.get([(rendered[0].id, "newer")]) == {rendered[0].id: rendered[1]}
    with FragmentCache(tmp_path / "cache.db", "another release") as cache:
        assert cache.get([(rendered[0].id, "newer")]) == {}


def test_memory_is_bounded_and_the_file_has_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "KEPT_IN_MEMORY", 1000)
    made = [a_fragment(number, 100) for number in range(30)]
    with FragmentCache(tmp_path / "cache.db", "one") as cache:
        for each in made:
            cache.put(each.id, "stamp", each)
        assert cache.get((each.id, "stamp") for each in made) == {each.id: each for each in made}


def scribble(file: Path) -> None:
    """Another content from the middle on."""
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2] + os.urandom(len(data) // 2))


def forge(file: Path) -> None:
    """Rows that are none of ours."""
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("UPDATE fragment SET packed = ?", (b"nothing that was packed",))
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


def cut(feed: Feed, kind: Format, chosen: list[Fragment]) -> int:
    return len(document(feed, chosen, kind))


@pytest.mark.parametrize("kind", FORMATS)
@given(sizes=st.lists(st.integers(0, 9_000), max_size=25), limit=st.integers(5_000, 60_000), most=st.integers(1, 30))
@settings(max_examples=15)
def test_statements_are_cut_at_the_last_ones_only(kind: Format, sizes: list[int], limit: int, most: int) -> None:
    ordered = [a_fragment(-number, size) for number, size in enumerate(sizes)]
    chosen = newest_statements(FEED, kind, ordered, [], most, limit)
    assert chosen == ordered[: len(chosen)]
    assert cut(FEED, kind, chosen) <= limit
    if len(chosen) < min(most, len(ordered)):
        # Room is kept for a moment with microseconds and for a separator.
        assert cut(FEED, kind, ordered[: len(chosen) + 1]) + 10 > limit


@pytest.mark.parametrize("kind", FORMATS)
@given(
    required=st.sets(st.integers(0, 40), max_size=8),
    others=st.sets(st.integers(0, 40), max_size=30),
    told=st.sets(st.integers(0, 40), max_size=15),
    most=st.integers(8, 20),
)
@settings(max_examples=15)
def test_changes_that_no_archive_has_are_always_there(
    kind: Format, required: set[int], others: set[int], told: set[int], most: int
) -> None:
    have = [a_fragment(number, 300) for number in required]
    more = [a_fragment(number, 300) for number in others]
    notices = [a_fragment(number, 300, "notice") for number in told]
    chosen = newest_changes(FEED, kind, have, more, notices, most, 20_000)
    assert {each.id for each in have} <= {each.id for each in chosen}
    assert len({each.id for each in chosen}) == len(chosen) <= most
    assert [each.moment for each in chosen] == sorted((each.moment for each in chosen), reverse=True)
    assert sum(each.id.startswith("notice") for each in chosen) <= NOTICES
    assert cut(FEED, kind, chosen) <= 20_000


def test_a_notice_stands_where_its_moment_is_and_falls_out_like_the_rest() -> None:
    statements = [a_fragment(number) for number in (9, 7, 5, 3)]
    notices = [a_fragment(number, name="notice") for number in (1, 4, 8)]
    chosen = newest_statements(FEED, "atom", statements, notices, 5)
    assert [each.id for each in chosen] == ["entry:9", "notice:8", "entry:7", "entry:5", "notice:4"]
