"""A process that makes digests and sends them, and kills itself at one of its steps: `… URL PORT MOMENT STEP`.

Steps are statements that write, commits (before and after), and bytes sent to the server (before and after).
"""

import os
import signal
import smtplib
import sys
from datetime import datetime
from typing import Any

from sqlalchemy import event

from missionwatch.delivery.pump import Pump
from missionwatch.delivery.smtp import SmtpCarrier, SmtpServer
from missionwatch.digests import Digests
from store.database import Database
from tests.missionwatch.delivery.small import SmallComposer


class Steps:
    """Counts steps, and ends the process at one, as the system does when it kills."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self._last = last

    def step(self, *_: Any) -> None:
        self.done += 1
        if self.done == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


class _Watched(smtplib.SMTP):
    steps: Steps

    def send(self, s: Any) -> None:
        self.steps.step()
        super().send(s)
        self.steps.step()


def main(url: str, port: int, moment: datetime, last: int) -> int:
    """Everything once; returns the number of steps."""
    steps = _Watched.steps = Steps(last)
    smtplib.SMTP = _Watched  # type: ignore[misc]
    database = Database(url)
    engine = database._engine

    def writes(connection: Any) -> bool:
        return bool(connection.get_execution_options().get("writing"))

    event.listen(engine, "before_cursor_execute", lambda connection, *_: steps.step() if writes(connection) else None)
    event.listen(engine, "commit", lambda connection: steps.step() if writes(connection) else None)
    event.listen(engine.pool, "checkin", steps.step)  # what was committed is on the disk
    Digests(database, SmallComposer()).post(moment)
    server = SmtpServer(host="127.0.0.1", port=port, security="none", sender="watch@watch.example")
    Pump(database, [SmtpCarrier(server)], lambda: moment).run()
    return steps.done


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), int(sys.argv[4])))
