"""`missionwatch restore FILE`: a verified backup in the place of the database."""

from argparse import Namespace
from pathlib import Path

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, say


def run(args: Namespace, settings: Settings) -> int:
    """Restores, whole or not at all. The database itself is not opened first: it may be what is damaged."""
    from store.database import Database
    from store.restoring import restore

    source = Path(args.file).absolute()
    database = Database(settings.database_url)
    try:
        verdict = restore(database, source, force=args.force)
    finally:
        database.close()
    if args.json:
        head = verdict.head.as_json() if verdict.head else None
        emit({"database": database.where, "file": str(source), **verdict.counts, "head": head})
    elif not args.quiet:
        counted = ", ".join(f"{count} {name}" for name, count in verdict.counts.items())
        say(f"Restored {source} into {database.where}: {counted}.")
    return exits.OK
