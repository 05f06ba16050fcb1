"""`missionwatch publish`: feeds and pages as static files, for any web server."""

from argparse import Namespace

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, say
from missionwatch.wiring import open_indexed, publish_dir, publish_settings


def run(args: Namespace, settings: Settings) -> int:
    """Writes what changed since the last time; each file whole or not at all."""
    out = publish_dir(settings, args.out)
    with open_indexed(settings) as database:
        from feeds.publish import publish
        from store.reader import Reader

        done = publish(Reader(database), out, publish_settings(settings))
    if args.json:
        emit({"directory": str(out), "written": done.written, "unchanged": done.unchanged})
    elif not args.quiet:
        say(f"{out}: {done.written} files written, {done.unchanged} unchanged.")
    return exits.OK
