"""The outbox: a letter goes out as it was put in, by one sender, once, or is given up; and that is noted."""

from datetime import datetime, timedelta

import pytest

from store.database import Database
from store.mailing import claims
from store.mailing.letters import GIVE_UP, MAX_WAIT, MIN_ATTEMPTS, wait_after
from store.mailing.model import Letter
from store.mailing.outbox import STALE, Outbox
from store.mailing.subscribers import Subscribers
from store.mailing.tables import letter
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import ANN, BODY, claimed, put, subscribed
from tests.store.world import rows

SECOND = timedelta(seconds=1)


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


def begun(outbox: Outbox, now: datetime = NOW) -> Letter:
    """The one letter that may be tried, of which it is noted that it is under way."""
    (found,) = outbox.claim(10, now)
    assert outbox.about_to_send(found, now) == [found]
    return found


def kept(outbox: Outbox, message_id: str) -> Letter:
    found = outbox.of_message(message_id)
    assert found is not None
    return found


def test_a_letter_goes_out_as_it_was_put_in(database: Database, outbox: Outbox) -> None:
    body = bytes(range(256)) * 400
    assert outbox.put("notice", ANN, body, "<1@mission.example>", NOW) is True
    assert outbox.put("notice", ANN, b"other", "<1@mission.example>", NOW) is False
    found = begun(outbox)
    assert (found.body, found.recipient, found.message_id) == (body, ANN, "<1@mission.example>")
    assert (found.kind, found.subscriber, found.attempts, found.doubts) == ("notice", None, 0, 0)
    assert outbox.counts() == {"pending": 0, "sending": 1, "sent": 0, "failed": 0}
    outbox.sent(found, after(minutes=1))
    assert outbox.counts() == {"pending": 0, "sending": 0, "sent": 1, "failed": 0}
    assert outbox.claim(10, after(days=1)) == []
    assert rows(database, letter)[0]["settled"] == after(minutes=1)


def test_what_somebody_waits_for_goes_first(database: Database, outbox: Outbox) -> None:
    of = subscribed(database)
    digests = [put(database, kind="digest", of=of, now=after(minutes=number)) for number in (2, 1)]
    waiting = [put(database, kind=kind, now=after(minutes=3)) for kind in ("confirmation", "notice", "webhook")]
    assert [each.message_id for each in outbox.claim(2, after(hours=1), kinds=["digest", "confirmation"])] == [
        waiting[0],
        digests[1],
    ]
    assert [each.message_id for each in outbox.claim(9, after(hours=1))] == [*waiting[1:], digests[0]]
    assert outbox.claim(9, after(hours=1)) == []


def test_a_letter_is_not_tried_before_it_is_due(database: Database, outbox: Outbox) -> None:
    put(database, now=after(minutes=5))
    assert outbox.claim(9, after(minutes=4)) == []
    assert len(outbox.claim(9, after(minutes=5))) == 1


def test_waits_double_up_to_six_hours() -> None:
    waits = [wait_after(number) / timedelta(minutes=1) for number in range(12)]
    assert waits == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert wait_after(10**9) == MAX_WAIT


def test_what_is_put_off_is_tried_later_and_given_up_after_days(database: Database, outbox: Outbox) -> None:
    message_id, now, waits = put(database), NOW, []
    while kept(outbox, message_id).state == "pending":
        found = begun(outbox, now)
        assert found.body == BODY
        outbox.deferred(found, f"451 try again, {ANN}", now)
        found = kept(outbox, message_id)
        waits.append(found.due - now)
        assert outbox.claim(9, found.due - SECOND) == []
        now = found.due
    assert now - NOW >= GIVE_UP
    assert waits[:4] == [timedelta(minutes=each) for each in (1, 2, 4, 8)]
    assert max(waits) == MAX_WAIT
    assert (found.state, found.attempts, found.doubts) == ("failed", len(waits), 0)
    assert found.error == "451 try again, …"


def test_a_clock_that_jumps_gives_nothing_up_and_puts_nothing_off_for_years(database: Database, outbox: Outbox) -> None:
    message_id, years = put(database), after(days=3650)
    outbox.deferred(begun(outbox), "451 try again", NOW)
    outbox.deferred(begun(outbox, years), "451 try again", years)
    assert kept(outbox, message_id).state == "pending"
    assert kept(outbox, message_id).due > years
    outbox.sent(begun(outbox, after(minutes=3)), after(minutes=3))
    assert kept(outbox, message_id).state == "sent"
    assert MIN_ATTEMPTS > 2


def test_what_is_refused_is_given_up_at_once(database: Database, outbox: Outbox) -> None:
    message_id = put(database)
    outbox.failed(begun(outbox), "550 5.1.1 <Ann@Harbour.example>\r\nno such user: ann", NOW)
    found = kept(outbox, message_id)
    assert (found.state, found.error, found.attempts) == ("failed", "550 5.1.1 <…> no such user: …", 1)
    assert outbox.claim(9, after(days=9)) == []


def test_what_could_not_even_be_begun_is_put_off_as_well(database: Database, outbox: Outbox) -> None:
    message_id = put(database)
    outbox.deferred(claimed(database), "connection refused", NOW)
    assert (kept(outbox, message_id).state, kept(outbox, message_id).doubts) == ("pending", 0)
    assert len(outbox.claim(9, after(minutes=1))) == 1


