"""What makes the bytes of letters, as the parts that send them see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from store.incidents import Incident
from store.mailing.model import Frame, Period, ToldChange, Wishes

Stage = Literal["opened", "reminder", "resolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A digest without its recipient."""

    subject: str
    html: str
    """With something in the places of the tokens."""
    template: bytes = field(repr=False)
    """What `personalise` makes letters of."""


class Composer(Protocol):
    """Makes letters (RFC 5322, CRLF). The same arguments give the same bytes."""

    def digest(
        self, *, period: Period, frame: Frame, zone: str, wishes: Wishes, told: Sequence[ToldChange], older: int
    ) -> Draft:
        """The digest of a period for everybody with these wishes; `older` changes are only counted."""

    def personalise(
        self, draft: Draft, *, recipient: str, message_id: str, unsubscribe: str, manage: str, date: datetime
    ) -> bytes:
        """The letter for one of them, with tokens of his own."""

    def notice(self, *, recipient: str, message_id: str, date: datetime, stage: Stage, incident: Incident) -> bytes:
        """What an operator is told of an incident."""

    def message_id(self, kind: str, *key: object) -> str:
        """A Message-ID that nobody can guess who has not the key; the same for the same."""
