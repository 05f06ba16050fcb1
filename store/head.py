"""The head of the change log: its newest line, whose hash vouches for every line before it.

Whoever keeps a head that he was shown (in a feed, on a page, in a mail) is a witness: a log that was rewritten later
does not hold that line any more (docs/proof.md).
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from store.changelog import format_moment
from store.tables import change

FORM = "missionwatch-head/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One line of the change log, as it is told to witnesses."""

    number: int
    hash: str
    """Hex SHA-256 of the line over all before it."""
    moment: datetime
    """When the change was detected; UTC, whole milliseconds."""

    def as_json(self) -> dict[str, object]:
        """The fields under the names that readers know from the log."""
        return {"number": self.number, "hash": self.hash, "detected": format_moment(self.moment)}


def head_bytes(head: Head) -> bytes:
    """The canonical form of a head: what is signed. UTF-8, two lines, no line end at the end."""
    return f"{FORM}\n{json.dumps(head.as_json(), sort_keys=True, separators=(',', ':'))}".encode()


def read_head(connection: Connection) -> Head | None:
    """The head as one transaction sees it; None for an empty log."""
    newest = select(change.c.id, change.c.hash, change.c.detected).order_by(change.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return Head(number=row.id, hash=bytes(row.hash).hex(), moment=row.detected) if row is not None else None
