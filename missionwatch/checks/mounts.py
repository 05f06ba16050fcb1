"""Which file system a folder is on."""

import os
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4"),
        *("smb3", "smbfs", "fuse.cephfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
    }
)
"""Kinds that other machines may write to as well, or that are not sure to keep locks and memory maps as SQLite's
write-ahead log needs them (sqlite.org/wal.html: "WAL does not work over a network filesystem")."""


def kind_of(folder: Path, mounts: str) -> str | None:
    """The kind of file system that a folder is on, such as `ext4`; None if the table of mounts does not say.

    `mounts` is in the form of proc_pid_mountinfo(5).
    """
    best, kind = -1, None
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(), after.split()
        if len(fields) < 5 or not kinds:
            continue
        point = Path(_plain(fields[4]))
        if folder.is_relative_to(point) and len(point.parts) >= best:  # of two at one place the later one counts
            best, kind = len(point.parts), kinds[0]
    return kind


def is_there(path: Path) -> bool:
    """Whether there is something at a path, as far as this user may see."""
    try:
        return path.exists()
    except OSError:
        return False


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    folder = folder.absolute()
    while not is_there(folder) and folder != folder.parent:
        folder = folder.parent
    return folder.resolve()


def may_write(folder: Path) -> bool:
    """Whether this process may make files in a folder, or the folder itself. Nothing is tried."""
    place = existing(folder)
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)


def _plain(field: str) -> str:
    for code, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(code, letter)
    return field
