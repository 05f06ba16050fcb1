"""Letters about a subscription itself: the one to confirm it, and the one with a link to alter it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from feeds.clean import title_text
from feeds.mail.entry import Link
from feeds.mail.notes import Note, note_message
from feeds.mail.placeholders import checked_token
from feeds.mail.settings import MailSettings
from feeds.mail.wording import Wording
from store.mailing.model import Cadence, Frame, Subscriber, Wishes
from store.selection import FIELDS, Field

LASTS = timedelta(days=7)
"""How long the links are good, as in `store.mailing.tokens`."""
MOST_NAMED = 8
"""Values of one wish that are named."""
Labels = Mapping[tuple[Field, str], str]
"""(field, slug) → name for readers."""
_NO_LABELS: Labels = {}


def confirmation(
    *,
    frame: Frame,
    recipient: str,
    message_id: str,
    token: str,
    date: datetime,
    settings: MailSettings,
    wishes: Wishes,
    cadence: Cadence,
    zone: str,
    send_at: str = "08:00",
    weekday: int = 0,
    labels: Labels = _NO_LABELS,
) -> bytes:
    """The message that a subscription is confirmed by: why it came, what was chosen, one link, and to ignore it else.

    It goes to who may never have heard of us: nobody's words are in it but ours and the names of what can be chosen;
    words that were typed are not, since a form could be used to write to others.

    Raises:
        ValueError: Recipient, Message-ID or token is none.
    """
    wording = Wording(frame)
    title = settings.clean_title
    chosen = _schedule(wording, cadence, zone, send_at, weekday), *_chosen(wishes, wording, settings, labels)
    note = Note(
        subject=wording.say("confirm.subject", title=title),
        heading=wording.say("confirm.heading"),
        opening=(wording.say("confirm.why", title=title),),
        action=Link(label=wording.say("confirm.button"), url=settings.confirm(checked_token(token))),
        facts=chosen,
        closing=(
            wording.say("confirm.opens", until=wording.moment(date + LASTS)),
            wording.say("confirm.ignore"),
        ),
    )
    return note_message(note, wording, settings, recipient=recipient, message_id=message_id, date=date)


def manage_link(
    *, frame: Frame, recipient: str, message_id: str, token: str, date: datetime, settings: MailSettings
) -> bytes:
    """The message with the link to a subscription's choices, for who asked for it. Raises ValueError as above."""
    wording = Wording(frame)
    title = settings.clean_title
    note = Note(
        subject=wording.say("manage.subject", title=title),
        heading=wording.say("manage.heading"),
        opening=(wording.say("manage.why", title=title),),
        action=Link(label=wording.say("manage.button"), url=settings.manage(checked_token(token))),
        closing=(
            wording.say("manage.until", until=wording.moment(date + LASTS)),
            wording.say("manage.ignore"),
        ),
    )
    return note_message(note, wording, settings, recipient=recipient, message_id=message_id, date=date)


def chosen_words(of: Subscriber, settings: MailSettings, labels: Labels = _NO_LABELS) -> Iterator[tuple[str, str]]:
    """Label and value of everything that a subscriber has chosen, in the words of his frame."""
    wording = Wording(of.frame)
    yield _schedule(wording, of.cadence, of.zone, of.send_at, of.weekday)
    yield from _chosen(of.wishes, wording, settings, labels)


def _schedule(wording: Wording, cadence: Cadence, zone: str, send_at: str, weekday: int) -> tuple[str, str]:
    said = wording.say(f"wish.{cadence}", hour=send_at, zone=zone, day=wording.weekday(weekday))
    return wording.say("wish.cadence"), said


def _chosen(wishes: Wishes, wording: Wording, settings: MailSettings, labels: Labels) -> Iterator[tuple[str, str]]:
    """Label and value of everything that is wished for."""
    nothing = True
    for field in FIELDS:
        if slugs := sorted(wishes.facets.get(field, ())):
            nothing = False
            names = [_named(field, slug, wording, settings, labels) for slug in slugs]
            yield wording.say(f"wish.{field}"), _some(names, wording)
    if wishes.words:
        nothing = False
        yield wording.say("wish.words"), wording.count("wish.counted", len(wishes.words))
    if wishes.types:
        nothing = False
        yield wording.say("wish.types"), _some([wording.verb(kind) for kind in sorted(wishes.types)], wording)
    if wishes.least != "low":
        nothing = False
        yield wording.say("wish.least"), wording.say(f"wish.least.{wishes.least}")
    if nothing:
        yield wording.say("wish.what"), wording.say("wish.everything")


def _named(field: Field, slug: str, wording: Wording, settings: MailSettings, labels: Labels) -> str:
    """The name of what can be chosen; a slug that names nothing there is, is not repeated."""
    if field == "sites" and slug in settings.site_labels:
        return settings.label(slug)
    if field == "languages":
        return wording.language_of(slug) if slug in ("en", "zh-Hans") else "?"
    return title_text(labels.get((field, slug), ""), 80) or "?"


def _some(names: list[str], wording: Wording) -> str:
    shown = wording.say("comma").join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return shown + (wording.say("comma") + wording.say("subject.more", number=more) if more > 0 else "")
