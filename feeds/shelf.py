"""The published folder as a server sees it: files by path, kept in memory until they change on disk."""

import os
import stat
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path

from feeds.representation import Resource

MEDIA_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
}
"""What is served at all; anything else in the folder is not for visitors."""
KEPT_BYTES = 32 * 1024 * 1024

_Stamp = tuple[int, int, int]


class Shelf:
    """Reads files of one folder. Not for several threads at once: a server asks from its event loop."""

    def __init__(self, folder: Path, kept_bytes: int = KEPT_BYTES) -> None:
        self._folder = folder
        self._kept_bytes = kept_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, tuple[_Stamp, Resource]] = OrderedDict()

    def find(self, path: str) -> Resource | None:
        """The file a path without slashes at its ends leads to, a folder's `index.html` included, or None."""
        name = path if path.endswith(tuple(MEDIA_TYPES)) else f"{path}/index.html" if path else "index.html"
        parts = name.split("/")
        # A leading dot covers `..`, partial files and whatever an operator hides.
        if any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
            return None
        file = self._folder.joinpath(*parts)
        try:
            status = file.stat()
            if not stat.S_ISREG(status.st_mode):
                return None
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            kept = self._kept.get(name)
            if kept is not None and kept[0] == stamp:
                self._kept.move_to_end(name)
                return kept[1]
            return self._read(name, file)
        except (OSError, ValueError):  # too long a name, or one the file system cannot spell
            return None

    def _read(self, name: str, file: Path) -> Resource | None:
        if not file.resolve().is_relative_to(self._folder.resolve()):
            return None
        with file.open("rb") as opened:
            data = opened.read()
            # Of the file that was read: another may have taken its name meanwhile.
            status = os.fstat(opened.fileno())
        resource = Resource(
            data=data,
            media_type=MEDIA_TYPES[file.suffix],
            modified=datetime.fromtimestamp(int(status.st_mtime), UTC),
        )
        old = self._kept.pop(name, None)
        self._bytes += len(data) - (len(old[1].data) if old else 0)
        self._kept[name] = ((status.st_mtime_ns, status.st_size, status.st_ino), resource)
        while self._bytes > self._kept_bytes and len(self._kept) > 1:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._bytes -= len(dropped.data)
        return resource
