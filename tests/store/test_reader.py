"""What the reading side tells: orders, filters, and one consistent state."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, update

from store.archive import Archive
from store.blobs import MAX_DEPTH
from store.database import Database, DatabaseError
from store.indexing import catch_up
from store.reader import ChangeFilter, Reader
from store.runs import close_walk
from store.selection import Selection
from store.tables import blob, change
from tests.store.wording import WORDING
from tests.store.world import (
    FERRIES,
    HARBOUR,
    START,
    a_statement,
    at,
    listed,
    looked,
    page_of,
    record,
    rows,
    unanswered,
)

TEA = "eng/harbour/tea"
EDITED = (
    "number: eight (removed)",
    "paragraph removed: Boats of pier 1 leave every hour. (removed)",
    "rewrite: The harbour opens at eight. → Edited.",
)
LOOKALIKE = "eng/harbour_tea"
UN, GENEVA = (Selection(facets=(("sites", site),)) for site in ("un", "geneva"))


@pytest.fixture
def told(database: Database) -> Database:
    """Three baseline statements of which one is edited later, then news in several sections and on another site."""
    record(
        database,
        listed("1", "2", "3", "8"),
        looked(a_statement("1", stated=date(2025, 1, 1))),
        looked(a_statement("2", stated=None)),
        looked(a_statement("3", stated=date(2025, 3, 3))),
        looked(a_statement("8", stated=date(2025, 3, 3))),
    )
    for path in (FERRIES, TEA, LOOKALIKE):
        record(database, listed(section=path))
    for path in (HARBOUR, FERRIES, TEA, LOOKALIKE):
        close_walk(database, "un", path, began=START, now=at(1))
    record(
        database,
        listed("4", section=FERRIES),
        looked(a_statement("4", title="Ann: tea on ferries", section=FERRIES)),
        now=at(2),
    )
    record(database, looked(a_statement("1", "Edited.", stated=date(2025, 1, 1))), now=at(3))
    record(
        database,
        listed("5", section=TEA),
        looked(a_statement("5", title="Bob: TEA of the Harbour", section=TEA)),
        now=at(4),
    )
    record(
        database,
        listed("6", section=LOOKALIKE),
        looked(a_statement("6", title="安：港口", section=LOOKALIKE)),
        now=at(5),
    )
    record(database, looked(a_statement("7", site="geneva"), address=page_of("7") + "?geneva"), now=at(6))
    assert catch_up(database, WORDING) == 8
    return database


def keys(found: Any) -> list[str]:
    return [getattr(each, "statement", None) or each.key for each in found]


def test_news_first_by_when_then_baseline_by_stated_date(told: Database) -> None:
    reader = Reader(told)
    assert keys(reader.latest_statements(20, UN)) == ["un-6", "un-5", "un-1", "un-4", "un-8", "un-3", "un-2"]
    assert keys(reader.latest_statements(20, GENEVA)) == ["geneva-7"]
    # A limit cuts the end off and changes no order.
    everything = keys(reader.latest_statements(20))
    assert len(everything) == 8
    for limit in range(10):
        assert keys(reader.latest_statements(limit)) == everything[:limit]


def test_the_newest_are_named_as_they_are_told(told: Database) -> None:
    reader = Reader(told)
    for limit in range(10):
        assert list(reader.newest_keys(limit, UN)) == keys(reader.latest_statements(limit, UN))
        assert list(reader.newest_numbers(limit)) == [each.id for each in reader.latest_changes(limit)]
    assert reader.newest_keys(5, Selection(facets=(("speakers", "nobody"),))) == []
    assert reader.newest_numbers(5, Selection(facets=(("speakers", "nobody"),))) == []


def test_statements_are_given_by_key_in_the_order_asked_for(told: Database) -> None:
    reader = Reader(told)
    all_of_them = {each.key: each for each in reader.latest_statements(20)}
    asked = ["un-3", "un-none", "geneva-7", "un-1"]
    there = ["un-3", "geneva-7", "un-1"]
    assert reader.statements_by_key(asked) == [all_of_them[key] for key in there]
    assert reader.statements_by_key([]) == []
    assert reader.facets(asked) == {key: all_of_them[key].facets for key in there}


def test_news_are_counted_by_the_day_up_to_a_number(told: Database) -> None:
    reader = Reader(told)
    news = [each for each in reader.changes(ChangeFilter()) if not each.baseline]
    for last in (0, *(each.id for each in news)):
        expected = Counter(each.detected.date() for each in news if each.id <= last)
        assert reader.news_days(last) == expected


def test_listed_but_unread_statements_are_not_told(told: Database) -> None:
    before = keys(Reader(told).latest_statements(20))
    record(told, listed("9", when=at(9)))
    assert keys(Reader(told).latest_statements(20)) == before


def test_latest_changes_are_news_newest_first(told: Database) -> None:
    reader = Reader(told)
    assert [(each.statement, each.type) for each in reader.latest_changes(20)] == [
        ("un-6", "new"),
        ("un-5", "new"),
        ("un-1", "edited"),
        ("un-4", "new"),
    ]
    assert keys(reader.latest_changes(2)) == ["un-6", "un-5"]
    assert reader.latest_changes(20, GENEVA) == []


FILTERS: tuple[tuple[ChangeFilter, list[str]], ...] = (
    (ChangeFilter(), ["un-4", "un-1", "un-5", "un-6"]),
    (
        ChangeFilter(include_baseline=True, site="un"),
        ["un-1", "un-2", "un-3", "un-8", "un-4", "un-1", "un-5", "un-6"],
    ),
    (ChangeFilter(site="geneva"), []),
    (ChangeFilter(site="geneva", include_baseline=True), ["geneva-7"]),
    (ChangeFilter(type="edited"), ["un-1"]),
    (ChangeFilter(type="removed"), []),
    (ChangeFilter(since=at(3)), ["un-1", "un-5", "un-6"]),
    (ChangeFilter(since=at(5.001)), []),
    (ChangeFilter(section=HARBOUR), ["un-1", "un-5"]),
    (ChangeFilter(section=f"/{HARBOUR}/"), ["un-1", "un-5"]),
    (ChangeFilter(section=TEA), ["un-5"]),
    (ChangeFilter(section="eng"), ["un-4", "un-1", "un-5", "un-6"]),
    (ChangeFilter(section="eng/har"), []),
    (ChangeFilter(section="eng/harbou%"), []),
    (ChangeFilter(section="%"), []),
    (ChangeFilter(section="/"), ["un-4", "un-1", "un-5", "un-6"]),
    (ChangeFilter(speaker="Ann-Harbour"), ["un-4", "un-6"]),
    (ChangeFilter(speaker="Ann Harbour"), ["un-4", "un-6"]),
    (ChangeFilter(speaker="HARBOUR ann"), ["un-4", "un-6"]),
    (ChangeFilter(speaker="harbour"), ["un-4", "un-5", "un-6"]),
    (ChangeFilter(speaker="安"), ["un-4", "un-6"]),
    (ChangeFilter(speaker="ann ferry"), []),
    (ChangeFilter(speaker="an%"), []),
    (ChangeFilter(speaker=" "), []),
    (ChangeFilter(section=HARBOUR, type="new", speaker="bob", since=START), ["un-5"]),
)


def test_filters_of_changes(told: Database) -> None:
    reader = Reader(told)
    for wanted, expected in FILTERS:
        found = list(reader.changes(wanted))
        assert keys(found) == expected, wanted
        assert [each.id for each in found] == sorted(each.id for each in found)


def test_a_change_is_told_whole(told: Database) -> None:
    [edit] = Reader(told).changes(ChangeFilter(type="edited"))
    assert (edit.site, edit.language, edit.title, edit.page) == ("un", "en", "Remarks on the harbour", page_of("1"))
    assert (edit.from_version, edit.to_version, edit.significance, edit.reasons) == (1, 2, "high", EDITED)
    assert (edit.detected, edit.baseline) == (at(3), False)
    assert edit.hash == rows(told, change)[edit.id - 1]["hash"].hex()
    assert [each.type for each in Reader(told).changes_of("un-1")] == ["new", "edited"]


def test_a_removal_is_told_with_what_was_last_read(told: Database) -> None:
    Archive(told).remove([("un-1", "missing for long", None)], at(9))
    reader = Reader(told)
    [removal] = reader.changes(ChangeFilter(type="removed"))
    assert (removal.statement, removal.title, removal.page) == ("un-1", "Remarks on the harbour", page_of("1"))
    assert (removal.from_version, removal.to_version, removal.reasons) == (2, None, ("missing for long",))
    # What is gone from the site stays readable, as the newest news.
    assert keys(reader.latest_statements(2)) == ["un-1", "un-6"]
    found = reader.statement("un-1")
    assert found is not None
    assert (found.state, found.updated, found.content.text) == ("removed", at(9), "Edited.")
    assert reader.version("un-1", 1).text.startswith("The harbour opens")


def test_duplicates_are_linked_and_are_no_news(told: Database) -> None:
    record(told, listed("9", section=FERRIES), looked(a_statement("9", "Edited.", stated=date(2025, 1, 1))), now=at(9))
    assert catch_up(told, WORDING) == 1
    reader = Reader(told)
    found = reader.statement("un-9")
    assert found is not None
    assert (found.duplicate_of, found.baseline) == ("un-1", True)
    assert keys(reader.latest_changes(1)) == ["un-6"]
    assert keys(reader.latest_statements(9, UN))[-2:] == ["un-9", "un-2"]
    assert reader.statement("un-1").duplicate_of is None  # type: ignore[union-attr]


def test_looks_are_told_with_a_statement(told: Database) -> None:
    record(told, looked(a_statement("1", "Edited.", stated=date(2025, 1, 1)), at(20)), now=at(20))
    record(told, unanswered(page_of("1"), at(21)), unanswered(page_of("2"), at(21), "unclear"), now=at(21))
    found = Reader(told).statement("un-1")
    assert found is not None
    assert [(each.result, each.since, each.until, each.looks) for each in found.coverage] == [
        *(("first", START, START, 1), ("changed", START, START, 1)),
        *(("unchanged", at(20), at(20), 1), ("failed", at(21), at(21), 1)),
    ]
    other = Reader(told).statement("un-2")
    assert other is not None
    assert [each.result for each in other.coverage] == ["first", "unclear"]


def test_latest_and_single_statements_agree(told: Database) -> None:
    reader = Reader(told)
    for short in reader.latest_statements(20):
        whole = reader.statement(short.key)
        assert whole is not None
        assert whole.version == whole.versions[-1] == short.version
        assert (whole.content, whole.updated, whole.page) == (short.content, short.updated, short.page)
        assert reader.version(short.key, short.version.number) == short.content
        assert (short.places, short.versions) == ((), ())


def test_moments_of_statements_differ(told: Database) -> None:
    updated = [each.updated for each in Reader(told).latest_statements(20)]
    assert len(set(updated)) == len(updated)


@pytest.mark.parametrize(
    "asked",
    [
        lambda reader: reader.version("un-1", 3),
        lambda reader: reader.version("un-9", 1),
        lambda reader: reader.capture("un-1", 0),
        lambda reader: reader.capture("un-9", 1),
    ],
)
def test_what_is_not_there_is_a_key_error(told: Database, asked: Callable[[Reader], object]) -> None:
    with pytest.raises(KeyError, match="has no version"):
        asked(Reader(told))
    assert Reader(told).statement("un-9") is None
    assert list(Reader(told).changes_of("un-9")) == []


def test_head_vouches_for_the_newest_line(database: Database) -> None:
    reader = Reader(database)
    assert reader.change_head() is None
    record(database, looked(a_statement("1")), looked(a_statement("2")))
    assert reader.change_head() == rows(database, change)[-1]["hash"].hex()


def test_damaged_bytes_are_an_error_and_never_a_text(told: Database) -> None:
    with told.writing() as connection:
        connection.execute(update(blob).values(data=b"\x28\xb5\x2f\xfd"))
    reader = Reader(told)
    for asked in (
        lambda: reader.statement("un-1"),
        lambda: reader.latest_statements(5),
        lambda: reader.capture("un-1", 1),
    ):
        with pytest.raises(DatabaseError, match="damaged"):
            asked()


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements of SQL that are run meanwhile."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, sql: str, *more: Any) -> None:
        seen.append(sql)

    with database.reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_facts_of_many_statements_take_few_queries(database: Database) -> None:
    record(database, *(looked(a_statement(str(number), f"Text {number}.")) for number in range(40)))
    with counted(database) as seen:
        assert len(Reader(database).latest_statements(40)) == 40
    assert len([sql for sql in seen if "blob.data" not in sql]) <= 5
    assert len(seen) <= 5 + MAX_DEPTH + 1  # all texts at once, then what they are based on


def test_threads_may_share_a_reader(told: Database) -> None:
    reader = Reader(told)
    expected = keys(reader.latest_statements(20))
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(lambda _: keys(reader.latest_statements(20)), range(24)))


def test_an_unfinished_walk_of_the_log_holds_nobody_up(told: Database, database_url: str) -> None:
    changes = Reader(told).changes(ChangeFilter())
    first = next(changes)
    with closing(Database(database_url, lock_timeout_ms=50)) as writer:
        record(writer, looked(a_statement("1", "Edited again.")), now=at(10))
    assert [first.statement, *keys(changes)] == ["un-4", "un-1", "un-5", "un-6"]
