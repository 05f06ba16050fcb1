"""Subscriptions begin, change and end only by who may; a form can be used by anybody and tells and changes nothing."""

import json
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import update

from store.database import Database
from store.mailing.model import NotUsableError, Wishes
from store.mailing.settings import Settings, columns_of
from store.mailing.subscribers import Subscribers
from store.mailing.tables import digest, form_attempt, letter, subscriber_token
from store.mailing.tables import subscriber as table
from store.mailing.wishes import wishes_from_json
from tests.store.databases import Databases
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import ANN, BOB, asked, log_change, put, subscribed, tell, unsubscribe_token
from tests.store.world import rows

HARBOUR = Wishes(words=("harbour",))


def test_a_subscription_begins_when_it_is_confirmed(database: Database, people: Subscribers) -> None:
    log_change(database)
    token = asked(
        people, cadence="weekly", zone="Asia/Kathmandu", send_at="06:15", weekday=4, frame="zh", wishes=HARBOUR
    )
    assert people.active() == []
    newest = log_change(database)
    shown = people.by_token(token, "confirm", NOW)
    confirmed = people.confirm(token, after(hours=1))
    assert confirmed is not None
    assert shown is not None
    assert people.active() == [confirmed]
    assert (confirmed.address, confirmed.state, confirmed.frame, confirmed.wishes) == (ANN, "active", "zh", HARBOUR)
    schedule = (confirmed.cadence, confirmed.zone, confirmed.send_at, confirmed.weekday)
    assert schedule == ("weekly", "Asia/Kathmandu", "06:15", 4)
    assert (confirmed.created, confirmed.told_until, confirmed.cursor) == (NOW, after(hours=1), newest)
    assert (shown.state, shown.wishes, shown.cadence) == ("pending", HARBOUR, "weekly")


def test_a_form_alters_no_subscription_before_it_is_confirmed(database: Database, people: Subscribers) -> None:
    before = subscribed(database, cadence="instant")
    token = asked(people, ANN.upper(), cadence="weekly", wishes=HARBOUR)
    assert people.all() == [before]
    number = log_change(database)
    after_all = people.confirm(token, after(hours=1))
    assert after_all is not None
    assert (after_all.id, after_all.cadence, after_all.wishes) == (before.id, "weekly", HARBOUR)
    assert after_all.cursor == before.cursor < number  # what he has not been told yet stays to be told


def test_what_was_asked_for_counts_by_its_own_token(people: Subscribers) -> None:
    first, second = asked(people, wishes=HARBOUR), asked(people, days=1, cadence="weekly")
    confirmed = people.confirm(first, after(days=2))
    assert confirmed is not None
    assert (confirmed.cadence, confirmed.wishes) == ("daily", HARBOUR)
    confirmed = people.confirm(second, after(days=2))
    assert confirmed is not None
    assert (confirmed.cadence, confirmed.wishes) == ("weekly", Wishes())


def test_who_comes_back_is_the_same_subscriber_and_can_leave_by_any_letter(
    database: Database, people: Subscribers
) -> None:
    of = subscribed(database, cadence="instant")
    old = unsubscribe_token(database, of)
    assert people.unsubscribe(old, after(days=2))
    missed = log_change(database, after(days=2))
    again = people.confirm(asked(people, days=3), after(days=3))
    assert again is not None
    assert (again.id, again.state, again.cursor, again.cadence) == (of.id, "active", missed, "daily")
    assert [told for _, _, told in tell(database, after(days=5))] == [[]]
    assert people.unsubscribe(old, after(days=6))
    assert people.active() == []


def test_altering(database: Database, people: Subscribers) -> None:
    of = subscribed(database, wishes=HARBOUR)
    number = log_change(database, after(hours=1))
    same = people.alter(of.id, now=after(hours=2), frame="zh", cadence="daily")
    assert same is not None
    assert (same.frame, same.wishes, same.told_until, same.cursor) == ("zh", HARBOUR, of.told_until, of.cursor)
    other = people.alter(of.id, now=after(hours=3), cadence="instant", wishes=Wishes())
    assert other is not None
    assert (other.cadence, other.wishes) == ("instant", Wishes())
    assert (other.told_until, other.cursor) == (after(hours=3), of.cursor)
    assert people.alter(of.id, now=after(hours=4)) == other
    assert [told for _, _, told in tell(database, after(hours=5))] == [[number]]
    assert people.alter(99, now=NOW, frame="en") is None


