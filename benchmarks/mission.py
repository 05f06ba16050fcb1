"""A replica and crawls of it, each in a process of its own, so that neither pays for the other."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from missionwatch.replica import DEFAULT_SECTIONS

CONCURRENCY = 16
SECTIONS = DEFAULT_SECTIONS
"""The eight sections of the replica that hold statements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a process took, its start included: wall and CPU seconds, MiB at its peak, and what it printed."""

    wall: float
    cpu: float
    peak: float
    output: str

    @property
    def last(self) -> dict[str, Any]:
        """The JSON object on the last line of the output."""
        found: dict[str, Any] = json.loads(self.output.strip().splitlines()[-1])
        return found


def run_python(*arguments: str) -> Usage:
    """Runs this interpreter to its end. Raises CalledProcessError if it fails."""
    command = [sys.executable, *arguments]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=environment()) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Usage(wall=wall, cpu=used.ru_utime + used.ru_stime, peak=used.ru_maxrss / unit, output=output)


def environment() -> dict[str, str]:
    """The environment of an installation: bytecode is kept, as `./run` compiles it, and nothing is configured."""
    drop = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONPROFILEIMPORTTIME")
    return {name: value for name, value in os.environ.items() if name not in drop and "MISSIONWATCH" not in name}


class Replica:
    """A replica in a process of its own, its statements' pages rendered ahead."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.url: str = self._line()["url"]

    def do(self, name: str, **arguments: Any) -> Any:
        """Has the replica carry out a command and returns its result. Raises RuntimeError if it cannot."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
        self._process.stdin.flush()
        answer = self._line()
        if not answer["ok"]:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def replica(count: int, seed: int = 7) -> Iterator[Replica]:
    """A replica of `count` statements in the eight sections, warm, for as long as the block runs."""
    command = [sys.executable, "-m", "missionwatch.replica", "--count", str(count), "--seed", str(seed)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=environment()
    ) as process:
        try:
            started = Replica(process)
            started.do("warm")
            yield started
        finally:
            process.terminate()


@contextmanager
def data_dir() -> Iterator[Path]:
    """A fresh data folder with an empty database, gone after the block."""
    with tempfile.TemporaryDirectory(prefix="missionwatch-bench-") as folder:
        run_python("-m", "missionwatch", "--data-dir", folder, "--quiet", "db", "upgrade")
        yield Path(folder)


def crawl(folder: Path, url: str, *more: str, as_own: bool = False) -> Usage:
    """One `missionwatch crawl` of the replica without delay, with `more` options. RuntimeError unless it is `ok`.

    With `as_own` the replica is configured as the site itself, so that its pages are known by their own addresses, as
    the real site's are; otherwise it stands in for the site, and its address is kept beside each page's.
    """
    chosen = [word for path in SECTIONS for word in ("--section", path)]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ("--base-url", url)
    if as_own:
        configuration = folder / "missionwatch.toml"
        configuration.write_text(f'[sites.un]\nprofile = "china-mission-un"\nbase_url = "{url}"\n', "utf-8")
        before, after = ("--config", str(configuration)), ()
    used = run_python(
        *("-m", "missionwatch", *before, "--data-dir", str(folder), "crawl", "un", *after, "--json"),
        *("--delay", "0", "--concurrency", str(CONCURRENCY), *chosen, *more),
    )
    if used.last["outcome"] != "ok":
        raise RuntimeError(f"the crawl's outcome was not ok: {used.last}")
    return used
