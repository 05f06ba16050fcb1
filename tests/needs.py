"""What tests need besides the program: present, or skipped with its reason, or demanded.

`MISSIONWATCH_TEST_REQUIRE` names, between commas, what must not be skipped; continuous integration sets it.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from pwd import getpwall
from shutil import which
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parents[1]


def needs(what: str) -> Path:
    """The folder in which `what` is found. Skips the test or module without it, or fails where it is demanded."""
    found = _FINDERS[what]()
    if isinstance(found, Path):
        return found
    demanded = os.environ.get("MISSIONWATCH_TEST_REQUIRE", "").replace(",", " ").split()
    if what in demanded:
        pytest.fail(f"{what} is demanded by MISSIONWATCH_TEST_REQUIRE: {found}", pytrace=False)
    pytest.skip(f"{what}: {found}", allow_module_level=True)


def _real_pages() -> Path | str:
    named = os.environ.get("MISSIONWATCH_REAL_PAGES")
    folder = Path(named) if named else ROOT.parent / "shared" / "real-pages"
    if (folder / "manifest.json").is_file():
        return folder
    return f"there is no {folder / 'manifest.json'}; MISSIONWATCH_REAL_PAGES can name another folder"


def _small_disk() -> Path | str:
    """The folder that `SMALL_DISK` mounts over: only its own processes see what is mounted."""
    if not sys.platform.startswith("linux"):
        return "a file system of a few megabytes can be mounted on Linux only"
    with TemporaryDirectory() as folder:
        try:
            tried = subprocess.run([*SMALL_DISK, folder, "true"], capture_output=True, check=False, timeout=30)
        except OSError as error:
            return f"a small file system cannot be mounted here ({error})"
    if tried.returncode:
        return f"a small file system cannot be mounted here ({tried.stderr.decode(errors='replace').strip()})"
    return Path("/")


SMALL_DISK = (
    *("unshare", "--mount", "--map-root-user", "sh", "-c"),
    'mount -t tmpfs -o size=1100k small "$1" && shift && exec "$@"',
    "sh",
)
"""Runs a command, named after a folder, with a file system of about a megabyte mounted over that folder."""


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


_FINDERS: dict[str, Callable[[], Path | str]] = {
    "real-pages": _real_pages,
    "small-disk": _small_disk,
    "postgresql": _postgresql,
}
