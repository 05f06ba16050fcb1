"""The truth gate's pure rules: when an absence is a removal, and when changes are too many to be believed at once.

Evidence and numbers are the contract's (§3). Standard library only; the caller brings facts and the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthRules:
    """What an operator may set in `[truth]`."""

    removal_confirmations: int = 2
    """Looks, in as many crawls, that must find the page missing."""
    removal_min_age: timedelta = timedelta(hours=1)
    mass_change_share: float = 0.02
    mass_change_floor: int = 3
    mass_crawls: int = 3
    """Crawls that must see the same state before a mass change is believed without the operator."""
    mass_min_age: timedelta = timedelta(hours=24)

    def mass_limit(self, known: int) -> int:
        """How many statements may be edited or removed at once without suspicion, of `known` ones."""
        return max(self.mass_change_floor, int(known * self.mass_change_share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What is known of a statement whose own address says that it is not there."""

    key: str
    missing_since: datetime
    missing_last: datetime
    looks: int
    listed: bool
    """Whether any listing still names it, or might: one of its sections was not walked whole since it went missing."""
    twin: str | None = None
    """Key of a live statement that says the same, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHealth:
    """How the site did otherwise, in the crawl that looked."""

    statements_read: int
    """Other statement pages that were well."""
    statements_known: int
    looks: int
    """All answers and failed requests."""
    failures: int
    """Looks that ended without an answer, in a server error, a block page or a page cut short."""

    @property
    def is_fine(self) -> bool:
        """Whether an absence can be believed: others were read, and hardly anything failed."""
        others = min(3, max(self.statements_known - 1, 0))
        return self.statements_read >= others and self.failures * 10 <= self.looks


def is_removed(absence: Absence, health: SiteHealth, rules: TruthRules) -> tuple[bool, str]:
    """Whether an absence is a removal now, and the reason in plain words. Deterministic, and slow to believe."""
    if absence.listed:
        return False, "a listing still names it, or was not read since"
    if absence.looks < rules.removal_confirmations:
        return False, f"missing in {absence.looks} of {rules.removal_confirmations} looks"
    if absence.missing_last - absence.missing_since < rules.removal_min_age:
        return False, f"missing for less than {rules.removal_min_age}"
    if not health.is_fine:
        return False, "the site's other pages were not well"
    return True, f"missing since {absence.missing_since:%Y-%m-%d %H:%M} in {absence.looks} looks, and listed nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A change that waits because there are too many: seen how often, since when."""

    first_seen: datetime
    crawls: int


def is_believed(candidates: int, known: int, held: Sequence[Held], rules: TruthRules, now: datetime) -> bool:
    """Whether so many edits and removals at once may be told.

    `held` are the candidates that waited in earlier crawls with the same state, this crawl counted in. Too many are
    believed when every one of them was seen in enough crawls over enough time.
    """
    if candidates <= rules.mass_limit(known):
        return True
    return len(held) == candidates and all(
        each.crawls >= rules.mass_crawls and now - each.first_seen >= rules.mass_min_age for each in held
    )
