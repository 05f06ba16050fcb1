"""Digests: what is written of a period, whole or not at all, and what is told in which."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from store.database import Database
from store.mailing.due import due_digests, told_changes
from store.mailing.model import Cadence, Digest, Subscriber, Wishes
from store.mailing.outbox import Outbox
from store.mailing.subscribers import Subscribers
from store.mailing.tables import digest, letter, subscriber, subscriber_token
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import ANN, BOB, current, killed_at, log_change, put, subscribed, tell, tell_one
from tests.store.world import rows


def test_a_digest_is_written_whole_or_not_at_all(database: Database) -> None:
    of = subscribed(database)
    log_change(database, after(hours=1))
    tables = (subscriber, subscriber_token, letter, digest)
    before = [rows(database, each) for each in tables]
    for statement_number in range(12):
        with killed_at(database, statement_number):
            tell(database, after(days=1))
        assert [rows(database, each) for each in tables] == before
    ((told_of, period, told),) = tell(database, after(days=1))
    assert (told_of, told, period.key) == (of, [1], "daily:2026-03-03")
    ((row,), (sent,)) = rows(database, digest), rows(database, letter)
    assert (row["subscriber_id"], row["key"], row["covered"], row["through"]) == (of.id, "daily:2026-03-03", "[1]", 1)
    assert (row["letter_id"], row["starts"], row["ends"], row["missed"]) == (sent["id"], NOW, period.ends, 0)
    assert (sent["kind"], sent["recipient"], sent["state"]) == ("digest", ANN, "pending")
    assert {each["purpose"] for each in rows(database, subscriber_token)} == {"manage", "unsubscribe"}
    moved = current(database, of)
    assert (moved.cursor, moved.told_until) == (1, period.ends)
    assert Outbox(database).claim(9, after(days=1))[0].body == b"daily:2026-03-03: [1]"


def test_a_period_is_told_once_by_however_many(database: Database) -> None:
    subscribed(database)
    log_change(database, after(hours=1))
    ((of, period),) = due_digests(database, after(days=1))
    told = told_changes(database, of.cursor, period.ends, after(days=1))
    answers = [tell_one(database, of, period, [1], told, after(days=1)) for _ in range(2)]
    assert answers == [True, False]
    again = replace(of, cursor=1, told_until=period.ends)
    assert current(database, of) == again
    assert tell_one(database, again, period, [1], told, after(days=1)) is False
    assert len(rows(database, letter)) == len(rows(database, digest)) == 1


def test_many_at_once_each_for_himself(database: Database) -> None:
    people = [subscribed(database, f"p{number}@harbour.example") for number in range(30)]
    log_change(database, after(hours=1))
    due = due_digests(database, after(days=1))
    assert [each for each, _ in due] == people
    Subscribers(database).end(people[3].id, "unsubscribed", after(days=1))
    wanted = [
        Digest(
            subscriber=each,
            period=period,
            covered=[1],
            considered_until=1,
            body=b"x" if each.id % 2 else None,
            message_id=f"<{each.id}@mission.example>" if each.id % 2 else None,
        )
        for each, period in due
    ]
    answers = Outbox(database).put_digests([*wanted, wanted[0]], after(days=1))
    assert answers == [each.id != people[3].id for each in people] + [False]
    assert len(rows(database, digest)) == 29
    assert len(rows(database, letter)) == sum(each.id % 2 for each in people if each.id != people[3].id)
    assert due_digests(database, after(days=1)) == []


def test_a_letter_has_a_message_id(database: Database) -> None:
    subscribed(database)
    ((of, period),) = due_digests(database, after(days=1))
    with pytest.raises(ValueError, match="Message-ID"):
        Outbox(database).put_digest(of, period, [], 0, b"x", None, {}, after(days=1))
    assert due_digests(database, after(days=1)) == [(of, period)]


def test_an_instant_subscriber_waits_after_letters_only(database: Database) -> None:
    of = subscribed(database, cadence="instant", wishes=Wishes(words=("harbour",)))
    log_change(database, after(minutes=2), title="Remarks on the ferries")
    assert [told for _, _, told in tell(database, after(minutes=2))] == [[]]
    assert rows(database, digest) == []
    assert current(database, of).cursor == 1
    log_change(database, after(minutes=2, seconds=5))
    log_change(database, after(minutes=2, seconds=5))  # written at once, noted a thousandth of a second ahead
    assert [told for _, _, told in tell(database, after(minutes=2, seconds=5))] == [[2, 3]]
    log_change(database, after(minutes=2, seconds=30))
    assert tell(database, after(minutes=2, seconds=31)) == []
    assert [told for _, _, told in tell(database, after(minutes=3, seconds=6))] == [[4]]
    assert tell(database, after(minutes=9)) == []


def test_a_change_that_is_written_late_is_told_next(database: Database) -> None:
    subscribed(database, send_at="10:00")
    eight = datetime.fromisoformat("2026-03-02T10:00:00+00:00")
    assert [told for _, _, told in tell(database, eight + timedelta(seconds=1))] == [[]]
    log_change(database, eight - timedelta(seconds=2))  # of a batch that was still being written
    ((_, period, told),) = tell(database, eight + timedelta(days=1))
    assert told == [1]
    assert period.starts < eight - timedelta(seconds=2)


def test_baselines_are_no_news(database: Database) -> None:
    of = subscribed(database)
    log_change(database, after(hours=1), baseline=True)
    assert [told for _, _, told in tell(database, after(days=1))] == [[]]
    assert subscribed(database, BOB, cadence="instant", now=after(days=1)).cursor == 1
    assert current(database, of).cursor == 0
    assert due_digests(database, after(days=1, hours=1)) == []


@pytest.mark.parametrize("cadence", ["instant", "daily", "weekly"])
def test_a_clock_that_was_years_ahead_silences_nobody(database: Database, cadence: Cadence) -> None:
    subscribed(database, cadence=cadence)
    years = after(days=3650)
    log_change(database, years)
    assert [told for _, _, told in tell(database, years + timedelta(days=8))] == [[1]]
    log_change(database, after(days=1))  # the log's moments rise, so that it says ten years from now
    told = [told for day in (2, 9, 16) for _, _, told in tell(database, after(days=day))]
    assert [each for each in told if each] == [[2]]
    assert current(database, current_of(database)).told_until < after(days=17)
    log_change(database, after(days=17))
    told = [told for day in (18, 25) for _, _, told in tell(database, after(days=day))]
    assert [each for each in told if each] == [[3]]


def current_of(database: Database) -> Subscriber:
    (found,) = Subscribers(database).active()
    return found


def test_who_puts_the_hour_off_is_told_the_next_day(database: Database) -> None:
    of = subscribed(database, send_at="12:00")
    log_change(database, after(hours=1))
    assert [told for _, _, told in tell(database, after(hours=4))] == [[1]]
    log_change(database, after(hours=5))
    Subscribers(database).alter(of.id, now=after(hours=5), send_at="23:00")
    assert due_digests(database, after(hours=14)) == []
    ((_, period, told),) = tell(database, after(hours=38))
    assert (period.key, told) == ("daily:2026-03-03", [2])


def test_only_who_is_active_is_due(database: Database) -> None:
    people = Subscribers(database)
    assert people.request(ANN, now=NOW) is not None
    of = subscribed(database, BOB)
    log_change(database, after(hours=1))
    ((found, period),) = due_digests(database, after(days=1))
    assert found == of
    people.end(of.id, "unsubscribed", after(days=1))
    assert due_digests(database, after(days=1)) == []
    told: list[Any] = told_changes(database, 0, period.ends, after(days=1))
    assert tell_one(database, of, period, [1], told, after(days=1)) is False
    put(database)
    assert len(rows(database, letter)) == 1
