"""A letter is due once on every date and in every week of a place, whatever its clocks do, and ours."""

from datetime import UTC, datetime, time, timedelta
from datetime import date as Day
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from store.mailing.model import Cadence, Period
from store.mailing.periods import CLOCK_FAULT, GATHERING, LOOK_BACK, MAX_MISSED, boundary, due
from store.mailing.settings import zone_named, zone_names
from tests.store.mailing.told import NOW, after

HOURS = st.times().map(lambda moment: moment.strftime("%H:%M")) | st.sampled_from(["00:00", "01:30", "02:30", "23:30"])
ZONES = st.sampled_from(sorted(zone_names()))
CADENCES: tuple[Cadence, ...] = ("daily", "weekly")
DAY = timedelta(days=1)


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def dates_of(zone: str, year: int) -> list[Day]:
    """The dates of a year that a place had, found by looking at its calendar every quarter of an hour."""
    place, moment = ZoneInfo(zone), datetime(year, 1, 2, tzinfo=UTC)
    seen = {(moment + timedelta(minutes=15 * number)).astimezone(place).date() for number in range(363 * 96)}
    return sorted(seen)[1:-1]


@pytest.mark.parametrize("year", [2011, 2024, 2026])
def test_every_zone_has_one_boundary_a_day(year: int) -> None:
    for zone in sorted(zone_names()):
        place = ZoneInfo(zone)
        for hour in (time(0, 0), time(2, 30), time(23, 30)):
            days = [Day(year, 1, 1) + timedelta(days=number) for number in range(365)]
            moments = [(day, boundary(day, hour, place)) for day in days]
            found = [(day, moment) for day, moment in moments if moment is not None]
            assert all(moment.astimezone(place).date() == day for day, moment in found)
            assert all(one < other for (_, one), (_, other) in pairwise(found))
            assert len(found) >= 364, zone


@settings(max_examples=30, deadline=None)
@given(zone=ZONES, year=st.integers(1972, 2037), hour=HOURS)
@example(zone="Pacific/Apia", year=2011, hour="08:00")  # had no 30 December
@example(zone="Pacific/Kwajalein", year=1993, hour="12:00")  # had no 21 August
@example(zone="America/Nuuk", year=2024, hour="23:30")  # clocks go on at 23:00
@example(zone="America/St_Johns", year=2006, hour="00:00")  # clocks go back at 00:01
@example(zone="Africa/Cairo", year=2024, hour="00:30")  # clocks go on at 00:00
@example(zone="Australia/Lord_Howe", year=2026, hour="02:15")  # by half an hour
@example(zone="Antarctica/Troll", year=2026, hour="01:30")  # by two hours
def test_the_dates_with_a_boundary_are_those_of_the_calendar(zone: str, year: int, hour: str) -> None:
    dates = dates_of(zone, year)
    asked = [dates[0] + timedelta(days=number) for number in range((dates[-1] - dates[0]).days + 1)]
    moments = {day: boundary(day, time.fromisoformat(hour), ZoneInfo(zone)) for day in asked}
    assert [day for day, moment in moments.items() if moment is not None] == dates


@pytest.mark.parametrize(
    ("zone", "hour", "day", "expected"),
    [
        ("America/New_York", "02:30", "2026-03-08", "2026-03-08T07:30"),  # skipped: 03:30 there
        ("America/New_York", "08:00", "2026-03-08", "2026-03-08T12:00"),
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01T05:30"),  # there twice: the first
        ("America/New_York", "08:00", "2026-11-01", "2026-11-01T13:00"),
        ("Asia/Kathmandu", "08:00", "2026-03-08", "2026-03-08T02:15"),
        ("Pacific/Chatham", "08:00", "2026-03-08", "2026-03-07T18:15"),
        ("America/Nuuk", "23:30", "2024-03-30", "2024-03-31T00:30"),  # skipped, and half an hour later is tomorrow
        ("Pacific/Apia", "08:00", "2011-12-30", None),
        ("Pacific/Apia", "08:00", "2011-12-31", "2011-12-30T18:00"),
    ],
)
def test_boundaries(zone: str, hour: str, day: str, expected: str | None) -> None:
    found = boundary(Day.fromisoformat(day), time.fromisoformat(hour), ZoneInfo(zone))
    assert found == (datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None)


def ticking(
    cadence: Cadence, zone: str, hour: str, weekday: int, start: datetime, gaps: list[timedelta]
) -> list[tuple[datetime, Period]]:
    """What is due to one subscriber when it is looked after these gaps."""
    found, told, now = [], start, start
    for gap in gaps:
        now += gap
        period = due(cadence, zone, hour, weekday, told, now)
        if period is not None:
            found.append((now, period))
            told = period.ends
    return found


