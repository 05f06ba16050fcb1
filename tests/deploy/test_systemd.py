"""The units of `deploy/systemd`: systemd accepts them, they are hardened, and the daemon works under their filters."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from missionwatch import exits
from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.daemons import configure, daemon
from tests.deploy import confine
from tests.deploy.units import FOLDER, allowed_calls, settings
from tests.mission import Mission
from tests.needs import needs

SERVICES = sorted(FOLDER.glob("*.service"))
DAEMON, CRAWL = (FOLDER / f"{name}.service" for name in ("missionwatch", "missionwatch-crawl"))
WORST = 2.5
"""`systemd-analyze security` goes from 0 (nothing can be done) to 10 (everything)."""


@pytest.fixture
def analyze() -> Path:
    return needs("systemd-analyze")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as an operator installs them, with programs that are here."""
    program = tmp_path / "missionwatch"
    program.symlink_to(sys.executable)
    folder = tmp_path / "system"
    for unit in FOLDER.rglob("*"):
        if unit.suffix in (".service", ".timer", ".conf"):
            placed = folder / unit.relative_to(FOLDER)
            placed.parent.mkdir(parents=True, exist_ok=True)
            text = unit.read_text(encoding="utf-8")
            placed.write_text(text.replace("/opt/missionwatch/bin/missionwatch", str(program)), encoding="utf-8")
    return folder


def test_systemd_has_nothing_to_say_of_the_units(installed: Path, analyze: Path) -> None:
    units = sorted(str(path) for path in installed.glob("*.*") if path.is_file())
    assert len(units) == 3
    done = subprocess.run(
        [analyze, "verify", "--man=no", *units], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.stem)
def test_the_services_are_hardened(service: Path, installed: Path, analyze: Path) -> None:
    line = [str(analyze), "security", "--offline=true", "--no-pager", str(installed / service.name)]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", timeout=60, check=True)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stdout
    assert float(found[1]) < WORST


def test_both_services_are_confined_alike() -> None:
    own = {"ExecStart", "ExecStopPost", "Type", "NotifyAccess", "ExecReload", "Restart", "RestartSec", "WatchdogSec"}
    own |= {"Description", "Wants", "After", "StartLimitIntervalSec", "RestartPreventExitStatus", "SuccessExitStatus"}
    own |= {"TimeoutStartSec", "TimeoutStopSec", "KillMode", "WantedBy"}
    first, second = (
        {key: values for key, values in settings(each).items() if key not in own} for each in (DAEMON, CRAWL)
    )
    assert first == second
    assert {"User", "CapabilityBoundingSet", "SystemCallFilter", "StateDirectory"} <= first.keys()


def test_what_cannot_heal_by_itself_is_not_started_again_and_everything_else_is() -> None:
    told = settings(DAEMON)
    assert told["Restart"] == ["always"]
    assert told["StartLimitIntervalSec"] == ["0"]
    assert told["RestartPreventExitStatus"] == [f"{exits.USAGE} {exits.CONFIG}"]
    assert told["SuccessExitStatus"] == [f"{128 + signal.SIGTERM} {128 + signal.SIGINT}"]
    assert settings(CRAWL)["SuccessExitStatus"] == [
        f"{exits.PARTIAL} {exits.LEASE_HELD} {128 + signal.SIGTERM} {128 + signal.SIGINT}"
    ]


class Confined(Mission):
    """The program under the filters of a unit, and watched over as systemd does."""

    def confine(self, unit: Path, analyze: Path, address: str) -> None:
        families = [int(getattr(socket, name)) for name in settings(unit)["RestrictAddressFamilies"][0].split()]
        self._filter = self.folder / "filter.json"
        self._filter.write_text(json.dumps({"calls": sorted(allowed_calls(unit, analyze)), "families": families}))
        self._address = address

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return super().environment({"NOTIFY_SOCKET": self._address, "WATCHDOG_USEC": "120000000", **(more or {})})

    def confined(self, line: list[str]) -> list[str]:
        return [sys.executable, str(Path(confine.__file__)), str(self._filter), *line]

    def start(self, line: list[str]) -> "subprocess.Popen[str]":  # type: ignore[override]
        return super().start(self.confined(line))


@pytest.fixture
def confined(tmp_path: Path, analyze: Path) -> Confined:
    needs("seccomp")
    mission = Confined(tmp_path)
    mission.confine(DAEMON, analyze, f"@missionwatch-{tmp_path.name}-{id(mission)}")
    return mission


def test_the_filters_refuse_what_they_should(confined: Confined) -> None:
    for attempt in (
        "os.chown('/', 0, 0)",
        "os.chmod(sys.argv[1], 0o4755)",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)",
        "os.nice(-5)",
    ):
        program = f"import mmap, os, socket, sys\ntry:\n    {attempt}\nexcept OSError:\n    sys.exit(42)"
        file = confined.folder / "file"
        file.touch()
        done = subprocess.run(confined.confined([sys.executable, "-c", program, str(file)]), timeout=60, check=False)
        assert done.returncode == 42, attempt


@pytest.mark.slow
def test_the_daemon_works_under_the_filters_of_its_unit(confined: Confined) -> None:
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor,
        ReplicaServer(ReplicaSite(count=12, sections=["hyyfy"])) as server,
    ):
        supervisor.bind(f"\0{confined.environment()['NOTIFY_SOCKET'][1:]}")
        supervisor.settimeout(120)
        configure(confined, server)
        with daemon(confined) as running:
            ended = running.until("crawl ended")
            assert (ended["job"], ended["outcome"]) == ("deep", "ok")
            running.at().until("/feeds/statements.atom", b"<entry")
            assert running.at().ask("/statements/nobody")[0] == 404
            assert {supervisor.recv(4096), supervisor.recv(4096)} == {b"WATCHDOG=1", b"READY=1\nSTATUS=leading"}
            running.signal(signal.SIGHUP)
            running.until("the configuration was read anew")
            assert running.end() == 143
            assert [line for line in running.lines if '"level": "error"' in line] == []
