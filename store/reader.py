"""The reading side of the store. Implements `feeds.reading.Archive`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select

from store import changes, glance
from store.attribution import Facets
from store.blobs import BlobCache, BlobShelf
from store.changes import ChangeFilter
from store.content import load
from store.database import Database
from store.head import Head, read_head
from store.marks import moved
from store.model import ChangeRecord, Statement, StatementRecord
from store.recency import newest_keys
from store.records import CHANGES, change_record, facets_of, short_records, whole_record
from store.selection import ALL, DayCount, Field, Mark, Moved, Selection, Silence, Slice
from store.silences import read_silences
from store.slices import read_labels, read_slices, speaker_slugs
from store.tables import capture, change, statement, version
from store.texts import Texts

__all__ = ["ChangeFilter", "Reader"]


class Reader:
    """Answers from the archive. Each call sees one consistent state; may be used from several threads.

    Slices and facets are as of the last `store.indexing.catch_up`. Raises DatabaseError, DamagedBlobError where what is
    kept is not what was kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._texts = Texts()

    def latest_statements(self, limit: int, within: Selection = ALL) -> Sequence[StatementRecord]:
        """The newest statements: those that were news, by when; then the baseline's, by their stated date.

        Without `places`, `versions` and `coverage`.
        """
        with self._database.reading() as connection:
            return short_records(connection, newest_keys(connection, limit, within), self._texts)

    def newest_keys(self, limit: int, within: Selection = ALL) -> Sequence[str]:
        """The keys of the newest statements, in the order of `latest_statements`."""
        with self._database.reading() as connection:
            return newest_keys(connection, limit, within)

    def statements_by_key(self, keys: Sequence[str]) -> Sequence[StatementRecord]:
        """These statements, in the order asked for, as `latest_statements` gives them; those not there are left out."""
        with self._database.reading() as connection:
            return short_records(connection, keys, self._texts)

    def facets(self, keys: Sequence[str]) -> Mapping[str, Facets]:
        """What was read of these statements, by key; those that are not there are left out."""
        with self._database.reading() as connection:
            return facets_of(connection, keys)

    def latest_changes(self, limit: int, within: Selection = ALL) -> Sequence[ChangeRecord]:
        """The newest changes that are news, newest first."""
        with self._database.reading() as connection:
            return changes.latest(connection, limit, within)

    def newest_numbers(self, limit: int, within: Selection = ALL) -> Sequence[int]:
        """The ids of the newest changes that are news, newest first."""
        with self._database.reading() as connection:
            return changes.newest(connection, limit, within)

    def version(self, key: str, number: int) -> Statement:
        """One version of a statement as it was. Raises KeyError if there is none."""
        with self._database.reading() as connection:
            blob_id = connection.execute(
                select(version.c.blob_id)
                .join(statement, statement.c.id == version.c.statement_id)
                .where(statement.c.key == key, version.c.number == number)
            ).scalar()
            if blob_id is None:
                raise KeyError(f"{key} has no version {number}")
            return load(BlobShelf(connection, BlobCache()).get(blob_id))

    def capture(self, key: str, number: int) -> bytes:
        """The bytes as fetched that a version was read from. Raises KeyError if there is none."""
        with self._database.reading() as connection:
            blob_id = connection.execute(
                select(capture.c.blob_id)
                .join(version, version.c.capture_id == capture.c.id)
                .join(statement, statement.c.id == version.c.statement_id)
                .where(statement.c.key == key, version.c.number == number)
            ).scalar()
            if blob_id is None:
                raise KeyError(f"{key} has no version {number}")
            return BlobShelf(connection, BlobCache()).get(blob_id)

    def statement(self, key: str) -> StatementRecord | None:
        """A statement with all its versions, places and coverage, or None."""
        with self._database.reading() as connection:
            return whole_record(connection, key, self._texts)

    def changes_of(self, key: str) -> Sequence[ChangeRecord]:
        """Every change of one statement, oldest first, its baseline entry included."""
        with self._database.reading() as connection:
            rows = connection.execute(CHANGES.where(statement.c.key == key).order_by(change.c.id))
            return [change_record(row) for row in rows]

    def changes(self, wanted: ChangeFilter) -> Iterator[ChangeRecord]:
        """The change log, oldest first, as far as the filter lets it through."""
        with self._database.reading() as connection:
            yield from changes.filtered(connection, wanted)

    def speakers(self, name: str) -> Sequence[str]:
        """Slugs of the speakers that a name may mean: a slug, or words that all stand in the name, in any case."""
        with self._database.reading() as connection:
            return speaker_slugs(connection, name)

    def news(self, within: Selection = ALL, after: int = 0) -> Sequence[int]:
        """The ids of changes that are news, ascending, of those greater than `after`."""
        with self._database.reading() as connection:
            return changes.numbers(connection, within, after)

    def changes_by_id(self, ids: Sequence[int]) -> Sequence[ChangeRecord]:
        """These changes, in the order asked for; ids that are not there are left out."""
        with self._database.reading() as connection:
            return changes.numbered(connection, ids)

    def keys(self) -> Sequence[str]:
        """The keys of all statements in the order in which they were first read: only ever added to."""
        # A listing may name a statement long before its page is read: not the order of their ids.
        rows = select(statement.c.key).join(version, version.c.statement_id == statement.c.id)
        with self._database.reading() as connection:
            return list(connection.execute(rows.where(version.c.number == 1).order_by(version.c.id)).scalars())

    def slices(self) -> Sequence[Slice]:
        """Every slice that holds a statement: in the order of FIELDS, then most statements first, then by slug."""
        with self._database.reading() as connection:
            return read_slices(connection)

    def labels(self) -> Mapping[tuple[Field, str], str]:
        """The labels of the same slices, without counting what is in each."""
        with self._database.reading() as connection:
            return read_labels(connection)

    def days(self) -> Sequence[DayCount]:
        """Every day with a change that is news or a dated statement, newest first."""
        with self._database.reading() as connection:
            return changes.read_days(connection)

    def news_days(self, until: int) -> Mapping[date, int]:
        """Day (UTC) → how many changes are news of it, of those with ids up to `until`."""
        with self._database.reading() as connection:
            return changes.read_news_days(connection, until)

    def marks(self) -> Mapping[str, Mark]:
        """Key → mark of every statement that was read."""
        return self.moved().marks

    def moved(self, since: str = "") -> Moved:
        """The marks that may differ from those of an earlier answer, given its `state`; without it all marks."""
        with self._database.reading() as connection:
            return moved(connection, since)

    def silences(self) -> Sequence[Silence]:
        """Every silence, past and present, oldest first."""
        with self._database.reading() as connection:
            return read_silences(connection)

    def status(self, now: datetime | None = None) -> Sequence[glance.SiteGlance]:
        """How each site stands: remarks as of `now`, or as of the end of the site's last run."""
        return glance.glance(self._database.url, now)

    def change_head(self) -> str | None:
        """Hash of the newest change, which vouches for all before it; None for an empty log."""
        found = self.head()
        return found.hash if found is not None else None

    def head(self) -> Head | None:
        """The newest change as it is told to witnesses; None for an empty log."""
        with self._database.reading() as connection:
            return read_head(connection)
