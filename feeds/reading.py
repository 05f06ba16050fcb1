"""What feeds and pages ask of the archive, and nothing more."""

from collections.abc import Sequence
from typing import Protocol

from store.model import ChangeRecord, Statement, StatementRecord


class Archive(Protocol):
    """A readable archive.

    All datetimes are aware and in UTC. May be called from several threads. Answers of one state are equal however
    often they are asked for, and in the same order: published bytes follow from them.
    """

    def latest_statements(self, limit: int, site: str | None = None) -> Sequence[StatementRecord]:
        """The newest statements, newest first, of one site or of all. `places` and `versions` may be left empty."""

    def latest_changes(self, limit: int, site: str | None = None) -> Sequence[ChangeRecord]:
        """The newest changes that are news, newest first: those of a baseline are left out."""

    def version(self, key: str, number: int) -> Statement:
        """One version of a statement as it was; the same answer for ever.

        Raises:
            KeyError: There is no such version.
        """

    def statement(self, key: str) -> StatementRecord | None:
        """A statement with all its versions and places, or None."""

    def changes_of(self, key: str) -> Sequence[ChangeRecord]:
        """Every change of one statement."""

    def change_head(self) -> str | None:
        """Hash of the newest change, or None for an empty log."""
