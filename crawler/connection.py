"""One connection to a site: a request goes out, the answer comes back whole or as an error, and the next may follow."""

import asyncio
from dataclasses import dataclass
from typing import cast

import httptools
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, ResponseDataLossError

HEAD_LIMIT = 64 * 1024
"""Bytes of status line and headers; servers allow 8 to 32 KiB."""


class ClosedEarlyError(DownloadFailedError):
    """The site closed the connection before the first byte of an answer: the request may be sent again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: status, headers as sent and in their order, the body before any content decoding."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Connection(asyncio.Protocol):
    """A kept-alive connection for one request at a time, answers of at most `max_bytes`.

    The methods called `on_…` are the parser's.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None
        self.reusable = False
        """Whether another request may be sent: the last answer is complete and the site keeps the connection."""
        self._clear()

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Sends a request, whole head and body; the answer, or a Scrapy exception that names what went wrong."""
        self._answer = asyncio.get_running_loop().create_future()
        self._clear()
        self.reusable = False
        if self._transport is None:
            self._answer.set_exception(ClosedEarlyError("The site closed the connection."))
        else:
            self._transport.write(request)
        return self._answer

    def abort(self) -> None:
        """Ends the connection at once."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.abort()  # nobody asked
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(DownloadFailedError(f"The answer is no HTTP: {error or type(error).__name__}."))
        if not self._head_ended and self._received > HEAD_LIMIT:
            self._fail(DownloadFailedError(f"The answer's headers are longer than {HEAD_LIMIT} bytes."))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.reusable = False
        if self._answer is None or self._answer.done():
            return
        if not self._received:
            self._fail(ClosedEarlyError(str(exc or "The site closed the connection without an answer.")))
        elif not self._head_ended:
            self._fail(DownloadFailedError("The connection ended within the answer's headers."))
        elif exc is None and self._ends_with_connection:
            self._finish()
        else:
            self._fail(ResponseDataLossError("The connection ended before the answer was complete."))

    def on_message_begin(self) -> None:
        if self._answer is None or self._answer.done():
            self._clear()  # nothing of it may get into the answer that came before
            self.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))
        match name.lower():
            case b"content-length":
                self._ends_with_connection = False
                if value.isdigit() and int(value) > self._max_bytes:
                    self._fail(self._too_large())
            case b"transfer-encoding":
                self._ends_with_connection = False

    def on_headers_complete(self) -> None:
        self._head_ended = True

    def on_body(self, body: bytes) -> None:
        self._body.append(body)
        self._size += len(body)
        if self._size > self._max_bytes:
            self._fail(self._too_large())

    def on_message_complete(self) -> None:
        if self._answer is None or self._answer.done():
            return
        if self._parser.get_status_code() < 200:
            self._clear()  # "100 Continue" and the like come before the answer
            return
        self.reusable = self._transport is not None and self._parser.should_keep_alive()
        self._finish()

    def _clear(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._size = self._received = 0
        self._head_ended = False
        self._ends_with_connection = True

    def _finish(self) -> None:
        if self._answer is not None and not self._answer.done():
            answer = Answer(self._parser.get_status_code(), self._headers, b"".join(self._body))
            self._answer.set_result(answer)

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.abort()

    def _too_large(self) -> DownloadCancelledError:
        return DownloadCancelledError(f"The answer is larger than {self._max_bytes} bytes.")
