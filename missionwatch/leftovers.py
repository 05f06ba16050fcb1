"""Files in our own folders that nobody needs any more: begun and never ended, or shown once and left.

Nothing that was delivered, published or recorded is among them.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from feeds.leftovers import partial_files
from missionwatch.config_model import Settings
from missionwatch.mailing import maildir

Kind = Literal["unfinished-publications", "unfinished-letters", "unfinished-backups", "previews"]

UNDELIVERED = timedelta(hours=36)
"""What is older in `tmp` of a Maildir was never delivered (maildir(5))."""
UNFINISHED = timedelta(days=1)
PREVIEWED = timedelta(days=7)
"""As long as the bodies of letters: there are addresses in them."""
_BACKUP = re.compile(r"\..+\.[a-z0-9_]{8}\.part(-journal|-wal|-shm)?")
"""How `store.backup` names a file before it takes its place."""
_PREVIEW = re.compile(r"\d+-.+\.(eml|html)")
"""How `digest preview` names its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """Files of one kind."""

    kind: Kind
    count: int
    bytes: int


def clear_leftovers(settings: Settings, now: datetime, *, dry_run: bool) -> Iterator[Leftovers]:
    """Deletes what is left over; with `dry_run` only says what it would. Raises OSError where that is not allowed."""
    with partial_files(settings.publish_dir) as files:
        yield _clear("unfinished-publications", files, dry_run=dry_run)
    for kind, folder, name, age in (
        ("unfinished-letters", maildir(settings) / "tmp", re.compile(".+"), UNDELIVERED),
        ("unfinished-backups", settings.data_dir, _BACKUP, UNFINISHED),
        ("previews", settings.data_dir / "preview", _PREVIEW, PREVIEWED),
    ):
        yield _clear(kind, _older(folder, name, now - age), dry_run=dry_run)  # type: ignore[arg-type]


def _older(folder: Path, name: re.Pattern[str], than: datetime) -> list[Path]:
    """The files of a folder with such names that were last written before a moment."""
    if not folder.is_dir():
        return []
    files = sorted(each for each in folder.iterdir() if name.fullmatch(each.name))
    # A link may lead to what is not ours.
    return [each for each in files if each.is_file() and not each.is_symlink() and _written(each) < than]


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _clear(kind: Kind, files: Sequence[Path], *, dry_run: bool) -> Leftovers:
    size = 0
    for path in files:
        with suppress(FileNotFoundError):  # somebody else was faster
            size += path.stat().st_size
            if not dry_run:
                path.unlink()
    return Leftovers(kind=kind, count=len(files), bytes=size)