def test_a_lost_answer_is_a_doubt(database: Database, outbox: Outbox) -> None:
    message_id = put(database)
    outbox.deferred(begun(outbox), "connection lost after the text", NOW, doubtful=True)
    assert (kept(outbox, message_id).state, kept(outbox, message_id).doubts) == ("pending", 1)
    found = begun(outbox, after(minutes=1))
    assert (found.doubts, found.body, found.message_id) == (1, BODY, message_id)


def test_stale_claims_go_back(database: Database, outbox: Outbox) -> None:
    first, second = put(database), put(database)
    one, two = outbox.claim(2, NOW)
    assert outbox.about_to_send(two, after(minutes=1)) == [two]
    assert outbox.recover(NOW + STALE) == 0
    assert outbox.recover(NOW + STALE + SECOND) == 1  # of the other one it was known later that it is alive
    assert outbox.recover(after(minutes=1) + STALE + SECOND) == 1
    assert [(kept(outbox, each).state, kept(outbox, each).doubts) for each in (first, second)] == [
        ("pending", 0),
        ("pending", 1),
    ]
    again = outbox.claim(9, after(hours=1))
    assert [(each.message_id, each.body) for each in again] == [(first, BODY), (second, BODY)]
    # What the late sender notes now is not about his letters any more, but that one of them was taken.
    assert outbox.about_to_send(one, after(hours=1)) == []
    outbox.deferred(one, "451", after(hours=1))
    outbox.failed(one, "550", after(hours=1))
    assert kept(outbox, first).attempts == 0
    outbox.sent(two, after(hours=1))
    assert outbox.about_to_send(again, after(hours=1)) == again[:1]
    assert (kept(outbox, first).state, kept(outbox, second).state) == ("sending", "sent")
    outbox.sent(one, after(hours=1))
    assert kept(outbox, first).state == "sending"


def test_a_clock_set_back_leaves_no_claim_for_ever(database: Database, outbox: Outbox) -> None:
    put(database)
    outbox.claim(9, after(days=3650))
    assert outbox.recover(NOW) == 1
    assert len(outbox.claim(9, NOW)) == 1


def test_repeated_doubts_wait_longer(database: Database, outbox: Outbox) -> None:
    message_id, now, waits = put(database), NOW, []
    for _ in range(4):
        begun(outbox, now)
        dead = now + STALE + SECOND
        assert outbox.recover(dead) == 1
        now = kept(outbox, message_id).due
        waits.append(now - dead)
    assert waits == [timedelta(minutes=each) for each in (0, 1, 2, 4)]
    assert kept(outbox, message_id).doubts == 4


def test_what_has_ended_is_not_sent(database: Database, outbox: Outbox) -> None:
    of = subscribed(database)
    ended, under_way = put(database, of=of), put(database, of=of)
    one, two = outbox.claim(2, NOW)
    assert outbox.about_to_send(two, NOW) == [two]
    Subscribers(database).end(of.id, "unsubscribed", after(seconds=1))
    assert outbox.about_to_send(one, after(seconds=2)) == []
    outbox.sent(two, after(seconds=2))
    assert (kept(outbox, ended).state, kept(outbox, under_way).state) == ("failed", "sent")


def test_a_number_that_comes_again_is_another_letter(database: Database, outbox: Outbox) -> None:
    of = subscribed(database)
    put(database, of=of)
    late = begun(outbox)
    assert Subscribers(database).forget(ANN)
    other = put(database, "bob@harbour.example")
    assert kept(outbox, other).id == late.id
    outbox.sent(late, NOW)
    outbox.deferred(late, "451", NOW)
    outbox.failed(late, "550", NOW)
    assert (kept(outbox, other).state, kept(outbox, other).attempts) == ("pending", 0)


def test_claims_name_their_process(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = claims.new_claim()
    place, pid, life, _ = claim.split("/")
    assert claims.new_claim() != claim
    assert not claims.is_dead(claim)
    assert claims.is_dead(f"{place}/{pid}/{'0' * 8}/00")  # an earlier process of the same number
    assert claims.is_dead(f"{place}/{2**22 + 1}/{life}/00")
    assert not claims.is_dead(f"elsewhere/{2**22 + 1}/{life}/00")
    assert not claims.is_dead("")
    assert not claims.is_dead(f"{place}/1/{life}/00")

    def refuse(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr("os.kill", refuse)
    assert not claims.is_dead(f"{place}/{2**22 + 1}/{life}/00")


def test_letters_are_known_by_their_message_id(database: Database, outbox: Outbox) -> None:
    for message_id in ("aa00-000000000009", "aa00-000000000010", "aa0-999999999999", "aa01-000000000001", "<x@y>"):
        assert outbox.put("webhook", "https://hook.example", BODY, message_id, NOW)
    assert outbox.known(["<x@y>", "aa01-000000000001", "aa00", "<z@y>"]) == {"<x@y>", "aa01-000000000001"}
    assert outbox.known([]) == frozenset()
    assert outbox.newest("aa00-") == "aa00-000000000010"
    assert outbox.newest("bb00-") is None


def test_nothing_to_claim(outbox: Outbox) -> None:
    assert outbox.claim(10, NOW) == []
    assert outbox.about_to_send([], NOW) == []
    assert outbox.recover(NOW) == 0
    assert outbox.of_message("<none@mission.example>") is None
    assert outbox.counts() == {"pending": 0, "sending": 0, "sent": 0, "failed": 0}
