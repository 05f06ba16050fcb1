"""What is kept is kept for as long as is said, and no longer."""

from datetime import timedelta

import pytest
from sqlalchemy import Table, select, union

from store.database import Database
from store.mailing.outbox import Outbox
from store.mailing.retention import (
    ADDRESSES,
    ATTEMPTS,
    BODIES,
    HISTORY,
    NOTHING_TOLD,
    Tidied,
    bytes_of_bodies,
    keeps_traces,
    tidy,
)
from store.mailing.subscribers import Subscribers
from store.mailing.tables import digest, form_attempt, letter, subscriber, subscriber_token
from store.mailing.tokens import LASTS
from store.tables import blob, capture, reference, version
from store.verification import verify
from tests.store.history import everything, with_history
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import ANN, BOB, BODY, asked, log_change, put, subscribed, tell, unsubscribe_token
from tests.store.world import rows

SECOND = timedelta(seconds=1)
NOTHING = Tidied(letters_emptied=0, addresses_forgotten=0, never_confirmed=0, tokens=0, history=0, attempts=0)


def count(database: Database, *tables: Table) -> list[int]:
    return [len(rows(database, each)) for each in tables]


def test_nothing_is_deleted_of_what_is_new(database: Database, people: Subscribers) -> None:
    subscribed(database)
    asked(people, BOB)
    log_change(database, after(minutes=1))
    tell(database, after(days=1))
    assert tidy(database, after(minutes=30)) == NOTHING
    assert count(database, subscriber, subscriber_token, letter, digest, form_attempt) == [2, 3, 1, 1, 1]


def test_letters_lose_body_and_recipient_after_a_week(database: Database) -> None:
    outbox = Outbox(database)
    sent, failed, waiting = put(database), put(database), put(database)
    one, two, _ = outbox.claim(3, NOW)
    outbox.about_to_send(one, NOW)
    outbox.sent(one, NOW)
    outbox.failed(two, "550 no", NOW)
    assert tidy(database, NOW + BODIES - SECOND) == NOTHING
    assert tidy(database, NOW + BODIES).letters_emptied == 2
    assert tidy(database, NOW + BODIES) == NOTHING
    found = {row["message_id"]: (row["recipient"], row["body"]) for row in rows(database, letter)}
    assert found[sent] == found[failed] == (None, None)
    assert found[waiting][0] == ANN
    for each in (sent, waiting):
        kept = outbox.of_message(each)
        assert kept is not None
        assert (kept.recipient, kept.body) == (("", b"") if each == sent else (ANN, BODY))


def test_addresses_of_who_has_left_are_forgotten_after_four_weeks(database: Database, people: Subscribers) -> None:
    ann, bob = subscribed(database), subscribed(database, BOB)
    log_change(database, after(minutes=1))
    tell(database, after(days=1))
    people.end(ann.id, "unsubscribed", after(days=1))
    people.end(bob.id, "unsubscribed", after(days=1))
    left = after(days=1) + ADDRESSES
    assert tidy(database, left - SECOND).addresses_forgotten == 0
    token = people.request(BOB, now=left - SECOND)
    assert token is not None
    assert tidy(database, left).addresses_forgotten == 1
    assert ANN not in repr([rows(database, each) for each in (subscriber, letter)])
    assert [each.address for each in people.all()] == ["", BOB]
    assert people.confirm(token, left) is not None  # he had asked again before he was forgotten
    assert tidy(database, left + ADDRESSES).addresses_forgotten == 0
    again = subscribed(database, now=left)
    assert again.id not in (ann.id, bob.id)


def test_what_was_never_confirmed_is_deleted_when_it_cannot_be_any_more(
    database: Database, people: Subscribers
) -> None:
    asked(people)
    confirmed = people.confirm(asked(people, BOB), NOW)
    late = NOW + LASTS["confirm"]
    assert tidy(database, late - SECOND).never_confirmed == 0
    assert tidy(database, late) == Tidied(
        letters_emptied=0, addresses_forgotten=0, never_confirmed=1, tokens=1, history=0, attempts=0
    )
    assert people.all() == [confirmed]


