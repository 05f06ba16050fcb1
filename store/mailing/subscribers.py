"""Subscribers: asked for, confirmed, altered, ended. One subscription an address.

Nothing that a stranger can cause tells whether an address is known, and nothing of it changes a subscription: what was
asked for stands with a token, and counts when the token comes back.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import select, update

from store.changelog import format_moment
from store.database import Database
from store.mailing import subscriptions, tokens
from store.mailing.addresses import cleaned
from store.mailing.bounces import note_bounce
from store.mailing.model import Purpose, Subscriber
from store.mailing.retention import forget
from store.mailing.rows import subscriber_of
from store.mailing.settings import DEFAULTS, Settings, columns_of, settings_of
from store.mailing.tables import subscriber, subscriber_token


class Subscribers:
    """The subscribers of one database. Choices are given by name, as `Settings` has them.

    What cannot be used is refused with NotUsableError. Raises DatabaseError. No error names an address.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def request(self, address: str, *, now: datetime, origin: str = "", **settings: Unpack[Settings]) -> str | None:
        """Notes that somebody asks for a subscription; returns the token to be sent to the address, for `confirm`.

        None where nothing is to be sent: an hour has not passed since the last mail that a form caused to the address,
        or too many came from the `origin` (an opaque text). The same for addresses known and unknown.
        """
        plain = cleaned(address)
        chosen = columns_of({**DEFAULTS, **settings})
        with self._database.writing() as connection:
            if not subscriptions.form_allowed(connection, plain, origin, now):
                return None
            row = subscriptions.named(connection, plain)
            of = row.id if row is not None else subscriptions.insert(connection, plain, chosen, now, source="form")
            return subscriptions.issue(connection, of, "confirm", now, json.dumps(chosen))

    def request_link(self, address: str, *, now: datetime, origin: str = "") -> str | None:
        """A token for `manage`, to be sent to an address that has a subscription; None where nothing is to be sent.

        Within the limits of `request`, which it shares.
        """
        plain = cleaned(address)
        with self._database.writing() as connection:
            if not subscriptions.form_allowed(connection, plain, origin, now):
                return None
            row = subscriptions.named(connection, plain)
            if row is None or row.state not in ("active", "suspended"):
                return None
            return subscriptions.issue(connection, row.id, "manage", now)

    def confirm(self, token: str, now: datetime) -> Subscriber | None:
        """Makes what a token was issued for so, once; returns the subscriber, as he is when it is used again.

        News begins now for who was not subscribed before. None for a token that is worth nothing.
        """
        with self._database.writing() as connection:
            issued = tokens.found(connection, token, "confirm", now)
            if issued is None:
                return None
            if issued.used is None:
                of_token = subscriber_token.c.sha256 == issued.sha256
                connection.execute(update(subscriber_token).where(of_token).values(used=now, settings=None))
                subscriptions.begin(connection, issued.subscriber_id, json.loads(issued.settings), now)
            return subscriber_of(subscriptions.numbered(connection, issued.subscriber_id))

    def by_token(self, token: str, purpose: Purpose, now: datetime) -> Subscriber | None:
        """Whose token for this purpose it is, or None; nothing is altered.

        For `confirm`, with the choices that it would confirm.
        """
        with self._database.reading() as connection:
            issued = tokens.found(connection, token, purpose, now)
            if issued is None:
                return None
            kept = subscriber_of(subscriptions.numbered(connection, issued.subscriber_id))
            if not kept.address:
                return None
            return subscriptions.chosen(kept, json.loads(issued.settings)) if issued.settings else kept

    def by_address(self, address: str) -> Subscriber | None:
        """The subscriber of an address, in whatever state, or None."""
        with self._database.reading() as connection:
            row = subscriptions.named(connection, cleaned(address))
            return subscriber_of(row) if row is not None else None

    def alter(self, id: int, *, now: datetime, **settings: Unpack[Settings]) -> Subscriber | None:
        """Alters what is named of the choices of one who is active or suspended; None if there is none.

        What came up to his cursor stays told, and what came after it is told by the new choices. With another
        schedule, periods count from now.
        """
        columns = columns_of(settings)
        with self._database.writing() as connection:
            row = subscriptions.numbered_or_none(connection, id)
            if row is None or row.state not in ("active", "suspended"):
                return None
            subscriptions.alter(connection, row, columns, now)
            return subscriber_of(subscriptions.numbered(connection, id))

    def unsubscribe(self, token: str, now: datetime) -> bool:
        """Ends the subscription that a token for `unsubscribe` was issued for; True also if it was ended already."""
        with self._database.writing() as connection:
            issued = tokens.found(connection, token, "unsubscribe", now)
            if issued is None or subscriptions.numbered(connection, issued.subscriber_id).address is None:
                return False
            subscriptions.end(connection, issued.subscriber_id, "unsubscribed", now)
            return True

    def end(self, id: int, reason: str, now: datetime) -> bool:
        """Ends a subscription, and what waits to be sent for it; False if there is none."""
        with self._database.writing() as connection:
            return subscriptions.end(connection, id, reason, now)

    def add(self, address: str, *, now: datetime, source: str = "operator", **settings: Unpack[Settings]) -> Subscriber:
        """Subscribes an address that the operator vouches for, at once; alters it if it is subscribed."""
        plain = cleaned(address)
        chosen = columns_of({**DEFAULTS, **settings})
        with self._database.writing() as connection:
            row = subscriptions.named(connection, plain)
            of = row.id if row is not None else subscriptions.insert(connection, plain, chosen, now, source=source)
            begun = row is not None and row.state in ("active", "suspended")
            subscriptions.begin(connection, of, columns_of(settings) if begun else chosen, now)
            return subscriber_of(subscriptions.numbered(connection, of))

    def remove(self, address: str, now: datetime) -> bool:
        """Ends the subscription of an address; False if there is none."""
        with self._database.writing() as connection:
            row = subscriptions.named(connection, cleaned(address))
            return row is not None and subscriptions.end(connection, row.id, "removed by the operator", now)

    def forget(self, address: str) -> bool:
        """Deletes all that is known of an address at once, letters and all; False if nothing was."""
        with self._database.writing() as connection:
            return forget(connection, cleaned(address))

    def bounced(self, id: int, permanent: bool, now: datetime, message_id: str = "") -> Subscriber | None:
        """Notes that a letter came back, at once or later; three hard bounces in a row suspend the subscriber.

        `message_id` says which letter; without, it is the last one that was sent or refused. A letter that was taken
        ends the row, until it comes back after all. A bounce that is not `permanent` alters nothing.
        """
        with self._database.writing() as connection:
            row = subscriptions.numbered_or_none(connection, id)
            if row is not None and permanent:
                note_bounce(connection, row, now, message_id)
                row = subscriptions.numbered(connection, id)
            return subscriber_of(row) if row is not None else None

    def active(self) -> Sequence[Subscriber]:
        """Those who get letters, by number."""
        return [each for each in self.all() if each.state == "active"]

    def all(self) -> Sequence[Subscriber]:
        """Everybody of whom something is kept, by number."""
        with self._database.reading() as connection:
            return [subscriber_of(row) for row in connection.execute(select(subscriber).order_by(subscriber.c.id))]

    def export(self) -> Iterator[dict[str, Any]]:
        """All that is kept of each person whose address is known, JSON-ready; `add` takes its choices."""
        with self._database.reading() as connection:
            rows = select(subscriber).where(subscriber.c.address.is_not(None)).order_by(subscriber.c.id)
            for row in connection.execute(rows):
                choices: dict[str, Any] = dict(settings_of(subscriber_of(row)))
                yield {
                    "address": row.address,
                    "state": row.state,
                    **choices,
                    "wishes": json.loads(row.wishes),
                    "source": row.source,
                    "created": format_moment(row.created),
                    "ended": format_moment(row.ended) if row.ended is not None else None,
                    "reason": row.reason,
                    "bounces": row.bounces,
                }
