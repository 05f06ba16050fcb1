"""The server on the wire: conditional requests, HEAD, keep-alive, outages."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse, IncompleteRead, RemoteDisconnected

import pytest

from missionwatch.replica import ReplicaServer, ReplicaSite


@pytest.fixture
def server() -> Iterator[ReplicaServer]:
    with ReplicaServer(ReplicaSite(count=40, seed=4)) as running:
        yield running


@pytest.fixture
def connection(server: ReplicaServer) -> Iterator[HTTPConnection]:
    open_connection = HTTPConnection(server.host, server.port, timeout=10)
    yield open_connection
    open_connection.close()


def get(connection: HTTPConnection, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    return response, response.read()


def test_pages_come_over_one_connection_and_are_logged(server: ReplicaServer, connection: HTTPConnection) -> None:
    urls = [truth.urls[0] for truth in server.site.truth()]
    for url in urls:
        response, body = get(connection, f"{url}?from=test")
        assert (response.status, body) == (200, server.site.answer(url).body)
        assert response.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert get(connection, "/none.htm")[0].status == 404
    assert server.requests == [*(("GET", url, 200) for url in urls), ("GET", "/none.htm", 404)]
    assert server.requests.paths(404) == ["/none.htm"]
    server.requests.reset()
    assert server.requests == []


def test_head_has_the_headers_and_no_body(server: ReplicaServer, connection: HTTPConnection) -> None:
    full, body = get(connection, "/eng/hyyfy/")
    head, nothing = get(connection, "/eng/hyyfy/", "HEAD")
    assert nothing == b""
    assert head.headers["Content-Length"] == str(len(body))
    assert head.headers["ETag"] == full.headers["ETag"]
    assert get(connection, "/eng/hyyfy/")[1] == body


def test_other_methods_are_refused_with_their_body_read(server: ReplicaServer, connection: HTTPConnection) -> None:
    connection.request("POST", "/eng/hyyfy/", body=b"GET / HTTP/1.1\r\n\r\n" * 100)
    response = connection.getresponse()
    assert (response.status, response.read()) == (405, b"")
    assert get(connection, "/robots.txt")[0].status == 200
    assert [request.status for request in server.requests] == [405, 200]


def test_unchanged_pages_are_304_until_they_change(server: ReplicaServer, connection: HTTPConnection) -> None:
    truth = server.site.truth()[0]
    first, body = get(connection, truth.urls[0])
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in (
        {"If_None_Match": etag},
        {"If_None_Match": f'"other", W/{etag}'},
        {"If_Modified_Since": modified},
        {"If_None_Match": etag, "If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        again, nothing = get(connection, truth.urls[0], **headers)
        assert (again.status, nothing, again.headers["ETag"]) == (304, b"", etag)
    for headers in ({"If_None_Match": '"other"', "If_Modified_Since": modified}, {"If_Modified_Since": "yesterday"}):
        assert get(connection, truth.urls[0], **headers)[1] == body
    server.site.edit(truth.doc_id, "character")
    assert get(connection, truth.urls[0], If_None_Match=etag)[0].status == 200
    assert get(connection, truth.urls[0], If_Modified_Since=modified)[0].status == 200


def test_validators_can_be_switched_off(server: ReplicaServer, connection: HTTPConnection) -> None:
    first, _ = get(connection, "/eng/hyyfy/")
    server.site.validators(False)
    second, _ = get(
        connection,
        "/eng/hyyfy/",
        If_None_Match=first.headers["ETag"],
        If_Modified_Since=first.headers["Last-Modified"],
    )
    assert second.status == 200
    assert "ETag" not in second.headers
    assert "Last-Modified" not in second.headers


def test_files_have_their_types() -> None:
    with ReplicaServer(ReplicaSite(count=200, seed=4)) as server:
        wanted = {"png": b"\x89PNG", "jpg": b"\xff\xd8\xff", "pdf": b"%PDF-1."}
        types = {"png": "image/png", "jpg": "image/jpeg", "pdf": "application/pdf"}
        client = HTTPConnection(server.host, server.port, timeout=10)
        seen = set()
        for truth in server.site.truth():
            for name, _ in (*truth.images, *truth.attachments):
                response, body = get(client, truth.urls[-1].rpartition("/")[0] + "/" + name)
                suffix = name.rpartition(".")[2]
                assert response.headers["Content-Type"] == types[suffix]
                assert body.startswith(wanted[suffix])
                seen.add(suffix)
        client.close()
        assert seen == set(wanted)


def test_a_planted_answer_is_sent_as_planted(server: ReplicaServer, connection: HTTPConnection) -> None:
    server.site.raw("/eng/hyyfy/", b"\xff\xfe odd", "text/plain", 418, [("X-Odd", "yes")])
    response, body = get(connection, "/eng/hyyfy/")
    assert (response.status, body, response.headers["X-Odd"]) == (418, b"\xff\xfe odd", "yes")
    server.site.raw("/eng/hyyfy/", None)
    assert get(connection, "/eng/hyyfy/")[0].status == 200


def test_a_transfer_can_break_off(server: ReplicaServer, connection: HTTPConnection) -> None:
    server.site.raw("/eng/hyyfy/", b"<html>", headers=[("Content-Length", "5000")])
    with pytest.raises(IncompleteRead) as broken:
        get(connection, "/eng/hyyfy/")
    assert broken.value.partial == b"<html>"


def test_a_dripping_body_comes_whole_in_the_end(server: ReplicaServer, connection: HTTPConnection) -> None:
    path = "/eng/hyyfy/"
    server.site.raw(path, b"<html></html>")
    server.site.flow(path, "drip", seconds=0.001)
    response, body = get(connection, path)
    assert (response.headers["Content-Length"], body) == ("13", b"<html></html>")
    assert get(connection, path, "HEAD")[0].headers["Content-Length"] == "13"
    server.site.flow(path, None)
    assert get(connection, path)[1] == b"<html></html>"


def test_a_dripping_body_lets_its_reader_wait_for_the_first_byte(server: ReplicaServer) -> None:
    server.site.flow("/eng/hyyfy/", "drip", seconds=3600)
    with socket.create_connection((server.host, server.port), timeout=10) as client:
        client.sendall(b"GET /eng/hyyfy/ HTTP/1.1\r\nHost: replica\r\n\r\n")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(65536)
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_an_endless_body_goes_on_until_the_reader_leaves(server: ReplicaServer, connection: HTTPConnection) -> None:
    path = server.site.truth()[0].urls[0]
    page = server.site.answer(path).body
    server.site.flow(path, "endless")
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.headers["Content-Length"] is None
    assert response.read(100 * len(page)) == page * 100
    connection.close()
    assert get(connection, "/eng/hyyfy/")[0].status == 200
    with pytest.raises(ValueError, match="no flow is called"):
        server.site.flow(path, "trickle")  # type: ignore[arg-type]


def test_refusing_closes_the_door_and_reopens_it_at_the_same_address(server: ReplicaServer) -> None:
    def attempt() -> int:
        client = HTTPConnection(server.host, server.port, timeout=10)
        try:
            return get(client, "/eng/hyyfy/")[0].status
        finally:
            client.close()

    assert attempt() == 200
    server.site.outage("refuse")
    with pytest.raises(ConnectionRefusedError):
        attempt()
    server.site.outage(None)
    assert attempt() == 200


def test_refusing_ends_open_connections(server: ReplicaServer, connection: HTTPConnection) -> None:
    get(connection, "/eng/hyyfy/")
    server.site.outage("refuse")
    with pytest.raises((ConnectionError, RemoteDisconnected)):
        get(connection, "/eng/hyyfy/")


def test_dropping_cuts_the_connection_without_an_answer(server: ReplicaServer, connection: HTTPConnection) -> None:
    server.site.outage("drop")
    with pytest.raises((ConnectionError, RemoteDisconnected)):
        get(connection, "/eng/hyyfy/")
    assert server.requests == [("GET", "/eng/hyyfy/", 0)]


def test_timeout_answers_nothing_and_its_end_hangs_up(server: ReplicaServer) -> None:
    server.site.outage("timeout")
    with socket.create_connection((server.host, server.port), timeout=10) as client:
        client.sendall(b"GET /eng/hyyfy/ HTTP/1.1\r\nHost: replica\r\n\r\n")
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.settimeout(10)
        server.site.outage(None)
        # An abort may reach the client as a reset.
        with suppress(ConnectionResetError):
            assert client.recv(1) == b""
    assert server.requests == [("GET", "/eng/hyyfy/", 0)]


def test_requests_sent_together_are_answered_in_order(server: ReplicaServer) -> None:
    server.site.slow(0.01)
    paths = ["/robots.txt", "/none.htm", "/eng/hyyfy"]
    with socket.create_connection((server.host, server.port), timeout=10) as client:
        wire = "".join(f"HEAD {path} HTTP/1.1\r\nHost: replica\r\n\r\n" for path in paths)
        closing = "GET /robots.txt HTTP/1.1\r\nConnection: close\r\n\r\n"
        for byte_count in (7, 40, len(wire)):
            client.sendall(wire[:byte_count].encode())
            wire = wire[byte_count:]
        client.sendall(closing.encode())
        got = b"".join(iter(lambda: client.recv(65536), b""))
    statuses = [line.split()[1] for line in got.decode().splitlines() if line.startswith("HTTP/1.1")]
    assert statuses == ["200", "404", "301", "200"]


def test_close_frees_the_port_and_may_be_repeated() -> None:
    server = ReplicaServer(ReplicaSite(count=1, seed=1))
    server.start()
    port = server.port
    failed = ReplicaServer(server.site, port=port)
    with pytest.raises(OSError, match="in use"):
        failed.start()
    failed.close()
    server.close()
    server.close()
    with ReplicaServer(server.site, port=port) as again:
        assert again.port == port
