"""What tests need besides the program: present, or skipped with its reason, or demanded.

`MISSIONWATCH_TEST_REQUIRE` names, between commas, what must not be skipped; continuous integration sets it.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from pwd import getpwall
from shutil import which
from tempfile import TemporaryDirectory

import pytest

from tests.readers.programs import PROGRAMS, missing

ROOT = Path(__file__).resolve().parents[1]
PLAIN_PROGRAMS = (
    *("spamassassin", "mutt", "systemd-analyze", "nginx", "hadolint"),
    *("man", "mandoc", "bash", "zsh", "fish"),
)
"""What is called by its name and needs nothing else."""


def needs(what: str) -> Path:
    """The folder in which `what` is found. Skips the test or module without it, or fails where it is demanded."""
    found = _found(what)
    if isinstance(found, str):
        pytest.skip(f"{what}: {found}", allow_module_level=True)
    return found


def has(what: str) -> bool:
    """Whether `what` is here, for tests that have a lesser way without it. Fails where it is demanded and is not."""
    return isinstance(_found(what), Path)


def _found(what: str) -> Path | str:
    found = _FINDERS[what]()
    demanded = os.environ.get("MISSIONWATCH_TEST_REQUIRE", "").replace(",", " ").split()
    if isinstance(found, str) and what in demanded:
        pytest.fail(f"{what} is demanded by MISSIONWATCH_TEST_REQUIRE: {found}", pytrace=False)
    return found


def _real_pages() -> Path | str:
    named = os.environ.get("MISSIONWATCH_REAL_PAGES")
    folder = Path(named) if named else ROOT.parent / "shared" / "real-pages"
    if (folder / "manifest.json").is_file():
        return folder
    return f"there is no {folder / 'manifest.json'}; MISSIONWATCH_REAL_PAGES can name another folder"


def _small_disk() -> Path | str:
    """The root folder, if `small_disk` works here."""
    if not sys.platform.startswith("linux"):
        return "a file system of a few megabytes can be mounted on Linux only"
    with TemporaryDirectory() as folder:
        try:
            tried = subprocess.run([*small_disk(folder), "true"], capture_output=True, check=False, timeout=30)
        except OSError as error:
            return f"a small file system cannot be mounted here ({error})"
    if tried.returncode:
        return f"a small file system cannot be mounted here ({tried.stderr.decode(errors='replace').strip()})"
    return Path("/")


def small_disk(folder: str | Path, kilobytes: int = 1100) -> list[str]:
    """What to put before a command so that it runs with a file system of that size mounted over the folder.

    Only the command's own processes see what is mounted, and it is gone with them.
    """
    script = f'mount -t tmpfs -o size={kilobytes}k small "$1" && shift && exec "$@"'
    return ["unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", str(folder)]


def _strace() -> Path | str:
    """The program that kills a process at a system call of our choice."""
    program = which("strace")
    if program is None:
        return "strace is not installed"
    with subprocess.Popen(["sleep", "60"]) as sleeping:
        try:
            line = [program, "-p", str(sleeping.pid), "-o", os.devnull, "-e", "trace=none"]
            tried = subprocess.run(line, capture_output=True, check=False, timeout=0.5)
        except subprocess.TimeoutExpired:
            return Path(program)
        finally:
            sleeping.kill()
    return f"strace may not watch another process here ({tried.stderr.decode(errors='replace').strip()})"


def _postgresql() -> Path | str:
    """The folder of the server's programs."""
    if find_spec("psycopg") is None:
        return "the driver psycopg is not installed (`missionwatch[postgres]`)"
    if os.geteuid() == 0 and "postgres" not in {user.pw_name for user in getpwall()}:
        return "the server does not run as root, and there is no user `postgres`"
    found = [Path(each).parent for each in [which("initdb")] if each]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: each.parent.name.zfill(3), reverse=True)
    for folder in found:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    return "there are no server programs (`initdb`, `postgres`)"


def _browser() -> Path | str:
    """The program Chromium, if playwright is there to steer it and axe to judge what it shows."""
    missing = [name for name in ("playwright", "axe_playwright_python") if find_spec(name) is None]
    if missing:
        return f"{' and '.join(missing)} cannot be imported"
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if program := which(name):
            return Path(program)
    return "there is no Chromium"


def _readers() -> Path | str:
    """The root folder, if every feed reader of the tests is here."""
    lacking = [why for program in PROGRAMS if (why := missing(program))]
    return "; ".join(lacking) or Path("/")


def _seccomp() -> Path | str:
    """The root folder, if a process can put itself under a filter of system calls here."""
    program = "import ctypes, sys; sys.exit(ctypes.CDLL('libseccomp.so.2').seccomp_api_get() < 1)"
    tried = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    return "there is no libseccomp.so.2, or the kernel has no filters" if tried.returncode else Path("/")


def _program(name: str) -> Path | str:
    """The program, of the system or of the environment that runs the tests."""
    found = which(name) or which(name, path=Path(sys.executable).parent)
    return Path(found) if found else f"{name} is not installed"


_FINDERS: dict[str, Callable[[], Path | str]] = {
    "real-pages": _real_pages,
    "small-disk": _small_disk,
    "postgresql": _postgresql,
    "strace": _strace,
    "browser": _browser,
    "readers": _readers,
    "seccomp": _seccomp,
    **{name: partial(_program, name) for name in PLAIN_PROGRAMS},
}
