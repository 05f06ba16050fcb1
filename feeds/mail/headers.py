"""Header lines of mails: short, ASCII, and one line each to whoever reads them, whatever a title holds."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from feeds.mail.settings import MailSettings

ROOM = 76
"""Octets of a line without its end: RFC 5322 asks for 78, RFC 2047 for 76 where words are encoded."""
_WORD = 75
_PLAIN = re.compile(r"[\x21-\x7e]+( [\x21-\x7e]+)*")
_LONGEST = 60
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def unstructured(name: str, text: str) -> str:
    """A whole header line of free text, such as a subject; without its last line end.

    Folded with CRLF so that no line has more than 76 octets. Text that is not plain ASCII is encoded (RFC 2047), each
    encoded word whole characters. Lone surrogates become U+FFFD.
    """
    # What looks like an encoded word or a placeholder of ours is encoded, so that it is neither to anybody.
    plain = _PLAIN.fullmatch(text) and "=?" not in text and "=[" not in text
    if plain and all(len(word) <= _LONGEST for word in text.split(" ")):
        return _folded(name, text.split(" "))
    return f"{name}: {_encoded(text, len(name) + 2)}"


def mailbox(name: str, display: str, address: str) -> str:
    """A whole header line with a mailbox: `From: "A name" <a@b.example>`."""
    if not display:
        return f"{name}: <{address}>"
    if _ATOMS.fullmatch(display) and "=?" not in display:
        return _folded(name, [*display.split(" "), f"<{address}>"])
    return f"{name}: {_encoded(display, len(name) + 2)}\r\n <{address}>"


def message_id(settings: MailSettings, kind: str, *key: object) -> str:
    """A Message-ID of the sender's domain, the same for the same kind and key.

    Nobody guesses it who does not know the key: let a token of the letter be part of it.
    """
    said = ascii([kind, *map(str, key)])
    return f"<{kind}.{sha256(said.encode()).hexdigest()[:40]}@{settings.domain}>"


def _folded(name: str, words: list[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        # The first word never stands alone below: a line of a name only is taken for an empty header by some.
        if len(lines[-1]) + 1 + len(word) > ROOM and (len(lines) > 1 or lines[0] != f"{name}:"):
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def _encoded(text: str, taken: int) -> str:
    return "\r\n ".join(_encoded_words(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), taken))


def _encoded_words(text: str, taken: int) -> Iterator[str]:
    room = _bytes_in(ROOM - taken)
    word = b""
    for character in text:
        octets = character.encode()
        if len(word) + len(octets) > room:
            yield _encoded_word(word)
            word, room = b"", _bytes_in(_WORD)
        word += octets
    yield _encoded_word(word)


def _bytes_in(length: int) -> int:
    return (min(length, _WORD) - len("=?utf-8?b??=")) // 4 * 3


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{b64encode(octets).decode()}?="
