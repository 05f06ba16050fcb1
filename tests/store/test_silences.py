"""Silences are told from what past runs found, alike whenever they are asked for."""

from datetime import datetime, timedelta

import pytest

from store.database import Database
from store.freshness import LOOK_PROMISE
from store.incidents import after_run
from store.model import Outcome
from store.observation import PageSeen
from store.reader import Reader
from store.selection import Silence
from tests.store.world import FERRIES, START, a_capture, list_of, listed, record


def ran(database: Database, outcome: Outcome, hours: float, fatal: str | None = None) -> datetime:
    now = START + timedelta(hours=hours)
    after_run(database, "un", outcome=outcome, answers=5, fatal=fatal, now=now)
    return now


@pytest.mark.parametrize(
    ("outcome", "fatal", "detail"),
    [
        ("unreachable", None, "The site could not be reached."),
        ("blocked", None, "The site refused to answer, or its robots.txt forbids it."),
        ("failed", "It broke.", "It broke."),
    ],
)
def test_a_site_that_cannot_be_read_for_long_is_silent(
    database: Database, outcome: Outcome, fatal: str | None, detail: str
) -> None:
    reader = Reader(database)
    since = ran(database, outcome, 0, fatal)
    ran(database, outcome, 6, fatal)
    assert reader.silences() == []
    ran(database, outcome, 6.5, fatal)
    lasting = Silence(id=1, site="un", section="", since=since, told=since + LOOK_PROMISE, ended=None, detail=detail)
    assert reader.silences() == [lasting]
    ran(database, outcome, 48, fatal)
    assert reader.silences() == [lasting]
    ended = ran(database, "ok", 49)
    [over] = reader.silences()
    assert (over.id, over.since, over.told, over.ended) == (1, since, since + LOOK_PROMISE, ended)
    # The next one is another, and what was told stays.
    ran(database, outcome, 60, fatal)
    ran(database, outcome, 70, fatal)
    assert [each.id for each in reader.silences()] == [1, 2]
    assert reader.silences()[0] == over


def test_a_short_outage_is_none(database: Database) -> None:
    for hours in range(0, 60, 12):
        ran(database, "unreachable", hours)
        ran(database, "ok", hours + 5.9)
    assert Reader(database).silences() == []


def test_a_section_is_silent_alone_and_other_incidents_are_none(database: Database) -> None:
    record(database, listed("1", section=FERRIES))
    gone = a_capture(list_of(FERRIES), b"<h1>Sorry</h1>", kind="listing", status=404)
    record(database, PageSeen(capture=gone, code="layout-changed"))
    for hours in (0, 7):
        ran(database, "partial", hours)
    [silence] = Reader(database).silences()
    assert (silence.site, silence.section, silence.ended) == ("un", FERRIES, None)
    assert list_of(FERRIES) in silence.detail
