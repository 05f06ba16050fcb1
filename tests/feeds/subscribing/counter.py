"""The pages about mail, served, with a mailbox for what they send."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from feeds.mail import MailSettings
from feeds.subscribing import Desk
from store.database import Database
from store.mailing.model import Letter, Subscriber
from store.mailing.outbox import Outbox
from store.mailing.subscribers import Subscribers
from tests.feeds.fakes import harbour
from tests.feeds.visiting import SETTINGS, Answer, Breaking, serving
from tests.missionwatch.delivery.post_office import Clock

EVE, ANN = "eve@harbour.example", "ann@harbour.example"
CHOICES = {"cadence": "weekly", "zone": "Asia/Kathmandu", "send_at": "07:15", "weekday": "4", "frame": "en"}
FORM = "application/x-www-form-urlencoded"


@dataclass
class Place:
    """Visits the pages, and looks into the database behind them."""

    database: Database
    clock: Clock
    port: int
    archive: Breaking

    def get(self, path: str, method: str = "GET") -> Answer:
        return self.send(method, path, None)

    def post(self, path: str, fields: dict[str, str] | str | None = None, **headers: str) -> Answer:
        body = fields if isinstance(fields, str) else urlencode(fields or {})
        return self.send("POST", path, body.encode(), **{"Content_Type": FORM, **headers})

    def send(self, method: str, path: str, body: bytes | None, **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            lines = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, lines)
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()

    @property
    def people(self) -> Subscribers:
        return Subscribers(self.database)

    def subscriber(self, address: str = EVE) -> Subscriber:
        found = self.people.by_address(address)
        assert found is not None
        return found

    def letters(self) -> list[Letter]:
        """What was put since the last time."""
        outbox = Outbox(self.database)
        found = outbox.claim(10_000, self.clock())
        outbox.about_to_send(found, self.clock())
        outbox.sent(found, self.clock())
        return found

    def link(self, kind: str) -> str:
        """The path that the one new letter leads to."""
        (letter,) = self.letters()
        text = message_from_bytes(letter.body, policy=policy.default).get_body(("plain",))
        assert text is not None
        found = re.search(rf"/{kind}/[\w-]{{43}}", text.get_content())
        assert found is not None
        return found[0]

    def confirmed(self, address: str = EVE, **choices: str) -> Subscriber:
        """Subscribes by the pages alone."""
        assert self.post("/subscribe", {"address": address, **CHOICES, **choices})[0] == 200
        assert self.post(self.link("confirm"))[0] == 200
        return self.subscriber(address)

    def rows(self) -> Counter[str]:
        """Everything that is kept, to see that nothing was altered."""
        with self.database.reading() as connection:
            tables = ("subscriber", "subscriber_token", "letter", "digest", "form_attempt")
            return Counter(
                f"{table}: {row}" for table in tables for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
            )


@contextmanager
def place(folder: Path, database: Database, clock: Clock) -> Iterator[Place]:
    """Serves the harbour town with a desk for as long as the block runs."""
    archive = Breaking()
    vars(archive).update(vars(harbour()))
    settings = MailSettings(base_url=SETTINGS.base_url, sender="Harbour <watch@harbour.example>")
    desk = Desk(database, settings, archive, clock)
    with serving(archive, folder / "public", desk=desk) as port:
        yield Place(database, clock, port, archive)
