"""The words of mail as frozen records. Every datetime is aware and in UTC. Standard library only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from store.model import ChangeRecord, ChangeType, Significance
from store.selection import Field

Cadence = Literal["instant", "daily", "weekly"]
Frame = Literal["en", "zh"]
SubscriberState = Literal["pending", "active", "suspended", "ended"]
Purpose = Literal["confirm", "manage", "unsubscribe"]
LetterKind = Literal["digest", "confirmation", "notice", "webhook", "apprise"]
LetterState = Literal["pending", "sending", "sent", "failed"]


class NotUsableError(ValueError):
    """What was asked for cannot be used; the message says why in one sentence, and names no address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a subscriber wants to be told. Nothing named in a field means all of it; fields are joined by "and"."""

    facets: Mapping[Field, frozenset[str]] = field(default_factory=dict)
    """Field → slugs of which a statement has to have one."""
    words: tuple[str, ...] = ()
    """Of which the title or the text before or after has to hold one, in any case."""
    types: frozenset[ChangeType] = frozenset()
    least: Significance = "low"
    """Edits below it are not told; what is new, removed, restored or moved is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person's subscription. `address` never leaves the store but in the envelope and header of a letter."""

    id: int
    address: str = field(repr=False)
    state: SubscriberState
    frame: Frame
    """Language of everything that is not a statement."""
    cadence: Cadence
    zone: str
    """IANA name."""
    send_at: str
    """`HH:MM` in the zone; for daily and weekly."""
    weekday: int
    """0 is Monday; for weekly."""
    wishes: Wishes
    created: datetime
    cursor: int
    """The last change that was considered for a letter; what came up to it is never told again, whatever is altered."""
    told_until: datetime
    """End of the last period that was considered."""
    bounces: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What one letter covers: changes detected after `starts`, up to and with `ends`."""

    key: str
    """`daily:2026-03-08`, `weekly:2026-W10`, `instant:4711` (its last change): one letter a subscriber and key."""
    cadence: Cadence
    starts: datetime
    ends: datetime
    missed: int = 0
    """Earlier periods of the same cadence that were missed and are told in this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChange:
    """A change with what wishes are asked about."""

    change: ChangeRecord
    slices: frozenset[tuple[Field, str]]
    text: str
    """Title and text of both versions, for words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A thing to be sent: bytes that are made once, and never made again for the same period."""

    id: int
    kind: LetterKind
    subscriber: int | None
    recipient: str = field(repr=False)
    message_id: str
    body: bytes = field(repr=False)
    """The whole message (RFC 5322) with CRLF line ends; for a webhook the JSON document."""
    state: LetterState
    attempts: int
    doubts: int
    """How often it was under way when its sender died: that often the receiver may have a copy more."""
    due: datetime
    """Not to be tried before."""
    created: datetime
    error: str = ""
    """Of the last attempt: a code and a sentence without any address."""
    claim: str = ""
    """Whose it is: what is done with a letter counts only while its claim holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What became of a period for a subscriber, before it is written."""

    subscriber: Subscriber
    """As it was read when the period was found due."""
    period: Period
    covered: Sequence[int]
    """Numbers of the changes that the letter tells, ascending."""
    considered_until: int
    """Number of the last change that was considered, whether it matched or not."""
    body: bytes | None = field(repr=False)
    """None where nothing matched: then there is no letter."""
    message_id: str | None = None
    tokens: Mapping[Purpose, str] = field(default_factory=dict, repr=False)
    """Those in the letter."""
