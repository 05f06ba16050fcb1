"""Visitors who are slow, rude or many."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from feeds.connection import HEAD_LIMIT
from feeds.server import CONNECTIONS, Patience, listen
from tests.feeds.visiting import harbour_town, serving

GET = b"GET /feeds/changes.atom HTTP/1.1\r\nHost: here\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    out = tmp_path_factory.mktemp("server") / "public"
    with serving(harbour_town(out), out) as port:
        yield port


def said(port: int, data: bytes, *, more: bool = False) -> bytes:
    """What comes back for raw bytes, until the server closes or, with `more`, first speaks."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as visitor:
        visitor.sendall(data)
        found = b""
        try:
            while received := visitor.recv(65536):
                found += received
                if more:
                    break
        except ConnectionResetError:
            pass  # closed with bytes of ours unread, as it should be
        return found


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (GET + b"Connection: close\r\n\r\n", b"200"),
        (b"GET /feeds/changes.atom HTTP/1.0\r\n\r\n", b"200"),
        (b"GET http://elsewhere.example/feeds/changes.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"200"),
        (GET + b"Upgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n", b"200"),
        (b"GET /\xe4\xbc\xa0 HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET nothing HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"GET / HTTP/x\r\n\r\n", b"400"),
        (b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00", b"400"),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\nabc", b"405"),
        (b"CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (GET + b"Cookie: " + b"x" * 2 * HEAD_LIMIT + b"\r\n\r\n", b"431"),
        (GET + b"A: b\r\n" * HEAD_LIMIT, b"431"),
        (b"GET /" + b"x" * 2 * HEAD_LIMIT, b"431"),
    ],
    ids=lambda each: repr(each[:40]),
)
def test_odd_requests_have_an_answer_and_an_end(port: int, request_bytes: bytes, status: bytes) -> None:
    assert said(port, request_bytes).split(b" ")[1] == status
    assert said(port, GET + b"\r\n", more=True).startswith(b"HTTP/1.1 200")


def test_a_connection_answers_many_requests_in_their_order(port: int) -> None:
    found = said(port, (GET + b"\r\n") * 20 + b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert found.count(b"HTTP/1.1 200 OK") == 20
    assert b"HTTP/1.1 404" in found[found.rindex(b"HTTP/1.1 200 OK") :]


def test_a_body_that_nobody_asked_for_counts_for_no_head(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as visitor:
        visitor.sendall(GET + b"Content-Length: 100000\r\n\r\n")
        assert visitor.recv(100).startswith(b"HTTP/1.1 200")
        visitor.sendall(b"x" * 100_000 + b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        found = b""
        while received := visitor.recv(65536):
            found += received
    assert b"HTTP/1.1 404" in found


def test_too_many_at_once_are_told_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "uvicorn.error")
    with serving(harbour_town(tmp_path), tmp_path) as port:
        crowd = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(CONNECTIONS)]
        try:
            assert said(port, GET + b"\r\n").startswith(b"HTTP/1.1 503")
        finally:
            for each in crowd:
                each.close()
        assert threading.active_count() < 20


@dataclass
class Line:
    """A connection's transport."""

    waiting: int = 0
    aborted: bool = False

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.aborted = True


@dataclass(eq=False)
class Cycle:
    """A request and its answer."""

    response_complete: bool = True


@dataclass(eq=False)
class Caller:
    """A connection."""

    cycle: Cycle | None = None
    transport: Line = field(default_factory=Line)


def test_patience_ends_with_those_on_whom_nothing_moves() -> None:
    now = 0.0
    patience = Patience(20, lambda: now)
    silent, at_work, asking = Caller(), Caller(Cycle(response_complete=False)), Caller(Cycle())
    stuck, reading = Caller(Cycle(), Line(5000)), Caller(Cycle(), Line(5000))
    everybody = [silent, at_work, asking, stuck, reading]
    for second in range(60):
        now = float(second)
        if second % 5 == 0:
            asking.cycle = Cycle()
            reading.transport.waiting -= 1
        patience.look(everybody)
        if second == 20:
            assert not any(each.transport.aborted for each in everybody)
    assert [each.transport.aborted for each in everybody] == [True, False, False, True, False]


@pytest.mark.parametrize(("host", "family"), [("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)])
def test_both_families_can_be_listened_at(host: str, family: socket.AddressFamily) -> None:
    with closing(listen(host, 0)) as listening:
        assert listening.family == family
        assert listening.getsockname()[:1] == (host,)
