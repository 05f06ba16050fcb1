"""Moments are kept as what they are, and refused where they say too little."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine.default import DefaultDialect

from store import runs
from store.columns import UtcDateTime
from store.database import Database
from store.reader import ChangeFilter, Reader
from store.tables import metadata
from tests.store.world import HARBOUR, a_statement, listed, looked, record, rows

NAIVE = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    "refused",
    [
        lambda database: record(database, looked(a_statement(), NAIVE)),
        lambda database: record(database, listed("1001", when=NAIVE)),
        lambda database: record(database, looked(a_statement()), now=NAIVE),
        lambda database: runs.close_walk(database, "un", HARBOUR, began=NAIVE, now=NAIVE),
        lambda database: runs.start_run(database, "un", "full", NAIVE),
        lambda database: list(Reader(database).changes(ChangeFilter(since=NAIVE))),
    ],
    ids=["statement", "listing", "now", "walk", "run", "since"],
)
def test_moments_without_zone_are_refused(database: Database, refused: Callable[[Database], object]) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        refused(database)
    assert not any(rows(database, table) for table in metadata.sorted_tables)


ZONES = tuple(map(ZoneInfo, ("UTC", "America/New_York", "Asia/Shanghai", "Asia/Kathmandu")))


@given(st.datetimes(min_value=datetime(2, 1, 1), timezones=st.sampled_from(ZONES)))  # noqa: DTZ001
def test_any_moment_comes_back(moment: datetime) -> None:
    kept = UtcDateTime().process_bind_param(moment, DefaultDialect())
    assert UtcDateTime().process_result_value(kept, DefaultDialect()) == moment.astimezone(UTC)
