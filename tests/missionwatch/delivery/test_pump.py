"""From the outbox to a real server with faults: each address exactly once, or marked as failed."""

import logging
import threading
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from missionwatch.delivery.maildir import MaildirCarrier
from missionwatch.delivery.pump import Pump
from missionwatch.digests import Digests
from store.database import Database
from store.mailing.outbox import Outbox
from store.mailing.subscribers import Subscribers
from tests.missionwatch.delivery.post_office import Clock, Fault, nobody, post_office
from tests.missionwatch.delivery.small import SmallComposer, told_in
from tests.missionwatch.delivery.test_smtp import carrier
from tests.store.mailing.world import log_change, put, subscribed

PATIENT = 40
"""Runs, each later than the last, until nothing waits any more."""


def people(database: Database, clock: Clock, count: int) -> list[str]:
    names = [f"reader{number:04}@harbour.example" for number in range(count)]
    for name in names:
        subscribed(database, name, clock(), cadence="daily", send_at="08:00")
    return names


def run_until_empty(pump: Pump, database: Database, clock: Clock) -> None:
    for _ in range(PATIENT):
        pump.run()
        counts = Outbox(database).counts()
        if not counts["pending"] and not counts["sending"]:
            return
        clock.pass_time(hours=6)
    raise AssertionError(f"the outbox is not empty: {counts}")


def states(database: Database) -> Counter[str]:
    return Counter({state: count for state, count in Outbox(database).counts().items() if count})


@pytest.mark.parametrize("count", [50, pytest.param(1000, marks=pytest.mark.soak)])
def test_with_thirty_percent_faults_each_address_is_told_once_or_marked(
    database: Database, clock: Clock, count: int
) -> None:
    names = people(database, clock, count)
    log_change(database, clock.pass_time(hours=1))
    random = Random(7)
    kinds: list[Fault | None] = ["451", "550", "421", "lost before", "lost after", "554 policy"]
    plan = {name: random.choice(kinds) if random.random() < 0.3 else None for name in names}

    def fault(recipient: str, attempt: int) -> Fault | None:
        wrong = plan[recipient]
        return wrong if attempt == 1 or wrong == "550" else None

    clock.pass_time(days=1)
    with post_office(fault) as office:
        posted = Digests(database, SmallComposer()).post(clock())
        assert (posted.due, posted.letters) == (count, count)
        run_until_empty(Pump(database, [carrier(office.port)], clock), database, clock)
    refused = {name for name in names if plan[name] == "550"}
    assert 0 < len(refused) < count / 5
    assert office.recipients == Counter(set(names) - refused)
    assert states(database) == Counter(sent=count - len(refused), failed=len(refused))
    bounced = {each.address for each in Subscribers(database).all() if each.bounces}
    assert bounced == refused


@pytest.mark.parametrize("count", [40, pytest.param(500, marks=pytest.mark.soak)])
def test_a_server_that_was_away_for_a_day_gets_each_digest_once(database: Database, clock: Clock, count: int) -> None:
    names = people(database, clock, count)
    log_change(database, clock.pass_time(hours=1))
    digests, asked = Digests(database, SmallComposer()), 0
    with nobody() as port:
        pump = Pump(database, [carrier(port)], clock)
        clock.pass_time(hours=24)
        assert digests.post(clock()).letters == count
        for _ in range(24):
            done = pump.run()
            asked += bool(done.trouble)
            assert done.sent == done.failed == 0
            clock.pass_time(hours=1)
    assert asked > 3
    with post_office() as office:
        run_until_empty(Pump(database, [carrier(office.port)], clock), database, clock)
    assert office.recipients == Counter(names)
    assert {told_in(body) for _, body in office.taken} == {"daily:2026-03-03 missed=0 older=0 told=[1]"}


def test_three_letters_that_came_back_suspend_whom_they_were_for(database: Database, clock: Clock) -> None:
    people(database, clock, 2)
    with post_office(lambda recipient, attempt: "550" if "0001" in recipient else None) as office:
        pump, digests = Pump(database, [carrier(office.port)], clock), Digests(database, SmallComposer())
        for _ in range(5):
            log_change(database, clock())
            clock.pass_time(days=1)
            digests.post(clock())
            pump.run()
    assert office.attempts == {"reader0000@harbour.example": 5, "reader0001@harbour.example": 3}
    assert [each.state for each in Subscribers(database).all()] == ["active", "suspended"]


