"""What may happen to an archive in crawls, as data to draw from: looks of every outcome, walks, removals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from hypothesis import strategies as st

from store.archive import Archive
from store.database import Database
from store.gate import absences
from store.observation import ListingSeen, LookFailed, Observation, PageSeen, Recorded, StatementSeen
from store.runs import close_walk
from tests.store.world import (
    FERRIES,
    HARBOUR,
    a_statement,
    at,
    failed,
    list_of,
    listed,
    looked,
    not_modified,
    page_of,
    unanswered,
)

DOCS = ("1001", "1002", "1003")
TEXTS = ("at eight", "at nine", "at nine!")
SECTIONS = (HARBOUR, FERRIES)


@dataclass(frozen=True)
class Walk:
    """The end of a walk of a section that began so many minutes ago."""

    section: str
    minutes: int


@dataclass(frozen=True)
class Removal:
    """The truth gate lets a removal through, if the statement is suspect."""

    key: str


Step = Observation | Walk | Removal


def _look(doc_id: str, text: str, where: str, answered: str, frame: str, etag: str, confirmed: bool) -> Step:
    headers: dict[str, Any] = {"ETag": etag} if etag else {}
    return looked(
        a_statement(doc_id, text, section=where),
        answered=page_of(doc_id, answered) if answered not in ("", where) else "",
        frame=frame,
        confirmed=confirmed,
        **headers,
    )


_docs, _sections, _numbers = st.sampled_from(DOCS), st.sampled_from(SECTIONS), st.sampled_from((0, 1))
_addresses = st.builds(page_of, _docs, _sections)
_looks = st.builds(
    _look,
    _docs,
    st.sampled_from(TEXTS),
    _sections,
    st.sampled_from(("", "", *SECTIONS)),
    st.sampled_from(("menu", "new menu")),
    st.sampled_from(("", '"a"', '"b"')),
    st.sampled_from((True, True, False)),
)
_lists = st.builds(
    lambda docs, where, number, title: listed(*docs, section=where, number=number, titles=[title] * len(docs)),
    st.lists(_docs, max_size=4),
    _sections,
    _numbers,
    st.sampled_from(("Remarks", "More remarks")),
)
_unchanged = _addresses.map(not_modified) | st.builds(
    lambda where, number: not_modified(list_of(where, number), kind="listing"), _sections, _numbers
)
_troubles = st.builds(
    lambda address, status: failed(address, status=status), _addresses, st.sampled_from((404, 410, 403, 503))
) | st.builds(lambda address, code: unanswered(address, code=code), _addresses, st.sampled_from(("timeout", "unclear")))
_walks = st.builds(Walk, _sections, st.integers(0, 8))
_removals = st.builds(
    lambda doc, where: [failed(page_of(doc, where), status=404), Removal(f"un-{doc}")], _docs, _sections
)
STEPS = st.lists(
    st.one_of(_looks, _looks, _lists, _unchanged, _troubles, _walks).map(lambda step: [step]) | _removals, max_size=16
).map(lambda scenes: tuple(chain.from_iterable(scenes)))
SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=6)


def timed(steps: Sequence[Step], pace: float = 1) -> list[Step]:
    """The same steps, each look a minute, or so many, after the one before."""
    told: list[Step] = []
    for number, step in enumerate(steps):
        match step:
            case StatementSeen() | ListingSeen() | PageSeen():
                told.append(replace(step, capture=replace(step.capture, fetched=at(number * pace))))
            case LookFailed():
                told.append(replace(step, at=at(number * pace)))
            case _:
                told.append(step)
    return told


def batches(steps: Sequence[Step], sizes: Sequence[int]) -> Iterator[tuple[int, list[Step]]]:
    """The steps in batches of these sizes in turn, each with its place; what is no look stands alone."""
    turn, batch, began = 0, list[Step](), 0
    for number, step in enumerate(steps):
        alone = isinstance(step, Walk | Removal)
        if batch and (alone or len(batch) >= sizes[turn % len(sizes)]):
            yield began, batch
            batch, turn = [], turn + 1
        if alone:
            yield number, [step]
        else:
            began = number if not batch else began
            batch.append(step)
    if batch:
        yield began, batch


def do(database: Database, archive: Archive, number: int, batch: Sequence[Step], pace: float = 1) -> list[Recorded]:
    """Does one batch of steps, of which this one has the given place."""
    [first, *_] = batch
    now = at(number * pace)
    match first:
        case Walk(section, minutes):
            close_walk(database, "un", section, began=at((number - minutes) * pace), now=now)
            return []
        case Removal(key):
            due = [(each.key, "not there", each.twin) for each in absences(database, "un") if each.key == key]
            return archive.remove(due, now)
    return archive.record([step for step in batch if not isinstance(step, Walk | Removal)], now)
