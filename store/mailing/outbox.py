"""The outbox: letters that wait, are under way, were sent or given up. Bytes are made once and never altered.

pending → sending → sent | failed. A letter is under way only from just before its bytes are handed over until the
answer is noted; if its sender dies in between nobody can know whether it was taken, and it goes out once more as it is.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, update

from store.database import Database
from store.mailing.addresses import without_addresses
from store.mailing.claims import is_dead, new_claim
from store.mailing.digests import write_digests
from store.mailing.letters import MAX_WAIT, is_hopeless, new_letter, wait_after
from store.mailing.model import Digest, Letter, LetterKind, LetterState, Period, Purpose, Subscriber
from store.mailing.rows import letter_of
from store.mailing.subscriptions import next_id
from store.mailing.tables import letter, subscriber

STALE = timedelta(minutes=15)
"""After so long a claim is nobody's any more, whatever became of its process."""
_FREE: Mapping[str, Any] = {"claim": None, "claimed": None}
_CHUNK = 400
_STATES: tuple[LetterState, ...] = ("pending", "sending", "sent", "failed")


class Outbox:
    """The letters of one database. Each method is one transaction. Raises DatabaseError; no error names an address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_digest(
        self,
        subscriber: Subscriber,
        period: Period,
        covered_ids: Sequence[int],
        considered_until: int,
        letter_bytes: bytes | None,
        message_id: str | None,
        tokens: Mapping[Purpose, str],
        now: datetime,
    ) -> bool:
        """One digest, as `put_digests` does it."""
        one = Digest(
            subscriber=subscriber,
            period=period,
            covered=covered_ids,
            considered_until=considered_until,
            body=letter_bytes,
            message_id=message_id,
            tokens=tokens,
        )
        return self.put_digests([one], now)[0]

    def put_digests(self, digests: Sequence[Digest], now: datetime) -> list[bool]:
        """Writes what became of periods, all in one transaction: that they were considered, how far, and the letters.

        False for each that is not to be sent: the period was there already, or the subscriber was altered since he was
        found due. Then nothing of it is written, and what is still to be told is due again.
        """
        with self._database.writing() as connection:
            return write_digests(connection, digests, now)

    def put(
        self,
        kind: LetterKind,
        recipient: str,
        body: bytes,
        message_id: str,
        now: datetime,
        subscriber: int | None = None,
    ) -> bool:
        """Puts one letter; False if there is one with this Message-ID."""
        with self._database.writing() as connection:
            there = select(letter.c.id).where(letter.c.message_id == message_id)
            if connection.execute(there).first() is not None:
                return False
            made = new_letter(kind, recipient, body, message_id, now, subscriber)
            connection.execute(letter.insert().values(id=next_id(connection, letter), **made))
            return True

    def claim(self, limit: int, now: datetime, kinds: Collection[LetterKind] | None = None) -> list[Letter]:
        """Letters that may be tried now, which from here on are the caller's alone, the most urgent first."""
        # What is due later than it can be put off was put off by a clock that went wrong.
        conditions: list[ColumnElement[bool]] = [letter.c.state == "pending", letter.c.claim.is_(None)]
        conditions.append(or_(letter.c.due <= now, letter.c.due > now + MAX_WAIT))
        if kinds is not None:
            conditions.append(letter.c.kind.in_(kinds))
        order = (letter.c.rank, letter.c.due, letter.c.id)
        with self._database.writing() as connection:
            rows = connection.execute(select(letter).where(*conditions).order_by(*order).limit(limit)).all()
            mine = new_claim()
            _set(connection, letter.c.id.in_([row.id for row in rows]), claim=mine, claimed=now)
            fresh = select(letter).where(letter.c.claim == mine).order_by(*order)
            return [letter_of(row) for row in connection.execute(fresh)] if rows else []

    def about_to_send(self, letters: Letter | Sequence[Letter], now: datetime) -> list[Letter]:
        """Notes that the bytes of these letters are handed over next; returns those that may be.

        Left out is what is not the caller's any more: its claim has gone stale, or the subscription has ended.
        """
        return self.go_on((), _several(letters), now)

    def sent(self, letters: Letter | Sequence[Letter], now: datetime) -> None:
        """Notes that letters were taken: also where the claim went stale meanwhile, unless another sends them now."""
        self.go_on(_several(letters), (), now)

    def go_on(self, taken: Sequence[Letter], following: Sequence[Letter], now: datetime) -> list[Letter]:
        """`sent` for some and `about_to_send` for others at once: a sender of many waits for the disk half as often."""
        with self._database.writing() as connection:
            settled = {"state": "sent", "settled": now, "error": "", **_FREE}
            done = _set_held(connection, taken, "sending", settled)
            for each in taken:
                if each.id not in done:  # its claim went stale
                    own = or_(_held(each, "sending"), _is(each) & (letter.c.state == "pending"))
                    if _set(connection, own, **settled):
                        done.add(each.id)
            people = sorted({each.subscriber for each in taken if each.id in done and each.subscriber is not None})
            for start in range(0, len(people), _CHUNK):
                of = (subscriber.c.id.in_(people[start : start + _CHUNK]), subscriber.c.bounces > 0)
                connection.execute(update(subscriber).where(*of).values(bounces=0))
            begun = _set_held(connection, following, "pending", {"state": "sending", "claimed": now})
            return [each for each in following if each.id in begun]

    def deferred(self, given: Letter, error: str, now: datetime, *, doubtful: bool = False) -> None:
        """Notes that a letter was not taken for now: it is tried again later, and given up after five days.

        `doubtful`: its bytes were handed over and no answer came, so that the receiver may have it.
        """
        with self._database.writing() as connection:
            row = _row(connection, given)
            if row is not None:
                said, wait = without_addresses(error, given.recipient), wait_after(row.attempts + 1)
                _put_off(connection, row, said, now, wait, doubts=int(doubtful))

    def failed(self, given: Letter, error: str, now: datetime) -> None:
        """Notes that a letter was refused for good. Whether that is a bounce `Subscribers.bounced` is to be told."""
        with self._database.writing() as connection:
            plain = without_addresses(error, given.recipient)
            held = or_(_held(given, "sending"), _held(given, "pending"))
            _set(connection, held, state="failed", settled=now, error=plain, attempts=letter.c.attempts + 1, **_FREE)

    def recover(self, now: datetime) -> int:
        """Takes back the letters of processes that died, and of claims older than 15 minutes; returns how many.

        What was not handed over is free at once. What may have been goes out once more, the same bytes: at once for the
        first time, later and later if that happens again.
        """
        with self._database.writing() as connection:
            claimed = select(letter).where(letter.c.claim.is_not(None), letter.c.state.in_(("pending", "sending")))
            lost = [row for row in connection.execute(claimed.order_by(letter.c.id)) if _is_lost(row, now)]
            for row in lost:
                if row.state == "pending":
                    _set(connection, letter.c.id == row.id, **_FREE)
                else:
                    said = "its sender ended while it was under way"
                    _put_off(connection, row, said, now, wait_after(row.doubts), doubts=1)
            return len(lost)

    def of_message(self, message_id: str) -> Letter | None:
        """The letter with this Message-ID, for what comes back about it; None if it is not known any more."""
        with self._database.reading() as connection:
            row = connection.execute(select(letter).where(letter.c.message_id == message_id)).one_or_none()
            return letter_of(row) if row is not None else None

    def known(self, message_ids: Sequence[str]) -> frozenset[str]:
        """Those of these that a letter has, whatever became of it."""
        found: set[str] = set()
        with self._database.reading() as connection:
            for start in range(0, len(message_ids), _CHUNK):
                some = letter.c.message_id.in_(message_ids[start : start + _CHUNK])
                found.update(connection.execute(select(letter.c.message_id).where(some)).scalars())
        return frozenset(found)

    def newest(self, prefix: str) -> str | None:
        """The last of the Message-IDs that are this prefix and twelve digits, or None."""
        within = letter.c.message_id.between(f"{prefix}{0:012d}", f"{prefix}{10**12 - 1}")
        with self._database.reading() as connection:
            return connection.execute(select(func.max(letter.c.message_id)).where(within)).scalar()

    def counts(self) -> dict[LetterState, int]:
        """How many letters are in each state; of those sent and failed, as far as they are kept."""
        with self._database.reading() as connection:
            rows = connection.execute(select(letter.c.state, func.count()).group_by(letter.c.state))
            found = {row[0]: int(row[1]) for row in rows}
            return {state: found.get(state, 0) for state in _STATES}


