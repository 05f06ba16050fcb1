"""A process that upgrades databases, each in a child that kills itself at a step: `… URL STEP [URL STEP …]`.

Steps are statements, and the commit before it is done and after. It prints a line for each: the number of steps of a
child that came to its end (a step of 0 is never reached), or `killed`.
"""

import os
import signal
import sys
from typing import Any

from alembic import command  # noqa: F401  # imported once, for all children
from sqlalchemy import event

from store import schema
from store.database import Database


def _upgrade(url: str, last: int) -> int:
    done = 0

    def step(*_: Any) -> None:
        nonlocal done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(url)
    event.listen(database._engine, "before_cursor_execute", step)
    event.listen(database._engine, "commit", step)
    event.listen(database._engine.pool, "checkin", step)  # what was committed is on the disk
    schema.upgrade(database)
    return done


def main(arguments: list[str]) -> None:
    """Upgrades one after the other."""
    for url, last in zip(arguments[::2], arguments[1::2], strict=True):
        pid = os.fork()
        if not pid:
            print(_upgrade(url, int(last)), flush=True)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code == -signal.SIGKILL:
            print("killed", flush=True)
        elif code:
            sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
