"""The daemon's time: followed while it goes on as it should, and not while it was set and nobody vouches for it."""

from datetime import UTC, datetime, timedelta

import pytest

from missionwatch.clock import SteadyTime, steady
from missionwatch.daemon.clock import Clock

START = datetime(2026, 3, 2, 12, 1, tzinfo=UTC)


class Hands:
    """A wall clock and a steady one, turned by the test."""

    def __init__(self) -> None:
        self.wall = START
        self.steady = 0.0
        self.clock = Clock(lambda: self.wall, lambda: self.steady)

    def pass_time(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds


def test_it_is_held_against_the_steady_one() -> None:
    hands = Hands()
    clock = hands.clock
    hands.pass_time(1)
    hands.wall += timedelta(seconds=1)
    assert clock.look() is None
    hands.pass_time(8 * 3600)
    assert clock.look() == ("sleep", 8 * 3600)
    hands.wall -= timedelta(days=1)
    assert clock.look() == ("jump", -24 * 3600)
    assert clock.look() is None
    assert (clock.jumps, clock.sleeps) == (1, 1)


@pytest.mark.parametrize("jump", [timedelta(minutes=2), timedelta(minutes=-9)])
def test_a_short_jump_is_followed(jump: timedelta) -> None:
    hands = Hands()
    hands.wall += jump
    assert hands.clock.now() == START + jump
    assert hands.clock.look() == ("jump", jump.total_seconds())
    assert (hands.clock.now(), hands.clock.ahead) == (START + jump, timedelta(0))


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=-1), timedelta(days=3650)])
def test_a_long_jump_is_followed_when_somebody_says_so(jump: timedelta) -> None:
    hands = Hands()
    clock = hands.clock
    hands.wall += jump
    assert clock.now() == START, "before anybody has looked, too"
    assert clock.look() == ("jump", jump.total_seconds())
    for _ in range(100):
        hands.pass_time(20)
        assert clock.look() is None
    assert (clock.now(), clock.ahead) == (START + timedelta(seconds=2000), jump)
    clock.follow()
    assert (clock.now(), clock.ahead) == (hands.wall, timedelta(0))
    hands.pass_time(1)
    assert clock.look() is None


def test_a_clock_that_comes_back_is_followed_again() -> None:
    hands = Hands()
    clock = hands.clock
    for jump in (timedelta(days=3650), timedelta(hours=-3)):
        hands.wall += jump
        clock.look()
        hands.pass_time(5)
        hands.wall -= jump
        assert clock.look() == ("jump", -jump.total_seconds())
        assert (clock.now(), clock.ahead) == (hands.wall, timedelta(0))


def test_one_jump_after_another_is_counted_from_where_time_was_right() -> None:
    hands = Hands()
    clock = hands.clock
    hands.wall += timedelta(hours=1)
    clock.look()
    hands.wall += timedelta(hours=2)
    assert clock.look() == ("jump", 2 * 3600)
    assert (clock.now(), clock.ahead) == (START, timedelta(hours=3))


def test_a_time_goes_on_by_the_steady_clock() -> None:
    clock = SteadyTime(START, steady() - 3600)
    assert START + timedelta(hours=1) <= clock() <= clock() < START + timedelta(hours=2)
    assert SteadyTime(START)() >= START
