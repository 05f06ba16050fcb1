"""Statements of a site that say the same under different ids."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from store.model import StatementState
from store.tables import statement


class TwinBook:
    """Which statements have which texts, as read ahead and as the batch adds them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], dict[str, tuple[int, StatementState]]] = {}

    def load(self, site: str, digests: Iterable[str]) -> None:
        """Reads ahead which of these texts the site has already, one query for all."""
        wanted = [bytes.fromhex(digest) for digest in digests]
        columns = select(statement.c.id, statement.c.key, statement.c.state, statement.c.text_sha256)
        rows = columns.where(statement.c.site == site, statement.c.text_sha256.in_(wanted))
        for row_id, key, state, digest in self._connection.execute(rows):
            self._known.setdefault((site, bytes(digest).hex()), {})[key] = (row_id, state)

    def add(self, site: str, text_sha256: str, key: str, row_id: int) -> None:
        """Notes that the batch gave a statement this text."""
        self._known.setdefault((site, text_sha256), {})[key] = (row_id, "live")

    def of(self, site: str, text_sha256: str) -> list[tuple[str, StatementState]]:
        """Keys of statements that had this text when read or added, the earliest first, each with its state then."""
        found = self._known.get((site, text_sha256), {})
        return [(key, state) for key, (_, state) in sorted(found.items(), key=lambda each: each[1][0])]
