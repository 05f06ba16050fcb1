"""What the daemon says of itself: logs without secrets, metrics that parse, health that is true, pings."""

import asyncio
import http.server
import json
import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from missionwatch.config import Supervisor, supervisor
from missionwatch.daemon.clock import Clock
from missionwatch.daemon.health import Health
from missionwatch.daemon.logs import JsonLines, keep_secret, masked
from missionwatch.daemon.metrics import Metric, one, render
from missionwatch.daemon.standing import Parts, Standing
from missionwatch.daemon.supervisor import Notifier, ping
from missionwatch.daemon.truth_of_time import time_by, time_of
from missionwatch.wiring import now
from store import schema
from store.database import Database
from store.lease import lease

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("to anna.b+c@example.org now", "to ***@*** now"),
        ("postgresql+psycopg://watch:hunter2@db/x failed", "postgresql+psycopg://watch:***@db/x failed"),
        ("password=hunter2; rest", "password=***; rest"),
        ("GET /unsubscribe/abcDEF123?x=1", "GET /unsubscribe/***?x=1"),
        ("the canary-secret-1 is here", "the *** is here"),
        ("nothing to hide: eng/hyyfy/t20240521_11303456.htm", "nothing to hide: eng/hyyfy/t20240521_11303456.htm"),
        ("<bob@example.org>, <甲@example.cn>", "<***@***>, <***@***>"),
    ],
)
def test_secrets_and_addresses_are_masked(said: str, shown: str) -> None:
    keep_secret("canary-secret-1", "ab")
    assert masked(said) == shown


def test_a_record_is_one_line_of_json_whatever_it_holds() -> None:
    record = logging.makeLogRecord(
        {"msg": "got %s", "args": ("x\n\x1b[31m\u2028{}\ud800",), "levelname": "INFO", "name": "missionwatch"}
    )
    record.site, record.run, record.nothing = "eve@example.org", 7, None
    try:
        raise ValueError("to carol@example.org")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    line = JsonLines().format(record)
    assert line.isascii()
    assert "\n" not in line
    told = json.loads(line)
    assert (told["level"], told["site"], told["run"]) == ("info", "***@***", 7)
    assert "nothing" not in told
    assert "carol" not in line
    assert told["time"].endswith("Z")


def test_metrics_are_in_the_format_of_prometheus() -> None:
    odd = Metric("odd", "gauge", "Odd labels.", ("name",), {('a"b\\c\nd',): 0.25})
    assert render([one("up", "gauge", "Up.", 1), odd, Metric("none", "counter", "None.", ("x",), {})]) == (
        b"# HELP missionwatch_up Up.\n# TYPE missionwatch_up gauge\nmissionwatch_up 1\n"
        b"# HELP missionwatch_odd Odd labels.\n# TYPE missionwatch_odd gauge\n"
        b'missionwatch_odd{name="a\\"b\\\\c\\nd"} 0.25\n'
    )


def ask(health: Health, method: str, path: str) -> tuple[int, bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    path, _, query = path.partition("?")
    asyncio.run(health({"method": method, "path": path, "query_string": query.encode()}, receive, send))
    return sent[0]["status"], sent[1]["body"]


def test_health_answers_before_the_pages_and_leaves_the_rest_to_them() -> None:
    wrong: dict[str, str] = {}

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        await send({"status": 418})
        await send({"body": b"pages"})

    async def checks() -> dict[str, str]:
        return wrong

    async def metrics() -> bytes:
        return b"numbers"

    health = Health(pages, checks, metrics)
    assert ask(health, "GET", "/healthz/") == (200, b'{"status": "ok"}')
    assert ask(health, "GET", "/readyz") == (200, b'{"status": "ready", "wrong": {}}')
    assert ask(health, "GET", "/metrics") == (200, b"numbers")
    assert ask(health, "HEAD", "/healthz") == (200, b"")
    for method, path in (("POST", "/healthz"), ("GET", "/"), ("GET", "/healthz/more"), ("GET", "/statements/healthz")):
        assert ask(health, method, path) == (418, b"pages")
    wrong["standby"] = "Another one leads."
    told = b'{"status": "standing by", "wrong": {"standby": "Another one leads."}}'
    assert ask(health, "GET", "/readyz") == (503, told)
    assert ask(health, "GET", "/readyz?standby=no") == (503, told)
    assert ask(health, "GET", "/readyz?a=b&standby=ok") == (200, told)
    wrong["database"] = "It is away."
    status, body = ask(health, "GET", "/readyz?standby=ok")
    assert (status, json.loads(body)) == (503, {"status": "not ready", "wrong": wrong})


def test_readiness_is_lease_and_database_and_work(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/missionwatch.db")
    schema.ensure(database)
    parts, clock = Parts(), Clock(now)
    standing = Standing(database, parts, clock)
    assert set(standing.wrong()) == {"standby"}
    assert standing.stuck() == {}
    with lease(database, now, "daemon") as held:
        parts.held = held
        assert standing.wrong() == {}
        parts.clock = "no watched site says the time"
        assert standing.wrong() == {"clock": "Nothing begins until the clock is right: no watched site says the time."}
        parts.clock = ""
        assert b"missionwatch_ready 1\n" in standing.metrics()
        held.lost.set()
        assert set(standing.stuck()) == {"lease"}
        held.lost.clear()
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        later = Standing(database, parts, clock)
        assert "schema 9999" in later.wrong()["database"]
        assert b"missionwatch_database_up 0\n" in later.metrics()
    database.close()


class Site(http.server.BaseHTTPRequestHandler):
    """Answers with the status of its path and a time of its own."""

    moment = NOW

    def do_GET(self) -> None:
        asked.append(self.path)
        self.send_response_only(int(self.path.partition("?")[0].strip("/") or "200"))
        self.end_headers()

    def do_HEAD(self) -> None:
        self.send_response_only(404)
        self.send_header("Date", format_datetime(self.moment, usegmt=True))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


asked: list[str] = []


@pytest.fixture
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_dead_mans_switch_is_asked_for_and_trouble_is_said(site: str) -> None:
    asked.clear()
    assert ping(f"{site}/200?id=7") is None
    assert asked == ["/200?id=7"]
    assert ping(f"{site}/500") == "it answered 500"
    assert ping(f"{site}/302") == "it answered 302"
    assert ping("http://127.0.0.1:1/") is not None


def test_sites_say_what_time_it_is(site: str) -> None:
    assert time_of(site, "test") == NOW
    assert time_of("http://127.0.0.1:1", "test") is None

    def ask_it(address: str) -> datetime | None:
        return time_of(address, "test")

    away = "http://127.0.0.1:1"
    assert time_by([away, site], ask_it) == NOW
    assert time_by([away], ask_it) is None
    assert time_by([], ask_it) is None


def test_who_looks_after_this_process_is_in_the_environment() -> None:
    assert supervisor({}) == Supervisor(address="", watchdog=0)
    told = {"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "30000000"}
    assert supervisor(told) == Supervisor(address="@x", watchdog=30)
    assert supervisor(told | {"WATCHDOG_PID": "1"}).watchdog == 0
    assert Notifier(supervisor(told)).every == 10
    began = time.monotonic()
    Notifier(Supervisor(address="/nowhere/at/all", watchdog=1)).ready("test")
    assert time.monotonic() - began < 60
