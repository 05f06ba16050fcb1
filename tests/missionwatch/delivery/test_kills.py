"""Killed anywhere between the rendering and the last note, a sender loses nobody's letter and makes no other one."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from missionwatch.delivery.pump import Pump
from missionwatch.digests import Digests
from store.database import Database
from store.mailing.outbox import Outbox
from tests.missionwatch.delivery.post_office import Clock, PostOffice, post_office
from tests.missionwatch.delivery.small import SmallComposer, database_at
from tests.missionwatch.delivery.test_pump import people
from tests.missionwatch.delivery.test_smtp import carrier
from tests.needs import ROOT
from tests.store.mailing.world import log_change

READERS = 40


def run_sender(database: Path, port: int, clock: Clock, last: int) -> int | None:
    """The number of steps, or None for a sender that was killed."""
    line = [sys.executable, "-m", "tests.missionwatch.delivery.sender", f"sqlite:///{database}", str(port)]
    line += [clock().isoformat(), str(last)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120, check=False)
    if done.returncode == -signal.SIGKILL:
        return None
    assert (done.returncode, done.stderr) == (0, "")
    return int(done.stdout)


def take_up_again(database: Path, office: PostOffice, clock: Clock) -> None:
    """What the next start does, until nothing waits."""
    opened = Database(f"sqlite:///{database}")
    pump = Pump(opened, [carrier(office.port)], clock)
    Digests(opened, SmallComposer()).post(clock())
    for _ in range(3):
        pump.run()
        clock.pass_time(minutes=20)
    counts = Outbox(opened).counts()
    opened.close()
    assert counts == {"pending": 0, "sending": 0, "sent": READERS, "failed": 0}


@pytest.mark.slow
@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=pytest.mark.soak)])
def test_killed_at_any_step_each_reader_gets_the_same_letter(tmp_path: Path, pattern: Path, kills: int) -> None:
    clock = Clock()
    before = database_at(tmp_path, pattern)
    names = people(before, clock, READERS)
    log_change(before, clock())
    clock.pass_time(days=1)
    before.close()
    start, copies, killed = clock(), 0, 0
    with post_office(pipelining=True) as office:
        whole = shutil.copyfile(tmp_path / "archive.db", tmp_path / "whole.db")
        steps = run_sender(whole, office.port, clock, 0)
        assert steps is not None
        assert steps > kills
        assert sorted(recipient for recipient, _ in office.taken) == names
        for kill in range(kills):
            office.taken.clear()
            clock.moment = start
            path = shutil.copyfile(tmp_path / "archive.db", tmp_path / f"{kill}.db")
            killed += run_sender(path, office.port, clock, 1 + kill * steps // kills) is None
            take_up_again(path, office, clock)
            letters = set(office.taken)
            assert sorted(recipient for recipient, _ in letters) == names, f"killed at {1 + kill * steps // kills}"
            assert all(office.taken.count(letter) <= 2 for letter in letters)
            copies += len(office.taken) - len(letters)
            for each in tmp_path.glob(f"{kill}.db*"):
                each.unlink()
    assert killed == kills
    print(f"{kills} kills at {steps} steps: {copies} copies")
