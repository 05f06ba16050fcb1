"""What operators and programs are told: each thing once, a reminder a day, and that it is over."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from missionwatch.notices import Channel, Notices
from store.database import Database
from store.incidents import after_run
from store.mailing.model import Letter
from store.mailing.outbox import Outbox
from store.mailing.retention import tidy
from tests.missionwatch.delivery.post_office import Clock
from tests.missionwatch.delivery.small import SmallComposer
from tests.store.mailing.world import log_change

OPERATOR = Channel(kind="notice", address="operator@harbour.example")
HOOK = Channel(kind="webhook", address="https://hook.example/?key=1")
CHAT = Channel(kind="apprise", address="json://chat.example")


def notices(database: Database, *channels: Channel) -> Notices:
    return Notices(database, SmallComposer(), channels, "https://watch.example")


def outage(database: Database, now: datetime, *, over: bool = False) -> None:
    after_run(database, "un", outcome="ok" if over else "unreachable", answers=int(over), fatal=None, now=now)


def new_letters(database: Database, now: datetime) -> Sequence[Letter]:
    """What was put since the last time."""
    outbox = Outbox(database)
    found = outbox.claim(1000, now)
    outbox.about_to_send(found, now)
    outbox.sent(found, now)
    return found


def test_an_incident_is_told_once_then_daily_then_that_it_is_over(database: Database, clock: Clock) -> None:
    told = notices(database, OPERATOR, HOOK, CHAT)
    outage(database, clock())
    said: list[list[str]] = []
    for hour in range(60):
        if hour % 3 == 0:
            outage(database, clock())
        told.post(clock())
        said.append([_stage(each) for each in new_letters(database, clock())])
        clock.pass_time(hours=1)
    assert {hour: each for hour, each in enumerate(said) if each} == {
        0: ["opened"] * 3,
        24: ["reminder"] * 3,
        48: ["reminder"] * 3,
    }
    outage(database, clock(), over=True)
    assert (told.post(clock()), told.post(clock())) == (3, 0)
    assert [_stage(each) for each in new_letters(database, clock())] == ["resolved"] * 3


def _stage(letter: Letter) -> str:
    if letter.kind == "notice":
        return letter.body.partition(b"Subject: ")[2].split()[0].decode()
    told = json.loads(letter.body)
    if letter.kind == "webhook":
        return str(told["type"]).removeprefix("incident.")
    return {"opened": "opened", "open": "reminder", "over": "resolved"}[told["title"].split()[-1]]


def test_what_nobody_was_told_of_is_not_told_to_be_over(database: Database, clock: Clock) -> None:
    outage(database, clock())
    outage(database, clock.pass_time(hours=1), over=True)
    assert notices(database, OPERATOR).post(clock.pass_time(minutes=1)) == 0


def test_the_next_incident_of_the_same_kind_is_another_one(database: Database, clock: Clock) -> None:
    told = notices(database, OPERATOR)
    for _ in range(2):
        outage(database, clock.pass_time(hours=1))
        assert told.post(clock()) == 1
        outage(database, clock.pass_time(hours=1), over=True)
        assert told.post(clock()) == 1


def test_programs_are_told_each_change_once(database: Database, clock: Clock) -> None:
    told = notices(database, OPERATOR, HOOK, CHAT)
    log_change(database, clock())
    clock.pass_time(days=3)
    log_change(database, clock(), doc=2, title="Remarks on tides")
    log_change(database, clock.pass_time(minutes=1), doc=3, baseline=True)
    assert told.post(clock()) == 2
    hook, chat = sorted(new_letters(database, clock()), key=lambda letter: letter.kind, reverse=True)
    event: dict[str, Any] = json.loads(hook.body)
    (change,) = event["data"]["changes"]
    assert (event["type"], change["id"], change["title"]) == ("changes", 2, "Remarks on tides")
    assert change["permalink"] == "https://watch.example/statements/un-2"
    assert json.loads(chat.body)["title"] == "1 change: Remarks on tides"
    assert told.post(clock()) == 0
    clock.pass_time(days=20)
    numbers = [log_change(database, clock(), doc=doc) for doc in range(10, 230)]
    assert told.post(clock.pass_time(days=5)) == 6
    events = [json.loads(each.body) for each in new_letters(database, clock()) if each.kind == "webhook"]
    assert [each["id"] for event in events for each in event["data"]["changes"]] == numbers
    tidy(database, clock.pass_time(days=30))
    assert told.post(clock()) == 0


def test_each_address_has_a_place_of_its_own_in_the_log(database: Database, clock: Clock) -> None:
    log_change(database, clock())
    assert notices(database, HOOK).post(clock()) == 1
    log_change(database, clock.pass_time(hours=1))
    other = Channel(kind="webhook", address="https://other.example/")
    assert notices(database, HOOK, other).post(clock()) == 2
    counts = [
        (each.recipient, len(json.loads(each.body)["data"]["changes"])) for each in new_letters(database, clock())
    ]
    assert sorted(counts) == [(HOOK.address, 1), (HOOK.address, 1), (other.address, 2)]
