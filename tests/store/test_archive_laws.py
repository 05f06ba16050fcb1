"""Laws of the archive: how observations are batched changes nothing, and what they mean follows from a few rules."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from store.archive import Archive
from store.database import Database
from store.observation import ListingSeen, Observation, PageSeen, StatementSeen
from store.reader import ChangeFilter, Reader
from store.runs import close_walk
from store.tables import metadata
from tests.store.databases import Databases
from tests.store.world import (
    FERRIES,
    HARBOUR,
    START,
    a_statement,
    assert_log_holds,
    at,
    failed,
    list_of,
    listed,
    looked,
    not_modified,
    page_of,
    rows,
)

DOCS = ("1001", "1002", "1003")
TEXTS = ("at eight", "at nine")
SECTIONS = (HARBOUR, FERRIES)
ADDRESSES = st.builds(page_of, st.sampled_from(DOCS), st.sampled_from(SECTIONS))

LOOKS = st.builds(
    lambda doc_id, text, where, frame, etag: looked(
        a_statement(doc_id, text, section=where), frame=frame, **({"ETag": etag} if etag else {})
    ),
    st.sampled_from(DOCS),
    st.sampled_from(TEXTS),
    st.sampled_from(SECTIONS),
    st.sampled_from(("menu", "new menu")),
    st.sampled_from(("", '"a"', '"b"')),
)
LISTS = st.builds(
    lambda docs, where, number, title: listed(*docs, section=where, number=number, titles=[title] * len(docs)),
    st.lists(st.sampled_from(DOCS), max_size=4),
    st.sampled_from(SECTIONS),
    st.sampled_from((0, 1)),
    st.sampled_from(("Remarks", "More remarks")),
)
UNCHANGED = ADDRESSES.map(not_modified) | st.builds(
    lambda where, number: not_modified(list_of(where, number), kind="listing"),
    st.sampled_from(SECTIONS),
    st.sampled_from((0, 1)),
)
OBSERVATIONS = st.lists(LOOKS | LISTS | UNCHANGED | ADDRESSES.map(failed), max_size=14)
SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=6)


LOOK = looked(a_statement())


def timed(observations: Sequence[Observation]) -> list[Observation]:
    """The same observations, each fetched a minute after the one before."""
    return [replace(each, capture=replace(each.capture, fetched=at(n))) for n, each in enumerate(observations)]


def batches(observations: Sequence[Observation], sizes: Sequence[int]) -> Iterator[list[Observation]]:
    rest, turn = iter(observations), 0
    while batch := list(islice(rest, sizes[turn % len(sizes)])):
        yield batch
        turn += 1


def whole(database: Database) -> dict[str, Any]:
    """Every row of every table."""
    return {table.name: rows(database, table) for table in metadata.sorted_tables}


class Pair:
    """Two databases that are emptied for each example: making them anew would take most of the time."""

    def __init__(self, databases: Databases) -> None:
        self.single, self.batched = Database(databases.fresh()), Database(databases.fresh())

    def empty(self) -> None:
        for database in (self.single, self.batched):
            with database.writing() as connection:
                for table in reversed(metadata.sorted_tables):
                    connection.execute(delete(table))

    def close(self) -> None:
        self.single.close()
        self.batched.close()


@pytest.fixture
def pair(databases: Databases) -> Iterator[Pair]:
    with closing(Pair(databases)) as made:
        yield made


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(observations=OBSERVATIONS, sizes=SIZES)
def test_batches_are_as_one_by_one(pair: Pair, observations: list[Observation], sizes: list[int]) -> None:
    pair.empty()
    seen = timed(observations)
    one, many = Archive(pair.single), Archive(pair.batched)
    expected = [answer for each in seen for answer in one.record([each], START)]
    assert [answer for batch in batches(seen, sizes) for answer in many.record(batch, START)] == expected
    assert whole(pair.batched) == whole(pair.single)


@dataclass
class Reckoning:
    """What the archive should hold, told plainly: one text after the other, places, and what was news."""

    closed: set[str] = field(default_factory=set)
    texts: dict[str, list[str]] = field(default_factory=dict)
    bodies: dict[tuple[str, int], bytes] = field(default_factory=dict)
    observed: dict[tuple[str, int], tuple[datetime, datetime]] = field(default_factory=dict)
    asked_at: dict[str, str] = field(default_factory=dict)
    """Statement → the address under which it was met first."""
    places: dict[tuple[str, str], tuple[bool, datetime, datetime]] = field(default_factory=dict)
    """Statement and section → whether it was found in the section's first walk, first and last seen there."""
    shows: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    """Listing page → its section and what it named last."""
    changes: list[tuple[str, str, int | None, int, bool]] = field(default_factory=list)

    def take(self, seen: Observation) -> None:
        match seen:
            case ListingSeen(capture=capture, listing=listing):
                self.shows[capture.page] = (listing.section, [f"un-{item.doc_id}" for item in listing.items])
                for item in listing.items:
                    self.asked_at.setdefault(f"un-{item.doc_id}", item.page)
                self._named(capture.page, capture.fetched, is_new=True)
            case StatementSeen(capture=capture, statement=said):
                self.asked_at.setdefault(said.key, capture.page)
                self._said(said.key, said.text, capture.body, capture.fetched)
            case PageSeen(capture=capture) if capture.status == 304 and capture.kind == "listing":
                self._named(capture.page, capture.fetched, is_new=False)
            case PageSeen(capture=capture) if capture.status == 304:
                for key in self.texts:
                    if self.asked_at[key] == capture.page:
                        self._confirmed(key, capture.fetched)

    def _named(self, address: str, when: datetime, *, is_new: bool) -> None:
        where, keys = self.shows.get(address, ("", []))
        for key in keys:
            baseline, first, _ = self.places.get((key, where), (where not in self.closed, when, when))
            self.places[key, where] = (baseline, first, when)
            if is_new:  # it stands on one page of its section's list at a time
                for other, (section_there, named) in self.shows.items():
                    if other != address and section_there == where and key in named:
                        named.remove(key)

    def _said(self, key: str, text: str, body: bytes, when: datetime) -> None:
        texts = self.texts.setdefault(key, [])
        if texts and texts[-1] == text:
            self._confirmed(key, when)
            return
        news = not all(baseline for (each, _), (baseline, _, _) in self.places.items() if each == key)
        change = "new" if not texts else "reverted" if text in texts else "edited"
        self.changes.append((change, key, len(texts) or None, len(texts) + 1, not texts and not news))
        texts.append(text)
        self.bodies[key, len(texts)] = body
        self.observed[key, len(texts)] = (when, when)

    def _confirmed(self, key: str, when: datetime) -> None:
        number = len(self.texts[key])
        self.observed[key, number] = (self.observed[key, number][0], when)


