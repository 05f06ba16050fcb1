"""How large an archive is and how fast it grows, without reading it through."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from store.asking import Ask, look
from store.database import Database
from store.growth import LATELY, SHORTEST, Size, size_of
from store.runs import finish_run, start_run
from store.tables import capture
from tests.store.world import START, a_statement, at, listed, looked, record

DAY = timedelta(days=1)


def sized(database: Database, now: datetime) -> Size:
    def question(ask: Ask) -> Size:
        return size_of(database.url, ask, now)

    return look(database.url, question)


def fill(database: Database) -> None:
    """Four captures of a first crawl, then one a day for three days and one after forty."""
    run_id = start_run(database, "un", "full", START)
    record(database, listed("1", "2", "3"), *(looked(a_statement(each), at(1)) for each in "123"))
    finish_run(database, run_id, now=at(5), outcome="ok", counts={}, problems=[])
    for day in (1, 2, 3, 40):
        minutes = day * 24 * 60
        record(database, looked(a_statement("1", f"Edited {day}."), at(minutes)), now=at(minutes))


def test_nothing_is_said_of_growth_before_a_week_has_passed(database: Database) -> None:
    empty = sized(database, START)
    assert (empty.bytes > 0, empty.captures, empty.daily) == (True, 0, None)
    fill(database)
    assert sized(database, at(5) + SHORTEST - DAY).daily is None


@pytest.mark.parametrize(("days", "new"), [(8, 4), (39, 1), (69.5, 1), (71, 0)])
def test_growth_is_the_share_of_captures_of_the_last_month(database: Database, days: float, new: int) -> None:
    fill(database)
    now = at(5) + days * DAY
    with database.reading() as connection:
        since = max(at(5), now - LATELY)
        counted = connection.execute(
            select(func.count()).select_from(capture).where(capture.c.fetched >= since)
        ).scalar_one()
    found = sized(database, now)
    assert counted >= new
    assert found.captures == 8
    assert found.daily == pytest.approx(found.bytes * counted / 8 / ((now - since) / DAY))
