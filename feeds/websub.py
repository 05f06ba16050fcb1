"""WebSub (W3C Recommendation): hubs are told which feeds changed, and fetch these themselves.

What has to be told is on file before the publication is done, and goes from there when a hub has accepted it: a hub
that fails, hangs or is away is told again after the next publication, and never holds one up for long.
"""

import http.client
import logging
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Timer
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from feeds.clean import title_text
from feeds.files import OWN_FOLDER, Batch, alone
from feeds.permalinks import Permalinks
from feeds.settings import PublishSettings

NAME = f"{OWN_FOLDER}/pings.json"
TIMEOUT = 10.0
"""Seconds for one ping from beginning to end."""
_NO_TOPICS = ("feeds/archive/", "feeds/opml", "feeds/index")

log = logging.getLogger(__name__)


def pending_file(out: Path, settings: PublishSettings, written: Iterable[str]) -> tuple[str, bytes]:
    """The file of what has to be told, with the feeds among the written files: [hub, topic] pairs."""
    base = Permalinks.absolute(settings.base_url).base
    # As the feeds name themselves in `rel=self`.
    topics = [
        f"{base}/{quote(name)}" for name in written if name.startswith("feeds/") and not name.startswith(_NO_TOPICS)
    ]
    fresh = [(hub, topic) for topic in topics for hub in settings.websub_hubs]
    return NAME, msgspec.json.encode(list(dict.fromkeys([*_pending(out), *fresh])))


def ping(out: Path, settings: PublishSettings) -> int:
    """Tells the hubs what is pending; returns how many pings still are. Raises nothing.

    A hub that does not answer is left alone for this time after its first failure. Each failure is one line in the log.
    """
    if not settings.websub_hubs or not (pending := _pending(out)):
        return 0
    failed: set[str] = set()
    done: set[tuple[str, str]] = set()
    for hub, topic in pending:
        if hub not in settings.websub_hubs:
            done.add((hub, topic))
        elif hub not in failed:
            trouble = _tell(hub, topic)
            if trouble is None:
                done.add((hub, topic))
            else:
                failed.add(hub)
                log.warning("WebSub hub %s was not told of %s: %s", title_text(hub), topic, title_text(trouble))
    try:
        with alone(out), Batch(out) as batch:
            # Another publication may have added to it meanwhile.
            left = [each for each in _pending(out) if each not in done]
            batch.put(NAME, msgspec.json.encode(left))
    except OSError as error:
        log.warning("the list of WebSub pings was not written: %s", error)
        left = [each for each in pending if each not in done]
    return len(left)


def _pending(out: Path) -> list[tuple[str, str]]:
    try:
        return msgspec.json.decode((out / NAME).read_bytes(), type=list[tuple[str, str]])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return []


def _tell(hub: str, topic: str) -> str | None:
    """One ping; what went wrong, or None. A redirection counts as a failure: nobody is led elsewhere."""
    try:
        parts = urlsplit(hub)
        port = parts.port
    except ValueError:
        return "its address cannot be read"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "its address is neither http nor https"
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.hostname, port, timeout=TIMEOUT)
    # The timeout of a socket is for each read: an answer that drips would go on for ever.
    deadline = Timer(TIMEOUT, _cut, [connection])
    deadline.daemon = True
    deadline.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        body = urlencode({"hub.mode": "publish", "hub.url": topic})
        connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        status = connection.getresponse().status
        return None if 200 <= status < 300 else f"it answered {status}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return str(error) or type(error).__name__
    finally:
        deadline.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
