"""Events for programs: signed, to nobody but who is configured, and again until they are taken."""

import base64
import hmac
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from missionwatch.delivery.pump import Pump
from missionwatch.delivery.webhook import WebhookCarrier, signature
from store.database import Database
from store.mailing.model import Letter
from tests.missionwatch.delivery.post_office import Clock
from tests.missionwatch.delivery.test_smtp import letters
from tests.store.mailing.world import put


@dataclass
class Receiver:
    """What a program was sent, and what it answers."""

    status: int = 204
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(told.status)
            if told.status == 307:
                self.send_header("Location", f"{told.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def event(url: str) -> Letter:
    return replace(letters(url)[0], kind="webhook", message_id="event-1", body=b'{"type":"changes"}')


def test_an_event_is_signed_as_standard_webhooks_are(receiver: Receiver, clock: Clock) -> None:
    url = f"{receiver.url}/hook?key=1"
    given = event(url)
    ((_, answer),) = WebhookCarrier({url: "whsec_c2VjcmV0"}, clock).carry([given])
    assert answer.outcome == "sent"
    ((path, headers, body),) = receiver.got
    assert (path, body, headers["content-type"]) == ("/hook?key=1", given.body, "application/json")
    stamp = str(int(clock().timestamp()))
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("event-1", stamp)
    told = hmac.new(b"secret", b".".join([b"event-1", stamp.encode(), body]), sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(told).decode()}"
    assert signature("secret", "event-1", stamp, body) == headers["webhook-signature"]


def test_without_a_secret_nothing_is_signed(receiver: Receiver, clock: Clock) -> None:
    list(WebhookCarrier({receiver.url: ""}, clock).carry([event(receiver.url)]))
    assert "webhook-signature" not in receiver.got[0][1]


@pytest.mark.parametrize(
    ("status", "outcome"), [(500, "deferred"), (404, "deferred"), (307, "deferred"), (410, "failed")]
)
def test_what_is_no_yes_is_asked_again_and_nobody_is_led_elsewhere(
    receiver: Receiver, clock: Clock, status: int, outcome: str
) -> None:
    receiver.status = status
    by = WebhookCarrier({receiver.url: ""}, clock)
    answers = [answer.outcome for _, answer in by.carry([event(receiver.url), event(receiver.url)])]
    assert answers == [outcome, "deferred"]
    assert [path for path, _, _ in receiver.got] == ["/"]
    by.rest()
    receiver.status = 200
    assert [answer.outcome for _, answer in by.carry([event(receiver.url)])] == ["sent"]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://[::1", "http://127.0.0.1:x/"]
)
def test_only_http_and_https_are_spoken(clock: Clock, url: str) -> None:
    ((_, answer),) = WebhookCarrier({url: ""}, clock).carry([event(url)])
    assert answer.outcome == "failed"


def test_who_was_taken_out_of_the_configuration_gets_nothing(receiver: Receiver, clock: Clock) -> None:
    ((_, answer),) = WebhookCarrier({}, clock).carry([event(receiver.url)])
    assert (answer.outcome, receiver.got) == ("failed", [])


def test_events_and_mails_do_not_wait_for_each_other(database: Database, receiver: Receiver, clock: Clock) -> None:
    put(database, receiver.url, clock(), kind="webhook")
    put(database, "a@harbour.example", clock())
    done = Pump(database, [WebhookCarrier({receiver.url: ""}, clock)], clock).run()
    assert (done.sent, len(receiver.got)) == (1, 1)
