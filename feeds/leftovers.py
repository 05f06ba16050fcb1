"""Files that a publication made beside their places and could not put there, since it was killed.

The next publication takes them away by itself; this is for a folder into which nothing is published any more.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feeds.files import OWN_FOLDER


@contextmanager
def partial_files(folder: Path) -> Iterator[list[Path]]:
    """The files that a killed publication has left, while no other one can begin; none while one is under way.

    Raises OSError where the folder may not be read.
    """
    own = folder / OWN_FOLDER
    if not (own / "lock").is_file():  # nothing was ever published here
        yield []
        return
    with (own / "lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield []
            return
        staging = own / "partial"
        yield sorted(each for each in staging.iterdir() if each.is_file()) if staging.is_dir() else []
