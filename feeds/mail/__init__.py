"""Letters by mail: pure, from records of the archive to finished bytes. What they promise: docs/mail.md."""

from feeds.mail.alerts import NoticeKind, notice
from feeds.mail.composing import Composed, Composer, compose
from feeds.mail.headers import message_id
from feeds.mail.invitation import chosen_words, confirmation, manage_link
from feeds.mail.personal import personalise
from feeds.mail.settings import MailSettings
from feeds.mail.silent import touching

__all__ = [
    "Composed",
    "Composer",
    "MailSettings",
    "NoticeKind",
    "chosen_words",
    "compose",
    "confirmation",
    "manage_link",
    "message_id",
    "notice",
    "personalise",
    "touching",
]
