"""Crawls that are cut short by another crawl, a signal or the disk: what was recorded stays, the rest comes later."""

import json
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from subprocess import Popen

import pytest

from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.conftest import ReplicaFactory
from tests.forge import Forge
from tests.mission import Done, Mission, counts, problem_codes
from tests.needs import needs, small_disk
from tests.whole.archive_laws import check_archive


def _begun(mission: Mission, server: ReplicaServer, *options: str) -> "Popen[str]":
    """A crawl that has recorded a part of a slow site."""
    server.site.slow(0.05)
    process = mission.start(mission.crawl_line("--concurrency", "4", *options))
    deadline = time.monotonic() + 60
    while not _recorded(mission):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def _recorded(mission: Mission) -> int:
    if mission.database.is_file() and mission.rows("SELECT 1 FROM sqlite_master WHERE name = 'version'"):
        return int(mission.rows("SELECT COUNT(*) FROM version")[0][0])
    return 0


@pytest.mark.slow
def test_another_crawl_is_running(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=120)
    first = _begun(mission.watch(server), server)
    refused = mission.run_line(mission.crawl_line())
    assert (refused.code, refused.stdout) == (75, "")
    assert refused.sentence.startswith(f"Another Missionwatch (process {first.pid} on ")
    assert first.poll() is None, "the refusal came at once"
    assert mission.run("changes").code == 0, "reading goes on meanwhile"
    first.kill()
    first.communicate()
    server.site.slow(0)
    kept = _recorded(mission)
    assert counts(mission.crawl()) == {"baseline": 120 - kept}
    # The killed run is closed by the one after it.
    assert mission.rows("SELECT outcome FROM run ORDER BY id") == [("failed",), ("ok",)]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_crawl_in_good_order(mission: Mission, replica: ReplicaFactory, number: signal.Signals) -> None:
    server = replica(count=120)
    process = _begun(mission.watch(server), server)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (128 + number, "")
    told = json.loads(stdout)
    assert told["outcome"] == "partial"
    assert "interrupted" in set(problem_codes(told))
    ((outcome, problems, recorded),) = mission.rows(
        "SELECT outcome, problems, (SELECT COUNT(*) FROM version) FROM run WHERE finished IS NOT NULL"
    )
    assert (outcome, json.loads(problems)) == ("partial", told["problems"])
    assert told["baseline"] == recorded > 0
    check_archive(mission)
    server.site.slow(0)
    assert counts(mission.crawl()) == {"baseline": 120 - recorded}


def _limited(size: int) -> Callable[[], None]:
    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def _stopped_by_the_disk(done: Done, mission: Mission) -> None:
    assert done.code == 1, done
    assert str(mission.database) in done.sentence
    (told,) = done.objects
    assert (told["outcome"], set(problem_codes(told))) == ("failed", {"record-error"})


def test_a_file_that_may_not_grow_ends_the_crawl_and_loses_nothing(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=300)
    mission.watch(server).run("init")
    size = mission.database.stat().st_size + 150_000
    done = mission.run_line(mission.crawl_line(), before=_limited(size))
    _stopped_by_the_disk(done, mission)
    asked = len(server.requests)
    check_archive(mission)
    kept = _recorded(mission)
    assert kept < 300
    assert asked < 300, "a crawl that can keep nothing asks for nothing"
    assert counts(mission.crawl()) == {"baseline": 300 - kept}


DISK_STATEMENTS = 400
"""Several batches."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, forge: Forge) -> Mission:
    """What comes of the crawl when the disk has room."""
    mission = Mission(tmp_path_factory.mktemp("room"), forge)
    with ReplicaServer(ReplicaSite(count=DISK_STATEMENTS, seed=60)) as server:
        assert counts(mission.watch(server).crawl()) == {"baseline": DISK_STATEMENTS}
    return mission


def _fill_the_disk(mission: Mission, server: ReplicaServer, undisturbed: Mission, share: float) -> None:
    """A crawl on a disk that has room for a share of what is to be kept; then another one where there is room."""
    needs("small-disk")
    mission.watch(server)
    mission.data.mkdir()
    # What is mounted is gone with its processes, so the archive is carried out before they end.
    kept = mission.folder / "kept"
    script = f'"$@"; code=$?; cp -r {mission.data} {kept}; exit $code'
    size = max(int(undisturbed.database.stat().st_size * share / 1024), 8)
    line = [*small_disk(mission.data, size), "sh", "-c", script, "sh", *mission.crawl_line()]
    done = mission.run_line(line, anew=True)
    assert done.code == 1, done
    assert "full" in done.sentence or "No space left" in done.sentence, done
    assert str(mission.data) in done.sentence
    with suppress(FileNotFoundError):
        mission.data.rmdir()
    kept.rename(mission.data)
    if mission.tables():
        check_archive(mission)
    if mission.tables() and mission.rows("SELECT 1 FROM run"):
        _stopped_by_the_disk(done, mission)
    else:  # not even the tables, or the first line of the run's record, had room
        assert done.stdout == ""
    assert _recorded(mission) < DISK_STATEMENTS
    mission.crawl()
    check_archive(mission)
    assert (mission.versions(), mission.history()) == (undisturbed.versions(), undisturbed.history())


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_full_disk_ends_the_crawl_and_loses_nothing(
    mission: Mission, replica: ReplicaFactory, undisturbed: Mission, share: float
) -> None:
    _fill_the_disk(mission, replica(count=DISK_STATEMENTS), undisturbed, share)


@pytest.mark.soak
@pytest.mark.parametrize("step", range(20))
def test_a_disk_that_fills_up_at_twenty_levels(
    mission: Mission, replica: ReplicaFactory, undisturbed: Mission, step: int
) -> None:
    _fill_the_disk(mission, replica(count=DISK_STATEMENTS), undisturbed, (step + 0.5) / 20)
