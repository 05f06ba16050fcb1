"""Writing down what became of periods: the digest, how far its subscriber is, and the letter, at once or not at all."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from store.mailing import tokens
from store.mailing.letters import new_letter
from store.mailing.model import Digest
from store.mailing.rows import subscriber_of
from store.mailing.subscriptions import next_id
from store.mailing.tables import digest, letter, subscriber, subscriber_token

_CHUNK = 400


def write_digests(connection: Connection, wanted: Sequence[Digest], now: datetime) -> list[bool]:
    """Writes each digest whose subscriber is as he was and has none for that period; says of each whether it did.

    All in the caller's transaction, who is alone in writing: a kill before its end leaves every period due.
    """
    writer = _Writer(connection, wanted, now)
    done = [writer.take(each) for each in wanted]
    writer.flush()
    return done


class _Writer:
    """Gathers rows, and writes those of a table at once."""

    def __init__(self, connection: Connection, wanted: Sequence[Digest], now: datetime) -> None:
        self._connection = connection
        self._now = now
        ids = sorted({each.subscriber.id for each in wanted})
        keys = sorted({each.period.key for each in wanted})
        self._subscribers = {}
        self._had: set[tuple[int, str]] = set()
        for start in range(0, len(ids), _CHUNK):
            some = ids[start : start + _CHUNK]
            for row in connection.execute(select(subscriber).where(subscriber.c.id.in_(some))):
                self._subscribers[row.id] = subscriber_of(row)
            for first in range(0, len(keys), _CHUNK):
                of = (digest.c.subscriber_id.in_(some), digest.c.key.in_(keys[first : first + _CHUNK]))
                had = connection.execute(select(digest.c.subscriber_id, digest.c.key).where(*of))
                self._had.update((row.subscriber_id, row.key) for row in had)
        self._next_letter = next_id(connection, letter)
        self._next_digest = next_id(connection, digest)
        self._letters: list[dict[str, Any]] = []
        self._tokens: list[dict[str, Any]] = []
        self._digests: list[dict[str, Any]] = []
        self._moves: list[dict[str, Any]] = []

    def take(self, wanted: Digest) -> bool:
        """Notes a digest to be written; False if it is not to be."""
        of, period = wanted.subscriber, wanted.period
        current = self._subscribers.get(of.id)
        # What was found due and composed is true only of the subscriber who was asked about.
        if current is None or current.state != "active" or current != replace(of, bounces=current.bounces):
            return False
        if (of.id, period.key) in self._had:
            return False
        through = max(wanted.considered_until, current.cursor)
        # An instant subscriber to whom nothing was told can be told at once what comes next.
        silent = wanted.body is None and period.cadence == "instant"
        told_until = current.told_until if silent else period.ends
        self._moves.append({"of": of.id, "to": through, "until": told_until})
        self._subscribers[of.id] = replace(current, cursor=through, told_until=told_until)
        if silent:
            return True
        self._had.add((of.id, period.key))
        letter_id = None
        if wanted.body is not None:
            letter_id = self._add_letter(wanted, wanted.body)
        self._digests.append(
            {
                "id": self._next_digest,
                "subscriber_id": of.id,
                "key": period.key,
                "starts": period.starts,
                "ends": period.ends,
                "missed": period.missed,
                "covered": json.dumps(list(wanted.covered), separators=(",", ":")),
                "through": through,
                "letter_id": letter_id,
                "made": self._now,
            }
        )
        self._next_digest += 1
        return True

    def _add_letter(self, wanted: Digest, body: bytes) -> int:
        if wanted.message_id is None:
            raise ValueError("a letter needs a Message-ID")
        made = new_letter("digest", wanted.subscriber.address, body, wanted.message_id, self._now, wanted.subscriber.id)
        self._letters.append({"id": self._next_letter, **made})
        self._next_letter += 1
        for purpose, token in wanted.tokens.items():
            self._tokens.append(tokens.issued(wanted.subscriber.id, purpose, token, self._now))
        return self._next_letter - 1

    def flush(self) -> None:
        """Writes what was noted."""
        for table, rows in (
            (letter, self._letters),
            (subscriber_token, self._tokens),
            (digest, self._digests),
        ):
            if rows:
                self._connection.execute(table.insert(), rows)
        if self._moves:
            of = update(subscriber).where(subscriber.c.id == bindparam("of"))
            self._connection.execute(of.values(cursor=bindparam("to"), told_until=bindparam("until")), self._moves)
