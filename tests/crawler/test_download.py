"""Downloads against a server on loopback that answers with exactly the bytes that a test gives it."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.utils.test import get_crawler

from crawler.download import KeptAliveDownloads
from crawler.resolver import PrivateAddressError, addresses_of

MOST = 1000


class Site:
    """Answers each request with the next of its answers, and ends the connection after one that is marked so."""

    def __init__(self, answers: list[bytes], *, closing: bool = False, silent: bool = False) -> None:
        self.answers = answers
        self.closing = closing
        self.silent = silent
        self.heads: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while self.answers or self.silent:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                if self.silent:
                    await reader.read()
                    return
                writer.write(self.answers.pop(0))
                await writer.drain()
                if self.closing:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def opened(site: Site, tls: ssl.SSLContext | None = None, **settings: Any) -> AsyncIterator[tuple[Any, str]]:
    """A download handler and the address of a server."""
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=tls)
    handler = KeptAliveDownloads(
        get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": MOST, "DOWNLOAD_TIMEOUT": 5.0} | settings)
    )
    port = server.sockets[0].getsockname()[1]
    try:
        yield handler, f"http{'s' if tls else ''}://127.0.0.1:{port}"
    finally:
        await handler.close()
        server.close()


def fetch(site: Site, count: int = 1, **settings: Any) -> list[tuple[int, bytes]]:
    """Status and body of so many downloads, one after the other."""

    async def work() -> list[tuple[int, bytes]]:
        async with opened(site, **settings) as (handler, url):
            found = []
            for number in range(count):
                response = await handler.download_request(Request(f"{url}/{number}?q=1#part"))
                found.append((response.status, response.body))
            return found

    return asyncio.run(work())


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        (PLAIN, (200, b"hello")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", (200, b"hello")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN, (200, b"hello")),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", (304, b"")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", (404, b"")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * MOST, (200, b"x" * MOST)),
    ],
)
def test_whole_answers_come_and_keep_the_connection(sent: bytes, came: tuple[int, bytes]) -> None:
    site = Site([sent, PLAIN, sent])
    assert fetch(site, 3) == [came, (200, b"hello"), came]
    assert site.connections == 1


def test_an_answer_without_length_ends_with_its_connection() -> None:
    site = Site([b"HTTP/1.0 200 OK\r\n\r\nhello", PLAIN], closing=True)
    assert fetch(site, 2) == [(200, b"hello"), (200, b"hello")]
    assert site.connections == 2


def test_the_site_may_end_the_connection_between_two_requests() -> None:
    site = Site([PLAIN, PLAIN, PLAIN], closing=True)
    assert [status for status, _ in fetch(site, 3)] == [200, 200, 200]
    assert site.connections == 3


def test_what_is_asked() -> None:
    site = Site([PLAIN])
    standing: dict[str, Any] = {
        "USER_AGENT": "missionwatch",
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html", "If-None-Match": "b"},
    }

    async def work() -> None:
        async with opened(site, None, **standing) as (handler, url):
            headers = {"If-None-Match": '"a"'}
            await handler.download_request(Request(f"{url}/a%20b/?q=1#part", headers=headers))
            lines = site.heads[0].decode().split("\r\n")
            assert lines[0] == "GET /a%20b/?q=1 HTTP/1.1"
            assert sorted(line for line in lines[1:] if line) == [
                "Accept: text/html",
                f"Host: {url.removeprefix('http://')}",
                'If-None-Match: "a"',
                "User-Agent: missionwatch",
            ]

    asyncio.run(work())


def test_headers_keep_every_value() -> None:
    async def work() -> list[bytes]:
        async with opened(Site([PLAIN.replace(b"\r\n\r\n", b"\r\nLink: a\r\nlink: b\r\n\r\n")])) as (handler, url):
            headers = (await handler.download_request(Request(url))).headers
            found: list[bytes] = headers.getlist("Link")
            return found

    assert asyncio.run(work()) == [b"a", b"b"]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", ResponseDataLossError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", ResponseDataLossError),
        (b"HTTP/1.1 200 OK\r\nContent-Len", DownloadFailedError),
        (b"", DownloadFailedError),
        (b"SSH-2.0-server\r\n\r\n", DownloadFailedError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", DownloadFailedError),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 70_000, DownloadFailedError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", DownloadCancelledError),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST + 1), DownloadCancelledError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"x" * 1001, DownloadCancelledError),
    ],
)
def test_broken_answers_are_errors(sent: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        fetch(Site([sent], closing=True))


def test_bytes_that_nobody_asked_for_are_no_answer() -> None:
    site = Site([PLAIN + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", PLAIN])
    assert [body for _, body in fetch(site, 2)] == [b"hello", b"hello"]
    assert site.connections == 2


def test_no_answer_in_time() -> None:
    with pytest.raises(DownloadTimeoutError):
        fetch(Site([], silent=True), DOWNLOAD_TIMEOUT=0.1)


def test_a_late_answer_is_not_taken_for_the_next() -> None:
    site = Site([], silent=True)

    async def work() -> bytes:
        async with opened(site) as (handler, url):
            with pytest.raises(DownloadTimeoutError):
                await handler.download_request(Request(url, meta={"download_timeout": 0.1}))
            site.silent, site.answers = False, [PLAIN]
            body: bytes = (await handler.download_request(Request(url))).body
            return body

    assert asyncio.run(work()) == b"hello"
    assert site.connections == 2


def test_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        async def work() -> None:
            async with opened(Site([])) as (handler, _):
                await handler.download_request(Request(f"http://127.0.0.1:{port}/"))

        with pytest.raises(DownloadConnectionRefusedError):
            asyncio.run(work())


@pytest.mark.parametrize(
    "request_", [Request("http://127.0.0.1/", method="POST"), Request("http://127.0.0.1/", headers={"A": "b\r\nC: d"})]
)
def test_nothing_but_plain_get_is_sent(request_: Request) -> None:
    async def work() -> None:
        async with opened(Site([])) as (handler, _):
            await handler.download_request(request_)

    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        asyncio.run(work())


def test_certificates_are_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority)

    async def work() -> bytes:
        async with opened(Site([PLAIN]), tls) as (handler, url):
            body: bytes = (await handler.download_request(Request(url))).body
            return body

    with pytest.raises(DownloadFailedError, match="certificate"):
        asyncio.run(work())
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert asyncio.run(work()) == b"hello"


def test_names_are_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = certificate(tmp_path, "192.0.2.1")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))

    async def work() -> None:
        async with opened(Site([PLAIN]), tls) as (handler, url):
            await handler.download_request(Request(url))

    with pytest.raises(DownloadFailedError, match="SSL: IP address mismatch"):
        asyncio.run(work())


def certificate(folder: Path, address: str = "127.0.0.1") -> Path:
    """A file with a key and a certificate for an address, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    return path


