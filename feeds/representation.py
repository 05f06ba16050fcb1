"""Bytes as HTTP hands them out: strong validators, a compressed form with its own, and who needs no bytes at all."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property, lru_cache
from hashlib import sha256

COMPRESSIBLE = (
    *("text/", "image/svg+xml"),
    *("application/atom+xml", "application/rss+xml", "application/feed+json", "application/json"),
)

HeaderLines = tuple[tuple[bytes, bytes], ...]
"""Header lines as ASGI takes them: names in lower case."""
_BELONG_TO_304 = (b"cache-control", b"content-location", b"vary")


@dataclass(frozen=True, kw_only=True)
class Representation:
    """One form of a resource: its bytes, coding and strong ETag (RFC 9110 §8.8.3), and the header lines with it."""

    data: bytes
    etag: str
    coding: str | None = None
    complete: HeaderLines = ()
    """Of an answer with the bytes."""
    unchanged: HeaderLines = ()
    """Of a 304, which carries what caches need and nothing about bytes that it does not bring (RFC 9110 §15.4.5)."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What a path leads to. Hashes, compressed form and header lines are made once, when first asked for."""

    data: bytes
    media_type: str
    modified: datetime | None = None
    """Aware; nothing was altered at or after it. None for what is made on request, and where it is not sure yet."""
    headers: HeaderLines = ()
    """More lines of every answer with the bytes; those that a 304 has to repeat are repeated there."""

    @property
    def compressible(self) -> bool:
        return self.media_type.startswith(COMPRESSIBLE)

    @cached_property
    def plain(self) -> Representation:
        """The bytes as they are."""
        return self._representation(self.data, f'"{sha256(self.data).hexdigest()}"', None)

    @cached_property
    def gzipped(self) -> Representation:
        """The bytes compressed. Another ETag, as a strong one may name one sequence of bytes only."""
        packed = gzip.compress(self.data, 6, mtime=0)
        return self._representation(packed, f'{self.plain.etag[:-1]}-gzip"', "gzip")

    def select(self, accept_encoding: str) -> Representation:
        """The form for a request's `Accept-Encoding`."""
        if not self.compressible or not _accepts_gzip(accept_encoding):
            return self.plain
        return self.gzipped if len(self.gzipped.data) < len(self.data) else self.plain

    def not_modified(self, representation: Representation, request: Mapping[str, str]) -> bool:
        """Whether the client has this form already (RFC 9110 §13.2.2): `If-None-Match` counts before the date."""
        condition = request.get("if-none-match")
        if condition is not None:
            return condition == representation.etag or _names(condition, representation.etag)
        since = request.get("if-modified-since")
        if since is None or self.modified is None:
            return False
        try:
            then = parsedate_to_datetime(since)
        except ValueError:
            return False
        if then.tzinfo is None:
            then = then.replace(tzinfo=UTC)
        return self.modified <= then

    def _representation(self, data: bytes, etag: str, coding: str | None) -> Representation:
        unchanged = [(b"etag", etag.encode())]
        if self.compressible:
            unchanged.append((b"vary", b"Accept-Encoding"))
        unchanged += [line for line in self.headers if line[0] in _BELONG_TO_304]
        complete = [
            *unchanged,
            *(line for line in self.headers if line[0] not in _BELONG_TO_304),
            (b"content-type", self.media_type.encode("latin-1")),
            (b"content-length", b"%d" % len(data)),
        ]
        if coding is not None:
            complete.append((b"content-encoding", coding.encode()))
        if self.modified is not None:
            moment = self.modified.astimezone(UTC).replace(microsecond=0)
            complete.append((b"last-modified", format_datetime(moment, usegmt=True).encode()))
        return Representation(data=data, etag=etag, coding=coding, complete=tuple(complete), unchanged=tuple(unchanged))


def _names(condition: str, etag: str) -> bool:
    # Ours hold no comma, so a list may be split at them; `W/` is dropped because the comparison is the weak one.
    tags = {tag.strip().removeprefix("W/") for tag in condition.split(",")}
    return "*" in tags or etag in tags


@lru_cache(maxsize=256)  # clients say it in a few dozen ways
def _accepts_gzip(accept_encoding: str) -> bool:
    weights: dict[str, float] = {}
    for item in accept_encoding.lower().split(","):
        coding, _, parameter = item.partition(";")
        weight = parameter.strip().removeprefix("q=") if parameter else "1"
        try:
            weights[coding.strip()] = float(weight)
        except ValueError:
            weights[coding.strip()] = 0.0
    gzip_weight = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip_weight > 0 and gzip_weight >= weights.get("identity", 0.0)
