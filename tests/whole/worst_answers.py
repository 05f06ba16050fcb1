"""Answers that nobody means well: pages beyond all size and build, and small ones that unpack to large ones."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli
import zstandard

_HEAD = (
    '<!DOCTYPE html><html><head><title>Title_Mission</title></head><body><div class="view-content">'
    '<h3 class="view-title">Title</h3><div class="view-date">2024-01-02 10:00</div><div class="view-txt">'
)
_TAIL = "</div></div></body></html>"
_UNPACKED = 300_000_000
"""Ten times what is read at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstAnswer:
    """What is planted, and how a run may call it, on a statement's page."""

    body: Callable[[], bytes]
    code: str
    encoding: str = ""
    """Content-Encoding, if there is one."""

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [("Content-Encoding", self.encoding)] if self.encoding else []


def _page(text: str) -> bytes:
    return (_HEAD + text + _TAIL).encode()


def _filled(size: int) -> bytes:
    return _page("<p>word </p>" * (size // len("<p>word </p>")))


def _zeros() -> bytes:
    return bytes(_UNPACKED)


WORST_ANSWERS: dict[str, WorstAnswer] = {
    "page of 50 MB": WorstAnswer(body=lambda: _filled(50_000_000), code="too-large"),
    "page of 30 MB": WorstAnswer(body=lambda: _filled(30_000_000), code="too-large"),
    "nested 100,000 deep": WorstAnswer(
        body=lambda: _page("<div>" * 100_000 + "x" + "</div>" * 100_000), code="layout-changed"
    ),
    "a million links": WorstAnswer(body=lambda: _page('<a href="/a">b</a>' * 1_000_000), code="too-large"),
    "100,000 attributes": WorstAnswer(
        body=lambda: _page(f"<div {' '.join(f'a{number}=1' for number in range(100_000))}>x</div>"),
        code="layout-changed",
    ),
    "gzip bomb": WorstAnswer(body=lambda: gzip.compress(_zeros(), 9), encoding="gzip", code="too-large"),
    "gzip bomb in gzip": WorstAnswer(
        body=lambda: gzip.compress(gzip.compress(_zeros(), 9), 9), encoding="gzip, gzip", code="too-large"
    ),
    "deflate bomb": WorstAnswer(body=lambda: zlib.compress(_zeros(), 9), encoding="deflate", code="too-large"),
    "brotli bomb": WorstAnswer(body=lambda: brotli.compress(_zeros(), quality=5), encoding="br", code="too-large"),
    "zstandard bomb": WorstAnswer(body=lambda: zstandard.compress(_zeros()), encoding="zstd", code="too-large"),
}
