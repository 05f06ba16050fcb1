"""What is asked of the replica and what it answers, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import NamedTuple

from missionwatch.replica.flows import Flow

HTML = "text/html; charset=UTF-8"


class Request(NamedTuple):
    """A request as answered; status 0 if the connection was dropped or left without an answer."""

    method: str
    path: str
    status: int


class RequestLog(list[Request]):
    """The requests seen, oldest first."""

    def reset(self) -> None:
        """Forgets all requests seen so far."""
        self.clear()

    def paths(self, status: int | None = None) -> list[str]:
        """The paths asked for, with that status if one is given."""
        return [request.path for request in self if status in (None, request.status)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer with its head ready to be sent, but for the `Date` line."""

    status: int
    body: bytes
    head: bytes
    """Status line and headers, each with its line end, without the empty line."""
    etag: str = ""
    modified: datetime | None = None
    cut: bool = False
    """Whether the connection cannot go on after it: the head promises another length than the body has, or it flows."""
    flow: Flow | None = None
    """How the body is sent if it is not sent at once."""

    def unchanged(self, if_none_match: str, if_modified_since: str) -> bool:
        """Whether a request with these headers has the current bytes; the first wins over the second (RFC 9110)."""
        if if_none_match:
            asked = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
            return bool(self.etag) and (self.etag in asked or "*" in asked)
        if not if_modified_since or self.modified is None:
            return False
        try:
            return self.modified <= parsedate_to_datetime(if_modified_since)
        except (ValueError, TypeError):
            return False

    def not_modified(self) -> "Answer":
        """The 304 for this answer."""
        kept = _validators(self.etag, self.modified)
        return Answer(status=304, body=b"", head=_head(304, kept), etag=self.etag, modified=self.modified)


def answer(
    status: int,
    body: bytes,
    media_type: str = HTML,
    headers: Sequence[tuple[str, str]] = (),
    modified: datetime | None = None,
    flow: Flow | None = None,
) -> Answer:
    """An answer; with `modified` it gets `Last-Modified` and an `ETag` made from the bytes.

    `headers` win over those it would get; a `Content-Length` of its own makes it a transfer that breaks off. An endless
    flow comes in chunks.
    """
    etag = f'"{sha256(body).hexdigest()[:24]}"' if modified else ""
    given = {name.lower(): value for name, value in headers}
    endless = flow is not None and flow.kind == "endless"
    extent = ("Transfer-Encoding", "chunked") if endless else ("Content-Length", str(len(body)))
    made = [("Content-Type", media_type), extent, *_validators(etag, modified)]
    lines = [*(line for line in made if line[0].lower() not in given), *headers]
    cut = flow is not None or given.get("content-length", str(len(body))) != str(len(body))
    return Answer(status=status, body=body, head=_head(status, lines), etag=etag, modified=modified, cut=cut, flow=flow)


def _validators(etag: str, modified: datetime | None) -> list[tuple[str, str]]:
    if modified is None:
        return []
    return [("ETag", etag), ("Last-Modified", format_datetime(modified, usegmt=True))]


def _head(status: int, headers: Sequence[tuple[str, str]]) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Other"
    lines = "".join(f"{name}: {value}\r\n" for name, value in (("Server", "replica"), *headers))
    return f"HTTP/1.1 {status} {phrase}\r\n{lines}".encode("latin-1")
