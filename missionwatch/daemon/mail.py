"""Mail as the daemon looks after it: a round every minute, and sooner when somebody used a form."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from missionwatch.config_model import Settings
from missionwatch.repair import index
from store.database import Database
from store.mailing.outbox import Outbox
from store.mailing.retention import keeps_traces
from store.mailing.subscribers import Subscribers

if TYPE_CHECKING:
    from missionwatch.mailer import Mailer


class MailRounds:
    """One round a call; composing and sending are loaded when there is somebody to write to."""

    def __init__(self) -> None:
        self.ending = threading.Event()
        """Once it is set, no further letter is begun."""
        self._settings: Settings | None = None
        self._mailer: Mailer | None = None

    def __call__(self, settings: Settings, database: Database, now: Callable[[], datetime]) -> None:
        """Raises DatabaseError, and ConfigError where something that mail needs is missing."""
        if settings is not self._settings:
            self._settings, self._mailer = settings, None
        if self._mailer is None:
            if not is_wanted(settings, database):
                return
            from missionwatch.mailer import Mailer

            self._mailer = Mailer(settings, database, clock=now, ending=self.ending)
        index(database)
        self._mailer.run()


def is_wanted(settings: Settings, database: Database) -> bool:
    """Whether there is anybody to write to, or anything that waits, if only to be forgotten."""
    notify = settings.config.notify
    if notify.operators or notify.webhooks or notify.apprise:
        return True
    counts = Outbox(database).counts()
    waiting = counts["pending"] + counts["sending"] > 0
    return waiting or bool(Subscribers(database).active()) or keeps_traces(database)
