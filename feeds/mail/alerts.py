"""Letters to the operator: that something is wrong, that it still is, that it is over. In English."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from feeds import phrases
from feeds.clean import title_text
from feeds.mail.entry import Link
from feeds.mail.headers import message_id as made_id
from feeds.mail.notes import Note, note_message
from feeds.mail.settings import MailSettings
from feeds.mail.wording import Wording

if TYPE_CHECKING:  # it stands on the database
    from store.incidents import Incident

NoticeKind = Literal["opened", "reminder", "resolved"]
_BEFORE: dict[NoticeKind, str] = {"opened": "", "reminder": "Still: ", "resolved": "Resolved: "}


def notice(
    *,
    recipient: str,
    message_id: str,
    date: datetime,
    kind: NoticeKind,
    incident: "Incident",
    settings: MailSettings,
    zone: str = "UTC",
) -> bytes:
    """The message about an incident, with everything that is known of it; all about one incident are one thread.

    Raises:
        ValueError: Recipient or Message-ID is none.
    """
    wording = Wording("en", zone)
    what = phrases.INCIDENTS.get(incident.code, title_text(incident.code, 80))
    site = settings.label(incident.site)
    note = Note(
        subject=f"[{title_text(incident.site, 20)}] {_BEFORE[kind]}{what}",
        heading=f"{_BEFORE[kind]}{what}",
        opening=(_opening(kind, site, incident, wording),),
        action=Link(label="Status", url=settings.links.status()),
        facts=tuple(_facts(incident, site, wording)),
        closing=(
            ("Nothing has to be done.",)
            if kind == "resolved"
            else (
                "`missionwatch status` says how every site stands, `missionwatch probe` what a site answers.",
                "While this lasts, a reminder comes once a day; when it is over, one more letter.",
            )
        ),
    )
    thread = made_id(settings, "incident", incident.site, incident.code, incident.scope, incident.opened.isoformat())
    return note_message(
        note,
        wording,
        settings,
        recipient=recipient,
        message_id=message_id,
        date=date,
        more=(b"References: " + thread.encode(),),
    )


def _opening(kind: NoticeKind, site: str, incident: "Incident", wording: Wording) -> str:
    since = wording.moment(incident.opened)
    if kind == "resolved":
        until = wording.moment(incident.resolved or incident.last_seen)
        return f"{site}: this was so from {since} to {until} and is over ({wording.zone})."
    return f"{site}: this is so since {since} ({wording.zone})."


def _facts(incident: "Incident", site: str, wording: Wording) -> Iterator[tuple[str, str]]:
    key = title_text(incident.site, 80)
    yield "Site", site if site == key else f"{site} ({key})"
    if incident.scope:
        yield "Section", title_text(incident.scope, 200)
    yield "What was seen", title_text(incident.detail) or "No more is known."
    yield "Last seen", wording.moment(incident.last_seen)
    yield "How often", phrases.counted(incident.times, "time")
    yield "Code", title_text(incident.code, 80)
