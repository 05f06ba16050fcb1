"""Files that are there whole or not at all, and are left alone when nothing in them changed."""

import fcntl
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

OWN_FOLDER = ".missionwatch"
"""Below the output folder: what is known of earlier publications. Not for visitors."""
_T = TypeVar("_T")
STAGED_FILES = 128
"""After so many a batch is put in place, so that open files stay bounded."""
UNWRITTEN_BYTES = 8 * 1024 * 1024
"""What waits to be written, at most: then the next file waits as well."""
WRITERS = 4
"""Threads that wait for the disk, while the next files are made."""


class Batch:
    """Files on their way below a folder, in the order in which they were put.

    A reader, also one that looks after a power cut, sees an old file or a new one, never a part. A file with the same
    bytes is not touched and keeps its time. Many files share the waits for the disk: all are written beside their
    places, each as soon as it is put; when all are on the disk they are renamed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staging = folder / OWN_FOLDER / "partial"
        self._staged: list[tuple[Future[None], Path, Path]] = []
        self._writers = ThreadPoolExecutor(WRITERS, "files")
        self._last: tuple[Future[None], Path, Path] | None = None
        self._named: set[Path] = set()
        self._unwritten: deque[tuple[Future[None], int]] = deque()
        self._bytes = 0
        """Of those."""
        self._inside: dict[str, bool] = {}
        """Whether folders are below the output folder, of those of the files that are taken."""
        self._root = ""

    def __enter__(self) -> Self:
        self._staging.mkdir(parents=True, exist_ok=True)
        for left in self._staging.iterdir():  # by a writer that was killed
            left.unlink()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.flush()
                self._place_last()
            else:
                self._drop()
        finally:
            self._writers.shutdown()

    def put(self, name: str, data: bytes) -> bool:
        """Takes a file; True if it will be written, False if it already holds these bytes.

        Raises:
            ValueError: The name leads out of the folder.
            OSError: The folder cannot be written or the disk is full; every file is as it was or as it should be.
        """
        target = self._confined(name)
        if target in self._named:
            self.flush()
        if _holds(target, data):
            return False
        partial = self._staging / f"{len(self._staged)}"
        written = self._writers.submit(_write, partial, data)
        self._staged.append((written, partial, target))
        self._named.add(target)
        self._unwritten.append((written, len(data)))
        self._bytes += len(data)
        while self._bytes > UNWRITTEN_BYTES:
            written, size = self._unwritten.popleft()
            written.exception()  # waits; what it was is raised when the batch is put in place
            self._bytes -= size
        if len(self._staged) >= STAGED_FILES:
            self.flush()
        return True

    def put_last(self, name: str, data: bytes) -> None:
        """Takes the one file that says that all others are there: it comes into its place when they are on the disk.

        Raises ValueError as `put` does.
        """
        target, partial = self._confined(name), self._staging / "last"
        self._last = self._writers.submit(_write, partial, data), partial, target

    def flush(self) -> None:
        """Puts what was taken in place. Raises OSError as `put` does."""
        old: list[int] = []
        try:
            for written, _, _ in self._staged:
                written.result()
            altered: dict[Path, None] = {}
            for _, partial, target in self._staged:
                altered.update(dict.fromkeys(_make_folder(target.parent)))
                # Held open, since to free what it took of the disk is nine tenths of the time that a rename takes.
                with suppress(OSError):
                    old.append(os.open(target, os.O_RDONLY | os.O_NONBLOCK))
                partial.replace(target)
                altered[target.parent] = None
            self._staged.clear()
            self._at_once(_sync_folder, altered)
        finally:
            self._at_once(os.close, old)
            self._drop()

    def _at_once(self, what: Callable[[_T], None], of: Iterable[_T]) -> None:
        for done in [self._writers.submit(what, each) for each in of]:
            done.result()

    def _place_last(self) -> None:
        if self._last is not None:
            written, partial, target = self._last
            written.result()
            folders = [*_make_folder(target.parent), target.parent]
            partial.replace(target)
            for folder in folders:
                _sync_folder(folder)

    def _drop(self) -> None:
        wait([written for written, _, _ in self._staged])
        for _, partial, _ in self._staged:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        self._staged.clear()
        self._named.clear()
        self._inside.clear()
        self._unwritten.clear()
        self._bytes = 0

    def _confined(self, name: str) -> Path:
        parts = name.split("/")
        if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
            raise ValueError(f"not a name below the output folder: {name!r}")
        folder = name.rpartition("/")[0]
        if folder not in self._inside:
            # A quarter of the time that a path's `resolve` takes.
            self._root = self._root or os.path.realpath(self._folder).rstrip("/") + "/"
            self._inside[folder] = f"{os.path.realpath(self._folder / folder)}/".startswith(self._root)
        if not self._inside[folder]:
            raise ValueError(f"leads out of the output folder: {name!r}")
        return self._folder / name


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Waits until no other publication into the folder is under way; two would each undo a part of the other."""
    (folder / OWN_FOLDER).mkdir(parents=True, exist_ok=True)
    with (folder / OWN_FOLDER / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(file: Path, data: bytes) -> None:
    # Not tempfile: its files are private to their owner, and another user's web server has to read these.
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _holds(target: Path, data: bytes) -> bool:
    try:
        return target.stat().st_size == len(data) and target.read_bytes() == data
    except (FileNotFoundError, NotADirectoryError):
        return False


def _make_folder(folder: Path) -> list[Path]:
    """Makes a folder where it is missing, and those above; returns the folders that have got a new one."""
    if folder.is_dir():
        return []
    above = _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    return [*above, folder.parent]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
