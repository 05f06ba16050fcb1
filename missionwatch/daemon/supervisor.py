"""Telling who looks after the daemon how it is: systemd over its socket, and a dead-man's switch over the web."""

import contextlib
import http.client
import logging
import socket
from threading import Timer
from urllib.parse import urlsplit

from missionwatch.config import Supervisor

TIMEOUT = 10.0

log = logging.getLogger(__name__)


class Notifier:
    """Messages of sd_notify(3). Where nobody listens they go nowhere; none fails."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._address = supervisor.address
        self.every = supervisor.watchdog / 3
        """Seconds between two signs of life; 0 where none is expected."""

    def ready(self, status: str) -> None:
        """All that can be begun has been."""
        self._send(f"READY=1\nSTATUS={status}")

    def reloading(self) -> None:
        """The configuration is being read anew."""
        self._send("RELOADING=1")

    def status(self, status: str) -> None:
        """A line for `systemctl status`."""
        self._send(f"STATUS={status}")

    def alive(self) -> None:
        """The work goes on."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """The end has begun."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(1)
            sender.sendto(message.encode(), address)


def ping(address: str) -> str | None:
    """Asks for an address once; what went wrong, or None. A redirection counts as a failure."""
    parts = urlsplit(address)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    if not parts.hostname:
        return "its address cannot be read"
    connection = make(parts.hostname, parts.port, timeout=TIMEOUT)
    # The timeout of a socket is for each read: an answer that drips would go on for ever.
    deadline = Timer(TIMEOUT, connection.close)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        status = connection.getresponse().status
        return None if 200 <= status < 300 else f"it answered {status}"
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        return str(error) or type(error).__name__
    finally:
        deadline.cancel()
        connection.close()
