"""From the outbox to the carriers: claims letters, hands them over, notes the answers."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from missionwatch.delivery.carrier import Answer, Carrier
from store.database import Database
from store.mailing.model import Letter
from store.mailing.outbox import Outbox
from store.mailing.retention import tidy
from store.mailing.subscribers import Subscribers

BATCH = 200
"""Letters claimed at once."""
MOST = 100
"""Letters noted at once as under way, and as answered. A note waits for the disk, longer than a near server takes for
a letter; and so many at most go out once more, as they are, after a kill."""
WHILE = 0.05
"""Seconds between two notes, as far as letters come to that: a slow server gets one letter a note."""
TIDY = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pumped:
    """What became of the letters of a run."""

    sent: int = 0
    deferred: int = 0
    """Not taken for now; those in doubt are among them."""
    failed: int = 0
    recovered: int = 0
    """Taken back from senders that died."""
    trouble: tuple[str, ...] = ()
    """What kept a carrier from handing over anything."""


class Pump:
    """Empties the outbox of one database as far as it can. Several may be at work; none in two threads at once.

    `now` is the clock; it is asked again and again, for a run may take an hour.
    """

    def __init__(
        self,
        database: Database,
        carriers: Sequence[Carrier],
        now: Callable[[], datetime],
        *,
        ending: threading.Event | None = None,
    ) -> None:
        """`ending`: once it is set, no further letter is begun."""
        self._database = database
        self._outbox = Outbox(database)
        self._people = Subscribers(database)
        self._carriers = carriers
        self._now = now
        self._ending = ending or threading.Event()
        self._tidied: datetime | None = None
        self._sizes: dict[Carrier, int] = {}

    def run(self) -> Pumped:
        """Hands over everything that is due, the most urgent first. Raises DatabaseError."""
        now = self._now()
        done = Pumped(recovered=self._outbox.recover(now))
        if self._tidied is None or abs(now - self._tidied) >= TIDY:
            tidy(self._database, now)
            self._tidied = now
        for carrier in self._carriers:
            try:
                while not self._ending.is_set() and (letters := self._claim(carrier)):
                    done = self._carry(carrier, letters, done)
                    if carrier.trouble:
                        done = replace(done, trouble=(*done.trouble, carrier.trouble))
                        break
            finally:
                carrier.rest()
        return done

    def _claim(self, carrier: Carrier) -> list[Letter]:
        return self._outbox.claim(BATCH, self._now(), carrier.kinds)

    def _carry(self, carrier: Carrier, letters: Sequence[Letter], done: Pumped) -> Pumped:
        position, size = 0, self._sizes.get(carrier, 4)
        taken: list[Letter] = []
        while position < len(letters):
            if self._ending.is_set():
                break
            group = letters[position : position + size]
            position += size
            mine = self._outbox.go_on(taken, group, self._now())
            taken, answers, began = [], [], time.monotonic()
            try:
                for letter, answer in carrier.carry(mine):
                    answers.append((letter, answer))
                    if self._ending.is_set():
                        break
            except BaseException:
                self._outbox.sent([letter for letter, answer in answers if answer.outcome == "sent"], self._now())
                raise
            taken = [letter for letter, answer in answers if answer.outcome == "sent"]
            self._note(answers)
            if len(answers) < len(mine):
                self._give_back(mine[len(answers) :])
            counts = Counter(answer.outcome for _, answer in answers)
            done = replace(
                done,
                sent=done.sent + counts["sent"],
                deferred=done.deferred + counts["deferred"] + counts["doubtful"],
                failed=done.failed + counts["failed"],
            )
            # As many the next time as this server takes between two notes.
            pace = (time.monotonic() - began) / max(1, len(answers))
            size = self._sizes[carrier] = max(1, min(MOST, 2 * size, int(WHILE / pace) if pace else MOST))
        self._outbox.sent(taken, self._now())
        self._give_back(letters[position:])
        return done

    def _note(self, answers: Sequence[tuple[Letter, Answer]]) -> None:
        """Notes what was not taken."""
        now = self._now()
        for letter, answer in answers:
            match answer.outcome:
                case "failed":
                    self._outbox.failed(letter, answer.said, now)
                    log.warning("letter=%s kind=%s refused for good", letter.id, letter.kind)
                    if answer.is_bounce and letter.subscriber is not None:
                        self._people.bounced(letter.subscriber, True, now, letter.message_id)
                case "deferred" | "doubtful":
                    doubtful = answer.outcome == "doubtful"
                    self._outbox.deferred(letter, answer.said, now, doubtful=doubtful)
                    log.info("letter=%s kind=%s put off doubtful=%s", letter.id, letter.kind, doubtful)

    def _give_back(self, letters: Sequence[Letter]) -> None:
        for letter in letters:
            self._outbox.deferred(letter, "the program was ended before it was begun", self._now())
