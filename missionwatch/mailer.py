"""Everything about mail that has to be done now: what is due is put into the outbox, and handed over from there."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from missionwatch import wiring
from missionwatch.config_model import Settings
from missionwatch.delivery.pump import Pump, Pumped
from missionwatch.digests import Digests, Posted
from missionwatch.letters import Letters, mail_settings
from missionwatch.mailing import carriers, channels
from missionwatch.notices import Notices
from store.database import Database
from store.mailing.outbox import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """What a run did."""

    posted: Posted
    notices: int
    """Letters about incidents and changes to operators and programs that were put into the outbox."""
    pumped: Pumped
    waiting: int
    """Letters that still wait."""


class Mailer:
    """Does a round of mail; may be run every minute, and beside others. Slices have to be up to date.

    Raises ConfigError when it is made and something that mail needs is missing.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        clock: Callable[[], datetime] = wiring.now,
        ending: threading.Event | None = None,
    ) -> None:
        """`ending`: once it is set, no further letter is begun."""
        self._database = database
        self._clock = clock
        self._mail = mail_settings(settings)
        self._channels = channels(settings)
        self._base = settings.config.publish.base_url
        self._pump = Pump(database, carriers(settings, clock), clock, ending=ending)

    def run(self) -> Mailed:
        """One round. Raises DatabaseError; what was done until then stays done."""
        began = self._clock()
        letters = Letters(self._mail, self._database)
        posted = Digests(self._database, letters).post(began)
        notices = Notices(self._database, letters, self._channels, self._base).post(began)
        pumped = self._pump.run()
        counts = Outbox(self._database).counts()
        return Mailed(posted=posted, notices=notices, pumped=pumped, waiting=counts["pending"] + counts["sending"])
