"""Serves a replica site on loopback: HTTP/1.1 with keep-alive, in a thread of its own."""

import asyncio
import importlib.util
import socket
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from threading import Event, Thread
from time import time
from types import TracebackType
from typing import Any, Self

from missionwatch.replica.answers import Answer, Request, RequestLog, answer
from missionwatch.replica.site import ReplicaSite

_HEAD_LIMIT = 64 << 10


class ReplicaServer:
    """A running server for a site: started by `with` or `start`, gone after `close`.

    `url` is the address of its root without a slash at the end. The site may be changed from any thread meanwhile.
    """

    def __init__(self, site: ReplicaSite, host: str = "127.0.0.1", port: int = 0) -> None:
        self.site = site
        self.host = host
        self.port = port
        self._connections: set[_Connection] = set()
        self._listener: asyncio.Server | None = None
        self._reserved: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:port`; the port is known from `start` on."""
        return f"http://{self.host}:{self.port}"

    @property
    def requests(self) -> RequestLog:
        """The requests seen by the site, oldest first."""
        return self.site.log

    def start(self) -> None:
        """Listens from its return on; OSError if the port is taken."""
        ready = Event()
        failure: list[Exception] = []
        self._thread = Thread(target=self._run, args=(ready, failure), name="replica", daemon=True)
        self._thread.start()
        ready.wait()
        if failure:
            self._thread.join()
            self._thread = None
            raise failure[0]
        self.site.watch(self._follow_outage)

    def close(self) -> None:
        """Ends all connections and the thread; harmless when not running."""
        thread, self._thread = self._thread, None
        if thread is None or self._loop is None or self._stop is None:
            return
        self.site.unwatch(self._follow_outage)
        self._loop.call_soon_threadsafe(self._stop.set)
        thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self, ready: Event, failure: list[Exception]) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._serve(ready))
        except Exception as error:
            failure.append(error)
        finally:
            ready.set()

    async def _serve(self, ready: Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self.port = await self._listen()
        if self.site.outage_kind == "refuse":
            await self._refuse()
        ready.set()
        await self._stop.wait()
        await self._unlisten()
        self._release()

    async def _listen(self) -> int:
        self._release()
        bound = self._bound()
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self), sock=bound, backlog=512
        )
        return int(bound.getsockname()[1])

    def _bound(self) -> socket.socket:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((self.host, self.port))
        except BaseException:
            bound.close()
            raise
        return bound

    async def _unlisten(self) -> None:
        if self._listener is not None:
            self._listener.close()
            # From Python 3.12 on, waiting for the listener waits for its connections too.
            self._hang_up(lambda connection: True)
            await self._listener.wait_closed()
            self._listener = None

    async def _refuse(self) -> None:
        await self._unlisten()
        # Bound but not listening: connections are refused, and nobody else is given the port meanwhile.
        self._reserved = self._bound()

    def _release(self) -> None:
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None

    def _hang_up(self, chosen: "Callable[[_Connection], bool]") -> None:
        for connection in [connection for connection in self._connections if chosen(connection)]:
            connection.abort()

    def _follow_outage(self) -> None:
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._changed(), self._loop).result()

    async def _changed(self) -> None:
        kind = self.site.outage_kind
        if kind == "refuse":
            await self._refuse()
        elif self._listener is None:
            await self._listen()
        if kind != "timeout":
            self._hang_up(lambda connection: connection.held)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if importlib.util.find_spec("uvloop") is None:
        return None
    import uvloop

    return uvloop.new_event_loop


class _Connection(asyncio.Protocol):
    """One connection: reads requests one after the other, answers each before it looks at the next."""

    def __init__(self, server: ReplicaServer) -> None:
        self._server = server
        self._site = server.site
        self._buffer = bytearray()
        self._skip = 0
        self._waiting = False
        self._transport: asyncio.Transport | None = None
        self.held = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._server._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._server._connections.discard(self)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._read()

    def _read(self) -> None:
        while self._transport is not None and not self._waiting and not self.held:
            skipped = min(self._skip, len(self._buffer))
            del self._buffer[:skipped]
            self._skip -= skipped
            end = self._buffer.find(b"\r\n\r\n")
            if self._skip or end < 0:
                if len(self._buffer) > _HEAD_LIMIT:
                    self.abort()
                return
            head = self._buffer[:end].decode("latin-1")
            del self._buffer[: end + 4]
            self._respond(head)

    def _respond(self, head: str) -> None:
        line, _, rest = head.partition("\r\n")
        method, _, target = line.partition(" ")
        target, _, version = target.rpartition(" ")
        headers = {}
        for field in rest.split("\r\n"):
            name, _, value = field.partition(":")
            headers[name.lower()] = value.strip()
        self._skip = int(headers["content-length"]) if headers.get("content-length", "").isdecimal() else 0
        path = target.partition("?")[0]
        kind = self._site.outage_kind
        if kind in ("timeout", "drop", "refuse"):
            self._site.log.append(Request(method, path, 0))
            if kind == "timeout":
                self.held = True
            else:
                self.abort()
            return
        if method in ("GET", "HEAD"):
            given = self._site.answer(path)
            if given.unchanged(headers.get("if-none-match", ""), headers.get("if-modified-since", "")):
                given = given.not_modified()
        else:
            given = answer(405, b"", headers=[("Allow", "GET, HEAD")])
        self._site.log.append(Request(method, path, given.status))
        closing = version == "HTTP/1.0" or headers.get("connection", "").lower() == "close" or given.cut
        if self._site.delay:
            self._waiting = True
            loop = asyncio.get_running_loop()
            loop.call_later(self._site.delay, self._send_late, given, method, closing)
        else:
            self._send(given, method, closing)

    def _send_late(self, given: Answer, method: str, closing: bool) -> None:
        self._waiting = False
        self._send(given, method, closing)
        self._read()

    def _send(self, given: Answer, method: str, closing: bool) -> None:
        if self._transport is None:
            return
        end = b"Connection: close\r\n\r\n" if closing else b"\r\n"
        body = b"" if method == "HEAD" else given.body
        self._transport.write(b"%sDate: %s\r\n%s%s" % (given.head, _http_date(int(time())), end, body))
        if closing:
            self._transport.close()


@lru_cache(maxsize=1)
def _http_date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
