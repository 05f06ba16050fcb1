"""Who holds the leases, as somebody sees it who only looks: no lock is tried, since a daemon that starts at that moment
would take it for another one's."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from store.asking import Ask, file_of
from store.moments import moment_of

LOCKS = Path("/proc/locks")
_SUFFIXES = {"crawl": ".lock", "daemon": ".daemon.lock"}
_KEYS = {"crawl": 0x4D57_0002, "daemon": 0x4D57_0003}
"""As in `store.lock`, whose imports cost more than a whole look; a test holds them together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leader:
    """The last holder of a lease."""

    holder: str
    """Such as `process 12 on host`."""
    since: datetime
    leads: bool | None
    """Whether it still has it; None where this system does not say."""
    heard: datetime | None
    """Its last sign of life; None if it does not lead any more. On SQLite the lock itself is one."""


def leaders(url: str, ask: Ask, now: datetime) -> dict[str, Leader]:
    """Name of the lease → its last holder; empty where nobody ever had one."""
    found = {}
    for name, holder, taken in ask("SELECT name, holder, taken FROM lease"):
        path = file_of(url)
        if path is not None:
            leads = held(path.with_name(path.name + _SUFFIXES[name]))
            heard = now if leads else None
        else:
            heard = _session(ask, _KEYS[name], now)
            leads = heard is not None
        found[name] = Leader(holder=holder, since=moment_of(taken), leads=leads, heard=heard)
    return found


def held(path: Path, locks: Path = LOCKS) -> bool | None:
    """Whether some process holds a `flock` on a file; None where the system does not say."""
    try:
        lines = locks.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    try:
        seen = path.stat()
        holder = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return False
    for line in lines:
        # `5: FLOCK  ADVISORY  WRITE 939 fe:00:2621574 0 EOF`; who waits has an arrow before the kind.
        parts = line.split()
        if len(parts) < 6 or parts[1] != "FLOCK" or parts[3] != "WRITE":
            continue
        major, minor, inode = parts[5].split(":")
        is_here = (int(major, 16), int(minor, 16)) == (os.major(seen.st_dev), os.minor(seen.st_dev))
        # Some file systems tell programs another device than the one that the system's table has.
        if int(inode) == seen.st_ino and (is_here or parts[4] == holder):
            return True
    return False


def _session(ask: Ask, key: int, now: datetime) -> datetime | None:
    """When the server last heard of the session that holds an advisory lock; None if nobody holds it."""
    rows = ask(
        "SELECT a.state_change FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = ? AND l.objsubid = 1 "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        key,
    )
    if not rows:
        return None
    [(heard,)] = rows
    # Of another user's session the server tells nothing more than that it is there.
    return now if heard is None else heard.astimezone(UTC)
