"""The systemd units of `deploy/systemd`, read as systemd reads them."""

import subprocess
from functools import cache
from pathlib import Path

from tests.needs import ROOT

FOLDER = ROOT / "deploy" / "systemd"


def settings(unit: Path) -> dict[str, list[str]]:
    """Key → its values in order, of all sections."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def allowed_calls(unit: Path, analyze: Path) -> set[str]:
    """The names of the system calls that `SystemCallFilter=` leaves to a unit's processes."""
    # systemd adds this group to every list of what is allowed.
    allowed = set(_group("@default", analyze))
    for line in settings(unit)["SystemCallFilter"]:
        names = {name for word in line.removeprefix("~").split() for name in _group(word, analyze)}
        allowed = allowed - names if line.startswith("~") else allowed | names
    return allowed


@cache
def _group(name: str, analyze: Path) -> frozenset[str]:
    if not name.startswith("@"):
        return frozenset({name})
    done = subprocess.run([analyze, "syscall-filter", name], capture_output=True, encoding="utf-8", check=True)
    words = [line.strip() for line in done.stdout.splitlines() if line.startswith(" ") and "#" not in line]
    return frozenset(each for word in words for each in _group(word, analyze))
