"""Letters that say one thing: a heading, some sentences, perhaps one link and some facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feeds.mail.entry import Link
from feeds.mail.message import Content, date_line, message
from feeds.mail.placeholders import checked_message_id
from feeds.mail.rendering import html, text
from feeds.mail.settings import MailSettings
from feeds.mail.subject import LIMIT, shortened
from feeds.mail.wording import Wording
from store.mailing.addresses import cleaned


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What it says, in clean text."""

    subject: str
    heading: str
    opening: tuple[str, ...]
    action: Link | None = None
    facts: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()


def note_message(
    note: Note,
    wording: Wording,
    settings: MailSettings,
    *,
    recipient: str,
    message_id: str,
    date: datetime,
    more: Sequence[bytes] = (),
) -> bytes:
    """The message (RFC 5322). Raises ValueError for a recipient or Message-ID that is none."""
    values: dict[str, Any] = {
        "words": wording,
        "note": note,
        "subject": note.subject,
        "title": settings.clean_title,
        "home": settings.links.home(),
    }
    content = Content(
        subject=shortened(note.subject, LIMIT),
        text=text("note", **values),
        html=html("note", **values),
        language=wording.language,
    )
    return message(
        content,
        settings,
        to=cleaned(recipient).encode(),
        date=date_line(date),
        message_id=checked_message_id(message_id).encode(),
        more=more,
    )