def test_tokens_and_attempts_are_deleted_when_they_are_over(database: Database, people: Subscribers) -> None:
    of = subscribed(database)
    unsubscribe_token(database, of, days=0)
    assert people.request_link(ANN, now=NOW) is not None
    assert tidy(database, NOW + ATTEMPTS - SECOND).attempts == 0
    assert tidy(database, NOW + ATTEMPTS).attempts == 1
    assert tidy(database, NOW + LASTS["manage"]).tokens == 1
    assert tidy(database, NOW + LASTS["unsubscribe"] - SECOND).tokens == 0
    assert tidy(database, NOW + LASTS["unsubscribe"]).tokens == 1
    assert people.request(BOB, now=after(days=3650)) is not None
    assert tidy(database, NOW).attempts == 1  # noted by a clock that was years ahead


@pytest.mark.parametrize("sent", [True, False])
def test_history_is_kept_as_long_as_links_are_good(database: Database, sent: bool) -> None:
    of, day = subscribed(database), after(days=1)
    log_change(database, after(minutes=1))
    tell(database, day)
    tell(database, after(days=2))
    outbox = Outbox(database)
    (found,) = outbox.claim(9, day)
    if sent:
        outbox.about_to_send(found, day)
        outbox.sent(found, day)
    assert count(database, digest, letter) == [2, 1]
    assert tidy(database, after(days=2) + NOTHING_TOLD).history == 1
    assert [row["covered"] for row in rows(database, digest)] == ["[1]"]
    assert tidy(database, day + HISTORY - SECOND).history == 0
    assert tidy(database, day + HISTORY).history == (2 if sent else 1)
    assert count(database, digest, letter) == [0, 0 if sent else 1]
    assert Subscribers(database).active()[0].id == of.id


@pytest.mark.parametrize("days", [0, 8, 30, 401, 4000])
def test_nothing_of_the_archive_is_ever_touched(database: Database, days: int) -> None:
    with_history(database)
    outbox = Outbox(database)
    subscribed(database)
    put(database)
    outbox.sent(outbox.claim(1, NOW), NOW)
    mail = {"subscriber", "subscriber_token", "letter", "digest", "form_attempt"}
    before = {name: found for name, found in everything(database).items() if name not in mail}
    assert sum(map(len, before.values())) > 30
    later = NOW + timedelta(days=days)
    size = bytes_of_bodies(database, later)
    assert (size > 0) is (tidy(database, later).letters_emptied == 1) is (days >= 8)
    assert {name: found for name, found in everything(database).items() if name not in mail} == before
    assert verify(database).ok


def test_no_kept_bytes_are_without_somebody_who_needs_them(database: Database) -> None:
    """So there is nothing among them that could be deleted."""
    with_history(database)
    with database.reading() as connection:
        named = [select(table.c.blob_id) for table in (capture, version, reference)]
        needed = set(connection.execute(union(*named, select(blob.c.base))).scalars()) - {None}
        assert set(connection.execute(select(blob.c.id)).scalars()) == needed


def test_traces_are_kept_until_nothing_has_to_be_forgotten_any_more(database: Database, people: Subscribers) -> None:
    assert not keeps_traces(database)
    ann = subscribed(database)
    assert not keeps_traces(database), "who is subscribed is not to be forgotten"
    people.end(ann.id, "unsubscribed", NOW)
    assert keeps_traces(database)
    tidy(database, NOW + ADDRESSES)
    assert not keeps_traces(database)
    put(database)
    assert keeps_traces(database)
    outbox = Outbox(database)
    outbox.sent(outbox.claim(1, NOW), NOW)
    tidy(database, NOW + BODIES)
    assert not keeps_traces(database)
    asked(people, BOB)
    assert keeps_traces(database)
