"""Senders that die, sleep and come back: no letter is lost, and none goes out twice but where that was in doubt."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from store.database import Database
from store.mailing.letters import MAX_WAIT
from store.mailing.model import Letter
from store.mailing.outbox import Outbox
from store.mailing.tables import letter
from tests.store.databases import Databases
from tests.store.mailing.told import NOW
from tests.store.mailing.world import empty, put, subscribed
from tests.store.world import rows

FINAL = ("sent", "failed")


class Senders(RuleBasedStateMachine):
    """Several senders and one receiver, who counts what he was given."""

    database: Database
    held = Bundle("held")
    """Letters that a sender has claimed."""
    under_way = Bundle("under way")
    """Letters that a sender may hand over."""

    @initialize()
    def begin(self) -> None:
        empty(self.database)
        self.outbox, self.now = Outbox(self.database), NOW
        self.subscriber = subscribed(self.database)
        self.dead: set[str] = set()
        self.taken: Counter[str] = Counter()
        self.noted: set[str] = set()
        self.bodies: dict[str, bytes] = {}
        self.deaths = patch("store.mailing.outbox.is_dead", self.dead.__contains__)
        self.deaths.start()
        for _ in range(3):
            self.put_letter()

    def teardown(self) -> None:
        if hasattr(self, "deaths"):
            self.finish()
            self.deaths.stop()

    @rule()
    def put_letter(self) -> None:
        put(self.database, now=self.now, kind="digest", of=self.subscriber)

    @rule(target=held, limit=st.integers(1, 3))
    def claim(self, limit: int) -> Any:
        found = self.outbox.claim(limit, self.now)
        for each in found:
            assert self.bodies.setdefault(each.message_id, each.body) == each.body
        return multiple(*found)

    @rule(target=under_way, limit=st.integers(1, 3))
    def claim_and_begin(self, limit: int) -> Any:
        return multiple(*self.outbox.about_to_send(self.outbox.claim(limit, self.now), self.now))

    @rule(target=under_way, given=consumes(held))
    def about_to_send(self, given: Letter) -> Any:
        return multiple(*(self.outbox.about_to_send(given, self.now) if given.claim not in self.dead else ()))

    @rule(given=consumes(under_way))
    def hand_over_and_note(self, given: Letter) -> None:
        if given.claim not in self.dead:
            self.taken[given.message_id] += 1
            self.outbox.sent(given, self.now)

    @rule(given=consumes(under_way), found_out=st.booleans())
    def hand_over_and_die(self, given: Letter, found_out: bool) -> None:
        if given.claim not in self.dead:
            self.taken[given.message_id] += 1
            self.dead.add(given.claim)
        if found_out:
            self.recover()

    @rule(given=consumes(under_way))
    def hand_over_and_hear_nothing(self, given: Letter) -> None:
        if given.claim not in self.dead:
            self.taken[given.message_id] += 1
            self.outbox.deferred(given, "connection lost", self.now, doubtful=True)

    @rule(given=consumes(under_way))
    def put_off(self, given: Letter) -> None:
        if given.claim not in self.dead:
            self.outbox.deferred(given, "451 try again", self.now)

    @rule(given=consumes(under_way))
    def refuse(self, given: Letter) -> None:
        if given.claim not in self.dead:
            self.outbox.failed(given, "550 no", self.now)

    @rule(given=held)
    def die(self, given: Letter) -> None:
        self.dead.add(given.claim)

    @rule(minutes=st.sampled_from([1, 10, 16, 400, 60 * 24 * 6]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def recover(self) -> None:
        self.outbox.recover(self.now)

    @invariant()
    def laws(self) -> None:
        if not hasattr(self, "outbox"):
            return
        found = rows(self.database, letter)
        for row in found:
            # Each copy but the last was handed over by somebody whose note is missing, and that is counted.
            under_way = row["state"] in ("sending", "sent")
            assert self.taken[row["message_id"]] <= row["doubts"] + under_way
            assert not (row["state"] == "sent" and self.taken[row["message_id"]] == 0)
            assert row["due"] <= max(self.now, row["created"]) + MAX_WAIT
            assert (row["claim"] is None) == (row["claimed"] is None)
            assert row["claim"] is not None or row["state"] != "sending"
            assert (row["settled"] is not None) == (row["state"] in FINAL)
        # What has come to an end stays there.
        assert self.noted <= {row["message_id"] for row in found if row["state"] in FINAL}
        self.noted = {row["message_id"] for row in found if row["state"] in FINAL}

    def finish(self) -> None:
        """With senders that do not die, every letter comes to an end."""
        for _ in range(3):
            self.now += MAX_WAIT + timedelta(hours=1)
            self.outbox.recover(self.now)
            for each in self.outbox.claim(1000, self.now):
                assert self.outbox.about_to_send(each, self.now)
                self.taken[each.message_id] += 1
                self.outbox.sent(each, self.now)
        self.laws()
        assert all(row["state"] in FINAL for row in rows(self.database, letter))


@pytest.fixture
def shared(databases: Databases) -> Iterator[Database]:
    with closing(Database(databases.fresh())) as opened:
        yield opened


def test_no_letter_is_lost_and_none_doubled_without_doubt(shared: Database) -> None:
    machine = type("SendersHere", (Senders,), {"database": shared})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
