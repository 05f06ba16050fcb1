"""Bodies that do not come in one piece: a byte at a time, or one piece after the other for ever."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

FlowKind = Literal["drip", "endless"]

_CHUNK_BYTES = 64 << 10
_LOOK_SECONDS = 0.002
"""How often an endless body looks whether what it sent was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How a body is sent. A `drip` lets so many `seconds` pass before each byte; `endless` needs none."""

    kind: FlowKind
    seconds: float


def send(transport: asyncio.Transport, body: bytes, flow: Flow, done: Callable[[], None]) -> None:
    """Sends a body, behind a head that is sent, until it ends or the connection does; then calls `done`.

    An endless body is this one over and over, in one chunk after the other: it takes no more memory than one.
    """
    loop = asyncio.get_running_loop()
    often = body * max(_CHUNK_BYTES // max(len(body), 1), 1) or bytes(_CHUNK_BYTES)
    chunk = b"%x\r\n%s\r\n" % (len(often), often)

    def drip(sent: int) -> None:
        if transport.is_closing() or sent == len(body):
            done()
            return
        transport.write(body[sent : sent + 1])
        loop.call_later(flow.seconds, drip, sent + 1)

    def repeat() -> None:
        if transport.is_closing():
            done()
            return
        if not transport.get_write_buffer_size():
            transport.write(chunk)
        loop.call_later(_LOOK_SECONDS, repeat)

    if flow.kind == "drip":
        loop.call_later(flow.seconds, drip, 0)
    else:
        repeat()
