"""What makes a letter one person's: the finished bytes of all, with recipient, tokens, date and Message-ID put in."""

from datetime import datetime
from typing import Protocol

from feeds.mail.headers import unstructured
from feeds.mail.message import Content, date_line, message
from feeds.mail.placeholders import (
    DATE,
    HOLES,
    MANAGE,
    MESSAGE_ID,
    RECIPIENT,
    UNSUBSCRIBE,
    checked_message_id,
    checked_token,
)
from feeds.mail.settings import MailSettings
from store.mailing.addresses import cleaned


class Finished(Protocol):
    """A letter that lacks only what is personal."""

    @property
    def template(self) -> bytes: ...


def template(content: Content, settings: MailSettings) -> bytes:
    """The message of a digest with placeholders for what is personal.

    `List-Unsubscribe-Post` lets a mail program end the subscription by itself, by POST (RFC 8058). `Auto-Submitted` and
    `List-Id` are what automatic answers are to be held back for (RFC 3834, RFC 5230); `Precedence` is no standard, but
    older ones look for nothing else.
    """
    unsubscribe = settings.unsubscribe(UNSUBSCRIBE.decode()).encode()
    more = [
        _list_id(settings),
        b"List-Unsubscribe: <" + unsubscribe + b">",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        b"Precedence: bulk",
    ]
    return message(content, settings, to=RECIPIENT, date=DATE, message_id=MESSAGE_ID, more=more)


def personalise(
    composed: Finished, *, recipient: str, message_id: str, unsubscribe: str, manage: str, date: datetime
) -> bytes:
    """The message for one receiver: `unsubscribe` and `manage` are tokens, fresh ones.

    Raises:
        ValueError: One of them is not what it is called; the error names no address and no token.
    """
    data = composed.template
    for place, value in (
        (RECIPIENT, cleaned(recipient)),
        (MESSAGE_ID, checked_message_id(message_id)),
        (UNSUBSCRIBE, checked_token(unsubscribe)),
        (MANAGE, checked_token(manage)),
    ):
        data = data.replace(place, value.encode())
    return data.replace(DATE, date_line(date))


def shown(text: str) -> str:
    """Text or HTML with its holes filled by what marks them in the bytes, for people to look at."""
    for hole, place in HOLES.items():
        text = text.replace(hole, place.decode())
    return text


def _list_id(settings: MailSettings) -> bytes:
    address = f"<changes.{settings.domain}>"
    named = unstructured("List-Id", settings.clean_title)
    return f"{named}\r\n {address}".encode()
