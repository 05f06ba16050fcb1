"""Mail: whether letters can leave, whom they are from, and what waits."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parseaddr

from missionwatch.checks.finding import Finding, ok, unchecked, warning, wrong
from missionwatch.checks.folders import check_folder
from missionwatch.config_model import Settings
from missionwatch.exits import ConfigError
from missionwatch.output import ago
from store.mailing.glance import MailGlance

TIMEOUT = 10.0
PATIENCE = 20.0
"""Seconds for one answer of the mail server, and for all of it."""
LONG = timedelta(hours=24)
"""A letter that waits longer is one that somebody misses."""
NOT_OURS = ("example", "example.com", "example.net", "example.org", "invalid", "local", "localhost", "test")
"""Ends of domains that nobody can have on the Internet (RFC 2606, RFC 6762)."""


def check_mail(settings: Settings) -> Iterator[Finding]:
    """Where letters go, and whom they are from. The server is asked to let us in, and gets no letter."""
    from missionwatch.mailing import carriers, maildir, sender, smtp_server

    try:
        carriers(settings)
        if settings.config.mail.backend == "maildir":
            found = check_folder("mail", maildir(settings), "letters")
            yield found if found.result != "ok" else ok("mail", f"Letters become files in {maildir(settings)}.")
            return
        server, source = smtp_server(settings), sender(settings)
    except ConfigError as error:
        yield wrong("mail", str(error), is_configuration=True)
        return
    from missionwatch.delivery.smtp import SmtpCarrier

    yield _server(settings, SmtpCarrier(server, timeout=TIMEOUT, patience=PATIENCE).reach())
    yield _sender(parseaddr(source)[1])


def _server(settings: Settings, trouble: str) -> Finding:
    mail = settings.config.mail
    if trouble:
        sentence = f"The mail server does not let us in ({trouble}): check `mail.host`, `port`, `security` and login."
        return wrong("mail", sentence)
    if mail.security == "none":
        return warning("mail", f"{mail.host}:{mail.port} lets us in, without encryption.")
    how = "with a login" if mail.user else "without a login"
    return ok("mail", f"{mail.host}:{mail.port} lets us in, encrypted and {how}.")


def _sender(address: str) -> Finding:
    domain = address.rpartition("@")[2].lower().rstrip(".")
    ends = [domain.endswith(f".{each}") or domain == each for each in NOT_OURS]
    if "." not in domain or any(ends):
        return warning("sender", "Letters are from a domain that is not on the Internet: set `mail.sender`.")
    return ok("sender", "Letters are from a domain that can be on the Internet.")


def check_queue(mail: MailGlance, now: datetime) -> Finding:
    """What waits to be sent."""
    if mail.oldest is None:
        return ok("queue", "No letter waits.")
    waiting = mail.pending + mail.sending
    sentence = (
        f"{waiting} {'letter waits' if waiting == 1 else 'letters wait'}, the oldest made {ago(mail.oldest, now)}"
    )
    if now - mail.oldest > LONG:
        return warning("queue", f"{sentence}: see that the daemon runs, or run `missionwatch digest send`.")
    return ok("queue", f"{sentence}.")


def check_notices(settings: Settings) -> Finding:
    """Whether anybody is told when something goes wrong."""
    notify = settings.config.notify
    if not (notify.operators or notify.webhooks or notify.apprise):
        return warning("notices", "Nobody is told of incidents: set `notify.operators` or `notify.webhooks`.")
    return ok("notices", "Somebody is told of incidents.")


def check_deadman(settings: Settings) -> Finding:
    """Whether somebody would notice that the machine is gone."""
    if not settings.config.notify.deadman:
        return unchecked("deadman", "`notify.deadman` is not set: nobody notices when the whole machine is gone.")
    return ok("deadman", "`notify.deadman` is set; it was not called.")
