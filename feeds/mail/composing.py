"""Digest letters: from what is told in a period to finished bytes, but for what differs between their receivers."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from feeds.mail.entry import Entries
from feeds.mail.letter import Letter, Told, told
from feeds.mail.message import Content
from feeds.mail.outcomes import Outcome, outcomes
from feeds.mail.personal import shown, template
from feeds.mail.settings import MailSettings
from feeds.mail.wording import Wording
from feeds.reading import Archive
from store.mailing.model import Frame, Period, ToldChange

if TYPE_CHECKING:  # it stands on the database
    from store.incidents import Incident

KEPT = 4_000
"""Rendered statements that are kept, since many letters tell the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A letter for everybody with the same wishes, period, frame and zone."""

    subject: str
    text: str
    html: str
    """Both with placeholders where the tokens go."""
    template: bytes = field(repr=False)
    """The message (RFC 5322), to be finished by `personalise`."""


class Composer:
    """Composes the letters of one run: what many of them tell is made once. For one thread, and one state."""

    def __init__(self, settings: MailSettings, reader: Archive) -> None:
        self._settings = settings
        self._entries = Entries(settings, reader)
        self._head = settings.head or reader.change_head() or ""
        self._made: OrderedDict[tuple[Any, ...], Told] = OrderedDict()

    def compose(
        self,
        *,
        period: Period,
        frame: Frame,
        zone: str,
        told: Sequence[ToldChange],
        older: int,
        incidents: "Sequence[Incident]",
    ) -> Composed:
        """The letter about `told`, the changes that match somebody's wishes; the same state gives the same bytes.

        A statement that changed several times is told once, from its first state to its last. `older` is how many
        matching changes lie before the period, `incidents` those that touch the subscriber (`feeds.mail.touching`).
        The HTML has at most 100,000 bytes: what does not fit is told without its details, then by number and link.
        """
        wording = Wording(frame, zone)
        letter = Letter(
            settings=self._settings,
            wording=wording,
            period=period,
            found=outcomes(told),
            older=older,
            incidents=incidents,
            head=self._head,
            tell=lambda outcome, short: self._told(outcome, wording, short),
        )
        html, text = letter.fitted()
        content = Content(subject=letter.subject, text=text, html=html, language=wording.language)
        return Composed(
            subject=content.subject, text=shown(text), html=shown(html), template=template(content, self._settings)
        )

    def _told(self, outcome: Outcome, wording: Wording, short: bool) -> Told:
        ids = tuple(change.id for change in outcome.changes)
        place = (outcome.key, ids, wording.frame, wording.zone, short)
        if place in self._made:
            self._made.move_to_end(place)
        else:
            self._made[place] = told(self._entries.of(outcome, wording), wording, short=short)
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        return self._made[place]


def compose(
    *,
    period: Period,
    frame: Frame,
    zone: str,
    told: Sequence[ToldChange],
    older: int,
    reader: Archive,
    incidents: "Sequence[Incident]",
    settings: MailSettings,
) -> Composed:
    """One letter; see `Composer.compose`, which is faster for many."""
    composer = Composer(settings, reader)
    return composer.compose(period=period, frame=frame, zone=zone, told=told, older=older, incidents=incidents)