@example(  # what a list no longer names is not seen again when the list is "not modified"
    observations=[LOOK, listed("1001", "1002"), listed("1002"), not_modified(list_of(), kind="listing")], walks={}
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(observations=OBSERVATIONS, walks=st.dictionaries(st.integers(0, 13), st.sampled_from(SECTIONS), max_size=3))
def test_archive_holds_what_was_seen(pair: Pair, observations: list[Observation], walks: dict[int, str]) -> None:
    pair.empty()
    archive, reader, reckoning = Archive(pair.batched), Reader(pair.batched), Reckoning()
    for number, seen in enumerate(timed(observations)):
        if number in walks:
            close_walk(pair.batched, "un", walks[number], at(number))
            reckoning.closed |= {walks[number]} & {path for path, _ in reckoning.shows.values()}
        archive.record([seen], at(number))
        reckoning.take(seen)
    changes = list(reader.changes(ChangeFilter(include_baseline=True)))
    assert [(e.type, e.statement, e.from_version, e.to_version, e.baseline) for e in changes] == reckoning.changes
    assert_log_holds(pair.batched)
    for key, texts in reckoning.texts.items():
        record = reader.statement(key)
        assert record is not None
        assert [reader.version(key, number).text for number in range(1, len(texts) + 1)] == texts
        assert [(e.observed_first, e.observed_last) for e in record.versions] == [
            reckoning.observed[key, number] for number in range(1, len(texts) + 1)
        ]
        assert all(reader.capture(key, n) == reckoning.bodies[key, n] for n in range(1, len(texts) + 1))
        assert {(key, each.section): (each.first_seen, each.last_seen) for each in record.places} == {
            place: facts[1:] for place, facts in reckoning.places.items() if place[0] == key
        }
        assert record.updated == [each.detected for each in changes if each.statement == key][-1]
