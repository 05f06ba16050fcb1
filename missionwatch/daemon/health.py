"""`/healthz`, `/readyz` and `/metrics`: three answers about the daemon, before the pages."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from missionwatch.daemon.metrics import MEDIA_TYPE

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
JSON = "application/json"
STANDBY = "standby"
"""The name of the one thing that is not wrong with a daemon that waits for its turn."""


class Health:
    """Answers about the daemon, and leaves all other addresses to the pages."""

    def __init__(
        self,
        pages: Application,
        checks: Callable[[], Awaitable[Mapping[str, str]]],
        metrics: Callable[[], Awaitable[bytes]],
    ) -> None:
        """`checks` gives a sentence about each thing that is not as it should be, by its name."""
        self._pages = pages
        self._checks = checks
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/")
        if scope["method"] not in ("GET", "HEAD") or path not in ("/healthz", "/readyz", "/metrics"):
            await self._pages(scope, receive, send)
        elif path == "/healthz":
            await _answer(send, scope, 200, _json({"status": "ok"}), JSON)
        elif path == "/metrics":
            await _answer(send, scope, 200, await self._metrics(), MEDIA_TYPE)
        else:
            wrong = await self._checks()
            stands_by = set(wrong) == {STANDBY}
            status = "ready" if not wrong else "standing by" if stands_by else "not ready"
            is_well = not wrong or (stands_by and b"standby=ok" in scope["query_string"].split(b"&"))
            told = {"status": status, "wrong": dict(wrong)}
            await _answer(send, scope, 200 if is_well else 503, _json(told), JSON)


def _json(told: Mapping[str, object]) -> bytes:
    return json.dumps(told).encode()


async def _answer(send: Send, scope: Scope, status: int, body: bytes, media_type: str) -> None:
    lines = {"content-type": media_type, "content-length": str(len(body)), "cache-control": "no-store"}
    lines |= {"x-content-type-options": "nosniff"}
    headers = [(name.encode(), value.encode()) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
