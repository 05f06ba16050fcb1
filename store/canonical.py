"""The canonical form of what a statement says, and its SHA-256: the identity of a version.

Two captures with the same canonical form are the same version, whatever their template, menu or markup. Anyone can
recompute the hash from the exported text; docs/hashes.md describes the form for other languages. Standard library only.

The rules, and why:

* JSON with sorted keys, no spaces, UTF-8, after the line `missionwatch-text/1`. The first line names the form, so
  that a later form can stand beside it without changing an old hash.
* Empty fields are left out, so that adding a field later does not change the hash of statements that lack it.
* The date counts as date and time where it could be read, else as printed: the templates print one date differently.
* Images and attachments count by file name and label. The CMS serves one document under several section paths, with
  the files beside it, so the full address differs for the same file.
* Paragraph HTML does not count: bold type is no edit of the text.
"""

import json
from hashlib import sha256
from posixpath import basename
from urllib.parse import urlsplit

from store.model import StatedDate, Statement

FORM = "missionwatch-text/1"

Part = str
PARTS: tuple[Part, ...] = ("title", "subtitle", "date", "text", "images", "attachments")
"""The parts in which a difference is an edit, in reading order."""


def canonical_parts(statement: Statement) -> dict[Part, object]:
    """The parts that make up a version, by name, as JSON-ready values; empty parts are absent."""
    parts: dict[Part, object] = {
        "title": statement.title,
        "subtitle": statement.subtitle,
        "date": _date(statement.date),
        "text": [paragraph.text for paragraph in statement.paragraphs],
        "images": [[file_name(image.url), image.alt] for image in statement.images],
        "attachments": [[file_name(file.url), file.label] for file in statement.attachments],
    }
    return {name: value for name, value in parts.items() if value}


def canonical_bytes(statement: Statement) -> bytes:
    """The bytes that are hashed. Lone surrogates, which UTF-8 cannot carry, become `\\udXXX` escapes of JSON."""
    body = json.dumps(canonical_parts(statement), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{FORM}\n{body}".encode("utf-8", "backslashreplace")


def text_sha256(statement: Statement) -> str:
    """Hex SHA-256 of the canonical form: equal exactly when nothing was edited."""
    return sha256(canonical_bytes(statement)).hexdigest()


def parts_changed(old: Statement, new: Statement) -> tuple[Part, ...]:
    """Names of the parts in which two states differ, in reading order; empty exactly when the hashes are equal."""
    before, after = canonical_parts(old), canonical_parts(new)
    return tuple(name for name in PARTS if before.get(name) != after.get(name))


def file_name(url: str) -> str:
    """The last step of an address's path, by which the CMS knows a file; the whole address if there is none."""
    try:
        return basename(urlsplit(url).path) or url
    except ValueError:  # `//[`: no address, but what the page says
        return url


def _date(stated: StatedDate) -> str:
    if stated.date is None:
        return stated.text
    if stated.source == "url":
        return ""  # the day of upload is a fact about the address, not something the page says
    return f"{stated.date.isoformat()}T{stated.time}" if stated.time else stated.date.isoformat()
