"""What stands in a database beside its sites: its size, its mail, who leads. Read with the bare driver."""

from dataclasses import dataclass
from datetime import datetime

from store.asking import Ask, look
from store.growth import Size, size_of
from store.leaders import Leader, leaders
from store.mailing.glance import MailGlance, queue_of
from store.moments import moment_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What stands in a database of this release beside its sites (see `store.glance`)."""

    size: Size
    mail: MailGlance
    leaders: dict[str, Leader]
    newest: datetime | None
    """The latest moment of any run or change; None in an empty archive."""


def contents_of(url: str, now: datetime) -> Contents:
    """What a database of this release holds. Raises NoDatabaseError, for one of another release too."""
    return look(url, lambda ask: _contents(url, ask, now))


def _contents(url: str, ask: Ask, now: datetime) -> Contents:
    moments = ask("SELECT MAX(started) FROM run UNION ALL SELECT MAX(finished) FROM run")
    moments = [*moments, *ask("SELECT MAX(detected) FROM change")]
    known = [moment_of(each) for (each,) in moments if each is not None]
    return Contents(
        size=size_of(url, ask, now),
        mail=queue_of(ask),
        leaders=leaders(url, ask, now),
        newest=max(known, default=None),
    )