Lookup = Callable[..., Coroutine[Any, Any, list[Any]]]


@pytest.mark.parametrize(
    ("name", "found", "given"),
    [
        ("site.example", ["93.184.215.14"], ["93.184.215.14"]),
        ("site.example", ["10.0.0.1", "93.184.215.14", "::1"], ["93.184.215.14"]),
        ("site.example", ["fe80::1%eth0", "2606:2800::1"], ["2606:2800::1"]),
        ("localhost", ["127.0.0.1"], ["127.0.0.1"]),
        ("127.0.0.1", ["127.0.0.1"], ["127.0.0.1"]),
        ("10.0.0.1", ["10.0.0.1"], ["10.0.0.1"]),
    ],
)
def test_names_lead_to_public_addresses(name: str, found: list[str], given: list[str]) -> None:
    assert asyncio.run(resolved(name, found)) == given


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.1.1", "::1", "fc00::1", "::ffff:127.0.0.1"])
def test_a_name_with_private_addresses_only_is_refused(address: str) -> None:
    with pytest.raises(PrivateAddressError, match="not a public address"):
        asyncio.run(resolved("site.example", [address]))


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(CannotResolveHostError, match=r"site\.example"):
        asyncio.run(resolved("site.example", []))


async def resolved(name: str, found: list[str]) -> list[str]:
    """What `addresses_of` makes of a look-up that gives these addresses."""

    async def look_up(host: str, port: int, **more: Any) -> list[Any]:
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    asyncio.get_running_loop().getaddrinfo = look_up  # type: ignore[assignment, method-assign]
    return await addresses_of(name, 443)
