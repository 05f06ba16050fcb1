"""What an observation means, given what was known: the pure decision. No clock, database or network in here.

Old facts and a new look go in, an intent comes out that says exactly what to write and why. Standard library only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from store.canonical import Part, parts_changed
from store.model import ChangeType, Significance, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the archive knows of a statement before this look."""

    key: str
    baseline: bool
    """True while every place it was listed in belongs to a section whose first full walk has not ended."""
    version: int | None = None
    text_sha256: str | None = None
    content: Statement | None = None
    earlier: Mapping[str, int] = field(default_factory=dict)
    """Text hash → number of every version; of two with the same text the later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What this look saw: a statement that passed recognition."""

    statement: Statement
    text_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What to write. `change` is None exactly when there is nothing to tell anybody."""

    action: Literal["add_version", "confirm_version"]
    version: int
    """Number of the version to add, or of the one seen again."""
    change: ChangeType | None
    from_version: int | None
    baseline: bool
    significance: Significance
    reasons: tuple[str, ...]
    why: str
    """The reason for the log, in plain words."""
    at: datetime


def decide(known: Known, seen: Seen, now: datetime) -> Intent:
    """Says whether a look shows a new statement, a changed one, an earlier text again, or nothing new.

    A text is compared with the last state, never with all of history: an edit that is taken back is news of its own
    (`reverted`), which look-back de-duplication would swallow.
    """
    if known.version is None:
        return Intent(
            action="add_version",
            version=1,
            change="new",
            from_version=None,
            baseline=known.baseline,
            significance="high",
            reasons=(),
            why="first look while its section is being recorded" if known.baseline else "first look",
            at=now,
        )
    if seen.text_sha256 == known.text_sha256:
        return Intent(
            action="confirm_version",
            version=known.version,
            change=None,
            from_version=known.version,
            baseline=False,
            significance="low",
            reasons=(),
            why="same text",
            at=now,
        )
    parts: tuple[Part, ...] = parts_changed(known.content, seen.statement) if known.content else ()
    back_to = known.earlier.get(seen.text_sha256)
    return Intent(
        action="add_version",
        version=known.version + 1,
        change="edited" if back_to is None else "reverted",
        from_version=known.version,
        baseline=False,
        significance=significance_of(parts),
        reasons=parts if back_to is None else (*parts, f"back to version {back_to}"),
        why=f"differs in {', '.join(parts) or 'its text'}" + (f", back to version {back_to}" if back_to else ""),
        at=now,
    )


def significance_of(parts: tuple[Part, ...]) -> Significance:
    """How much a reader should mind: what is said (title, text) above when and with what it is said."""
    if "title" in parts or "text" in parts:
        return "high"
    return "medium" if "date" in parts or "attachments" in parts else "low"
