"""What the crawler hands to the archive, and what the archive answers: the records of the boundary."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from store.model import Capture, CaptureKind, ChangeType, Listing, Statement

Effect = Literal[
    "change", "baseline", "unchanged", "doubtful", "missing", "not_modified", "listed", "kept", "failed", "unclear"
]

MISSING_CODES = frozenset({"http-404", "http-410", "soft-404"})
"""Answers that say that there is no such page; everything else that is wrong says nothing about the statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSeen:
    """A statement page that was recognised, complete and read."""

    capture: Capture
    statement: Statement
    extractor: str
    page: str = ""
    """The canonical address that answered, where that is not the one asked for: the site redirected."""
    confirmed: bool = False
    """Whether a second, unconditional fetch of the same crawl gave the same text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingSeen:
    """A listing page that was recognised and read."""

    capture: Capture
    listing: Listing
    code: str = ""
    """The name of what is doubtful about it; then it says what is there, and not what is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """Any other answer: "not modified", an error, or a page that is not what was asked for. Says nothing about text."""

    capture: Capture
    code: str = ""
    """The name of what is wrong; empty for 304 and for robots.txt."""
    key: str = ""
    """The statement that was asked for, if one was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFailed:
    """A look without an answer, or whose two answers contradict each other (`unclear`)."""

    site: str
    kind: CaptureKind
    page: str
    key: str
    code: str
    at: datetime


Observation = StatementSeen | ListingSeen | PageSeen | LookFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of one observation. `change` and `change_id` are set for what got a line in the change log: the
    effects "change" and "baseline".

    `doubtful`: the text differs and was not confirmed; nothing was told. `missing`: its own address is empty.
    """

    effect: Effect
    key: str = ""
    change: ChangeType | None = None
    change_id: int | None = None
    why: str = ""
