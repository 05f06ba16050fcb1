"""Laws of the survey: read piece by piece while a crawl records, it is the archive as it was when the crawl began."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from store.archive import Archive
from store.database import Database
from store.known import KnownStatement
from store.ladder import RUNGS, overdue
from store.observation import ListingSeen, LookFailed, PageSeen, StatementSeen
from store.survey import Survey, survey
from store.survey_rows import SurveyRows
from store.tables import metadata, page, statement
from tests.store.databases import Databases
from tests.store.steps import DOCS, SECTIONS, STEPS, Removal, Step, Walk, do, timed
from tests.store.world import BASE, at, key_of, page_of, surveyed

DAYS = [date(2026, 3, day).isoformat() for day in range(1, 7)]
PLACES = [page_of(doc_id, section) for doc_id in DOCS for section in SECTIONS]


@pytest.fixture
def archive(databases: Databases) -> Iterator[Database]:
    with closing(Database(databases.fresh())) as made:
        yield made


def dated(steps: Sequence[Step]) -> list[Step]:
    """The same steps; lists name their statements under dates of their own, another one with another title."""
    return [
        replace(
            step,
            listing=replace(
                step.listing,
                items=tuple(
                    replace(item, date=date(2026, 3, int(item.doc_id[-1]) + len(item.title) % 3))
                    for item in step.listing.items
                ),
            ),
        )
        if isinstance(step, ListingSeen)
        else step
        for step in steps
    ]


def ask(known: Survey, question: int, now: datetime) -> object:
    """One of the things that a crawl asks; equal archives give equal answers."""
    doc_id, section, place = DOCS[question % 3], SECTIONS[question % 2], PLACES[question % len(PLACES)]
    after, before = DAYS[question % 4], DAYS[2 + question % 4]
    match question // 6 % 8:
        case 0:
            return known.statement(doc_id)
        case 1:
            return known.line(section, doc_id)
        case 2:
            return known.between(section, after, before)
        case 3:
            return known.validators_of(place)
        case 4:
            return known.lively(after) if question % 5 else known.elsewhere(f"{BASE}/{section}/")
        case 5:
            return {each.page for each in known.open()}
        case 6:
            return {each.page for each in known.open(now) if is_asked_for(each, now)}
        case _:
            known.meet_section(section)
            return known.sections


def is_asked_for(each: KnownStatement, now: datetime) -> bool:
    return each.is_open or overdue(now, checked=each.checked, fresh=each.fresh, edits=each.edits) is not None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=STEPS,
    baselined=st.lists(st.sampled_from(SECTIONS), min_size=1),
    questions=st.lists(st.integers(0, 1000), max_size=40),
    pace=st.sampled_from((1, 20, 300, 5000, 90_000)),
)
def test_a_survey_read_in_pieces_is_the_whole(
    archive: Database, steps: Sequence[Step], baselined: Sequence[str], questions: Sequence[int], pace: int
) -> None:
    _fill(archive, [*dated(steps), *(Walk(section, 0) for section in baselined)], pace)
    whole, pieces = surveyed(archive), survey(archive, "un")
    now = at((len(steps) + len(baselined)) * pace)
    for question in questions:
        moment = now + timedelta(minutes=question * pace)
        assert ask(pieces, question, moment) == ask(whole, question, moment)
    pieces.everything()
    assert pieces == whole


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=STEPS,
    more=STEPS,
    questions=st.lists(st.sampled_from([*range(24), *range(42, 48)]), max_size=40),
    whole_walks=st.booleans(),
)
def test_what_a_crawl_records_does_not_alter_what_it_knew(
    archive: Database, steps: Sequence[Step], more: Sequence[Step], questions: Sequence[int], whole_walks: bool
) -> None:
    _fill(archive, [*dated(steps), Walk(SECTIONS[0], 0)], 1)
    whole, pieces = surveyed(archive), survey(archive, "un")
    assert {each.page for each in pieces.open()} == {each.page for each in whole.open()}  # what a crawl begins with
    written, asked = Archive(archive), iter(questions)
    for number, step in enumerate(timed(dated(more)), len(steps) + 1):
        if not whole_walks and _is_of_a_whole_walk(step):
            continue
        _meet(pieces, step, whole_walks=whole_walks)
        do(archive, written, number, [step])
        for question in (next(asked, 0), next(asked, 0)):
            if whole_walks or question // 6 % 8 != 7:
                assert ask(pieces, question, at(number)) == ask(whole, question, at(number))
    pieces.everything()
    assert pieces == whole


def test_the_database_climbs_the_ladder_as_a_plan_does(archive: Database) -> None:
    now = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    gaps = sorted({gap for _, gap in RUNGS})
    ages = [limit + by for limit, _ in RUNGS[:-1] for by in (-hour, timedelta(0), hour)]
    with archive.writing() as connection:
        for number, (age, edits, gap, late, told) in enumerate(
            product(ages, range(6), gaps, (-second, timedelta(0)), ("updated", "stated")),
            1,
        ):
            when = now - age
            url = page_of(str(number))
            checked = now - gap - late
            connection.execute(page.insert().values(id=number, site="un", url=url, kind="statement", checked=checked))
            facts = {"stated": when.date().isoformat(), "baseline": True, "updated": now}
            if told == "updated":
                facts = {"stated": "1999-12-31", "baseline": False, "updated": when}
            connection.execute(
                statement.insert().values(
                    **(facts | {"id": number, "key": f"un-{number}", "site": "un", "doc_id": str(number)}),
                    language="en",
                    page_id=number,
                    version=edits + 1,
                    first_seen=when,
                )
            )
    asked = {each.page for each in surveyed(archive).open(now) if is_asked_for(each, now)}
    found = {each.page for each in SurveyRows(archive, "un").open(now).statements.values()}
    assert asked <= found
    # Only a date may say a little less than the plan knows: it stands for its whole day.
    assert len(found - asked) < len(asked) / 10
    assert number / 4 < len(asked) < number * 3 / 4


def _fill(database: Database, steps: Sequence[Step], pace: int) -> None:
    with database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    written = Archive(database)
    for number, step in enumerate(timed(steps, pace)):
        do(database, written, number, [step], pace)


def _is_of_a_whole_walk(step: Step) -> bool:
    """Whether only a crawl that reads all pages of a list goes on behind it."""
    return isinstance(step, Walk) or (isinstance(step, PageSeen) and step.capture.kind == "listing")


def _meet(known: Survey, step: Step, *, whole_walks: bool) -> None:
    """Asks what the spider asks before such a step."""
    match step:
        case ListingSeen():
            if whole_walks:
                known.meet_section(step.listing.section)
            known.meet(item.doc_id for item in step.listing.items)
            known.expect([step.capture.page])
        case Walk(section, _):
            known.meet_section(section)
        case Removal(key):
            known.meet([key.removeprefix("un-")])
        case LookFailed():
            _expect(known, step.page)
        case StatementSeen() | PageSeen():
            asked = step.capture.page
            if step.capture.kind == "listing":
                known.meet_section(next(each for each in SECTIONS if f"/{each}/" in asked))
                known.expect([asked])
            else:
                _expect(known, asked)
                if isinstance(step, StatementSeen) and step.page:
                    _expect(known, step.page)


def _expect(known: Survey, address: str) -> None:
    known.meet([key_of(address).removeprefix("un-")])
    known.expect([address])
