"""Leases: a lock with a number that rises with each holder, so that one who was given up for dead can write nothing.

The lock (`store.lock`) says who may begin. The number ends what was begun: every write of a holder, and of whoever
works for it, looks for it inside its transaction. No wall clock is asked who holds a lease: it may jump, and two
machines have two.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from store.columns import EPOCH
from store.database import Database, DatabaseError, LeaseLostError
from store.lock import KEYS, LeaseHeldError, Lock, LockName, held_by, lock
from store.tables import lease as table

RENEWED = 8.0
"""Seconds between two signs of life of a holder."""
LIFETIME = 24.0
"""Seconds without a sign of life after which a holder is given up. Three signs; less than the half minute in which
another one has promised to take over."""
LONGEST_GAP = 3.0
"""Seconds between two looks at a holder of which more do not count: the watcher itself may have stood still."""


class Held:
    """A lease that is held. `lost` is set when another has taken it, or the database cannot be asked for too long."""

    def __init__(self, database: Database, name: LockName, grip: Lock, epoch: int) -> None:
        self.name = name
        self.epoch = epoch
        self.lost = threading.Event()
        self._database = database
        self._grip = grip
        self._renewed = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since the lease was last seen to be ours."""
        return time.monotonic() - self._renewed

    def renew(self) -> None:
        """Shows life, and looks whether the lease is still ours. Raises LeaseLostError, or DatabaseError."""
        try:
            self._grip.show_life()
        except SQLAlchemyError as error:
            raise LeaseLostError(f"The connection that held the {self.name} lease is gone.") from error
        with self._database.reading() as connection:
            epoch = connection.execute(select(table.c.epoch).where(table.c.name == self.name)).scalar()
        if epoch != self.epoch:
            raise LeaseLostError(f"Another Missionwatch has taken the {self.name} lease over.")
        self._renewed = time.monotonic()


@contextmanager
def lease(
    database: Database, now: Callable[[], datetime], name: LockName = "crawl", *, every: float = RENEWED
) -> Iterator[Held]:
    """Holds the lease while the block runs, and binds all writing through `database` to it.

    In a dry run it is the lock alone: nothing is kept. Raises LeaseHeldError at once if another process has it, with
    who has it and since when.
    """
    with ExitStack() as holding:
        try:
            grip = holding.enter_context(lock(database, name))
        except LeaseHeldError as error:
            raise _with_holder(database, name) or error from None
        if database.is_dry_run:
            yield Held(database, name, grip, 0)
            return
        held = Held(database, name, grip, _take(database, name, now()))
        database.fence(name, held.epoch)
        ending = threading.Event()
        beating = threading.Thread(target=_beat, args=(held, ending, every), name=f"{name} lease", daemon=True)
        beating.start()
        try:
            yield held
        finally:
            ending.set()
            beating.join()
            database.fence(name, None)


def _take(database: Database, name: LockName, now: datetime) -> int:
    with database.writing() as connection:
        epoch = connection.execute(select(table.c.epoch).where(table.c.name == name)).scalar()
        # Above every number there was, also where a backup brought an old one back.
        new = max((epoch or 0) + 1, (now - EPOCH) // timedelta(seconds=1))
        values = {"epoch": new, "holder": f"process {os.getpid()} on {socket.gethostname()}", "taken": now}
        if epoch is None:
            connection.execute(insert(table).values(name=name, **values))
        else:
            connection.execute(update(table).where(table.c.name == name).values(**values))
    return new


def _beat(held: Held, ending: threading.Event, every: float) -> None:
    while not ending.wait(every):
        try:
            held.renew()
        except LeaseLostError:
            held.lost.set()
            return
        except DatabaseError:
            if held.age > LIFETIME:
                held.lost.set()
                return


def _with_holder(database: Database, name: LockName) -> LeaseHeldError | None:
    try:
        with database.reading() as connection:
            row = connection.execute(select(table.c.holder, table.c.taken).where(table.c.name == name)).one_or_none()
    except DatabaseError:  # its tables are those of another release, or it is being written anew
        return None
    return held_by(name, f"{row.holder}, since {row.taken:%Y-%m-%d %H:%M} UTC") if row is not None else None


class Watch:
    """Watches who holds a lease on PostgreSQL, and ends the session of one that shows no life any more.

    What counts is that the server has heard nothing from it for a time on the watcher's own steady clock. Not for
    threads.
    """

    def __init__(
        self,
        database: Database,
        name: LockName,
        clock: Callable[[], float] = time.monotonic,
        lifetime: float = LIFETIME,
    ) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._lifetime = lifetime
        self._seen: tuple[int, object] | None = None
        self._silent = 0.0
        self._looked = clock()

    def look(self) -> bool:
        """Looks at the holder; whether it was ended. To be called every second or so. Raises DatabaseError."""
        if self._database.is_sqlite:  # whose lock is freed by the system, and by nobody else
            return False
        now = self._clock()
        gap, self._looked = min(now - self._looked, LONGEST_GAP), now
        with self._database.apart() as connection:
            seen = _holder(connection, self._name)
            if seen is None or seen != self._seen:
                self._seen, self._silent = seen, 0.0
                return False
            self._silent += gap
            if self._silent <= self._lifetime:
                return False
            ended = connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": seen[0]}).scalar()
            connection.rollback()
            self._seen, self._silent = None, 0.0
            return bool(ended)


def _holder(connection: Connection, name: LockName) -> tuple[int, object] | None:
    """The session that holds a lock, and when the server last heard of it."""
    row = connection.execute(
        text(
            "SELECT a.pid, a.state_change FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
            "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = :key AND l.objsubid = 1 "
            "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"key": KEYS[name]},
    ).one_or_none()
    connection.rollback()
    return (row.pid, row.state_change) if row is not None else None
