"""The queue of letters as `status` shows it: read with the bare driver, which starts faster (see `store.glance`)."""

from dataclasses import dataclass
from datetime import datetime

from store.asking import Ask, look
from store.moments import moment_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MailGlance:
    """How many letters are in each state; of those sent and failed, as far as they are kept."""

    pending: int
    sending: int
    sent: int
    failed: int
    oldest: datetime | None
    """When the letter was made that has waited for longest; None if none waits."""


def mail_glance(url: str) -> MailGlance:
    """The state of the outbox in a database. Raises NoDatabaseError where there is none, or none of this release."""
    return look(url, queue_of)


def queue_of(ask: Ask) -> MailGlance:
    """The same, by a question."""
    rows = ask("SELECT state, COUNT(*), MIN(created) FROM letter GROUP BY state")
    counts = {state: int(count) for state, count, _ in rows}
    waiting = [int(first) for state, _, first in rows if state in ("pending", "sending")]
    oldest = moment_of(min(waiting)) if waiting else None
    return MailGlance(
        pending=counts.get("pending", 0),
        sending=counts.get("sending", 0),
        sent=counts.get("sent", 0),
        failed=counts.get("failed", 0),
        oldest=oldest,
    )
