"""The truth about a run: counts, problems and the outcome that follows from them.

Scrapy's exit code and statistics do not tell it: a spider exception, a failing pipeline and SIGTERM all end with 0.
"""

from collections import Counter

from store.model import COUNTS, Outcome, Problem
from store.observation import Recorded

NETWORK_CODES = frozenset({"dns", "refused", "timeout", "connection", "tls", "http-5xx", "given-up"})
BLOCK_CODES = frozenset(
    {"blocked", "robots"} | {f"http-{status}" for status in (401, 403, 405, 407, 412, 418, 429, 451)}
)
"""Answers of a wall. 405 is one too: a GET of a static page is never "not allowed" by the site itself."""


HOPELESS = 20
"""Failed looks in a row after which a crawl asks for nothing more; with half of all pages failing at random this many
come in a row once in a million looks."""


class Tally:
    """Counts and problems of one run, filled while it goes on."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self._told: set[tuple[str, str]] = set()
        self.answers = 0
        """Usable answers of the site: a statement or listing that was understood, or "not modified"."""
        self.looks = 0
        """All answers and failed requests."""
        self.failures = 0
        """Looks that ended without an answer, in a server error, a block page or a page cut short."""
        self.failures_in_a_row = 0
        self.suspended = False
        """Whether the truth gate held changes back because they were too many at once."""
        self.fatal: str | None = None
        """One sentence why the run could not go on; an archive that cannot be written is always fatal."""

    def looked(self, code: str = "") -> None:
        """Counts a look, and whether it tells of the site's health rather than of one page."""
        self.looks += 1
        failed = code in NETWORK_CODES or code in BLOCK_CODES or code == "truncated"
        self.failures += failed
        self.failures_in_a_row = self.failures_in_a_row + 1 if failed else 0

    @property
    def is_hopeless(self) -> bool:
        """Whether so many looks failed in a row that asking on would only burden the site."""
        return self.failures_in_a_row >= HOPELESS

    def problem(self, code: str, url: str, detail: str) -> None:
        """Notes something that went wrong. The same code for the same address counts once."""
        if (code, url) not in self._told:
            self._told.add((code, url))
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
            case "doubtful" | "missing" | "not_modified" | "listed" | "kept" | "failed" | "unclear":
                pass

    @property
    def changed(self) -> int:
        """How many changes readers are told of."""
        return sum(self.counts[name] for name in ("new", "edited", "reverted", "removed", "restored", "moved"))

    def outcome(self) -> Outcome:
        """What the run comes to: never `ok` while anything is wrong."""
        if self.fatal is not None:
            return "failed"
        if self.suspended:
            return "suspended"
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
