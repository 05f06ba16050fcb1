"""One visitor's connection, with a bound on what may be sent before anything was asked for."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 32 * 1024
"""Bytes. Browsers send one or two thousand, and the usual limit of servers is 8 to 32 KiB; the parser has none."""
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 29\r\nconnection: close\r\n\r\n"
    b"The request head is too long."
)


class Connection(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it; a head that does not end within the limit is refused with 431."""

    _head = 0
    _in_head = True

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        if self._in_head:
            self._head += len(data)
            if self._head > HEAD_LIMIT:
                if not self.transport.is_closing():
                    self.transport.write(_TOO_LARGE)
                    self.transport.close()
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The head of a request has ended."""
        self._head = 0
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request has ended; what follows is the next one's head."""
        self._in_head = True
        super().on_message_complete()
