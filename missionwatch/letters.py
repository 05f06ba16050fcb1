"""What composes letters, with the settings and the archive that it needs (see `feeds.mail`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from feeds.mail import Composer, MailSettings, message_id, notice, personalise, touching
from missionwatch.composer import Draft, Stage
from missionwatch.config_model import Settings
from missionwatch.mailing import sender
from missionwatch.wiring import profile_of, sensitive_terms
from store.incidents import Incident, incidents
from store.mailing.model import Frame, Period, ToldChange, Wishes
from store.reader import Reader

if TYPE_CHECKING:
    from store.database import Database


def mail_settings(settings: Settings) -> MailSettings:
    """What letters need of the configuration. Raises ConfigError."""
    from missionwatch.exits import ConfigError

    config = settings.config
    try:
        return MailSettings(
            base_url=config.publish.base_url.rstrip("/"),
            sender=sender(settings),
            site_labels={site: profile_of(config, site).label.en for site in config.sites},
            terms=sensitive_terms(settings),
        )
    except ValueError as error:
        raise ConfigError(f"No letters can be made: {error}.") from None


class Letters:
    """Composes for one run: what is alike is made once, and incidents are those that are open now."""

    def __init__(self, settings: MailSettings, database: "Database") -> None:
        self._settings = settings
        self._database = database
        self._composer: Composer | None = None
        self._incidents: Sequence[Incident] = ()

    def digest(
        self, *, period: Period, frame: Frame, zone: str, wishes: Wishes, told: Sequence[ToldChange], older: int
    ) -> Draft:
        if self._composer is None:
            self._composer = Composer(self._settings, Reader(self._database))
            self._incidents = incidents(self._database)
        composed = self._composer.compose(
            period=period,
            frame=frame,
            zone=zone,
            told=told,
            older=older,
            incidents=touching(wishes, self._incidents),
        )
        return Draft(subject=composed.subject, html=composed.html, template=composed.template)

    def personalise(
        self, draft: Draft, *, recipient: str, message_id: str, unsubscribe: str, manage: str, date: datetime
    ) -> bytes:
        return personalise(
            draft, recipient=recipient, message_id=message_id, unsubscribe=unsubscribe, manage=manage, date=date
        )

    def notice(self, *, recipient: str, message_id: str, date: datetime, stage: Stage, incident: Incident) -> bytes:
        return notice(
            recipient=recipient,
            message_id=message_id,
            date=date,
            kind=stage,
            incident=incident,
            settings=self._settings,
        )

    def message_id(self, kind: str, *key: object) -> str:
        return message_id(self._settings, kind, *key)
