"""The versions that a batch adds or sees again, written together."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, update

from store.tables import capture, version
from store.verification.seals import row_seal


class VersionBook:
    """Versions of one transaction: `add` and `confirm` gather, `flush` writes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next_id = (connection.execute(select(func.max(version.c.id))).scalar() or 0) + 1
        self._new: list[tuple[str, dict[str, Any]]] = []
        self._confirmed: list[dict[str, Any]] = []

    def add(
        self,
        key: str,
        *,
        statement_id: int,
        number: int,
        capture_id: int,
        blob_id: int,
        text_sha256: bytes,
        extractor: str,
        seen: datetime,
    ) -> None:
        """Notes a new version of the statement with this key."""
        facts = {
            "id": self._next_id,
            "statement_id": statement_id,
            "number": number,
            "kind": "observed",
            "capture_id": capture_id,
            "blob_id": blob_id,
            "text_sha256": text_sha256,
            "extractor": extractor,
            "observed_first": seen,
            "observed_last": seen,
        }
        self._new.append((key, facts))
        self._next_id += 1

    def confirm(self, statement_id: int, number: int, seen: datetime) -> None:
        """Notes that a version was seen again."""
        self._confirmed.append({"of": statement_id, "numbered": number, "seen": seen})

    def flush(self) -> None:
        """Writes what was noted; captures and bytes that new versions point to must be written before."""
        if self._new:
            self._connection.execute(version.insert(), self._sealed())
            self._new.clear()
        if self._confirmed:
            self._connection.execute(
                update(version)
                .where(version.c.statement_id == bindparam("of"), version.c.number == bindparam("numbered"))
                # A clock that was set back must not end a sighting before it began.
                .values(
                    observed_last=case(
                        (version.c.observed_last < bindparam("seen"), bindparam("seen")),
                        else_=version.c.observed_last,
                    )
                ),
                self._confirmed,
            )
            self._confirmed.clear()

    def _sealed(self) -> list[dict[str, Any]]:
        """The rows of the new versions, each with the seal over its capture's."""
        captures = {facts["capture_id"] for _, facts in self._new}
        columns = select(capture.c.id, capture.c.seal).where(capture.c.id.in_(captures))
        seals = {row.id: row.seal for row in self._connection.execute(columns)}
        return [
            facts | {"seal": row_seal(facts, statement=key, capture_seal=seals[facts["capture_id"]])}
            for key, facts in self._new
        ]
