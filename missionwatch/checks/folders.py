"""The folders: who may write there, on what file system, and how much room there is."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from missionwatch.checks.finding import Finding, ok, unchecked, warning, wrong
from missionwatch.checks.mounts import NETWORK, existing, is_there, kind_of, may_write
from missionwatch.output import megabytes

LEAST = 100e6
"""Free bytes below which the next crawl or publication may not end well."""
LEAST_DAYS, FEW_DAYS = 3, 60
LEAST_FILES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is free on a file system for this user."""

    free: int
    files: int | None
    """Files that can still be made; None where there is no such bound."""

    @classmethod
    def of(cls, folder: Path) -> "Room":
        """Of the file system that a folder is on, or will be. Raises OSError."""
        said = os.statvfs(existing(folder))
        return cls(free=said.f_bavail * said.f_frsize, files=said.f_favail if said.f_files else None)


def check_folder(name: str, folder: Path, what: str) -> Finding:
    """Whether a folder can be written, or made."""
    if is_there(folder) and not folder.is_dir():
        return wrong(name, f"{folder} is no folder: choose another one for {what}, or move what is there.")
    if not may_write(folder):
        return wrong(
            name, f"{folder} cannot be written by this user: check its owner, or run this as the service does."
        )
    return ok(name, f"{folder} can be written." if is_there(folder) else f"{folder} will be made when it is needed.")


def check_publish_folder(folder: Path) -> Finding:
    """The same for published files. Each is made in a folder beside the others and moved into its place in one step."""
    found = check_folder("publish-folder", folder, "`publish.directory`")
    if found.result != "ok" or not is_there(folder):
        return found
    parts = [each for each in folder.iterdir() if each.is_dir()]
    away = [each.name for each in parts if each.stat().st_dev != folder.stat().st_dev]
    if away:
        return wrong(
            "publish-folder",
            f"{folder} and {away[0]} in it are on two file systems, so no file can be moved whole: mount it as one.",
        )
    return found


def check_file_system(folder: Path, mounts: str | None, *, is_sqlite: bool) -> Finding:
    """Whether SQLite can be trusted on the file system of the data folder."""
    kind = kind_of(existing(folder), mounts) if mounts is not None else None
    if kind is None:
        return unchecked("file-system", "This system does not say what kind of file system the data folder is on.")
    if not is_sqlite:
        return ok("file-system", f"The data folder is on {kind}; the database is elsewhere.")
    if kind in NETWORK:
        sentence = f"The database is on {kind}, where SQLite loses data: move the data folder to a local disk."
        return wrong("file-system", sentence)
    return ok("file-system", f"The data folder is on {kind}.")


def bytes_in(folder: Path) -> int:
    """What the files of a folder take, as far as this user may see."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(Path(place, name)).st_blocks * 512
            except OSError:
                continue  # it was renamed meanwhile
    return total


def check_room(folders: Sequence[Path], size: int, daily: float | None) -> Finding:
    """Whether there is room in the folders, against the size of the database and what all grows by each day."""
    tightest: tuple[int, Path] | None = None
    for folder in folders:
        try:
            room = Room.of(folder)
        except OSError as error:
            return unchecked("disk", f"{folder} does not say how much room there is: {error.strerror}.")
        if room.files is not None and room.files < LEAST_FILES:
            return wrong("disk", f"Only {room.files} more files can be made in {folder}: delete some, or move it.")
        if tightest is None or room.free < tightest[0]:
            tightest = (room.free, folder)
    assert tightest is not None
    free, place = tightest
    said = f"{megabytes(free)} are free in {place}"
    if free < LEAST:
        return wrong("disk", f"Only {said}: make room.")
    days = free / daily if daily else None
    if days is not None and days < LEAST_DAYS:
        return wrong("disk", f"Only {said}, enough for {days:.0f} days: make room.")
    if days is not None and days < FEW_DAYS:
        return warning("disk", f"{said}, enough for about {days:.0f} days: make room in time.")
    if free < size:
        return warning("disk", f"{said}, less than the database has: a backup or an upgrade here needs as much.")
    enough = (
        "" if days is None else f", enough for {'more than ten years' if days > 3650 else f'about {days:.0f} days'}"
    )
    return ok("disk", f"{said}{enough}.")
