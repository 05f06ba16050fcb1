"""Fetching over kept-alive connections: Scrapy's download handler for http and https.

With Scrapy's own, on Twisted's client, a whole crawl takes 1.24 times the CPU time (docs/benchmarks.md). This one asks
for what a crawl asks for, GET without a body or a proxy, and keeps Scrapy's promises: certificates verified,
DOWNLOAD_TIMEOUT, DOWNLOAD_MAXSIZE, and an answer that ends early is an error.
"""

import asyncio
import ssl
from typing import NamedTuple
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers, Response

from crawler.connection import ClosedEarlyError, Connection
from crawler.resolver import addresses_of

CONNECT_SECONDS = 15.0
"""For each address of a host, so that one which does not answer leaves time for the next."""
_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Where a connection leads."""

    scheme: str
    host: str
    port: int


class KeptAliveDownloads(BaseDownloadHandler):
    """Answers to requests, as `scrapy.http.Response`; failures come as the exceptions of `scrapy.exceptions`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        standing = {"User-Agent": crawler.settings["USER_AGENT"], **crawler.settings.getdict("DEFAULT_REQUEST_HEADERS")}
        self._standing = dict(Headers({name: value for name, value in standing.items() if value}).items())
        self._idle: dict[Origin, list[Connection]] = {}
        self._tls: ssl.SSLContext | None = None

    async def download_request(self, request: Request) -> Response:
        """The answer. Raises the download exceptions of Scrapy, the timeout's after `download_timeout` in all."""
        seconds = request.meta.get("download_timeout") or self._timeout
        try:
            async with asyncio.timeout(seconds):
                return await self._download(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"Getting {request.url} took longer than {seconds} seconds.") from error

    async def close(self) -> None:
        """Ends the connections that are kept."""
        for idle in self._idle.values():
            for connection in idle:
                connection.abort()
        self._idle.clear()

    async def _download(self, request: Request) -> Response:
        origin, head = _origin(request.url), _head(request, self._standing)
        idle = self._idle.setdefault(origin, [])
        while idle:
            connection = idle.pop()
            if connection.reusable:
                try:
                    return await self._ask(connection, origin, request, head)
                except ClosedEarlyError:
                    continue  # the site ended the kept connection while the request was under way
        return await self._ask(await self._connect(origin), origin, request, head)

    async def _ask(self, connection: Connection, origin: Origin, request: Request, head: bytes) -> Response:
        try:
            answer = await connection.ask(head)
        except BaseException:  # cancelled, too: what comes now would be taken for the next answer
            connection.abort()
            raise
        if connection.reusable:
            self._idle.setdefault(origin, []).append(connection)
        else:
            connection.abort()
        return Response(url=request.url, status=answer.status, headers=answer.headers, body=answer.body)

    async def _connect(self, origin: Origin) -> Connection:
        """A new connection to the first address of the host that takes one."""
        loop = asyncio.get_running_loop()
        failure: Exception = DownloadFailedError(f"{origin.host} has no address.")
        for address in await addresses_of(origin.host, origin.port):
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    _, connection = await loop.create_connection(
                        lambda: Connection(self._max_bytes),
                        address,
                        origin.port,
                        ssl=self._context() if origin.scheme == "https" else None,
                        server_hostname=origin.host if origin.scheme == "https" else None,
                    )
                return connection
            except TimeoutError:
                failure = DownloadTimeoutError(f"{address} did not take the connection.")
            except ConnectionRefusedError as error:
                failure = DownloadConnectionRefusedError(str(error))
            except ssl.SSLCertVerificationError as error:
                failure = DownloadFailedError(f"SSL: {error.verify_message}")
            except OSError as error:
                failure = DownloadFailedError(str(error))
        raise failure

    def _context(self) -> ssl.SSLContext:
        """Verifies certificates and names against the system's authorities."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


def _origin(url: str) -> Origin:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise UnsupportedURLSchemeError(f"{url} is no http address.")
    return Origin(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])


def _head(request: Request, standing: dict[bytes, list[bytes]]) -> bytes:
    """The request as it is sent, with the standing headers that it has not itself.

    Two middlewares of Scrapy would do the same at every request, for a fortieth of a fast crawl's CPU time.
    Raises ValueError for a request that is not a plain GET, or would be read as two.
    """
    if request.method != "GET" or request.body or "proxy" in request.meta:
        raise ValueError(f"only plain GET requests are sent, not {request.method} {request.url}")
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1".encode("ascii"), b"Host: " + parts.netloc.rpartition("@")[2].encode("ascii")]
    sent = standing | dict(request.headers.items())
    lines += [name + b": " + value for name, values in sent.items() for value in values]
    if any(b"\n" in line or b"\r" in line for line in lines):
        raise ValueError(f"a line break in the headers of the request for {request.url}")
    return b"\r\n".join(lines) + b"\r\n\r\n"
