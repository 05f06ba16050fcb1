"""What the crawler hands to the archive, and what the archive answers: the records of the boundary."""

from dataclasses import dataclass
from typing import Literal

from store.model import Capture, ChangeType, Listing, Statement

Effect = Literal["change", "baseline", "unchanged", "not_modified", "listed", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSeen:
    """A statement page that was recognised, complete and read."""

    capture: Capture
    statement: Statement
    extractor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingSeen:
    """A listing page that was recognised and read."""

    capture: Capture
    listing: Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """Any other answer: "not modified", an error, or a page that is not what was asked for. Says nothing about text."""

    capture: Capture
    code: str = ""
    """The name of what is wrong; empty for 304 and for robots.txt."""


Observation = StatementSeen | ListingSeen | PageSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of one observation. `change` and `change_id` are set for what got a line in the change log: the
    effects "change" and "baseline"."""

    effect: Effect
    key: str = ""
    change: ChangeType | None = None
    change_id: int | None = None
    why: str = ""