def _put_off(connection: Connection, row: Row[Any], error: str, now: datetime, wait: timedelta, *, doubts: int) -> None:
    attempts, tried = row.attempts + 1, row.tried or now
    hopeless = is_hopeless(attempts, tried, now)
    then = {"state": "failed", "settled": now} if hopeless else {"state": "pending", "due": now + wait}
    noted = {"attempts": attempts, "tried": tried, "error": error, "doubts": row.doubts + doubts}
    _set(connection, letter.c.id == row.id, **then, **noted, **_FREE)


def _is_lost(row: Row[Any], now: datetime) -> bool:
    # A claim of the future is of a clock that has been set back: as old as anything.
    return abs(now - row.claimed) > STALE or is_dead(row.claim)


def _row(connection: Connection, given: Letter) -> Row[Any] | None:
    held = or_(_held(given, "sending"), _held(given, "pending"))
    return connection.execute(select(letter).where(held)).one_or_none()


def _is(given: Letter) -> ColumnElement[bool]:
    # Not by its number alone: that of a letter that was deleted may be another one's.
    return (letter.c.id == given.id) & (letter.c.message_id == given.message_id)


def _held(given: Letter, state: LetterState) -> ColumnElement[bool]:
    """That a letter is in this state and still whose it was given to."""
    return _is(given) & (letter.c.state == state) & (letter.c.claim == given.claim)


def _set(connection: Connection, which: ColumnElement[bool], **values: Any) -> int:
    done: int = connection.execute(update(letter).where(which).values(values)).rowcount
    return done


def _set_held(
    connection: Connection, letters: Sequence[Letter], state: LetterState, values: Mapping[str, Any]
) -> set[int]:
    """Sets the columns of those that are in this state and still whose they were given to; returns their numbers.

    A claim is like no other, so that another letter with the number of one that was deleted cannot be meant.
    """
    done: set[int] = set()
    for claim in {each.claim for each in letters}:
        ids = [each.id for each in letters if each.claim == claim]
        for start in range(0, len(ids), _CHUNK):
            held = (letter.c.id.in_(ids[start : start + _CHUNK]), letter.c.state == state, letter.c.claim == claim)
            done.update(connection.execute(update(letter).where(*held).values(values).returning(letter.c.id)).scalars())
    return done


def _several(letters: Letter | Sequence[Letter]) -> Sequence[Letter]:
    return [letters] if isinstance(letters, Letter) else letters
