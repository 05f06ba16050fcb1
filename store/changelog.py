"""The change log: append-only lines, numbered without gaps, each carrying the hash of the one before.

The hash of a line is the SHA-256 of the name of its form, the previous line's hash in hex (64 zeros for the first) and
the line's fields as canonical JSON, one to a line. Whoever has seen a hash has seen everything before it.

Form 2 covers the bytes of the page too, by the hash that `show --json` prints, so that a third party who has no
database recomputes it. Lines keep the form they were written in: a hash that was shown to anyone must stay.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select, tuple_

from store.model import ChangeType, Significance
from store.tables import blob, capture, change, version

FORMS = {1: "missionwatch-change/1", 2: "missionwatch-change/2"}
NEWEST_FORM = 2
GENESIS = bytes(32)
TICK = timedelta(milliseconds=1)
"""No two lines share a moment, even at the precision of milliseconds that feeds print."""


def line_hash(previous: bytes, fields: dict[str, Any]) -> bytes:
    """SHA-256 of one line over the hash before it.

    `fields` holds JSON-ready values only, and tells the form: `capture_sha256` is there from form 2 on.
    """
    form = FORMS[2 if "capture_sha256" in fields else 1]
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{form}\n{previous.hex()}\n{body}".encode("utf-8", "backslashreplace")).digest()


def fields_of(line: Mapping[str, Any]) -> dict[str, Any]:
    """What the hash of a line covers, ready for JSON: from a row of the log with its statement's key as `statement`,
    its version's `text_sha256`, the hash of that version's page as `capture_sha256`, and `detected`, `reasons` and
    `baseline` as what they are. Raises ValueError for a form that this release does not know."""
    if line["form"] not in FORMS:
        raise ValueError(f"there is no form {line['form']}")
    page = {} if line["form"] == 1 else {"capture_sha256": _hex(line["capture_sha256"])}
    return page | {
        "id": line["id"],
        "type": line["type"],
        "statement": line["statement"],
        "detected": format_moment(line["detected"]),
        "from_version": line["from_version"],
        "to_version": line["to_version"],
        "text_sha256": _hex(line["text_sha256"]),
        "significance": line["significance"],
        "reasons": list(line["reasons"]),
        "baseline": line["baseline"],
        "title": line["title"],
        "url": line["url"],
    }


def format_moment(moment: datetime) -> str:
    """UTC with milliseconds and `Z`, as the log, the JSON and the feeds print it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _hex(digest: bytes | None) -> str | None:
    return digest.hex() if digest is not None else None


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
        self._new: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def append(
        self,
        *,
        type: ChangeType,
        key: str,
        statement_id: int,
        run_id: int | None,
        from_version: int | None,
        to_version: int | None,
        text_sha256: bytes | None,
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
            "form": NEWEST_FORM,
            "statement_id": statement_id,
            "run_id": run_id,
        }
        self._detected = moment
        self._new.append((line, {"statement": key, "text_sha256": text_sha256, "reasons": reasons}))
        return self._id, moment

    def flush(self) -> None:
        """Writes the lines; the versions they tell of, and those versions' captures, must be written before."""
        if not self._new:
            return
        pages = self._pages()
        rows = []
        for line, more in self._new:
            told = (line["statement_id"], line["to_version"])
            covered = line | more | {"capture_sha256": pages[told] if line["to_version"] is not None else None}
            self._hash = line_hash(self._hash, fields_of(covered))
            reasons = json.dumps(list(more["reasons"]), ensure_ascii=False)
            rows.append(line | {"reasons": reasons, "hash": self._hash})
        self._connection.execute(change.insert(), rows)
        self._new.clear()

    def _pages(self) -> dict[tuple[int, int], bytes]:
        """The hashes of the pages behind the versions that the new lines tell of, one query for all."""
        told = {(line["statement_id"], line["to_version"]) for line, _ in self._new if line["to_version"] is not None}
        if not told:
            return {}
        rows = (
            select(version.c.statement_id, version.c.number, blob.c.sha256)
            .join(capture, capture.c.id == version.c.capture_id)
            .join(blob, blob.c.id == capture.c.blob_id)
            .where(tuple_(version.c.statement_id, version.c.number).in_(told))
        )
        return {(row.statement_id, row.number): bytes(row.sha256) for row in self._connection.execute(rows)}
