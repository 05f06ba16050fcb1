"""No address leaves the store but in letters and exports: not in texts of records, logs or errors."""

import logging
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from store.database import Database, DatabaseError
from store.mailing.due import due_digests, told_changes
from store.mailing.model import Digest, NotUsableError
from store.mailing.outbox import Outbox
from store.mailing.retention import tidy
from store.mailing.subscribers import Subscribers
from store.mailing.tables import subscriber
from tests.store.databases import Databases
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import BODY, claimed, empty, log_change, put, subscribed, tell

CANARY = "canary.bird@secret-harbour.example"
PARTS = ("canary", "bird", "secret-harbour")


@dataclass(frozen=True)
class Place:
    """A database in which the canary is a subscriber, and how it may be named."""

    database: Database
    name: str
    token: str
    settings: Any

    @property
    def people(self) -> Subscribers:
        return Subscribers(self.database)

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.database)


def _letter(place: Place, then: Callable[[Any], object]) -> object:
    put(place.database, place.name)
    found = place.outbox.claim(3, NOW)
    assert found
    return [found, *(then(each) for each in found)]


def _digests(place: Place) -> object:
    due = due_digests(place.database, after(days=1))
    told = [told_changes(place.database, each.cursor, period.ends, after(days=1)) for each, period in due]
    made = [
        Digest(subscriber=each, period=period, covered=[1], considered_until=1, body=BODY, message_id=f"<{each.id}@x>")
        for each, period in due
    ]
    return [due, told, made, place.outbox.put_digests(made, after(days=1))]


METHODS: dict[str, Callable[[Place], object]] = {
    "request": lambda place: place.people.request(place.name, now=after(days=2), **place.settings) is None,
    "request_link": lambda place: place.people.request_link(place.name, now=after(days=3)) is None,
    "confirm": lambda place: place.people.confirm(place.token, NOW),
    "by_token": lambda place: place.people.by_token(place.token, "manage", NOW),
    "by_address": lambda place: place.people.by_address(place.name),
    "alter": lambda place: place.people.alter(1, now=NOW, **place.settings),
    "add": lambda place: place.people.add(place.name, now=NOW, **place.settings),
    "active": lambda place: place.people.active(),
    "all": lambda place: place.people.all(),
    "bounced": lambda place: place.people.bounced(1, True, NOW, place.name),
    "digests": _digests,
    "sent": lambda place: _letter(place, lambda each: place.outbox.sent(each, NOW)),
    "about_to_send": lambda place: _letter(place, lambda each: place.outbox.about_to_send(each, NOW)),
    "deferred": lambda place: _letter(place, lambda each: place.outbox.deferred(each, f"451 {place.name}", NOW)),
    "failed": lambda place: _letter(place, lambda each: place.outbox.failed(each, f"550 {place.name}", NOW)),
    "of_message": lambda place: place.outbox.of_message(place.name),
    "recover": lambda place: place.outbox.recover(after(days=1)),
    "counts": lambda place: place.outbox.counts(),
    "tidy": lambda place: tidy(place.database, after(days=500)),
    "unsubscribe": lambda place: place.people.unsubscribe(place.token, NOW),
    "remove": lambda place: place.people.remove(place.name, NOW),
    "end": lambda place: place.people.end(1, "unsubscribed", NOW),
    "forget": lambda place: place.people.forget(place.name),
}
NAMES = st.sampled_from(
    [
        CANARY,
        CANARY.upper(),
        f" {CANARY} ",
        f"{CANARY}\r\nBcc: x",
        f"<{CANARY}>",
        f"{CANARY}\ud800",
        f"{CANARY}\x00",
        f"@{CANARY}",
    ]
)
SETTINGS = st.sampled_from([{}, {"zone": CANARY}, {"send_at": CANARY}, {"frame": CANARY}, {CANARY: 1}])


def shown(call: Callable[[], object]) -> str:
    """What can be seen of a call: its answer, or its error with all that led to it."""
    try:
        return repr(call())
    except (DatabaseError, NotUsableError) as error:
        return "".join(traceback.format_exception(error)) + repr(error)


def assert_silent(said: str) -> None:
    assert not [part for part in PARTS if part in said.lower()]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, token=st.sampled_from([CANARY, CANARY[:43].ljust(43, "x")]), choices=SETTINGS)
def test_no_method_shows_an_address(
    database: Database, caplog: pytest.LogCaptureFixture, name: str, token: str, choices: Any
) -> None:
    empty(database)
    log_change(database)
    subscribed(database, CANARY, cadence="instant")
    log_change(database, after(minutes=5))
    tell(database, after(minutes=9))
    assert claimed(database, after(minutes=9)).recipient == CANARY
    place = Place(database, name, token, choices)
    with caplog.at_level(logging.DEBUG):
        for call in METHODS.values():
            assert_silent(shown(lambda call=call: call(place)))  # type: ignore[misc]
    assert_silent(caplog.text)


@pytest.mark.parametrize("trouble", ["missing", "locked", "broken"])
def test_no_error_of_the_database_shows_an_address(
    databases: Databases, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    url = databases.empty() if trouble == "missing" else databases.fresh()
    with closing(Database(url)) as holder, closing(Database(url, lock_timeout_ms=20)) as database:
        place = Place(database, CANARY, "x" * 43, {})
        failed = 0
        if trouble == "broken":
            with holder.writing() as connection:
                connection.execute(text("ALTER TABLE subscriber RENAME COLUMN wishes TO hopes"))
                connection.execute(text("ALTER TABLE letter RENAME COLUMN rank TO rung"))
        for call in METHODS.values():
            with caplog.at_level(logging.DEBUG):
                if trouble == "locked":
                    with holder.writing():
                        said = shown(lambda call=call: call(place))  # type: ignore[misc]
                else:
                    said = shown(lambda call=call: call(place))  # type: ignore[misc]
            assert_silent(said)
            failed += "DatabaseError" in said
        assert failed >= 10
        if trouble == "broken":
            with holder.writing() as connection:
                connection.execute(text("ALTER TABLE subscriber RENAME COLUMN hopes TO wishes"))
                connection.execute(text("ALTER TABLE letter RENAME COLUMN rung TO rank"))
    assert_silent(caplog.text)


def test_an_error_of_the_driver_names_no_values(database: Database) -> None:
    def write_nothing_into_what_must_be() -> None:
        with database.writing() as connection:
            connection.execute(subscriber.insert().values(id=1, address=CANARY, folded=CANARY))

    said = shown(write_nothing_into_what_must_be)
    assert "DatabaseError" in said
    assert_silent(said)
