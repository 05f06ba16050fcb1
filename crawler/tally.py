"""The truth about a run: counts, problems and the outcome that follows from them.

Scrapy's exit code and statistics do not tell it: a spider exception, a failing pipeline and SIGTERM all end with 0.
"""

from collections import Counter

from store.model import COUNTS, Outcome, Problem
from store.observation import Recorded

NETWORK_CODES = frozenset({"dns", "refused", "timeout", "connection", "tls", "http-5xx"})
BLOCK_CODES = frozenset({"blocked", "http-403", "http-412", "http-429", "robots"})


class Tally:
    """Counts and problems of one run, filled while it goes on."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.answers = 0
        """Usable answers of the site: a statement or listing that was understood, or "not modified"."""
        self.fatal: str | None = None
        """One sentence why the run could not go on; an archive that cannot be written is always fatal."""

    def problem(self, code: str, url: str, detail: str) -> None:
        """Notes something that went wrong. The same code for the same address counts once."""
        if not any(each.code == code and each.url == url for each in self.problems):
            self.problems.append(Problem(code=code, url=url, detail=detail))

    def unrecorded(self, error: Exception, page: str = "") -> None:
        """Notes that something could not be recorded: the run has failed, whatever else it found."""
        # Errors of the store are sentences already; anything else is a fault of this program.
        is_told = type(error).__module__.startswith("store.")
        told = str(error) if is_told else f"Recording failed: {type(error).__name__}: {error}."
        self.fatal = self.fatal or told
        self.problem("record-error", page, told)

    def recorded(self, each: Recorded) -> None:
        """Counts what became of one observation."""
        match each.effect:
            case "change":
                self.counts[each.change or "edited"] += 1
            case "baseline" | "unchanged":
                self.counts[each.effect] += 1
            case "not_modified" | "listed" | "kept":
                pass

    @property
    def changed(self) -> int:
        """How many changes readers are told of."""
        return sum(self.counts[name] for name in ("new", "edited", "reverted", "removed", "restored", "moved"))

    def outcome(self) -> Outcome:
        """What the run comes to: never `ok` while anything is wrong."""
        if self.fatal is not None:
            return "failed"
        if not self.problems:
            return "ok"
        if self.answers:
            return "partial"
        codes = [each.code for each in self.problems]
        if any(code in BLOCK_CODES for code in codes):
            return "blocked"
        if all(code in NETWORK_CODES for code in codes):
            return "unreachable"
        return "failed"

    def as_counts(self) -> dict[str, int]:
        """All counts of the contract, in its order."""
        return {name: self.counts[name] for name in COUNTS}
