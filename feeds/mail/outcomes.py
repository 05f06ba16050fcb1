"""What became of each statement within a letter: however often it changed, it is told once, from first to last."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from store.mailing.model import ToldChange
from store.model import ChangeRecord, ChangeType, Significance

Group = Literal["edited", "reverted", "removed", "restored", "new", "looks", "moved"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""In the order of the letter: what is told nowhere else comes before what the site shows itself."""
_RANK: dict[Significance, int] = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One statement of a letter."""

    changes: tuple[ChangeRecord, ...]
    """Those that the letter tells, oldest first."""
    kind: ChangeType
    """What they come to."""

    @property
    def last(self) -> ChangeRecord:
        return self.changes[-1]

    @property
    def key(self) -> str:
        """The statement's."""
        return self.last.statement

    @property
    def before(self) -> int | None:
        """The version before the first change; for what was new within the letter, the first one."""
        first = self.changes[0]
        return first.to_version if first.type == "new" else first.from_version

    @property
    def after(self) -> int | None:
        """The last version that a change led to."""
        return next((change.to_version for change in reversed(self.changes) if change.to_version is not None), None)

    @property
    def differs(self) -> bool:
        """Whether it is known in two versions of which one was before and the other after."""
        return self.before is not None and self.after is not None and self.before != self.after

    @property
    def significance(self) -> Significance:
        """The highest of any edit in it; `high` where there was none."""
        edits = [change.significance for change in self.changes if change.type in ("edited", "reverted")]
        return min(edits, key=_RANK.__getitem__, default="high")

    @property
    def group(self) -> Group:
        """The heading under which it stands."""
        return "looks" if self.kind == "edited" and self.significance == "low" else self.kind

    @property
    def counts(self) -> dict[ChangeType, int]:
        """How often each type of change is in it, in the order of the first ones."""
        return dict(Counter(change.type for change in self.changes))


def outcomes(told: Iterable[ToldChange]) -> tuple[Outcome, ...]:
    """One a statement, in the order of the letter: by group, then the most significant first, then the newest."""
    by_statement: dict[str, list[ChangeRecord]] = {}
    for each in sorted(told, key=lambda each: each.change.id):
        by_statement.setdefault(each.change.statement, []).append(each.change)
    found = [Outcome(changes=tuple(changes), kind=_kind(changes)) for changes in by_statement.values()]
    return tuple(sorted(found, key=_place))


def _place(outcome: Outcome) -> tuple[int, int, int]:
    quiet = outcome.kind == "new" and not outcome.differs
    return GROUPS.index(outcome.group), _RANK[outcome.significance] + quiet, -outcome.last.id


def _kind(changes: Sequence[ChangeRecord]) -> ChangeType:
    types = [change.type for change in changes]
    if len(types) == 1:
        return types[0]
    standing = next((each for each in reversed(types) if each in ("removed", "restored", "new")), None)
    if standing is not None:
        return standing if standing != "restored" or "new" not in types else "new"
    if changes[-1].type == "reverted" and f"back to version {changes[0].from_version}" in changes[-1].reasons:
        return "reverted"
    if "edited" in types:
        return "edited"
    return "reverted" if "reverted" in types else "moved"
