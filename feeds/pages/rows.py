"""Rows of lists as pages show them: the line in HTML, and what else a page has to know about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from typing import get_args

from markupsafe import Markup

from feeds.pages.lines import Lines
from feeds.pages.parts import Part, Parts
from feeds.pages.reasons import Reason, read_reasons
from store.attribution import Facets
from store.model import ChangeRecord, Significance, StatedDate, StatementRecord

SHOWN_REASONS = 3
_RANKS: tuple[Significance, ...] = get_args(Significance)
_QUIET_FIELDS = ("speakers", "organs", "kinds")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change in a list."""

    number: int
    """Its id in the change log."""
    statement: str
    """Key of what was changed."""
    day: date
    """In UTC, of its detection."""
    rank: int
    """The more significant, the lower."""
    parts: tuple[Part, ...]
    """The slices its statement is in, but for sections."""
    line: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """A statement in a list."""

    statement: str
    """Its key."""
    parts: tuple[Part, ...]
    """Every slice it is in."""
    line: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """What the line of a change says."""

    change: ChangeRecord
    parts: tuple[Part, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The first ones. Read when the line is set: most lines are there already."""
        return read_reasons(self.change.reasons)[:SHOWN_REASONS]

    @property
    def more_reasons(self) -> int:
        return len(read_reasons(self.change.reasons)[SHOWN_REASONS:])


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """What the line of a statement says."""

    statement: str
    language: str
    title: str
    date: StatedDate
    version: int
    is_removed: bool
    parts: tuple[Part, ...]


class Rows:
    """Makes rows from records. May be asked by several threads."""

    def __init__(self, parts: Parts, lines: Lines) -> None:
        self._parts = parts
        self._lines = lines

    def change(self, change: ChangeRecord, facets: Facets | None) -> ChangeRow:
        """A change, with what was read of its statement; without that it stands for itself."""
        parts = self._parts.of_change(change, facets) if facets is not None else ()
        return ChangeRow(
            number=change.id,
            statement=change.statement,
            day=change.detected.astimezone(UTC).date(),
            rank=_RANKS.index(change.significance),
            parts=parts,
            line=self._lines.change(ChangeFacts(change=change, parts=_quiet(parts))),
        )

    def statement(self, record: StatementRecord) -> StatementRow:
        """A statement as it is now."""
        parts = self._parts.of(record)
        facts = StatementFacts(
            statement=record.key,
            language=record.language,
            title=record.content.title,
            date=record.content.date,
            version=record.version.number,
            is_removed=record.state == "removed",
            parts=_quiet(parts),
        )
        return StatementRow(statement=record.key, parts=parts, line=self._lines.statement(facts))


def joined(rows: Iterable[ChangeRow] | Iterable[StatementRow]) -> Markup:
    """Their lines, one after the other."""
    # Not `Markup().join`, which looks at each line once more.
    return Markup("".join([row.line for row in rows]))  # noqa: S704 - each line is safe


def _quiet(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.field in _QUIET_FIELDS)
