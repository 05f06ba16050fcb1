"""Who leads, as somebody sees it who touches nothing."""

import os
from pathlib import Path

import pytest

from store.asking import look
from store.database import Database
from store.leaders import _KEYS, _SUFFIXES, Leader, held, leaders
from store.lease import lease
from store.lock import KEYS, SUFFIXES
from tests.store.world import START


def told(database: Database) -> dict[str, Leader]:
    return look(database.url, lambda ask: leaders(database.url, ask, START))


def test_the_same_names_as_the_locks_have() -> None:
    assert (_KEYS, _SUFFIXES) == (KEYS, SUFFIXES)


def test_a_holder_is_seen_while_it_holds(database: Database) -> None:
    assert told(database) == {}
    other = Database(database.url)
    with lease(other, lambda: START, "daemon"):
        (found,) = told(database).values()
        assert (found.holder.startswith(f"process {os.getpid()} on "), found.since) == (True, START)
        if not database.is_sqlite or Path("/proc/locks").is_file():
            assert found.leads
            assert found.heard is not None
    other.close()
    found = told(database)["daemon"]
    if found.leads is not None:
        assert (found.leads, found.heard) == (False, None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("5: FLOCK  ADVISORY  WRITE 939 {dev}:{inode} 0 EOF", True),
        ("5: FLOCK  ADVISORY  WRITE 12 00:00:{inode} 0 EOF", True),  # the process whose number is in the file
        ("5: FLOCK  ADVISORY  WRITE 939 00:00:{inode} 0 EOF", False),
        ("5: FLOCK  ADVISORY  WRITE 12 {dev}:1 0 EOF", False),
        ("5: POSIX  ADVISORY  WRITE 12 {dev}:{inode} 0 EOF", False),
        ("5: -> FLOCK  ADVISORY  WRITE 12 {dev}:{inode} 0 EOF", False),
        ("nonsense", False),
    ],
)
def test_a_lock_is_known_by_the_table_of_the_system(tmp_path: Path, line: str, expected: bool) -> None:
    path, locks = tmp_path / "x.lock", tmp_path / "locks"
    path.write_text("12\n")
    seen = path.stat()
    dev = f"{os.major(seen.st_dev):02x}:{os.minor(seen.st_dev):02x}"
    locks.write_text("1: POSIX  ADVISORY  READ 939 fe:00:7 123 123\n" + line.format(dev=dev, inode=seen.st_ino) + "\n")
    assert held(path, locks) is expected
    assert held(tmp_path / "none", locks) is False
    assert held(path, tmp_path / "none") is None