def test_no_address_is_in_what_is_logged_or_kept_of_an_answer(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "missionwatch")
    caplog.set_level(logging.DEBUG, "store")
    names = people(database, clock, 3)
    log_change(database, clock())
    clock.pass_time(days=1)
    Digests(database, SmallComposer()).post(clock())
    kinds: list[Fault] = ["451", "550", "554 policy"]
    with post_office(lambda recipient, attempt: kinds[names.index(recipient)]) as office:
        Pump(database, [carrier(office.port)], clock).run()
    with database.reading() as connection:
        kept = " ".join(row[0] for row in connection.exec_driver_sql("SELECT error FROM letter"))
    assert kept.count("…") == 3
    ours = " ".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("missionwatch", "store"))
    )
    assert "refused for good" in ours
    assert [part for part in ("reader0", "harbour.example") if part in kept + ours] == []


def test_a_mistake_of_the_operator_costs_nobody_a_letter(database: Database, clock: Clock) -> None:
    names = people(database, clock, 4)
    wrong = True
    with post_office(lambda recipient, attempt: "554 policy" if wrong else None) as office:
        pump, digests = Pump(database, [carrier(office.port)], clock), Digests(database, SmallComposer())
        for _ in range(3):
            log_change(database, clock())
            clock.pass_time(days=1)
            digests.post(clock())
            pump.run()
        assert [each.bounces for each in Subscribers(database).all()] == [0] * 4
        wrong = False
        run_until_empty(pump, database, clock)
    assert office.recipients == Counter(names * 3)


def test_what_may_have_been_taken_goes_out_once_more_as_it_is(database: Database, clock: Clock) -> None:
    put(database, "a@harbour.example", clock())
    with post_office(lambda recipient, attempt: "kept and lost" if attempt == 1 else None) as office:
        pump = Pump(database, [carrier(office.port)], clock)
        assert (pump.run().deferred, states(database)) == (1, Counter(pending=1))
        run_until_empty(pump, database, clock)
    assert len(office.taken) == 2
    assert len(set(office.taken)) == 1


def test_letters_with_a_person_waiting_go_first(database: Database, clock: Clock) -> None:
    people(database, clock, 3)
    log_change(database, clock())
    clock.pass_time(days=1)
    Digests(database, SmallComposer()).post(clock())
    put(database, "new@harbour.example", clock(), kind="confirmation")
    with post_office() as office:
        Pump(database, [carrier(office.port)], clock).run()
    assert office.taken[0][0] == "new@harbour.example"
    assert len(office.taken) == 4


def test_one_who_is_told_to_end_ends_after_the_letter_and_loses_none(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    for number in range(25):
        put(database, f"a{number}@harbour.example", clock())
    ending = threading.Event()

    def fault(recipient: str, attempt: int) -> Fault | None:
        if recipient.startswith("a12@"):
            ending.set()
        return None

    with post_office(fault) as office:
        done = Pump(database, [carrier(office.port)], clock, ending=ending).run()
        assert done.sent == len(office.taken) == 13
        assert states(database) == Counter(sent=13, pending=12)
        clock.pass_time(minutes=5)
        Pump(database, [carrier(office.port)], clock).run()
        assert set(office.recipients.values()) == {1}
        assert len(office.taken) == 25


def test_two_pumps_at_once_share_the_letters(database: Database, clock: Clock) -> None:
    for number in range(60):
        put(database, f"a{number}@harbour.example", clock())
    with post_office() as office:
        pumps = [
            threading.Thread(target=Pump(database, [carrier(office.port)], clock).run, name=f"pump {number}")
            for number in range(3)
        ]
        for each in pumps:
            each.start()
        for each in pumps:
            each.join()
    assert len(office.taken) == 60
    assert set(office.recipients.values()) == {1}


def test_a_folder_that_cannot_be_written_is_said_and_tried_again(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    put(database, "a@harbour.example", clock())
    (tmp_path / "mail").touch()
    pump = Pump(database, [MaildirCarrier(tmp_path / "mail")], clock)
    (trouble,) = pump.run().trouble
    assert str(tmp_path / "mail") in trouble
    (tmp_path / "mail").unlink()
    clock.pass_time(minutes=2)
    assert pump.run().sent == 1
