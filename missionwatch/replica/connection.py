"""A connection to the replica: HTTP/1.1 with keep-alive, and the faults that happen on the wire."""

import asyncio
from email.utils import formatdate
from functools import lru_cache
from time import time
from typing import Any

from missionwatch.replica import flows
from missionwatch.replica.answers import Answer, Request, answer
from missionwatch.replica.site import ReplicaSite

_HEAD_LIMIT = 64 << 10


class Connection(asyncio.Protocol):
    """One connection: reads requests one after the other, answers each before it looks at the next."""

    def __init__(self, site: ReplicaSite, open_ones: "set[Connection]") -> None:
        """Keeps itself in `open_ones` as long as it is open."""
        self._site = site
        self._open = open_ones
        self._buffer = bytearray()
        self._skip = 0
        self._waiting = False
        self._transport: asyncio.Transport | None = None
        self.held = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._open.discard(self)

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
        body = b"" if method == "HEAD" or given.flow else given.body
        self._transport.write(b"%sDate: %s\r\n%s%s" % (given.head, _http_date(int(time())), end, body))
        if given.flow and method != "HEAD":
            self._waiting = True  # what comes after it is never answered
            flows.send(self._transport, given.body, given.flow, self._transport.close)
        elif closing:
            self._transport.close()


@lru_cache(maxsize=1)
def _http_date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
