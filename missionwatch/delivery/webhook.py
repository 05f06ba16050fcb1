"""Events as JSON to the operator's own programs, signed as Standard Webhooks has it (https://www.standardwebhooks.com).

`webhook-id`, `webhook-timestamp` and `webhook-signature: v1,…`, the base64 of HMAC-SHA256 over `id.timestamp.body`. The
id is the same in every attempt, so that a receiver knows what it has had.
"""

import base64
import hmac
import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from missionwatch.delivery.carrier import SENT, Answer
from missionwatch.delivery.deadline import Deadline
from store.mailing.model import Letter, LetterKind

TIMEOUT = 10.0
"""Seconds for one event from beginning to end."""
_PREFIX = "whsec_"


class WebhookCarrier:
    """Posts each letter's body to the address that is its recipient; only to those of the configuration.

    Nobody is led elsewhere: a redirection is a failure. A receiver that fails is left alone until `rest`.
    """

    kinds: frozenset[LetterKind] = frozenset({"webhook"})
    trouble = ""

    def __init__(
        self,
        secrets: Mapping[str, str],
        now: Callable[[], datetime],
        *,
        agent: str = "missionwatch",
        timeout: float = TIMEOUT,
    ) -> None:
        """`secrets`: address → secret, empty for what goes unsigned."""
        self._secrets = secrets
        self._now = now
        self._agent = agent
        self._timeout = timeout
        self._failing: dict[str, str] = {}

    def carry(self, letters: Sequence[Letter]) -> Iterator[tuple[Letter, Answer]]:
        for letter in letters:
            url = letter.recipient
            if url not in self._secrets:
                yield letter, Answer(outcome="failed", said="it is in the configuration no more")
                continue
            if url not in self._failing:
                answer = self._post(url, letter)
                if answer.outcome != "sent":
                    self._failing[url] = answer.said
                yield letter, answer
                continue
            yield letter, Answer(outcome="deferred", said=f"not tried after another one: {self._failing[url]}")

    def rest(self) -> None:
        self._failing.clear()

    def _post(self, url: str, letter: Letter) -> Answer:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return Answer(outcome="failed", said="its address cannot be read")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return Answer(outcome="failed", said="its address is neither http nor https")
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.hostname, port, timeout=self._timeout, context=context)
        else:
            connection = http.client.HTTPConnection(parts.hostname, port, timeout=self._timeout)
        deadline = Deadline(lambda: _socket_of(connection)).set(self._timeout)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, letter.body, self._headers(letter, self._secrets[url]))
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException, ValueError) as error:
            # Not `doubtful`: what a receiver has had it knows by the id, and it is asked again until it says yes.
            return Answer(outcome="deferred", said=_reason(error))
        finally:
            deadline.end()
            connection.close()
        if 200 <= status < 300:
            return SENT
        return Answer(outcome="failed" if status == http.HTTPStatus.GONE else "deferred", said=f"it answered {status}")

    def _headers(self, letter: Letter, secret: str) -> dict[str, str]:
        stamp = str(int(self._now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self._agent,
            "webhook-id": letter.message_id,
            "webhook-timestamp": stamp,
        }
        if secret:
            headers["webhook-signature"] = signature(secret, letter.message_id, stamp, letter.body)
        return headers


def signature(secret: str, id: str, timestamp: str, body: bytes) -> str:
    """`v1,…` for these bytes. A secret that begins with `whsec_` is base64 after it; another one is taken as it is."""
    key = base64.b64decode(secret.removeprefix(_PREFIX)) if secret.startswith(_PREFIX) else secret.encode()
    told = hmac.new(key, f"{id}.{timestamp}.".encode() + body, sha256).digest()
    return f"v1,{base64.b64encode(told).decode()}"


def _socket_of(connection: http.client.HTTPConnection) -> socket.socket | None:
    found: socket.socket | None = connection.sock
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__
