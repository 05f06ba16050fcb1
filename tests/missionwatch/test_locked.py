"""Another program holds the database file, such as a backup tool or an open shell: a crawl waits, or says so."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from missionwatch.replica import ReplicaServer
from tests.daemons import wait_until
from tests.mission import Mission, problem_codes
from tests.whole.archive_laws import check_archive

pytestmark = pytest.mark.slow

IMPATIENT = """
import sys
from store.database import Database
Database.__init__.__kwdefaults__["lock_timeout_ms"] = 300
from missionwatch.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The program with a hundredth of its patience."""


@contextmanager
def _held(mission: Mission) -> Iterator[None]:
    """Nobody else can write for as long as the block runs."""
    with closing(sqlite3.connect(mission.database, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.execute("ROLLBACK")


def test_a_crawl_waits_for_a_file_that_is_held_for_a_while(known: tuple[Mission, ReplicaServer]) -> None:
    mission, server = known
    server.site.add(5)
    before = len(server.requests)
    with _held(mission):
        process = mission.start(mission.crawl_line())
        # It has what it needs to know by reading; its run and what it finds have to wait.
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(3)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (0, "")
    assert '"new": 5' in stdout
    assert len(server.requests) > before
    check_archive(mission)


def test_a_crawl_says_that_a_file_is_held_for_too_long_and_loses_nothing(known: tuple[Mission, ReplicaServer]) -> None:
    mission, server = known
    server.site.add(5)
    line = [sys.executable, "-c", IMPATIENT, *mission.crawl_line()[3:]]
    with _held(mission):
        done = mission.run_line(line, anew=True)
    assert (done.code, done.stdout) == (1, "")
    assert "another process has held it" in done.sentence
    # In the middle of a crawl.
    server.site.slow(0.5)
    begun = len(mission.rows("SELECT 1 FROM run"))
    process = mission.start(line)
    wait_until(lambda: len(mission.rows("SELECT 1 FROM run")) > begun)
    with _held(mission):
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "another process has held it" in stderr + stdout
    assert "Traceback" not in stderr
    server.site.slow(0)
    check_archive(mission)
    told = mission.crawl()
    assert (told["outcome"], list(problem_codes(told))) == ("ok", [])
    assert (len(mission.versions()), len(mission.rows("SELECT 1 FROM change WHERE NOT baseline"))) == (65, 5)
    check_archive(mission)
