"""Files that are there whole or not at all, and are left alone when nothing in them changed."""

import os
import threading
import time
from pathlib import Path

PARTIAL = ".partial"
STALE_AFTER = 3600.0
"""Seconds. No writer needs so long for one file, so an older partial one belongs to a process that was killed."""


def write(folder: Path, name: str, data: bytes) -> bool:
    """Puts a file below the folder; True if it was written, False if it already held these bytes.

    A reader, also one that looks after a power cut, sees the old file or the new one, never a part. A file with the
    same bytes is not touched and keeps its time.

    Raises:
        ValueError: The name leads out of the folder.
        OSError: The folder cannot be written or the disk is full; the old file is still there, and nothing else.
    """
    target = _confined(folder, name)
    if _holds(target, data):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    # Not tempfile: its files are private to their owner, and another user's web server has to read these.
    partial = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}{PARTIAL}")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return True


def sweep(folder: Path, stale_after: float = STALE_AFTER) -> int:
    """Removes what killed writers left behind; returns how many files that were."""
    swept = 0
    for partial in folder.rglob(f".*{PARTIAL}"):
        try:
            if time.time() - partial.stat().st_mtime >= stale_after:
                partial.unlink()
                swept += 1
        except FileNotFoundError:
            continue  # its writer was alive and has just finished
    return swept


def _confined(folder: Path, name: str) -> Path:
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        raise ValueError(f"not a name below the output folder: {name!r}")
    target = folder.joinpath(*parts)
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"leads out of the output folder: {name!r}")
    return target


def _holds(target: Path, data: bytes) -> bool:
    try:
        return target.stat().st_size == len(data) and target.read_bytes() == data
    except (FileNotFoundError, NotADirectoryError):
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
