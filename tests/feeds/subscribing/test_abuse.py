"""Forms in bad hands: nobody is flooded, nobody is found out, nothing is said that should not be."""

import logging
import re
import socket
import time
from collections import Counter
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from feeds.subscribing.origin import origin_of
from tests.feeds.hostile import hostile_archive
from tests.feeds.payloads import PAYLOADS
from tests.feeds.subscribing.counter import ANN, EVE, FORM, Place

VICTIM = "sparrow.bird@secret-harbour.example"


@pytest.mark.parametrize("times", [40, pytest.param(1000, marks=pytest.mark.soak)])
def test_a_victim_gets_one_letter_an_hour_whatever_is_asked(counter: Place, times: int) -> None:
    names = (VICTIM, VICTIM.upper(), VICTIM.replace(".bird", "bird"), f" {VICTIM} ", VICTIM.replace("@", "+x@"))
    answers = Counter[bytes]()
    for hour in range(2):
        for number in range(times // 2):
            path = ("/subscribe", "/manage")[number % 3 == 2]
            more = {"X_Forwarded_For": f"203.0.113.{number % 250}"}
            answers[counter.post(path, {"address": names[number % 5]}, **more)[2]] += 1
        assert len(counter.letters()) == 1, hour
        counter.clock.pass_time(hours=1)
    assert len(answers) == 1


def test_one_origin_causes_twenty_letters_an_hour(counter: Place) -> None:
    for number in range(30):
        assert counter.post("/subscribe", {"address": f"a{number}@harbour.example"})[0] == 200
    assert len(counter.letters()) == 20
    more = {"X_Forwarded_For": "198.51.100.7, 203.0.113.9"}
    assert counter.post("/subscribe", {"address": EVE}, **more)[0] == 200
    assert len(counter.letters()) == 1


def test_known_and_unknown_addresses_get_the_same_answer(counter: Place) -> None:
    counter.confirmed(EVE)
    counter.clock.pass_time(hours=2)
    for path in ("/subscribe", "/manage"):
        known = counter.post(path, {"address": EVE})
        unknown = counter.post(path, {"address": ANN})
        assert [(status, body) for status, _, body in (known, unknown)] == [(200, known[2])] * 2
        assert _without_date(known[1]) == _without_date(unknown[1])
        counter.clock.pass_time(hours=2)


def _without_date(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "date"}


def test_every_answer_waits_for_the_same_time(counter: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.subscribing.web.SAME_TIME", 0.4)
    counter.confirmed(EVE)
    counter.clock.pass_time(hours=2)
    for path, address in (("/manage", EVE), ("/manage", ANN), ("/subscribe", ANN), ("/subscribe", ANN)):
        began = time.monotonic()
        assert counter.post(path, {"address": address})[0] == 200
        assert time.monotonic() - began >= 0.4


def test_no_address_is_said_but_to_who_typed_it(counter: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    counter.post("/subscribe", {"address": VICTIM})
    confirm = counter.link("confirm")
    said = [counter.get(confirm), counter.post(confirm), counter.get("/subscribe")]
    counter.clock.pass_time(hours=2)
    counter.post("/manage", {"address": VICTIM})
    said.append(counter.get(counter.link("manage")))
    counter.archive.down = True
    said += [counter.get("/subscribe"), counter.post("/subscribe", {"address": VICTIM})]
    said += [counter.get(path) for path in ("/status.json", "/feeds/changes.atom", "/nothing")]
    for status, headers, body in said:
        told = f"{status} {headers} {body.decode()}".lower()
        assert "sparrow" not in told, re.findall(".{60}sparrow.{60}", told)
        assert "secret-harbour" not in told
    assert "sparrow" not in caplog.text.lower()
    assert confirm.rpartition("/")[2] not in caplog.text


@pytest.mark.parametrize("path", ["/subscribe", "/manage", "/confirm/x", "/manage/x", "/unsubscribe/x"])
def test_every_answer_is_locked_down_and_not_kept(counter: Place, path: str) -> None:
    for method in ("GET", "HEAD"):
        status, headers, body = counter.get(path, method)
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert "form-action 'self'; frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
        assert (headers["x-content-type-options"], headers["x-robots-tag"]) == ("nosniff", "noindex")
        if method == "GET":
            assert b'name="robots" content="noindex"' in body
            assert (b"<form" in body) is (status == 200)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        status, headers, _ = counter.send(method, path, None)
        assert (status, headers["allow"]) == (405, "GET, HEAD, POST")
    assert not counter.rows()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"Content_Type": "application/json"}, 415),
        (b"address=x", {}, 415),
        (b"address=" + b"x" * 20_000, {"Content_Type": FORM}, 413),
        (b"a=1&" * 1500, {"Content_Type": FORM}, 400),
        (b"\xff\xfe=\x00", {"Content_Type": FORM}, 400),
        (b"address=%ff%fe@b.example", {"Content_Type": FORM}, 400),
    ],
)
def test_what_is_no_form_of_ours_is_refused_in_a_sentence(
    counter: Place, body: bytes, headers: dict[str, str], status: int
) -> None:
    for path in ("/subscribe", "/manage"):
        found, _, page = counter.send("POST", path, body, **headers)
        assert found == status
        assert re.search(rb"<p class=\"lead\">[A-Z][^<]+\.</p>|<span lang=\"en\">[A-Z][^<]+\.</span>", page)
    assert not counter.rows()


def test_one_click_with_a_huge_body_is_refused(counter: Place) -> None:
    assert counter.send("POST", "/unsubscribe/x", b"x" * 20_000)[0] == 413


def test_a_form_that_never_comes_ends(counter: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.subscribing.web.BODY_TIME", 0.2)
    with socket.create_connection(("127.0.0.1", counter.port), timeout=20) as visitor:
        visitor.sendall(f"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n".encode())
        visitor.sendall(b"Content-Length: 100\r\n\r\naddress=")
        assert visitor.recv(100).startswith(b"HTTP/1.1 408 ")


def test_names_from_pages_are_obeyed_by_nobody(counter: Place) -> None:
    vars(counter.archive).update(vars(hostile_archive()))
    said = counter.get("/subscribe")[2].decode()
    for fields in ({"address": each, "words": each, "zone": each, "sections": each} for each in PAYLOADS[::7]):
        status, _, page = counter.post("/subscribe", fields)
        assert status == 400
        said += page.decode()
    for text in re.findall(
        r"<(?!/?(?:!DOCTYPE|html|head|meta|title|link|body|a|header|p|nav|ul|li|main|div|h[12]|form|"
        r"label|input|fieldset|legend|span|select|option|details|summary|button|section|footer|"
        r"strong)\b)[^>]{0,40}",
        said,
    ):
        raise AssertionError(text)
    assert not re.search(r"<[^>]+\son\w+=", re.sub(r'"[^"]*"', '""', said))


@pytest.mark.parametrize(
    ("peer", "told", "origin"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::7", "", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
    ],
)
def test_a_proxy_of_this_machine_is_believed_and_no_other(peer: str, told: str, origin: str) -> None:
    headers = [(b"x-forwarded-for", told.encode())] if told else []
    assert origin_of(Request({"type": "http", "headers": headers, "client": (peer, 1)})) == origin


def test_forms_are_urlencoded_as_browsers_do(counter: Place) -> None:
    body = urlencode({"address": EVE, "words": "天气 & wind"}).replace("+", "%20")
    assert counter.post("/subscribe", body)[0] == 200
    counter.post(counter.link("confirm"))
    assert counter.subscriber().wishes.words == ("天气 & wind",)
