"""`missionwatch serve`: pages and feeds for browsers and feed readers."""

from argparse import Namespace
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import tell
from missionwatch.wiring import open_indexed, publish_settings

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Database


def run(args: Namespace, settings: Settings) -> int:
    """Publishes what there is, then serves it until a signal ends it."""
    host = args.host or settings.config.server.host
    port = settings.config.server.port if args.port is None else args.port
    with open_indexed(settings) as database:
        serve(settings, database, settings.publish_dir, host, port, quiet=args.quiet)
    return exits.OK


def serve(settings: Settings, database: "Database", out: "Path", host: str, port: int, *, quiet: bool) -> None:
    """Serves the published folder and, for what is not in it, the archive. Returns when a signal ends it."""
    import uvicorn

    from feeds.publish import publish
    from feeds.web import application
    from feeds.websub import ping
    from store.reader import Reader

    reader, told = Reader(database), publish_settings(settings)
    publish(reader, out, told)
    ping(out, told)
    config = uvicorn.Config(
        application(reader, out, told),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    if not quiet:
        shown = f"[{host}]" if ":" in host else host
        tell(f"Serving {out} at http://{shown}:{listening.getsockname()[1]}/ (Ctrl-C ends it)")
    server.run(sockets=[listening])
