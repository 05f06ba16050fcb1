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
        from feeds.websub import ping
        from store.reader import Reader

        told = publish_settings(settings)
        done = publish(Reader(database), out, told, full=args.full)
    pending = ping(out, told)
    if args.json:
        counts: dict[str, object] = {"written": done.written, "unchanged": done.unchanged, "files": dict(done.files)}
        emit({"directory": str(out), **counts, "pings_pending": pending})
    elif not args.quiet:
        say(f"{out}: {done.written} files written, {done.unchanged} unchanged.")
    return exits.OK
