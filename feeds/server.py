"""uvicorn with the limits of a public server: how many may connect, how long they may take, when it ends."""

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from feeds.connection import Connection

CONNECTIONS = 400
"""Well below the usual limit of 1,024 open files; the next visitor is told 503."""
KEEP_ALIVE = 10
"""Seconds an idle connection stays: feed readers fetch a few feeds in a row, browsers a page and its assets."""
PATIENCE = 20.0
"""Seconds in which a request has to be complete, or the rest of an answer has to move. The slowest lines need less."""
GRACE = 3
"""Seconds that answers under way have when the server is told to end."""


class Server(uvicorn.Server):
    """Serves one application with limits. `run` returns when a signal ends it, or `should_exit` is set.

    With `takes_signals=False` it leaves signals alone.
    """

    def __init__(self, application: ASGIApp, *, takes_signals: bool = True) -> None:
        self._takes_signals = takes_signals
        super().__init__(
            uvicorn.Config(
                application,
                http=Connection,
                loop="auto",
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level="error",
                access_log=False,
                server_header=False,
                # Nobody asks where a request came from, so nobody has to be believed about it.
                proxy_headers=False,
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._patience = Patience()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ends at SIGINT and SIGTERM, unless another part of the process decides about its end."""
        with super().capture_signals() if self._takes_signals else nullcontext():
            yield

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if counter % 10 == 0:
            self._patience.look(self.server_state.connections)
        return await super().on_tick(counter)


class Patience:
    """Ends connections that keep the server waiting.

    uvicorn has no limit of time for a request's head, nor for an answer that nobody takes off its hands.
    """

    def __init__(self, seconds: float = PATIENCE, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._seen: dict[Any, tuple[object, float]] = {}

    def look(self, connections: Iterable[Any]) -> None:
        """Ends every connection on which nothing has moved for too long."""
        now = self._clock()
        seen: dict[Any, tuple[object, float]] = {}
        for connection in list(connections):
            cycle = connection.cycle
            if cycle is not None and not cycle.response_complete and not connection.transport.get_write_buffer_size():
                continue  # the answer is being made: that takes as long as it takes
            progress = (cycle, connection.transport.get_write_buffer_size())
            before, since = self._seen.get(connection, (None, now))
            if before != progress:
                since = now
            seen[connection] = (progress, since)
            if now - since > self._seconds:
                connection.transport.abort()
        self._seen = seen


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at an address or a host's name, of either family; port 0 is any free one.

    Raises:
        OSError: There is no such host, or the port is taken or not allowed.
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    both = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server(address[:2], family=family, dualstack_ipv6=both)
