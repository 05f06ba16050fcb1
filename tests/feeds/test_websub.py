import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from feeds import websub
from feeds.publish import PublishSettings, publish
from feeds.websub import ping
from tests.feeds.fakes import a_statement, harbour

SETTINGS = PublishSettings(base_url="https://watch.example/desk", feed_entries=50)
FEEDS = 30
"""Of the harbour: everything and four slices, two feeds in three formats each."""


class Hub(ThreadingHTTPServer):
    """A hub on loopback that answers with one status, and remembers what it was told."""

    daemon_threads = True

    def __init__(self, status: int = 204) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = status
        self.told: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hub"


class _Answer(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert (self.path, body["hub.mode"]) == ("/hub", ["publish"])
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        self.server.told += body["hub.url"]
        self.send_response(self.server.status)
        if self.server.status in (301, 307):
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the tests look at `told`."""


@contextmanager
def running(status: int = 204) -> Iterator[Hub]:
    with Hub(status) as hub:
        thread = threading.Thread(target=hub.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()


@contextmanager
def silent(drip: bytes = b"") -> Iterator[str]:
    """A hub that takes the request and never answers, or a byte at a time."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            taken, _ = listening.accept()
            with taken:
                for at in range(len(drip)):
                    if over.wait(0.02):
                        return
                    try:
                        taken.sendall(drip[at : at + 1])
                    except OSError:
                        return
                over.wait()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            over.set()
            thread.join()


def test_the_hub_is_told_of_every_feed_that_changed_and_of_no_other(tmp_path: Path) -> None:
    archive = harbour()
    with running() as hub:
        settings = replace(SETTINGS, websub_hubs=(hub.url,))
        publish(archive, tmp_path, settings)
        assert ping(tmp_path, settings) == 0
        assert len(hub.told) == len(set(hub.told)) == FEEDS
        selves = {json.loads(path.read_bytes())["feed_url"] for path in (tmp_path / "feeds").rglob("*.json")}
        assert selves <= set(hub.told)
        hub.told.clear()
        publish(archive, tmp_path, settings)
        assert ping(tmp_path, settings) == 0
        assert hub.told == []
        archive.add(a_statement("2000", "关于泊位的说明", language="zh-Hans"))
        publish(archive, tmp_path, settings)
        assert ping(tmp_path, settings) == 0
        assert {topic for topic in hub.told if "/languages/" in topic} == {
            f"https://watch.example/desk/feeds/languages/zh-Hans/{name}.{kind}"
            for name in ("changes", "statements")
            for kind in ("atom", "rss", "json")
        }


@pytest.mark.parametrize("status", [400, 500, 301, 307])
def test_a_hub_that_refuses_is_told_again_next_time(
    tmp_path: Path, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with running(status) as hub:
        settings = replace(SETTINGS, websub_hubs=(hub.url,))
        publish(harbour(), tmp_path, settings)
        with caplog.at_level(logging.WARNING):
            assert ping(tmp_path, settings) == FEEDS
        assert len(hub.told) == 1
        assert [str(status) in record.getMessage() for record in caplog.records] == [True]
        hub.status = 202
        publish(harbour(), tmp_path, settings)
        assert ping(tmp_path, settings) == 0
        assert len(set(hub.told)) == FEEDS
        assert ping(tmp_path, settings) == 0


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000])
def test_a_hub_that_hangs_or_drips_is_left_alone_in_time(
    tmp_path: Path, drip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websub, "TIMEOUT", 0.2)
    with silent(drip) as hanging, running() as hub:
        settings = replace(SETTINGS, websub_hubs=(hanging, hub.url))
        publish(harbour(), tmp_path, settings)
        began = time.monotonic()
        assert ping(tmp_path, settings) == FEEDS
        assert time.monotonic() - began < 60  # it comes back at all
        assert len(hub.told) == FEEDS


@pytest.mark.parametrize(
    "hub", ["ftp://hub.example/", "file:///etc/passwd", "//hub", "http://", "http://[::1", "http://127.0.0.1:99999/"]
)
def test_an_address_that_is_none_is_said_and_nothing_breaks(
    tmp_path: Path, hub: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(SETTINGS, websub_hubs=(hub,))
    (tmp_path / ".missionwatch").mkdir()
    (tmp_path / websub.NAME).write_text(json.dumps([[hub, "https://watch.example/feeds/changes.atom"]]))
    with caplog.at_level(logging.WARNING):
        assert ping(tmp_path, settings) == 1
    assert len(caplog.records) == 1


def test_a_hub_that_nobody_answers_at_is_pending_and_a_hub_taken_out_is_forgotten(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = replace(SETTINGS, websub_hubs=(f"http://127.0.0.1:{port}/",))
    publish(harbour(), tmp_path, settings)
    assert ping(tmp_path, settings) == FEEDS
    with running() as hub:
        settings = replace(SETTINGS, websub_hubs=(hub.url,))
        assert ping(tmp_path, settings) == 0
        assert hub.told == []
    assert json.loads((tmp_path / websub.NAME).read_bytes()) == []


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b'[["a"]]'])
def test_a_list_that_cannot_be_read_is_begun_anew(tmp_path: Path, damage: bytes) -> None:
    with running() as hub:
        settings = replace(SETTINGS, websub_hubs=(hub.url,))
        publish(harbour(), tmp_path, settings)
        (tmp_path / websub.NAME).write_bytes(damage)
        assert ping(tmp_path, settings) == 0
        publish(harbour(), tmp_path, settings, full=True)
        assert ping(tmp_path, settings) == 0
        assert hub.told == []


def test_without_hubs_nothing_is_kept_or_told(tmp_path: Path) -> None:
    publish(harbour(), tmp_path, SETTINGS)
    assert ping(tmp_path, SETTINGS) == 0
    assert not (tmp_path / websub.NAME).exists()