BAD: dict[str, Settings] = {
    "frame": {"frame": "fr"},  # type: ignore[typeddict-item]
    "cadence": {"cadence": "hourly"},  # type: ignore[typeddict-item]
    "zone": {"zone": "Nowhere/Atall"},
    "zone of another kind": {"zone": ["UTC"]},  # type: ignore[typeddict-item]
    "hour": {"send_at": "24:00"},
    "hour of another kind": {"send_at": 8},  # type: ignore[typeddict-item]
    "digits": {"send_at": "०८:००"},
    "day": {"weekday": 7},
    "day of another kind": {"weekday": True},
    "wishes": {"wishes": Wishes(words=("x" * 300,))},
    "unknown": {"colour": "red"},  # type: ignore[typeddict-unknown-key]
}


@pytest.mark.parametrize("settings", BAD.values(), ids=BAD)
def test_what_cannot_be_chosen_is_said_and_nothing_is_written(database: Database, settings: Settings) -> None:
    people, of = Subscribers(database), subscribed(database)
    before = rows(database, table), rows(database, form_attempt)
    tries: list[Any] = [
        lambda: columns_of(settings),
        lambda: people.request(BOB, now=NOW, **settings),
        lambda: people.add(BOB, now=NOW, **settings),
        lambda: people.alter(of.id, now=NOW, **settings),
    ]
    for each in tries:
        with pytest.raises(NotUsableError, match=r"^[A-Z].*\.$"):
            each()
    assert (rows(database, table), rows(database, form_attempt)) == before


def test_what_is_exported_can_be_added_elsewhere(database: Database, databases: Databases) -> None:
    people = Subscribers(database)
    subscribed(database, cadence="weekly", zone="Asia/Kathmandu", wishes=HARBOUR)
    subscribed(database, BOB, frame="zh")
    people.remove(BOB, after(days=1))
    said = [json.loads(json.dumps(each)) for each in people.export()]
    assert [(each["address"], each["state"], each["reason"]) for each in said] == [
        (ANN, "active", None),
        (BOB, "ended", "removed by the operator"),
    ]
    with closing(Database(databases.fresh())) as elsewhere:
        other = Subscribers(elsewhere)
        first = said[0]
        choices: Any = {name: first[name] for name in ("frame", "cadence", "zone", "send_at", "weekday")}
        choices["wishes"] = wishes_from_json(json.dumps(first["wishes"]))
        added = other.add(first["address"], now=NOW, source="import", **choices)
        assert added == people.active()[0]
        assert next(other.export())["source"] == "import"


def test_adding_again_alters_only_what_is_named(database: Database, people: Subscribers) -> None:
    of = subscribed(database, wishes=HARBOUR, zone="Asia/Kathmandu")
    again = people.add(ANN, now=after(days=1), frame="zh")
    assert (again.id, again.wishes, again.zone, again.frame) == (of.id, HARBOUR, "Asia/Kathmandu", "zh")
    assert people.by_address(ANN.title()) == again
    assert people.by_address(BOB) is None


def test_forgetting_leaves_nothing(database: Database, people: Subscribers) -> None:
    of = subscribed(database, cadence="instant")
    asked(people)
    log_change(database, after(minutes=1))
    assert tell(database, after(minutes=2))
    put(database)
    put(database, ANN.upper(), kind="confirmation")
    other = subscribed(database, BOB)
    kept = put(database, BOB, of=other)
    assert people.forget(ANN.upper()) is True
    assert [each["id"] for each in rows(database, table)] == [other.id] != [of.id]
    assert [each["message_id"] for each in rows(database, letter)] == [kept]
    assert [rows(database, each) for each in (digest, subscriber_token, form_attempt)] == [[], [], []]
    assert people.forget(ANN) is False


def test_what_cannot_be_read_any_more_names_nobody(database: Database, people: Subscribers) -> None:
    of = subscribed(database)
    with database.writing() as connection:
        connection.execute(update(table).where(table.c.id == of.id).values(address=None, folded=None, state="ended"))
    token = unsubscribe_token(database, of)
    assert people.unsubscribe(token, after(days=2)) is False
    assert people.by_token(token, "unsubscribe", after(days=2)) is None
    assert [each.address for each in people.all()] == [""]
    assert list(people.export()) == []
    assert subscribed(database).id != of.id
