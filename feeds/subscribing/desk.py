"""What the pages about mail do: each step one call, none of which tells a stranger whether an address is known."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from feeds.mail import MailSettings, confirmation, manage_link, message_id
from feeds.reading import Archive
from store.database import Database
from store.mailing.addresses import cleaned
from store.mailing.model import Frame, Subscriber
from store.mailing.outbox import Outbox
from store.mailing.settings import DEFAULTS, Settings
from store.mailing.subscribers import Subscribers
from store.selection import Field, Slice


class Desk:
    """Takes requests of visitors, and writes the letters that they cause. For several threads.

    `posted` is called when a letter waits that somebody waits for.
    """

    def __init__(
        self,
        database: Database,
        settings: MailSettings,
        archive: Archive,
        now: Callable[[], datetime],
        *,
        send_at: str = DEFAULTS["send_at"],
        posted: Callable[[], object] = lambda: None,
    ) -> None:
        self._people = Subscribers(database)
        self._outbox = Outbox(database)
        self.settings = settings
        self._archive = archive
        self._now = now
        self._posted = posted
        self.defaults: Settings = {**DEFAULTS, "send_at": send_at}
        """What is chosen before anybody has chosen."""

    def slices(self) -> Sequence[Slice]:
        """What can be chosen."""
        return self._archive.slices()

    def ask(self, address: str, choices: Settings, origin: str) -> None:
        """Sends a letter to be confirmed, unless there were too many lately. Raises NotUsableError."""
        now = self._now()
        wanted: Settings = {**self.defaults, **choices}
        token = self._people.request(address, now=now, origin=origin, **wanted)
        if token is None:
            return
        id = message_id(self.settings, "confirm", token)
        body = confirmation(
            frame=wanted["frame"],
            recipient=address.strip(),
            message_id=id,
            token=token,
            date=now,
            settings=self.settings,
            wishes=wanted["wishes"],
            cadence=wanted["cadence"],
            zone=wanted["zone"],
            send_at=wanted["send_at"],
            weekday=wanted["weekday"],
            labels=self.labels(),
        )
        self._post(address, body, id, now)

    def ask_link(self, address: str, frame: Frame, origin: str) -> None:
        """Sends a link to alter a subscription to an address that has one. Raises NotUsableError."""
        now = self._now()
        token = self._people.request_link(address, now=now, origin=origin)
        if token is None:
            return
        id = message_id(self.settings, "manage", token)
        body = manage_link(
            frame=frame, recipient=address.strip(), message_id=id, token=token, date=now, settings=self.settings
        )
        self._post(address, body, id, now)

    def asked(self, token: str) -> Subscriber | None:
        """What a token would confirm; nothing is altered."""
        return self._people.by_token(token, "confirm", self._now())

    def confirm(self, token: str) -> Subscriber | None:
        """Confirms; None for a token that is worth nothing."""
        return self._people.confirm(token, self._now())

    def managed(self, token: str) -> Subscriber | None:
        """Whose choices a token alters; nothing is altered."""
        return self._people.by_token(token, "manage", self._now())

    def alter(self, token: str, choices: Settings) -> Subscriber | None:
        """Alters choices; None for a token that is worth nothing. Raises NotUsableError."""
        now = self._now()
        found = self._people.by_token(token, "manage", now)
        return None if found is None else self._people.alter(found.id, now=now, **choices)

    def leave(self, token: str) -> Subscriber | None:
        """Ends a subscription by the token that alters it; None for one that is worth nothing."""
        now = self._now()
        found = self._people.by_token(token, "manage", now)
        if found is not None:
            self._people.end(found.id, "unsubscribed", now)
        return found

    def leaving(self, token: str) -> Subscriber | None:
        """Whose subscription a token ends; nothing is altered."""
        return self._people.by_token(token, "unsubscribe", self._now())

    def unsubscribe(self, token: str) -> bool:
        """Ends a subscription, also one that has ended; False for a token that is worth nothing."""
        return self._people.unsubscribe(token, self._now())

    def labels(self) -> Mapping[tuple[Field, str], str]:
        """(field, slug) → name for readers."""
        return {(each.field, each.slug): each.label for each in self._archive.slices()}

    def _post(self, address: str, body: bytes, message_id: str, now: datetime) -> None:
        self._outbox.put("confirmation", cleaned(address), body, message_id, now)
        self._posted()
