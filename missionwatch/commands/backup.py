"""`missionwatch backup FILE`: the whole archive in one file."""

from argparse import Namespace
from pathlib import Path

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, say
from missionwatch.wiring import open_existing


def run(args: Namespace, settings: Settings) -> int:
    """Writes the backup, whole or not at all."""
    target = Path(args.file).absolute()
    with open_existing(settings) as database:
        from store.backup import backup

        size = backup(database, target)
    if args.json:
        emit({"file": str(target), "bytes": size})
    elif not args.quiet:
        say(f"Wrote {target} ({size / 1_000_000:.1f} MB). `missionwatch verify --backup FILE` checks it.")
    return exits.OK
