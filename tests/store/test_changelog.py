"""The change log: numbers without gaps, moments that rise, and a chain that vouches for everything before."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.changelog import GENESIS, ChangeLog, format_moment, line_hash
from store.database import Database
from store.tables import change
from tests.store.world import START, a_statement, assert_log_holds, at, looked, record, rows

LINE = {
    "id": 1,
    "type": "edited",
    "statement": "un-1001",
    "detected": "2026-03-02T09:30:00.000Z",
    "from_version": 1,
    "to_version": 2,
    "text_sha256": "00" * 32,
    "significance": "high",
    "reasons": ["title", "text"],
    "baseline": False,
    "title": "关于港口 “remarks”",
    "url": "https://mission.example/eng/harbour/t1.htm",
}


def add(log: ChangeLog, number: int, now: datetime) -> tuple[int, datetime]:
    return log.append(
        type="new",
        key="un-1001",
        statement_id=1,
        run_id=None,
        from_version=None,
        to_version=1,
        text_sha256=bytes(32),
        significance="high",
        reasons=(),
        baseline=False,
        title=f"Remarks {number}",
        url="https://mission.example/1.htm",
        now=now,
    )


def test_published_hashes_stay() -> None:
    first = line_hash(GENESIS, LINE)
    assert first.hex() == "4959ad70f4debd05cfc6a78abdfe61fd0d9474f3eb003524e62954bd00fa7127"
    assert line_hash(first, LINE).hex() == "76eba3f4519166672f36c249cf7aae795ebb5a88997d74226f7d155d8a639930"
    body = (
        '{"baseline":false,"detected":"2026-03-02T09:30:00.000Z","from_version":1,"id":1,'
        '"reasons":["title","text"],"significance":"high","statement":"un-1001","text_sha256":"' + "00" * 32 + '",'
        '"title":"关于港口 “remarks”","to_version":2,"type":"edited",'
        '"url":"https://mission.example/eng/harbour/t1.htm"}'
    )
    assert first == sha256(f"missionwatch-change/1\n{'0' * 64}\n{body}".encode()).digest()


def test_published_hashes_of_the_second_form_stay() -> None:
    first = line_hash(GENESIS, LINE | {"capture_sha256": "11" * 32})
    assert first.hex() == "1dfc8f6a19a50cf62a5662b94c914a5862bf03815aa5a61a21079256904e63bd"
    removal = {"type": "removed", "to_version": None, "text_sha256": None, "capture_sha256": None}
    assert line_hash(first, LINE | removal).hex() == "91e297e25e7ff604b8f36664daac20fce024c20c4521340467bf62954d1df5d5"
    body = (
        '{"baseline":false,"capture_sha256":null,"detected":"2026-03-02T09:30:00.000Z","from_version":1,"id":1,'
        '"reasons":["title","text"],"significance":"high","statement":"un-1001","text_sha256":null,'
        '"title":"关于港口 “remarks”","to_version":null,"type":"removed",'
        '"url":"https://mission.example/eng/harbour/t1.htm"}'
    )
    assert line_hash(first, LINE | removal) == sha256(f"missionwatch-change/2\n{first.hex()}\n{body}".encode()).digest()


@given(st.sampled_from(sorted(LINE)), st.binary(min_size=32, max_size=32))
def test_every_field_and_the_line_before_count(name: str, before: bytes) -> None:
    whole = line_hash(GENESIS, LINE)
    assert line_hash(GENESIS, LINE | {name: "other"}) != whole
    assert line_hash(GENESIS, dict(reversed(LINE.items()))) == whole
    assert (line_hash(before, LINE) == whole) == (before == GENESIS)


@given(st.lists(st.integers(-10_000_000, 10_000_000), min_size=1, max_size=20), st.integers(1, 5))
def test_moments_rise_whatever_the_clock_does(sqlite: Database, jumps: list[int], size: int) -> None:
    with sqlite.reading() as connection:
        log = ChangeLog(connection)
        now, last = START, datetime.min.replace(tzinfo=UTC)
        for number, jump in enumerate(jumps, start=1):
            now += timedelta(microseconds=jump)
            given_number, moment = add(log, number, now)
            assert given_number == number
            assert moment - last >= timedelta(milliseconds=1) if number > 1 else moment <= now
            assert moment.microsecond % 1000 == 0
            assert moment > now - timedelta(milliseconds=1)
            last = moment


def test_log_goes_on_where_it_was_left(database: Database) -> None:
    texts = ("at eight", "at nine", "at ten", "at nine", "at nine", "at eleven")
    for number, text in enumerate(texts):
        # Each batch comes an hour before the one before.
        batch = [looked(a_statement("1001", text)), looked(a_statement(f"2{number}", text))]
        record(database, *batch, now=at(-60 * number))
    assert_log_holds(database)
    kept = rows(database, change)
    assert len(kept) == 5 + len(texts)
    assert kept[0]["detected"] == START
    assert [row["detected"] for row in kept] == [START + timedelta(milliseconds=n) for n in range(len(kept))]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE change SET title = 'Remarks on tea' WHERE id = 2",
        "UPDATE change SET detected = detected + 5000 WHERE id = 3",
        "UPDATE change SET baseline = NOT baseline WHERE id = 1",
        "UPDATE change SET form = 1 WHERE id = 2",
        "UPDATE change SET to_version = NULL WHERE id = 3",
        "UPDATE capture SET blob_id = (SELECT blob_id FROM capture WHERE id = 1) WHERE id = 2",
        "UPDATE version SET text_sha256 = (SELECT text_sha256 FROM version WHERE id = 1) WHERE id = 3",
        "DELETE FROM change WHERE id = 1",
        "DELETE FROM change WHERE id = 2",
    ],
)
def test_tampering_shows(database: Database, tampering: str) -> None:
    record(database, *(looked(a_statement(f"100{number}", f"text {number}")) for number in range(3)))
    assert_log_holds(database)
    with database.writing() as connection:
        connection.exec_driver_sql(tampering)
    with pytest.raises(AssertionError):
        assert_log_holds(database)


@pytest.mark.parametrize(
    ("moment", "printed"),
    [
        (START, "2026-03-02T09:30:00.000Z"),
        (START.replace(microsecond=123_999), "2026-03-02T09:30:00.123Z"),
        (START.astimezone(timezone(timedelta(hours=-5))), "2026-03-02T09:30:00.000Z"),
    ],
)
def test_moments_are_printed_in_utc(moment: datetime, printed: str) -> None:
    assert format_moment(moment) == printed
