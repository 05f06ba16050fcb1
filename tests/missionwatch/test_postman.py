"""Letters beside other work: at once when somebody waits, again when it failed, ended in good order."""

import logging
import threading

import pytest

from missionwatch.delivery.pump import Pumped
from missionwatch.postman import Postman

PATIENCE = 20.0


class Rounds:
    """Counts runs, and does in each what it is told."""

    def __init__(self, *results: Pumped | Exception) -> None:
        self._results = list(results)
        self._done = 0
        self._moved = threading.Condition()

    def __call__(self, ending: threading.Event) -> Pumped:
        with self._moved:
            self._done += 1
            self._moved.notify_all()
            result = self._results.pop(0) if self._results else Pumped()
        if isinstance(result, Exception):
            raise result
        return result

    def until(self, count: int) -> None:
        with self._moved:
            assert self._moved.wait_for(lambda: self._done >= count, timeout=PATIENCE)


def test_it_looks_at_the_start_and_whenever_it_is_woken() -> None:
    rounds = Rounds()
    postman = Postman(rounds, every=3600)
    postman.start()
    rounds.until(1)
    postman.wake()
    rounds.until(2)
    postman.end(PATIENCE)
    assert "postman" not in [each.name for each in threading.enumerate()]


def test_it_tries_again_and_says_each_reason_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    away = Pumped(trouble=("mail.example:587: refused",))
    rounds = Rounds(away, away, RuntimeError("locked"), RuntimeError("locked"), Pumped(), away)
    postman = Postman(rounds, every=0.001)
    postman.start()
    rounds.until(8)
    postman.end(PATIENCE)
    said = [record.message.rpartition(": ")[2] for record in caplog.records]
    assert said == ["refused", "locked", "refused"]
