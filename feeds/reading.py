"""What feeds and pages ask of the archive, and nothing more."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from store.attribution import Facets
from store.glance import SiteGlance
from store.model import ChangeRecord, Statement, StatementRecord
from store.selection import ALL, DayCount, Field, Moved, Selection, Silence, Slice


class Archive(Protocol):
    """A readable archive.

    All datetimes are aware and in UTC. May be called from several threads. Answers of one state are equal however
    often they are asked for, and in the same order: published bytes follow from them. A selection by a slug that is
    not there is empty, no error.
    """

    def latest_statements(self, limit: int, within: Selection = ALL) -> Sequence[StatementRecord]:
        """The newest statements: news first by when they were news, then the baseline's by their stated date.

        Without `places`, `versions` and `coverage`.
        """

    def newest_keys(self, limit: int, within: Selection = ALL) -> Sequence[str]:
        """The keys of the newest statements, in the order of `latest_statements`."""

    def statements_by_key(self, keys: Sequence[str]) -> Sequence[StatementRecord]:
        """These statements, in the order asked for, as `latest_statements` gives them; those not there are left out."""

    def facets(self, keys: Sequence[str]) -> Mapping[str, Facets]:
        """What was read of these statements; those not there are left out."""

    def newest_numbers(self, limit: int, within: Selection = ALL) -> Sequence[int]:
        """The ids of the newest changes that are news, newest first: the order of `latest_changes`."""

    def latest_changes(self, limit: int, within: Selection = ALL) -> Sequence[ChangeRecord]:
        """The newest changes that are news, newest first: those of a baseline are left out."""

    def version(self, key: str, number: int) -> Statement:
        """One version of a statement as it was; the same answer for ever.

        Raises:
            KeyError: There is no such version.
        """

    def capture(self, key: str, number: int) -> bytes:
        """The bytes as fetched that a version was read from.

        Raises:
            KeyError: There is no such version.
        """

    def statement(self, key: str) -> StatementRecord | None:
        """A statement with all its versions, places and coverage, or None."""

    def changes_of(self, key: str) -> Sequence[ChangeRecord]:
        """Every change of one statement."""

    def change_head(self) -> str | None:
        """Hash of the newest change, or None for an empty log."""

    def keys(self) -> Sequence[str]:
        """The keys of all statements in the order in which they were first recorded: only ever added to."""

    def news(self, within: Selection = ALL, after: int = 0) -> Sequence[int]:
        """The ids of changes that are news, ascending, of those greater than `after`."""

    def changes_by_id(self, ids: Sequence[int]) -> Sequence[ChangeRecord]:
        """These changes, in the order asked for; ids that are not there are left out."""

    def slices(self) -> Sequence[Slice]:
        """Every slice that holds a statement: in the order of FIELDS, then most statements first, then by slug."""

    def labels(self) -> Mapping[tuple[Field, str], str]:
        """Those of the same slices, without counting what is in them; there may be some more."""

    def days(self) -> Sequence[DayCount]:
        """Every day with a change that is news or a dated statement, newest first."""

    def news_days(self, until: int) -> Mapping[date, int]:
        """Day (UTC) → how many changes are news of it, of those with ids up to `until`."""

    def moved(self, since: str = "") -> Moved:
        """The marks of published statements that may differ from those of an earlier answer, given its `state`.

        All of them where nothing can be told of that state, or none is given; quick enough to ask after every crawl.
        """

    def silences(self) -> Sequence[Silence]:
        """Every silence, past and present, oldest first."""

    def status(self, now: datetime | None = None) -> Sequence[SiteGlance]:
        """How each site stands: remarks as of `now`, or as of the site's last run (the same for the same archive)."""
