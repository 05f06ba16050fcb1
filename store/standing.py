"""How statements stand in the archive while a batch is written: read ahead, then changed along with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from store.model import StatementState
from store.tables import location, page, statement, version


@dataclass(slots=True)
class Standing:
    """A statement's latest version, state and places, and what is to be written to its row."""

    id: int
    version: int | None = None
    text_sha256: str | None = None
    state: StatementState = "live"
    page: str = ""
    page_id: int = 0
    missing_looks: int = 0
    places: list[tuple[int, bool, bool]] = field(default_factory=list)  # page, whether baseline, whether gone
    versions: list[tuple[int, str, int]] = field(default_factory=list)  # number, text hash, blob
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def baseline(self) -> bool:
        return all(baseline for _, baseline, _ in self.places)

    @property
    def page_gone(self) -> bool:
        named = [gone for page_id, _, gone in self.places if page_id == self.page_id]
        return bool(named) and all(named)


class Standings:
    """The standing of each statement by its key. `[key]` and `get` are for those that were looked up or added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[str, Standing] = {}
        self._expected: tuple[str, ...] = ()
        self._absent: set[str] = set()
        self._unplaced: set[str] = set()

    def __getitem__(self, key: str) -> Standing:
        return self._rows[key]

    def __iter__(self) -> Iterator[Standing]:
        return iter(self._rows.values())

    def get(self, key: str) -> Standing | None:
        """What was read or added; None for others, though the archive may know them."""
        return self._rows.get(key)

    def add(self, key: str, row: Standing) -> None:
        """Takes in a statement that the batch adds."""
        self._rows[key] = row

    def expect(self, keys: Iterable[str]) -> None:
        """Names the statements that will be asked for; they are read together when the first of them is."""
        self._expected = tuple(dict.fromkeys(key for key in keys if key))

    def listed(self) -> None:
        """Takes note that a listing was written, which adds statements and places: what it may touch is read again."""
        self._absent.clear()
        self._rows = {key: row for key, row in self._rows.items() if row.version is not None}
        self._unplaced.update(self._rows)

    def look_up(self, key: str) -> Standing | None:
        """A statement's standing, None if the archive has no such statement.

        Reads the expected ones with it, their places' marks and versions: three queries for all.
        """
        if key and key not in self._rows and key not in self._absent:
            self._load([each for each in {key: None} | dict.fromkeys(self._expected) if each not in self._rows])
        return self._rows.get(key)

    def placed(self, key: str) -> Standing | None:
        """The same, with its places as the listings written meanwhile have left them."""
        found = self.look_up(key)
        if key in self._unplaced:
            self._place({self._rows[each].id: self._rows[each] for each in self._unplaced})
            self._unplaced.clear()
        return found

    def _load(self, wanted: list[str]) -> None:
        self._absent.update(wanted)
        of = statement.c
        columns = select(of.id, of.key, of.version, of.text_sha256, of.state, of.missing_looks, page.c.url, page.c.id)
        by_id: dict[int, Standing] = {}
        for found in self._connection.execute(columns.join(page, page.c.id == of.page_id).where(of.key.in_(wanted))):
            row_id, found_key, number, digest, state, looks, url, page_id = found
            self._absent.discard(found_key)
            self._rows[found_key] = by_id[row_id] = Standing(
                row_id, number, bytes(digest).hex() if digest is not None else None, state, url, page_id, looks
            )
        if not by_id:
            return
        self._place(by_id)
        numbers = select(version.c.statement_id, version.c.number, version.c.text_sha256, version.c.blob_id)
        recorded = [row.id for row in by_id.values() if row.version is not None]
        if recorded:
            numbers = numbers.where(version.c.statement_id.in_(recorded)).order_by(version.c.number)
            for each in self._connection.execute(numbers):
                by_id[each.statement_id].versions.append((each.number, bytes(each.text_sha256).hex(), each.blob_id))

    def _place(self, by_id: dict[int, Standing]) -> None:
        """Reads where statements stand, one query for all."""
        for row in by_id.values():
            row.places.clear()
        places = select(location.c.statement_id, location.c.page_id, location.c.baseline, location.c.gone)
        for statement_id, page_id, baseline, gone in self._connection.execute(
            places.where(location.c.statement_id.in_(list(by_id)))
        ):
            by_id[statement_id].places.append((page_id, baseline, gone is not None))
