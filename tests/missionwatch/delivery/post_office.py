"""A real SMTP server on loopback (aiosmtpd) with faults, and a clock that passes only when told to."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Fault = Literal["451", "550", "554 policy", "552 after", "lost before", "lost after", "hang", "421", "kept and lost"]
USER, PASSWORD = "watch", "open sesame"
HANG = 3.0
"""Seconds; longer than the senders of these tests wait."""


@dataclass
class Clock:
    """Time that passes only when told to."""

    moment: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_time(self, **span: float) -> datetime:
        self.moment += timedelta(**span)
        return self.moment


@dataclass
class PostOffice:
    """What the server was given, and what it does wrong: asked for each attempt, by recipient and its number."""

    fault: Callable[[str, int], Fault | None] = lambda recipient, attempt: None
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    attempts: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    pipelining: bool = False
    pause: float = 0.0
    """Seconds between taking a letter and saying so, in which its sender is in doubt."""
    port: int = 0
    _now: dict[str, Fault | None] = field(default_factory=dict)

    @property
    def recipients(self) -> Counter[str]:
        return Counter(recipient for recipient, _ in self.taken)

    @property
    def message_ids(self) -> list[str]:
        return [str(message_from_bytes(body, policy=policy.default)["Message-ID"]) for _, body in self.taken]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return [*responses[:-1], *(["250-PIPELINING"] if self.pipelining else []), responses[-1]]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.attempts[address] += 1
        fault = self._now[address] = self.fault(address, self.attempts[address])
        match fault:
            case "451":
                return f"451 4.3.0 Not now for <{address}>"
            case "421":
                return "421 4.3.2 Closing"
            case "550":
                return f"550 5.1.1 <{address}> is unknown here"
            case "554 policy":
                return f"554 5.7.1 <{address}>: Relay access denied"
            case "lost before":
                _drop(server)
                return "250 OK"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (recipient,) = envelope.rcpt_tos
        content = envelope.content
        assert isinstance(content, bytes)
        match self._now[recipient]:
            case "552 after":
                return "552 5.3.4 Too large"
            case "lost after":
                _drop(server)
                return "250 OK"
            case "hang":
                await asyncio.sleep(HANG)
                return "451 too late"
            case "kept and lost":
                self.taken.append((recipient, content))
                _drop(server)
                return "250 OK"
        self.taken.append((recipient, content))
        await asyncio.sleep(self.pause)
        return "250 Taken"


def _drop(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


class _Controller(Controller):
    def factory(self) -> SMTP:
        made = _Quiet(self.handler, **self.SMTP_kwargs)
        made._auth_require_tls = self.ssl_context is None  # of TLS from the start aiosmtpd knows nothing
        return made

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]  # any free one was asked for
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Quiet(SMTP):
    async def push(self, status: Any) -> None:
        try:
            await super().push(status)
        except ConnectionError:
            return  # that is what was meant


@contextmanager
def post_office(
    fault: Callable[[str, int], Fault | None] = lambda recipient, attempt: None,
    *,
    tls: ssl.SSLContext | None = None,
    smtps: ssl.SSLContext | None = None,
    login: bool = False,
    pipelining: bool = False,
) -> Iterator[PostOffice]:
    """Serves at a free port for as long as the block runs: plain, with STARTTLS demanded, or in TLS from the start."""
    office = PostOffice(fault, pipelining=pipelining)

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False)

    more: dict[str, Any] = {}
    if login:
        more = {"auth_required": True, "authenticator": authenticate, "auth_require_tls": True}
    if tls is not None:
        more |= {"tls_context": tls, "require_starttls": True}
    controller = _Controller(
        office, hostname="127.0.0.1", port=0, ssl_context=smtps, ready_timeout=20, data_size_limit=1 << 20, **more
    )
    controller.start()
    office.connections = 0
    try:
        office.port = controller.port
        yield office
    finally:
        controller.stop()


@contextmanager
def nobody() -> Iterator[int]:
    """A port at which nobody listens."""
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def certificate(folder: Path, host: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For the server and for clients that believe it: a certificate of its own, made now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate_file, key_file)
    return server, ssl.create_default_context(cafile=str(certificate_file))
