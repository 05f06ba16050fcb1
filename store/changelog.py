"""The change log: append-only lines, numbered without gaps, each carrying the hash of the one before.

The hash of a line is the SHA-256 of `missionwatch-change/1`, the previous line's hash in hex (64 zeros for the first)
and the line's fields as canonical JSON, one to a line. Whoever has seen a hash has seen everything before it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from store.model import ChangeType, Significance
from store.tables import change

FORM = "missionwatch-change/1"
GENESIS = bytes(32)
TICK = timedelta(milliseconds=1)
"""No two lines share a moment, even at the precision of milliseconds that feeds print."""


def line_hash(previous: bytes, fields: dict[str, Any]) -> bytes:
    """SHA-256 of one line over the hash before it. `fields` holds JSON-ready values only."""
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{FORM}\n{previous.hex()}\n{body}".encode("utf-8", "backslashreplace")).digest()


def fields_of(line: Mapping[str, Any]) -> dict[str, Any]:
    """What the hash of a line covers, ready for JSON: from a row of the log with its statement's key as `statement`,
    its version's `text_sha256`, and `detected`, `reasons` and `baseline` as what they are."""
    return {
        "id": line["id"],
        "type": line["type"],
        "statement": line["statement"],
        "detected": format_moment(line["detected"]),
        "from_version": line["from_version"],
        "to_version": line["to_version"],
        "text_sha256": line["text_sha256"].hex() if line["text_sha256"] is not None else None,
        "significance": line["significance"],
        "reasons": list(line["reasons"]),
        "baseline": line["baseline"],
        "title": line["title"],
        "url": line["url"],
    }


def format_moment(moment: datetime) -> str:
    """UTC with milliseconds and `Z`, as the log, the JSON and the feeds print it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


class ChangeLog:
    """The log inside one transaction: `append` gathers lines, `flush` writes them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        newest = connection.execute(
            select(change.c.id, change.c.detected, change.c.hash).order_by(change.c.id.desc()).limit(1)
        ).one_or_none()
        self._id = newest.id if newest else 0
        self._detected: datetime | None = newest.detected if newest else None
        self._hash = bytes(newest.hash) if newest else GENESIS
        self._new: list[dict[str, Any]] = []

    def append(
        self,
        *,
        type: ChangeType,
        key: str,
        statement_id: int,
        run_id: int | None,
        from_version: int | None,
        to_version: int | None,
        text_sha256: bytes,
        significance: Significance,
        reasons: tuple[str, ...],
        baseline: bool,
        title: str,
        url: str,
        now: datetime,
    ) -> tuple[int, datetime]:
        """Adds a line; returns its number and its moment, which is `now` or the first free moment after it."""
        moment = now.replace(microsecond=now.microsecond // 1000 * 1000)
        if self._detected is not None and moment <= self._detected:
            moment = self._detected + TICK
        self._id += 1
        line = {
            "id": self._id,
            "type": type,
            "from_version": from_version,
            "to_version": to_version,
            "detected": moment,
            "significance": significance,
            "baseline": baseline,
            "title": title,
            "url": url,
        }
        covered = line | {"statement": key, "text_sha256": text_sha256, "reasons": reasons}
        self._hash = line_hash(self._hash, fields_of(covered))
        self._detected = moment
        self._new.append(
            line
            | {
                "statement_id": statement_id,
                "run_id": run_id,
                "reasons": json.dumps(list(reasons), ensure_ascii=False),
                "hash": self._hash,
            }
        )
        return self._id, moment

    def flush(self) -> None:
        if self._new:
            self._connection.execute(change.insert(), self._new)
            self._new.clear()
