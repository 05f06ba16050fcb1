"""`missionwatch init`: a commented configuration and an empty database, ready for the first crawl."""

from argparse import Namespace
from importlib import resources
from pathlib import Path

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import say, tell
from missionwatch.wiring import open_database


def run(args: Namespace, settings: Settings) -> int:
    """Writes `missionwatch.toml` (or the `--config` file) unless it is there, and makes the database."""
    path = Path(args.config or "missionwatch.toml")
    if path.exists() and not args.force:
        tell(f"missionwatch: {path} is there already and was left alone; --force replaces it.")
    else:
        template = resources.files("missionwatch").joinpath("missionwatch.toml").read_text(encoding="utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(template, encoding="utf-8")
        say(f"Wrote {path.absolute()}")
    with open_database(settings) as database:
        say(f"Database ready: {database.where}")
    say("Next: `missionwatch probe` checks the profile against the site, `missionwatch crawl` records it.")
    return exits.OK
