import logging
import threading
from collections.abc import Callable

import pytest

from missionwatch.publisher import Publisher

TURN = 0.005


class Archive:
    """A state that a test moves, and a count of publications."""

    def __init__(self) -> None:
        self.state = "1"
        self.published: list[str] = []
        self.fails: list[Exception] = []
        self.moved = threading.Condition()

    def publish(self) -> None:
        with self.moved:
            self.published.append(self.state)
            self.moved.notify_all()
            if self.fails:
                raise self.fails.pop(0)

    def until(self, holds: Callable[[], bool]) -> None:
        with self.moved:
            assert self.moved.wait_for(holds, timeout=20)


def publisher_of(archive: Archive) -> Publisher:
    return Publisher(archive.publish, lambda: archive.state, every=TURN, again=TURN)


def test_it_publishes_at_once_and_then_when_the_state_moves() -> None:
    archive = Archive()
    publisher = publisher_of(archive)
    assert not publisher.is_complete
    publisher.start()
    archive.until(lambda: archive.published == ["1"])
    archive.state = "2"
    archive.until(lambda: archive.published == ["1", "2"])
    publisher.end(20)
    assert publisher.is_complete
    archive.state = "3"
    assert archive.published == ["1", "2"]


def test_a_failure_is_said_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    archive = Archive()
    archive.fails = [OSError("the disk is full"), OSError("the disk is full"), OSError("it is away")]
    publisher = publisher_of(archive)
    with caplog.at_level(logging.ERROR, "missionwatch.publisher"):
        publisher.start()
        archive.until(lambda: len(archive.published) == 3)
        assert not publisher.is_complete
        archive.until(lambda: len(archive.published) == 4)
        publisher.end(20)
    assert publisher.is_complete
    said = [record.getMessage().partition(": ")[2] for record in caplog.records]
    assert said == ["the disk is full", "it is away"]


def test_what_never_rests_is_published_all_the_same() -> None:
    archive = Archive()
    moments = iter(range(1_000_000_000))
    publisher = Publisher(archive.publish, lambda: str(next(moments)), every=TURN, latest=4 * TURN, again=TURN)
    publisher.start()
    archive.until(lambda: len(archive.published) == 3)
    publisher.end(20)


def test_while_it_is_held_only_the_start_is_published() -> None:
    archive, held, asked = Archive(), threading.Event(), threading.Semaphore(0)
    held.set()

    def holds() -> bool:
        asked.release()
        return held.is_set()

    publisher = Publisher(archive.publish, lambda: archive.state, holds=holds, every=TURN, again=TURN)
    publisher.start()
    archive.until(lambda: archive.published == ["1"])
    archive.state = "2"
    for _ in range(5):
        assert asked.acquire(timeout=20)
    assert archive.published == ["1"]
    held.clear()
    archive.until(lambda: archive.published == ["1", "2"])
    publisher.end(20)
