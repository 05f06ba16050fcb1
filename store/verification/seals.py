"""Seals: one SHA-256 over everything that was recorded of a capture or a version and is never altered afterwards.

A seal is the hash of the name of its form and, after a line end, the facts as canonical JSON (docs/hashes.md). Facts
are taken as they are kept, so that what is read back gives the same seal. The forms are kept for ever: what is sealed
cannot be sealed again without trusting it.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from store.columns import EPOCH

CAPTURE_FORM = "missionwatch-capture/1"
VERSION_FORM = "missionwatch-version/1"


def capture_seal(
    *, page: str, url: str | None, fetched: int, status: int, headers: Iterable[tuple[str, str]], body_sha256: bytes
) -> bytes:
    """The seal of a capture. `url` is None where it is the page's own; `fetched` is in microseconds since 1970."""
    return _seal(
        CAPTURE_FORM,
        {
            "page": page,
            "url": page if url is None else url,
            "fetched": fetched,
            "status": status,
            "headers": [[name, value] for name, value in headers],
            "body_sha256": body_sha256.hex(),
        },
    )


def version_seal(
    *,
    statement: str,
    number: int,
    kind: str,
    text_sha256: bytes,
    capture_seal: bytes | None,
    extractor: str,
    observed_first: int,
) -> bytes:
    """The seal of a version. `capture_seal` is None for a capture that could not be sealed, which is itself wrong;
    `observed_first` is in microseconds since 1970."""
    return _seal(
        VERSION_FORM,
        {
            "statement": statement,
            "number": number,
            "kind": kind,
            "text_sha256": text_sha256.hex(),
            "capture_seal": capture_seal.hex() if capture_seal is not None else None,
            "extractor": extractor,
            "observed_first": observed_first,
        },
    )


def row_seal(row: Mapping[str, Any], *, statement: str, capture_seal: bytes | None) -> bytes:
    """The seal of a version from its row, with its moment as a datetime."""
    return version_seal(
        statement=statement,
        number=row["number"],
        kind=row["kind"],
        text_sha256=row["text_sha256"],
        capture_seal=capture_seal,
        extractor=row["extractor"],
        observed_first=microseconds(row["observed_first"]),
    )


def microseconds(moment: datetime) -> int:
    """An aware moment as it is kept. Naive ones are refused with ValueError, as the tables refuse them."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone cannot be kept: {moment!r}")
    return (moment - EPOCH) // timedelta(microseconds=1)


def _seal(form: str, facts: dict[str, Any]) -> bytes:
    body = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{form}\n{body}".encode("utf-8", "backslashreplace")).digest()
