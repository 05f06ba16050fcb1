"""A message as bytes (RFC 5322, MIME): written here line by line, so that equal letters have equal bytes."""

import re
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256

from feeds.mail.headers import mailbox, unstructured
from feeds.mail.placeholders import HOLES
from feeds.mail.settings import MailSettings

_HOLE = re.compile(f"([{''.join(HOLES)}])")
_BLANKS = re.compile(r"[ \t]+$", re.MULTILINE)
# A mailbox file would put a `>` before it, and break every signature.
_FROM = re.compile(rb"^From ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a letter says, twice: plain text and an HTML document, both with LF line ends."""

    subject: str
    """One clean line."""
    text: str
    html: str
    language: str
    """BCP 47, of the frame."""


def message(
    content: Content,
    settings: MailSettings,
    *,
    to: bytes,
    date: bytes,
    message_id: bytes,
    more: Sequence[bytes] = (),
) -> bytes:
    """The message, CRLF line ends, ASCII alone; `more` are whole header lines.

    Holes for tokens (see `feeds.mail.placeholders`) become placeholders that no line end parts.
    """
    parts = [_part("plain", content.text, content.language), _part("html", content.html, content.language)]
    # `=_` stands in no quoted-printable text, so no part can hold the boundary.
    boundary = b"=_" + sha256(b"".join(parts)).hexdigest()[:32].encode()
    head = [
        mailbox("From", settings.name, settings.address).encode(),
        b"To: " + to,
        unstructured("Subject", content.subject).encode(),
        b"Date: " + date,
        b"Message-ID: " + message_id,
        *more,
        b"Auto-Submitted: auto-generated",
        b"Content-Language: " + content.language.encode(),
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"',
    ]
    lines = [*head, b""]
    for part in parts:
        lines += [b"--" + boundary, part]
    lines += [b"--" + boundary + b"--", b""]
    return b"\r\n".join(lines)


def date_line(moment: datetime) -> bytes:
    """The value of a `Date` header, in UTC."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0)).encode()


def quoted_printable(text: str) -> bytes:
    """The text as quoted-printable with CRLF line ends, holes as placeholders, at most 76 octets a line.

    Blanks at line ends are dropped: some servers do so, which breaks signatures.
    """
    *pieces, last = _HOLE.split(_BLANKS.sub("", text))
    out: list[bytes] = []
    for piece in pieces:
        if piece in HOLES:
            out += [HOLES[piece], b"=\n"]
            continue
        # With one letter more, there is room for the soft line end that keeps the placeholder in one piece.
        encoded = _encoded(f"{piece}x")[:-1]
        out += [encoded, b"" if encoded.endswith((b"=\n", b"\n")) or not encoded else b"=\n"]
    return b"".join([*out, _encoded(last)]).replace(b"\n", b"\r\n")


def _encoded(text: str) -> bytes:
    return _FROM.sub(b"=46rom ", b2a_qp(text.encode("utf-8", "replace"), istext=True))


def _part(kind: str, text: str, language: str) -> bytes:
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Language: {language}\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + quoted_printable(text if text.endswith("\n") else f"{text}\n")
