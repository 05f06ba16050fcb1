"""A nursery whose children fail in a way that the name of the site says: `python -m tests.….faulty_nursery`."""

import ctypes
import os
import signal
import sys
import time

from missionwatch.daemon import nursery, work
from missionwatch.daemon.orders import Order, Word, line
from missionwatch.wiring import now, open_database
from store.runs import finish_run, start_run


def do(order: Order, words: int) -> int:
    """Fails with and without a run; the part of the name before `x` says how, after it whether a run is noted."""
    how, _, when = order.site.partition("x")
    if when == "run":
        with open_database(order.settings) as database:
            run = start_run(database, order.site, "full", now(), order.job)
            if how == "lies":
                finish_run(database, run, now=now(), outcome="failed", counts={}, problems=[])
            if how == "well":
                finish_run(database, run, now=now(), outcome="ok", counts={}, problems=[])
        os.write(words, line(Word(number=order.number, run=run)))
    match how:
        case "segfault":
            ctypes.string_at(0)
        case "quits":
            os._exit(0)  # as a framework does that swallows what went wrong
        case "hangs":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                time.sleep(1)
        case "obeys":
            while True:
                time.sleep(1)
        case "eats":
            eaten = []
            while True:
                eaten.append(bytearray(16 * 1024 * 1024))
                eaten[-1][::4096] = b"x" * len(eaten[-1][::4096])
                time.sleep(0.01)
        case "gluttons":
            bytearray(64 * 1024**3)
        case "orphans":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
        case "busy":
            return 75
    return 0


work.do = do
nursery.PRELOADED = ("missionwatch.daemon.work", "store.runs", "store.schema")  # type: ignore[assignment]

if __name__ == "__main__":
    sys.exit(nursery.main())
