"""Tokens: good for one purpose of one subscription, for a time, and worth nothing otherwise."""

from datetime import timedelta
from typing import Any

import pytest

from store.database import Database
from store.mailing.due import due_digests
from store.mailing.model import Subscriber, Wishes
from store.mailing.outbox import Outbox
from store.mailing.subscribers import Subscribers
from store.mailing.tables import subscriber as table
from store.mailing.tables import subscriber_token
from store.mailing.tokens import LASTS, new_token
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import ANN, BOB, asked, log_change, put, subscribed, tell_one, unsubscribe_token
from tests.store.world import rows


def _due(database: Database, of: Subscriber) -> tuple[Subscriber, Any]:
    ((found, period),) = due_digests(database, after(days=1))
    assert found.id == of.id
    return found, period


def test_a_token_that_is_replayed_does_nothing(database: Database, people: Subscribers) -> None:
    token = asked(people, cadence="weekly")
    confirmed = people.confirm(token, NOW)
    assert confirmed is not None
    altered = people.alter(confirmed.id, now=after(days=1), cadence="instant", wishes=Wishes(words=("harbour",)))
    before = rows(database, table)
    assert people.confirm(token, after(days=2)) == altered
    assert rows(database, table) == before
    assert people.end(confirmed.id, "unsubscribed", after(days=3))
    before = rows(database, table)
    assert people.confirm(token, after(days=4)) is None
    assert rows(database, table) == before


@pytest.mark.parametrize("used", ["confirm", "manage", "unsubscribe"])
def test_forged_other_and_expired_tokens_are_worth_nothing(database: Database, people: Subscribers, used: Any) -> None:
    tokens = {"confirm": asked(people), "manage": new_token(), "unsubscribe": new_token()}
    of = subscribed(database)
    log_change(database, after(minutes=1))
    told = tell_one(database, *_due(database, of), [1], [], after(days=1))
    assert told is True
    with database.writing() as connection:  # those of the letter, whose tokens nobody has
        hashes = [each["sha256"] for each in rows(database, subscriber_token) if each["purpose"] != "confirm"]
        assert len(hashes) == 2
        connection.execute(subscriber_token.delete().where(subscriber_token.c.sha256.in_(hashes)))
    tokens["manage"] = people.request_link(ANN, now=after(days=1)) or ""
    tokens["unsubscribe"] = unsubscribe_token(database, of)
    before = rows(database, table), rows(database, subscriber_token)
    soon, late = after(days=1, hours=1), after(days=1) + LASTS[used]
    good = tokens[used]
    assert people.by_token(good, used, soon) is not None
    others = [token for purpose, token in tokens.items() if purpose != used]
    bad = [*others, "", good[:-1], good + "A", good.swapcase(), "é" * 43, "\ud800" * 43, new_token(), "x" * 100_000]
    for moment, token in [*((soon, each) for each in bad), (late, good)]:
        assert people.by_token(token, used, moment) is None
        if used == "confirm":
            assert people.confirm(token, moment) is None
        if used == "unsubscribe":
            assert people.unsubscribe(token, moment) is False
    assert (rows(database, table), rows(database, subscriber_token)) == before


def test_one_click_ends_a_subscription_for_good(database: Database, people: Subscribers) -> None:
    of, other = subscribed(database), subscribed(database, BOB)
    token = unsubscribe_token(database, of)
    waiting, others = put(database, of=of), put(database, BOB, of=other)
    manage = people.request_link(ANN, now=NOW)
    assert manage is not None
    for _ in range(2):  # a mail program may ask twice
        assert people.unsubscribe(token, after(days=2)) is True
        assert [each.address for each in people.active()] == [BOB]
    assert people.by_token(manage, "manage", after(days=2)) is None
    assert people.alter(of.id, now=after(days=2), cadence="weekly") is None
    found = Outbox(database).of_message(waiting)
    assert found is not None
    assert (found.state, found.error) == ("failed", "the subscription has ended: unsubscribed")
    assert [each.message_id for each in Outbox(database).claim(10, after(days=2))] == [others]
    assert people.end(of.id, "unsubscribed", after(days=2)) is False
    assert people.remove(ANN, after(days=2)) is False


def test_a_token_is_kept_as_a_hash_only(database: Database, people: Subscribers) -> None:
    token = asked(people)
    assert all(token not in repr(each) for name in (table, subscriber_token) for each in rows(database, name))
    assert len({new_token() for _ in range(100)}) == 100
    assert timedelta(days=400) == LASTS["unsubscribe"]
