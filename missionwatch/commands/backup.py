"""`missionwatch backup FILE`: the whole archive in one file."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, say
from missionwatch.wiring import open_existing

if TYPE_CHECKING:
    from store.database import Database


def run(args: Namespace, settings: Settings) -> int:
    """Writes the backup, whole or not at all."""
    target = Path(args.file).absolute()
    with _archive(settings) as database:
        from store.backup import backup

        size = backup(database, target)
    if args.json:
        emit({"file": str(target), "bytes": size})
    elif not args.quiet:
        say(f"Wrote {target} ({size / 1_000_000:.1f} MB). `missionwatch verify --backup FILE` checks it.")
    return exits.OK


@contextmanager
def _archive(settings: Settings) -> "Iterator[Database]":
    """The database; in a file also one of an older release, since who is about to upgrade it needs a backup first."""
    from store.database import HEAD, Database, sqlite_path

    path = sqlite_path(settings.database_url)
    if path is not None and path.is_file():
        database = Database(settings.database_url)
        try:
            if (database.revision() or HEAD) < HEAD:
                yield database
                return
        finally:
            database.close()
    with open_existing(settings) as database:
        yield database
