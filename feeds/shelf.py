"""The published folder as a server sees it: files by path, kept in memory until they change on disk."""

import os
import stat
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from feeds.representation import HeaderLines, Resource

MEDIA_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".json": "application/json; charset=utf-8",
    ".png": "image/png",
    ".rss": "application/rss+xml; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    ".xml": "text/x-opml; charset=utf-8",
}
"""What is served at all; anything else in the folder is not for visitors."""
JSON_FEED = "application/feed+json; charset=utf-8"
KEPT_BYTES = 32 * 1024 * 1024
YOUNG = 2.0
"""Seconds. Two files that take one name within a tick of the file system's clock can look alike in size, time and even
inode, and within a second their dates do in HTTP; so a file this young is read anew for each request, and undated."""

_ENDINGS = tuple(MEDIA_TYPES)
_Stamp = tuple[int, int, int, int]


def media_type(name: str) -> str:
    """The media type of a published file, by its name."""
    ending = name[name.rindex(".") :]
    return JSON_FEED if ending == ".json" and name.startswith("feeds/") else MEDIA_TYPES[ending]


@dataclass(frozen=True, slots=True)
class _Kept:
    file: str
    stamp: _Stamp
    resource: Resource
    young: bool

    @property
    def size(self) -> int:
        return len(self.resource.data) + (len(self.resource.gzipped.data) if self.resource.compressible else 0)


class Shelf:
    """Reads files of one folder. Not for several threads at once: a server asks from its event loop.

    `headers_of` gives the further header lines of the file with a name.
    """

    def __init__(
        self,
        folder: Path,
        kept_bytes: int = KEPT_BYTES,
        headers_of: Callable[[str], HeaderLines] = lambda name: (),
    ) -> None:
        self._folder = folder
        self._kept_bytes = kept_bytes
        self._headers_of = headers_of
        self._bytes = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def find(self, path: str) -> Resource | None:
        """The file a path without slashes at its ends leads to, a folder's `index.html` included, or None."""
        kept = self._kept.get(path)
        if kept is not None and not kept.young:
            try:
                status = os.stat(kept.file)  # noqa: PTH116  # a third of the time that Path.stat takes
            except OSError:
                status = None
            if status is not None and _stamp(status) == kept.stamp:
                self._kept.move_to_end(path)
                return kept.resource
        found = self._read(path)
        if found is None:
            self._forget(path)
            return None
        self._forget(path)
        self._kept[path] = found
        self._bytes += found.size
        while self._bytes > self._kept_bytes and len(self._kept) > 1:
            self._forget(next(iter(self._kept)))
        return found.resource

    def _read(self, path: str) -> _Kept | None:
        name = path if path.endswith(_ENDINGS) else f"{path}/index.html" if path else "index.html"
        parts = name.split("/")
        # A leading dot covers `..`, partial files and whatever an operator hides.
        if any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
            return None
        file = self._folder.joinpath(*parts)
        try:
            if not file.is_file() or not file.resolve().is_relative_to(self._folder.resolve()):
                return None
            with file.open("rb") as opened:
                data = opened.read()
                # Of the file that was read: another may have taken its name meanwhile.
                status = os.fstat(opened.fileno())
        except (OSError, ValueError):  # too long a name, or one the file system cannot spell
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        # A file can have waited under another name; when it took this one is told by the time of its last renaming.
        since = max(status.st_mtime_ns, status.st_ctime_ns)
        young = time.time_ns() - since < YOUNG * 1_000_000_000
        modified = None if young else datetime.fromtimestamp(-(-since // 1_000_000_000), UTC)
        kept = self._kept.get(path)
        if kept is not None and (kept.resource.data, kept.resource.modified) == (data, modified):
            resource = kept.resource
        else:
            resource = Resource(
                data=data, media_type=media_type(name), modified=modified, headers=self._headers_of(name)
            )
        return _Kept(str(file), _stamp(status), resource, young)

    def _forget(self, path: str) -> None:
        kept = self._kept.pop(path, None)
        if kept is not None:
            self._bytes -= kept.size


def _stamp(status: os.stat_result) -> _Stamp:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
