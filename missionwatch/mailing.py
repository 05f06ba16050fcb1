"""Putting mail together: plain values from the configuration in, what composes and what carries letters out."""

from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from missionwatch import __version__
from missionwatch.config_model import Settings, WebhookConfig
from missionwatch.exits import ConfigError
from missionwatch.wiring import now

if TYPE_CHECKING:  # each command imports what it needs, when it needs it
    from feeds.subscribing import Desk
    from missionwatch.delivery.carrier import Carrier
    from missionwatch.delivery.smtp import SmtpServer
    from missionwatch.notices import Channel
    from store.database import Database
    from store.reader import Reader

LOCAL_SENDER = "Missionwatch <missionwatch@localhost>"
"""Whom letters are from that do not leave this machine, unless the configuration says."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def maildir(settings: Settings) -> Path:
    """The folder that letters are written to by default."""
    return settings.data_dir / "mail"


def sender(settings: Settings) -> str:
    """The mailbox that letters are from. Raises ConfigError."""
    mail = settings.config.mail
    if mail.sender:
        return mail.sender
    if mail.backend == "smtp":
        raise ConfigError('`mail.sender` is needed for `mail.backend = "smtp"`: whom the letters are from.')
    return LOCAL_SENDER


def smtp_server(settings: Settings) -> "SmtpServer":
    """Who takes letters by SMTP. Raises ConfigError."""
    from missionwatch.delivery.smtp import SmtpServer

    mail = settings.config.mail
    if not mail.host:
        raise ConfigError('`mail.host` is needed for `mail.backend = "smtp"`: who takes the letters.')
    if mail.password and mail.security == "none" and mail.host not in _LOOPBACK:
        raise ConfigError('`mail.security = "none"` would show the password to everybody on the way.')
    return SmtpServer(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        sender=parseaddr(sender(settings))[1],
        user=mail.user,
        password=mail.password,
    )


def carriers(settings: Settings, clock: Callable[[], datetime] = now) -> "list[Carrier]":
    """What letters are handed over to. Raises ConfigError."""
    from missionwatch.delivery.maildir import MaildirCarrier
    from missionwatch.delivery.smtp import SmtpCarrier
    from missionwatch.delivery.webhook import WebhookCarrier

    mail, notify = settings.config.mail, settings.config.notify
    found: list[Carrier] = []
    if mail.backend == "smtp":
        found.append(SmtpCarrier(smtp_server(settings)))
    else:
        found.append(MaildirCarrier(maildir(settings)))
    # Also where none is configured any more: what waits for one that was is given up then.
    found.append(WebhookCarrier(_webhooks(settings), clock, agent=f"missionwatch/{__version__}"))
    if notify.apprise:
        from missionwatch.delivery.apprise import AppriseCarrier, AppriseMissingError

        try:
            found.append(AppriseCarrier(notify.apprise))
        except AppriseMissingError as error:
            raise ConfigError(str(error)) from None
    return found


def channels(settings: Settings) -> "list[Channel]":
    """Who is told of everything."""
    from missionwatch.notices import Channel

    notify = settings.config.notify
    return [
        *(Channel(kind="notice", address=each) for each in notify.operators),
        *(Channel(kind="webhook", address=each) for each in _webhooks(settings)),
        *(Channel(kind="apprise", address=each) for each in notify.apprise),
    ]


def desk_of(
    settings: Settings,
    database: "Database",
    reader: "Reader",
    posted: Callable[[], object],
    clock: Callable[[], datetime] = now,
) -> "Desk":
    """Where people subscribe; `posted` is called when a letter waits that somebody waits for. Raises ConfigError."""
    from feeds.subscribing import Desk
    from missionwatch.letters import mail_settings

    hour = settings.config.mail.send_at
    return Desk(database, mail_settings(settings), reader, clock, send_at=hour, posted=posted)


def secrets(settings: Settings) -> list[str]:
    """What no log may show. Raises ConfigError."""
    notify = settings.config.notify
    return [
        settings.config.mail.password,
        notify.deadman,
        *_webhooks(settings),
        *_webhooks(settings).values(),
        *notify.apprise,
    ]


def _webhooks(settings: Settings) -> dict[str, str]:
    """Address → secret."""
    return {
        each if isinstance(each, str) else each.url: "" if isinstance(each, str) else _secret(each)
        for each in settings.config.notify.webhooks
    }


def _secret(webhook: WebhookConfig) -> str:
    secret = webhook.secret
    if webhook.secret_file:
        try:
            secret = Path(webhook.secret_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"The secret of a webhook cannot be read from {webhook.secret_file}.") from None
    if secret.startswith("whsec_"):
        import base64
        import binascii

        try:
            base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            raise ConfigError("The secret of a webhook begins with whsec_, so the rest has to be base64.") from None
    return secret
