"""`missionwatch serve`: pages and feeds for browsers and feed readers."""

import errno
import socket
from argparse import Namespace
from contextlib import closing
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import tell
from missionwatch.wiring import now, open_existing, publish_settings

if TYPE_CHECKING:
    from pathlib import Path

    from store.database import Database

ENDING = 2.0
"""Seconds for a publication under way to come to its end; a file that is cut off was never there."""


class ServeError(Exception):
    """The server cannot start; one sentence that says what to do."""


def run(args: Namespace, settings: Settings) -> int:
    """Serves what there is until a signal ends it, publishes whenever the archive moves, and hands letters over."""
    host = args.host or settings.config.server.host
    port = settings.config.server.port if args.port is None else args.port
    if not 0 <= port <= 65535:  # the resolver would take another one for it
        raise exits.UsageError(f"{port} is no port: choose one from 0 to 65535 with --port.")
    with open_existing(settings, sparing=True) as database:
        serve(settings, database, settings.publish_dir, host, port, quiet=args.quiet)
    return exits.OK


def serve(settings: Settings, database: "Database", out: "Path", host: str, port: int, *, quiet: bool) -> None:
    """Serves the published folder and, for what is not in it, the archive. Returns when a signal ends it.

    Raises:
        ServeError: The address cannot be listened at.
    """
    from feeds.publish import publish
    from feeds.server import Server
    from feeds.web import application
    from feeds.websub import ping
    from missionwatch.delivery.pump import Pump
    from missionwatch.mailing import carriers, desk_of
    from missionwatch.postman import Postman
    from missionwatch.publisher import Publisher
    from missionwatch.repair import index
    from store.reader import Reader
    from store.tide import Tide

    reader, told = Reader(database), publish_settings(settings)

    def publish_all() -> None:
        index(database)
        publish(reader, out, told)
        ping(out, told)

    ways = carriers(settings)
    postman = Postman(lambda ending: Pump(database, ways, now, ending=ending).run())
    desk = desk_of(settings, database, reader, postman.wake)
    with closing(Tide(database)) as tide, listening(host, port) as server_socket:
        publisher = Publisher(publish_all, tide.state)
        made = application(
            reader, out, told, state=tide.state, now=now, is_complete=lambda: publisher.is_complete, desk=desk
        )
        server = Server(made)
        publisher.start()
        postman.start()
        if not quiet:
            shown = f"[{host}]" if ":" in host else host
            tell(f"Serving {out} at http://{shown}:{server_socket.getsockname()[1]}/ (Ctrl-C ends it)")
        try:
            server.run(sockets=[server_socket])
        finally:
            postman.end(ENDING)
            publisher.end(ENDING)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at an address. Raises ServeError with what to do."""
    from feeds.server import listen

    try:
        return listen(host, port)
    except socket.gaierror as error:
        raise ServeError(f"There is no host {host} to listen at: check --host or server.host.") from error
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                raise ServeError(f"Port {port} on {host} is taken: choose another with --port.") from error
            case errno.EACCES:
                raise ServeError(f"Port {port} may not be used by you: choose one above 1023 with --port.") from error
            case errno.EADDRNOTAVAIL:
                raise ServeError(f"This machine has no address {host}: check --host or server.host.") from error
        raise ServeError(f"Port {port} on {host} cannot be listened at: {error.strerror}.") from error
