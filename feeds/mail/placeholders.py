"""What differs from one receiver of a letter to the next, as places in bytes that are otherwise finished.

Pages cannot write them: `=[` stands in no quoted-printable text, and headers that hold it are encoded.
"""

import re

TOKEN_LENGTH = 43
"""That of `store.mailing.tokens`, which stands on the database."""

UNSUBSCRIBE_HOLE, MANAGE_HOLE = "\x01", "\x02"
"""Where tokens go in text and HTML before they are encoded; clean text has no such characters."""

RECIPIENT, DATE, MESSAGE_ID = b"=[recipient]=", b"=[date]=", b"=[message-id]="
UNSUBSCRIBE = f"=[unsubscribe{'':.<{TOKEN_LENGTH - 15}}]=".encode()
MANAGE = f"=[manage{'':.<{TOKEN_LENGTH - 10}}]=".encode()
"""As wide as a token, so that lines keep their lengths."""
ALL = (RECIPIENT, DATE, MESSAGE_ID, UNSUBSCRIBE, MANAGE)
HOLES = {UNSUBSCRIBE_HOLE: UNSUBSCRIBE, MANAGE_HOLE: MANAGE}

_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,100}@[A-Za-z0-9.-]{1,255}>")


def checked_token(token: str) -> str:
    """The token, if it is one. Raises ValueError without repeating it."""
    if not _TOKEN.fullmatch(token):
        raise ValueError(f"a token has {TOKEN_LENGTH} letters, digits, `-` or `_`")
    return token


def checked_message_id(message_id: str) -> str:
    """The Message-ID, if it is one. Raises ValueError."""
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"not a Message-ID: {message_id!r}")
    return message_id