GAPS = st.lists(
    st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(hours=40))
    | st.timedeltas(min_value=timedelta(days=1), max_value=timedelta(days=20)),
    min_size=1,
    max_size=40,
)
STARTS = st.datetimes(datetime(1990, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(deadline=None)
@given(st.sampled_from(CADENCES), ZONES, HOURS, st.integers(0, 6), STARTS, GAPS)
def test_every_period_is_told_once_and_none_is_left_out(
    cadence: Cadence, zone: str, hour: str, weekday: int, start: datetime, gaps: list[timedelta]
) -> None:
    found = ticking(cadence, zone, hour, weekday, start, gaps)
    keys = [period.key for _, period in found]
    assert len(set(keys)) == len(keys)
    often = [timedelta(minutes=47)] * (sum(gaps, timedelta()) // timedelta(minutes=47) + 1)
    if len(often) < 4000:
        end = start + sum(gaps, timedelta())
        one_by_one = [period for now, period in ticking(cadence, zone, hour, weekday, start, often) if now <= end]
        told = sum(1 + period.missed for _, period in found)
        assert told in (len(one_by_one), len(one_by_one) + 1)  # one may lie between the last two looks
    previous = start
    for now, period in found:
        assert period.ends <= now
        step = DAY if cadence == "daily" else 7 * DAY
        assert period.starts == previous or period.starts >= period.ends - LOOK_BACK - step - timedelta(hours=25)
        assert previous <= period.starts < period.ends
        previous = period.ends


def test_keys_name_the_date_and_the_week_of_the_place() -> None:
    daily = due("daily", "Pacific/Auckland", "08:00", 0, NOW - DAY, NOW)
    assert daily is not None
    assert (daily.key, daily.ends) == ("daily:2026-03-02", local("Pacific/Auckland", "2026-03-02T08:00"))
    weekly = due("weekly", "UTC", "08:00", 4, NOW - 7 * DAY, NOW)
    assert weekly is not None
    assert (weekly.key, weekly.ends.isoformat()) == ("weekly:2026-W09", "2026-02-27T08:00:00+00:00")
    turn = due("weekly", "UTC", "08:00", 3, local("UTC", "2026-12-30T08:00"), local("UTC", "2027-01-01T08:00"))
    assert turn is not None
    assert turn.key == "weekly:2026-W53"


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham"])
@pytest.mark.parametrize("hour", ["00:00", "01:30", "02:30", "08:00"])
def test_one_letter_on_the_days_on_which_clocks_change(zone: str, day: str, hour: str) -> None:
    start = local(zone, day) - 2 * DAY
    keys = [period.key for _, period in ticking("daily", zone, hour, 0, start, [timedelta(minutes=10)] * 6 * 24 * 5)]
    assert keys.count(f"daily:{day}") == 1
    assert keys == sorted(set(keys))


def test_missed_periods_are_told_in_the_last_and_counted() -> None:
    told, now = local("UTC", "2026-03-01T08:00"), local("UTC", "2026-03-05T20:00")
    period = due("daily", "UTC", "08:00", 0, told, now)
    assert period is not None
    assert (period.key, period.missed, period.starts) == ("daily:2026-03-05", 3, told)
    long_off = due("daily", "UTC", "08:00", 0, told, now + 30 * DAY)
    assert long_off is not None
    assert long_off.missed == 33
    assert long_off.starts == local("UTC", "2026-03-27T08:00")  # a week before the last day's own beginning
    ages = due("daily", "UTC", "08:00", 0, told - 5000 * DAY, now)
    assert ages is not None
    assert ages.missed == MAX_MISSED


def test_what_was_written_late_is_not_taken_for_old() -> None:
    told, now = local("UTC", "2026-03-04T08:00"), local("UTC", "2026-03-05T08:00")
    late = told - timedelta(seconds=2)
    period = due("daily", "UTC", "08:00", 0, told, now, untold=late)
    assert period is not None
    assert period.starts < late
    old = due("daily", "UTC", "08:00", 0, told, now, untold=told - 30 * DAY)
    assert old is not None
    assert old.starts == told - LOOK_BACK


@settings(deadline=None)
@given(st.sampled_from(CADENCES), ZONES, HOURS, st.integers(0, 6), STARTS, st.timedeltas(timedelta(), CLOCK_FAULT))
def test_a_clock_gone_back_makes_nothing_due(
    cadence: Cadence, zone: str, hour: str, weekday: int, told: datetime, back: timedelta
) -> None:
    assert due(cadence, zone, hour, weekday, told, told - back) is None


@settings(deadline=None)
@given(st.sampled_from(CADENCES), ZONES, HOURS, st.integers(0, 6), STARTS)
def test_a_clock_that_was_years_ahead_silences_nobody(
    cadence: Cadence, zone: str, hour: str, weekday: int, now: datetime
) -> None:
    ahead = due(cadence, zone, hour, weekday, now + 3650 * DAY, now)
    assert ahead is not None
    assert ahead.ends <= now
    assert ahead.missed == 0
    assert due(cadence, zone, hour, weekday, ahead.ends, now) is None
    following = due(cadence, zone, hour, weekday, ahead.ends, now + 15 * DAY)
    assert following is not None
    assert following.key != ahead.key


def test_instant_periods_are_a_minute_apart() -> None:
    def instant(told: datetime, now: datetime) -> Period | None:
        return due("instant", "UTC", "08:00", 0, told, now, newest=4711)

    assert instant(NOW, NOW + GATHERING - timedelta(microseconds=1)) is None
    period = instant(NOW, NOW + GATHERING)
    assert period == Period(key="instant:4711", cadence="instant", starts=NOW, ends=NOW + GATHERING)
    assert instant(NOW, NOW - timedelta(seconds=59)) is None
    assert instant(NOW, NOW - timedelta(hours=2)) is not None  # the clock was two hours ahead, and is no more
    long_off = instant(NOW, after(days=30))
    assert long_off is not None
    assert long_off.starts == after(days=23)


@pytest.mark.parametrize("name", ["", "Nowhere/Atall", "../../etc/passwd", "America", "localtime"])
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert zone_named(name) == ZoneInfo("UTC")
    unknown: Any = due("daily", name, "08:00", 0, NOW - DAY, NOW)
    assert unknown == due("daily", "UTC", "08:00", 0, NOW - DAY, NOW)
