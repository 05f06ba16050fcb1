from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.feed import Feed
from feeds.fragments import _FRAMES, Fragment, document, microseconds, room
from feeds.permalinks import FORMATS, Format
from feeds.subscriptions import NOTICES, newest_changes, newest_statements
from tests.feeds.test_syndication import FEED

START = datetime(2026, 1, 1, tzinfo=UTC)


def a_fragment(number: int, size: int = 10, name: str = "entry") -> Fragment:
    """An entry of a day by its number."""
    moment = microseconds(START + timedelta(number))
    form = memoryview(b"x" * size)
    return Fragment(f"{name}:{number}", moment, moment, (form, form, form))


def cut(feed: Feed, kind: Format, chosen: list[Fragment]) -> int:
    return len(document(feed, chosen, kind))


@pytest.mark.parametrize("kind", FORMATS)
@given(sizes=st.lists(st.integers(0, 9_000), max_size=25), limit=st.integers(5_000, 60_000), most=st.integers(1, 30))
@settings(max_examples=15)
def test_statements_are_cut_at_the_last_ones_only(kind: Format, sizes: list[int], limit: int, most: int) -> None:
    ordered = [a_fragment(-number, size) for number, size in enumerate(sizes)]
    chosen = dict(newest_statements(FEED, ordered, [], most, limit))[kind]
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
    chosen = dict(newest_changes(FEED, have, more, notices, most, 20_000))[kind]
    assert {each.id for each in have} <= {each.id for each in chosen}
    assert len({each.id for each in chosen}) == len(chosen) <= most
    assert [each.moment for each in chosen] == sorted((each.moment for each in chosen), reverse=True)
    assert sum(each.id.startswith("notice") for each in chosen) <= NOTICES
    assert cut(FEED, kind, chosen) <= 20_000


def test_a_notice_stands_where_its_moment_is_and_falls_out_like_the_rest() -> None:
    statements = [a_fragment(number) for number in (9, 7, 5, 3)]
    notices = [a_fragment(number, name="notice") for number in (1, 4, 8)]
    chosen = dict(newest_statements(FEED, statements, notices, 5))["atom"]
    assert [each.id for each in chosen] == ["entry:9", "notice:8", "entry:7", "entry:5", "notice:4"]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("title", ["Harbour", "2000-01-01T00:00:00.000001+00:00", "Sat, 01 Jan 2000 00:00:00 +0000"])
def test_a_document_is_dated_by_its_newest_entry_whatever_its_title_says(kind: Format, title: str) -> None:
    feed = replace(FEED, title=title)
    newest = START + timedelta(10, microseconds=7)
    made = document(feed, [a_fragment(3), msgspec.structs.replace(a_fragment(1), updated=microseconds(newest))], kind)
    head, tail = _FRAMES[kind](feed, newest)
    assert made.startswith(head)
    assert made.endswith(tail)
    assert room(feed, kind, 10_000) <= 10_000 - len(head) - len(tail)
