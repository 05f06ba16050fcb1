"""Serves a replica site on loopback: HTTP/1.1 with keep-alive, in a thread of its own."""

import asyncio
import importlib.util
import socket
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Self

from missionwatch.replica.answers import RequestLog
from missionwatch.replica.connection import Connection
from missionwatch.replica.site import ReplicaSite


class ReplicaServer:
    """A running server for a site: started by `with` or `start`, gone after `close`.

    `url` is the address of its root without a slash at the end. The site may be changed from any thread meanwhile.
    """

    def __init__(self, site: ReplicaSite, host: str = "127.0.0.1", port: int = 0) -> None:
        self.site = site
        self.host = host
        self.port = port
        self._connections: set[Connection] = set()
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
            lambda: Connection(self.site, self._connections), sock=bound, backlog=512
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

    def _hang_up(self, chosen: Callable[[Connection], bool]) -> None:
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
