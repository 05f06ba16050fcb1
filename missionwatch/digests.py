"""Digests: whose period has ended, what there is to tell, and the letter, put into the outbox whole or not at all."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from missionwatch.composer import Composer, Draft
from store.database import Database
from store.mailing.due import due_digests, told_changes
from store.mailing.model import Digest, Period, Subscriber, ToldChange
from store.mailing.outbox import Outbox
from store.mailing.tokens import new_token
from store.mailing.wishes import matches, wishes_to_json

CHUNK = 200
"""Digests written in one transaction, in which nobody else can write."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A subscriber whose period has ended, with what there is to tell."""

    subscriber: Subscriber
    period: Period
    told: Sequence[ToldChange]
    """What matches his wishes and is not older than is looked back."""
    older: int
    """What matches and is: it is counted and linked."""
    considered_until: int
    draft: Draft | None
    """None where nothing matches: then there is no letter."""

    @property
    def covered(self) -> list[int]:
        """Numbers of the changes that the letter tells."""
        return [each.change.id for each in self.told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a run did."""

    due: int
    letters: int
    """Put into the outbox."""
    empty: int
    """Periods in which nothing matched."""


class Digests:
    """Makes digests for one archive. What is alike for many is read, chosen and composed once.

    Slices have to be up to date (`store.indexing.catch_up`).
    """

    def __init__(self, database: Database, composer: Composer) -> None:
        self._database = database
        self._composer = composer

    def post(self, now: datetime) -> Posted:
        """Puts every digest that is due into the outbox. Raises DatabaseError; what was put until then stays put."""
        outbox = Outbox(self._database)
        due = letters = 0
        waiting: list[Digest] = []

        def write() -> None:
            nonlocal due, letters
            for each, done in zip(waiting, outbox.put_digests(waiting, now), strict=True):
                due += done
                letters += done and each.body is not None
            waiting.clear()

        for each in self.due(now):
            waiting.append(self._digest(each, now))
            if len(waiting) == CHUNK:
                write()
        write()
        return Posted(due=due, letters=letters, empty=due - letters)

    def due(self, now: datetime) -> Iterator[Due]:
        """Everybody who is due, with what would be told; nothing is altered. Raises DatabaseError."""
        work = _Work(self._database, self._composer, now)
        for subscriber, period in due_digests(self._database, now):
            yield work.of(subscriber, period)

    def letter(self, due: Due, now: datetime, *, unsubscribe: str, manage: str) -> tuple[str, bytes] | None:
        """The Message-ID and the bytes of a digest with these tokens, or None where there is nothing to tell."""
        if due.draft is None:
            return None
        of = due.subscriber
        message_id = self._composer.message_id("digest", of.id, of.created.isoformat(), due.period.key, unsubscribe)
        body = self._composer.personalise(
            due.draft, recipient=of.address, message_id=message_id, unsubscribe=unsubscribe, manage=manage, date=now
        )
        return message_id, body

    def _digest(self, due: Due, now: datetime) -> Digest:
        manage, unsubscribe = new_token(), new_token()
        made = self.letter(due, now, unsubscribe=unsubscribe, manage=manage)
        return Digest(
            subscriber=due.subscriber,
            period=due.period,
            covered=due.covered,
            considered_until=due.considered_until,
            body=made[1] if made else None,
            message_id=made[0] if made else None,
            tokens={"manage": manage, "unsubscribe": unsubscribe} if made else {},
        )


class _Work:
    """What has been read and composed in one run."""

    def __init__(self, database: Database, composer: Composer, now: datetime) -> None:
        self._database = database
        self._composer = composer
        self._now = now
        self._told: dict[tuple[int, datetime], Sequence[ToldChange]] = {}
        self._chosen: dict[tuple[object, ...], tuple[Sequence[ToldChange], int]] = {}
        self._drafts: dict[tuple[object, ...], Draft] = {}

    def of(self, subscriber: Subscriber, period: Period) -> Due:
        extent = (subscriber.cursor, period.ends)
        if extent not in self._told:
            self._told[extent] = told_changes(self._database, subscriber.cursor, period.ends, self._now)
        changes = self._told[extent]
        alike = (*extent, period.starts, wishes_to_json(subscriber.wishes))
        if alike not in self._chosen:
            matching = [each for each in changes if matches(subscriber.wishes, each)]
            # What a clock far ahead noted is after any beginning.
            recent = [each for each in matching if each.change.detected > period.starts]
            self._chosen[alike] = (recent, len(matching) - len(recent))
        told, older = self._chosen[alike]
        draft = None
        if told or older:
            kind = (*alike, period, subscriber.frame, subscriber.zone)
            if kind not in self._drafts:
                self._drafts[kind] = self._composer.digest(
                    period=period,
                    frame=subscriber.frame,
                    zone=subscriber.zone,
                    wishes=subscriber.wishes,
                    told=told,
                    older=older,
                )
            draft = self._drafts[kind]
        return Due(
            subscriber=subscriber,
            period=period,
            told=told,
            older=older,
            considered_until=changes[-1].change.id if changes else subscriber.cursor,
            draft=draft,
        )
