"""From the change log to the mailbox, with the letters that people get: each change once, each period once."""

import mailbox
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest

from feeds.mail import MailSettings
from missionwatch.delivery.maildir import MaildirCarrier
from missionwatch.delivery.pump import Pump
from missionwatch.digests import Digests
from missionwatch.letters import Letters
from store.archive import Archive
from store.database import Database
from store.mailing.subscribers import Subscribers
from tests.missionwatch.delivery.post_office import Clock
from tests.store.mailing.world import log_change, subscribed
from tests.store.world import a_statement, looked

ANN = "ann@harbour.example"
SETTINGS = MailSettings(base_url="https://watch.example", sender="Harbour <watch@harbour.example>")


class Daemon:
    """What runs every minute, where it runs."""

    def __init__(self, database: Database, clock: Clock, folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder / "mail"
        self._pump = Pump(database, [MaildirCarrier(self._folder)], clock)
        self.letters: list[EmailMessage] = []

    def run(self) -> list[EmailMessage]:
        """The letters that this run brought."""
        Digests(self._database, Letters(SETTINGS, self._database)).post(self._clock())
        self._pump.run()
        fresh: list[EmailMessage] = []
        if self._folder.exists():
            box = mailbox.Maildir(self._folder, create=False)
            for key in list(box.keys()):
                found = message_from_bytes(box.get_bytes(key), policy=policy.default)
                assert isinstance(found, EmailMessage)
                fresh.append(found)
                box.remove(key)
        self.letters += fresh
        return fresh


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


@pytest.fixture
def daemon(database: Database, clock: Clock, tmp_path: Path) -> Daemon:
    return Daemon(database, clock, tmp_path)


ZONES = (
    *("America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia"),
    *("America/St_Johns", "Africa/Casablanca", "Europe/Dublin"),
)


@pytest.mark.parametrize("begin", [datetime(2026, 3, 6, 3, tzinfo=UTC), datetime(2026, 10, 30, 3, tzinfo=UTC)])
def test_daily_letters_come_once_a_date_whatever_the_clocks_do(
    database: Database, clock: Clock, daemon: Daemon, begin: datetime
) -> None:
    clock.moment = begin
    for number, zone in enumerate(ZONES):
        for hour in ("01:30", "02:30"):
            subscribed(database, f"r{number}-{hour[1]}@harbour.example", begin, zone=zone, send_at=hour)
    log_change(database, begin + timedelta(minutes=1), doc=1)
    days = 5
    told: dict[str, list[datetime]] = {}
    for quarter in range(days * 24 * 4):
        if quarter % 48 == 0:
            log_change(database, clock(), doc=100 + quarter)
        for letter in daemon.run():
            told.setdefault(str(letter["To"]), []).append(clock())
        clock.pass_time(minutes=15)
    assert {len(moments) for moments in told.values()} == {days}
    assert len(told) == 2 * len(ZONES)
    for moments in told.values():
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        assert all(timedelta(hours=22) < gap < timedelta(hours=26) for gap in gaps)


def test_a_daemon_that_was_off_tells_at_its_next_start_and_names_what_was_missed(
    database: Database, clock: Clock, daemon: Daemon
) -> None:
    subscribed(database, ANN, clock(), cadence="daily", send_at="08:00")
    log_change(database, clock.pass_time(hours=1), doc=1, title="Remarks on tides")
    clock.pass_time(days=3)
    log_change(database, clock(), doc=2, title="Remarks on lights")
    clock.pass_time(days=1)
    (letter,) = daemon.run()
    text = text_of(letter)
    assert "Remarks on tides" in text
    assert "Remarks on lights" in text
    assert daemon.run() == []
    clock.pass_time(days=1)
    assert daemon.run() == []


def test_five_edits_in_a_day_are_one_item_with_the_whole_difference(
    database: Database, clock: Clock, daemon: Daemon
) -> None:
    archive = Archive(database)
    hours = ("eight", "nine", "ten", "noon", "three", "five")
    archive.record([looked(a_statement("1", f"The harbour opens at {hours[0]}."), clock())], clock())
    subscribed(database, ANN, clock.pass_time(minutes=1), cadence="daily", send_at="08:00")
    for hour in hours[1:]:
        now = clock.pass_time(hours=1)
        archive.record([looked(a_statement("1", f"The harbour opens at {hour}."), now)], now)
    clock.pass_time(days=1)
    (letter,) = daemon.run()
    text = text_of(letter)
    assert str(letter["Subject"]).startswith("1 edited")
    assert "5 times" in text
    assert ("eight" in text, "five" in text, "noon" in text) == (True, True, False)


def test_what_an_instant_subscriber_was_told_a_daily_one_is_not_told_again(
    database: Database, clock: Clock, daemon: Daemon
) -> None:
    of = subscribed(database, ANN, clock(), cadence="instant")
    log_change(database, clock.pass_time(hours=1), doc=1, title="Remarks on tides")
    clock.pass_time(minutes=1)
    (first,) = daemon.run()
    assert "Remarks on tides" in text_of(first)
    Subscribers(database).alter(of.id, now=clock.pass_time(minutes=5), cadence="daily", send_at="08:00")
    log_change(database, clock.pass_time(minutes=5), doc=2, title="Remarks on lights")
    clock.pass_time(days=1)
    (second,) = daemon.run()
    text = text_of(second)
    assert ("Remarks on lights" in text, "Remarks on tides" in text) == (True, False)


def test_many_changes_at_once_are_gathered_for_an_instant_subscriber(
    database: Database, clock: Clock, daemon: Daemon
) -> None:
    subscribed(database, ANN, clock(), cadence="instant")
    clock.pass_time(hours=1)
    for doc in range(1, 9):
        log_change(database, clock(), doc=doc)
    clock.pass_time(seconds=5)
    assert len(daemon.run()) == 1
    log_change(database, clock.pass_time(seconds=5), doc=9)
    assert daemon.run() == []
    clock.pass_time(seconds=60)
    assert len(daemon.run()) == 1


def test_one_who_has_left_gets_nothing_that_waits(database: Database, clock: Clock, daemon: Daemon) -> None:
    of = subscribed(database, ANN, clock(), cadence="instant")
    log_change(database, clock.pass_time(hours=1))
    Digests(database, Letters(SETTINGS, database)).post(clock.pass_time(minutes=2))
    Subscribers(database).end(of.id, "unsubscribed", clock())
    assert daemon.run() == []
