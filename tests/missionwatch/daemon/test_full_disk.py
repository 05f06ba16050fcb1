"""Nowhere to put what is said and published: the daemon goes on where its log is lost, and feeds stay whole."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ReplicaFactory
from tests.daemons import SELDOM, configure, wait_until
from tests.mission import TIMEOUT, Mission
from tests.missionwatch.daemon.test_kills import check_published
from tests.missionwatch.delivery.post_office import nobody
from tests.needs import needs, small_disk
from tests.served import Served
from tests.truth.scale import scaled

pytestmark = pytest.mark.slow

PUBLISH = """
import json, os, shutil, subprocess, sys
from pathlib import Path
out, before, whole, kept = map(Path, sys.argv[1:5])
level, levels = map(int, sys.argv[5:7])
line = sys.argv[7:]
def room():
    found = os.statvfs(out)
    return found.f_bavail * found.f_frsize
def put(folder):
    for each in out.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    shutil.copytree(folder, out, dirs_exist_ok=True)
    return room()
def publish():
    done = subprocess.run(line, capture_output=True, encoding="utf-8")
    return [done.returncode, done.stderr]
needed = put(before) - put(whole)
size = put(before) - needed * level // levels
ballast = out / ".ballast"
with ballast.open("wb") as file:
    os.posix_fallocate(file.fileno(), 0, size)
told = publish()
shutil.copytree(out, kept / f"full-{level}", ignore=lambda *_: [".ballast"])
ballast.unlink()
told += publish()
shutil.copytree(out, kept / f"after-{level}")
print(json.dumps(told))
"""
"""Publishes on a disk that has room for none, or a share, of what is new; then again where there is room."""


@scaled("levels", 2, 20)
def test_feeds_stay_whole_where_the_disk_is_full(
    mission: Mission, replica: ReplicaFactory, tmp_path: Path, levels: int
) -> None:
    needs("small-disk")
    server = replica(count=12, seed=12)
    mission.watch(server).crawl()
    out, before, whole, kept = (tmp_path / name for name in ("out", "before", "whole", "kept"))
    mission.publish(before)
    server.site.add(3)
    mission.crawl()
    mission.publish(whole)
    out.mkdir()
    kept.mkdir()
    folders = [str(each) for each in (out, before, whole, kept)]
    publish = mission.line("publish", "--out", str(out))
    for level in range(levels):
        line = [sys.executable, "-c", PUBLISH, *folders, str(level), str(levels), *publish]
        done = mission.run_line([*small_disk(out, 16_000), *line], anew=True)
        assert (done.code, done.stderr) == (0, "")
        code, said, again, complaint = json.loads(done.stdout)
        assert code == 1, said
        assert "No space left" in said or "full" in said, said
        assert "Traceback" not in said
        check_published(kept / f"full-{level}")
        assert (again, complaint) == (0, "")
        assert _published(kept / f"after-{level}") == _published(whole)


def _published(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".missionwatch" not in path.parts
    }


def test_it_goes_on_where_its_log_cannot_be_written(mission: Mission, replica: ReplicaFactory) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("/dev/full: only Linux has a device that is always full")
    configure(mission, replica(count=12, seed=2), SELDOM)
    with nobody() as port:
        pass
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = subprocess.Popen(
            mission.line("daemon", "--port", str(port)),
            env=mission.environment(),
            cwd=mission.folder,
            stderr=full,
            start_new_session=True,
        )
    try:
        wait_until(lambda: _answers(port) or process.poll() is not None)
        wait_until(
            lambda: "run" in mission.tables() and mission.rows("SELECT job, outcome FROM run") == [("deep", "ok")]
        )
        served = Served("127.0.0.1", port)
        served.until("/feeds/statements.atom", b"<entry")
        told = served.until("/metrics", b'missionwatch_publications_total{result="ok"}')[2]
        assert b'missionwatch_publications_total{result="failed"}' not in told
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) == 143
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert len(mission.versions()) == 12


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
