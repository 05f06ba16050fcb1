"""Bytes as HTTP hands them out: strong validators, a compressed form with its own, and who needs no bytes at all."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from hashlib import sha256

COMPRESSIBLE = ("text/", "application/atom+xml", "application/rss+xml", "application/feed+json", "application/json")


@dataclass(frozen=True, kw_only=True)
class Representation:
    """One form of a resource: its bytes, coding and strong ETag (RFC 9110 §8.8.3)."""

    data: bytes
    etag: str
    coding: str | None = None


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What a path leads to. Hash and compressed form are made once, when first asked for."""

    data: bytes
    media_type: str
    modified: datetime | None = None
    """Aware; None for what is made on request."""

    @property
    def compressible(self) -> bool:
        return self.media_type.startswith(COMPRESSIBLE)

    @cached_property
    def plain(self) -> Representation:
        """The bytes as they are."""
        return Representation(data=self.data, etag=f'"{sha256(self.data).hexdigest()}"')

    @cached_property
    def gzipped(self) -> Representation:
        """The bytes compressed. Another ETag, as a strong one may name one sequence of bytes only."""
        packed = gzip.compress(self.data, 6, mtime=0)
        return Representation(data=packed, etag=f'{self.plain.etag[:-1]}-gzip"', coding="gzip")

    def select(self, accept_encoding: str) -> Representation:
        """The form for a request's `Accept-Encoding`."""
        if not self.compressible or not _accepts_gzip(accept_encoding):
            return self.plain
        return self.gzipped if len(self.gzipped.data) < len(self.data) else self.plain

    def headers(self, representation: Representation) -> dict[str, str]:
        """Validators and coding of one form, for 200 and 304 alike."""
        headers = {"ETag": representation.etag}
        if self.compressible:
            headers["Vary"] = "Accept-Encoding"
        if self.modified is not None:
            headers["Last-Modified"] = format_datetime(self.modified.astimezone(UTC), usegmt=True)
        return headers

    def not_modified(self, representation: Representation, request: Mapping[str, str]) -> bool:
        """Whether the client has this form already (RFC 9110 §13.2.2): `If-None-Match` counts before the date."""
        condition = request.get("if-none-match")
        if condition is not None:
            return _names(condition, representation.etag)
        since = request.get("if-modified-since")
        if since is None or self.modified is None:
            return False
        try:
            then = parsedate_to_datetime(since)
        except ValueError:
            return False
        if then.tzinfo is None:
            then = then.replace(tzinfo=UTC)
        return self.modified.replace(microsecond=0) <= then


def _names(condition: str, etag: str) -> bool:
    # Ours hold no comma, so a list may be split at them; `W/` is dropped because the comparison is the weak one.
    tags = {tag.strip().removeprefix("W/") for tag in condition.split(",")}
    return "*" in tags or etag in tags


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
