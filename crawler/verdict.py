"""The end of a crawl: nothing that differs or is missing is told before it was looked at twice and weighed.

differs     → asked for again, unconditionally, when everything else is done; told if the second text is the same
missing     → told as removed when two crawls found it so, no listing names it, and the site was otherwise well
too many    → held back, and the run suspended (store.truth has the numbers)
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from crawler.plan import CrawlPlan
from crawler.tally import Tally
from store.canonical import text_sha256
from store.known import KnownStatement
from store.observation import LookFailed, Observation, PageSeen, Recorded, StatementSeen
from store.truth import Absence, SiteHealth, is_removed

CANARIES = 3
"""Live statements that must be readable before an absence is believed; asked for if the crawl read fewer."""


class Judge(Protocol):
    """What a verdict needs of the archive; see `crawler.session.Recorder`."""

    def remove(self, removals: Sequence[tuple[str, str, str | None]], now: datetime) -> list[Recorded]:
        """Writes removals."""

    def absences(self) -> list[Absence]:
        """The statements whose own address was found empty."""

    def weigh(
        self, candidates: Mapping[str, str | None], looked_at: Sequence[str], accept: bool, now: datetime
    ) -> bool:
        """Whether so many edits and removals may be told."""


class Verdict:
    """What one crawl has found to differ or to be missing, until it is told or held."""

    def __init__(self, plan: CrawlPlan, judge: Judge, tally: Tally) -> None:
        self._plan = plan
        self._judge = judge
        self._tally = tally
        self._doubtful: dict[str, tuple[str, str]] = {}  # key → (page, hash of the text seen)
        self._confirming: dict[str, tuple[str, str]] = {}  # page → (key, hash of the first text)
        self._missing: dict[str, str] = {}  # key → page
        self._read: set[str] = set()
        self._asked_canaries = False
        self._weighed = False
        self._removals: list[tuple[str, str, str | None]] = []

    def is_recorded(self, key: str) -> bool:
        """Whether a statement had been read before this crawl, so that its absence means something."""
        known = self._known(key)
        return known is not None and known.recorded

    def second_look(self, observation: Observation) -> Observation:
        """The observation, confirmed if it is a second look that says what the first one said."""
        if isinstance(observation, LookFailed):
            return observation
        expected = self._confirming.pop(observation.capture.page, None)
        if expected is None or not isinstance(observation, StatementSeen):
            return observation
        key, digest = expected
        if text_sha256(observation.statement) == digest:
            return StatementSeen(
                capture=observation.capture,
                statement=observation.statement,
                extractor=observation.extractor,
                page=observation.page,
                confirmed=True,
            )
        self._tally.problem("unclear", observation.capture.page, "Two looks within one crawl gave different texts.")
        return LookFailed(
            site=self._plan.site,
            kind="statement",
            page=observation.capture.page,
            key=key,
            code="unclear",
            at=observation.capture.fetched,
        )

    def recorded(self, observation: Observation, each: Recorded) -> None:
        """Takes note of what became of an observation."""
        match each.effect:
            case "doubtful":
                assert isinstance(observation, StatementSeen)
                self._doubtful[each.key] = (observation.capture.page, text_sha256(observation.statement))
            case "missing":
                assert isinstance(observation, PageSeen)
                self._missing[each.key] = observation.capture.page
            case "unchanged" | "not_modified" | "change" | "baseline":
                self._read.add(each.key)
                self._missing.pop(each.key, None)

    def more_pages(self, now: datetime) -> list[str]:
        """Pages still to be asked for, unconditionally; empty when all is told. Raises DatabaseError."""
        if self._weighed:
            self._tell_removals(now)
            return []
        absences = [each for each in self._judge.absences() if each.key in self._missing]
        health = self._health(asked=bool(absences))
        due = [each for each in absences if is_removed(each, _fine(health), self._plan.rules)[0]]
        if due and not health.is_fine and not self._asked_canaries:
            self._asked_canaries = True
            asked = [page for page in self._plan.canaries(CANARIES + len(due)) if self._key_unread(page)]
            if asked:
                return asked[:CANARIES]
        self._weighed = True
        self._removals = [
            (each.key, is_removed(each, health, self._plan.rules)[1], each.twin)
            for each in due
            if is_removed(each, health, self._plan.rules)[0]
        ]
        candidates: dict[str, str | None] = {key: digest for key, (_, digest) in self._doubtful.items()}
        candidates |= {key: None for key, _, _ in self._removals}
        if candidates or self._plan.waiting:
            looked_at = [key for key in self._read if key not in candidates]
            if not self._judge.weigh(candidates, looked_at, self._plan.accept, now):
                self._tally.suspended = True
                self._tally.problem(
                    "mass-change",
                    "",
                    f"{len(candidates)} statements seem edited or removed at once; nothing of that was published. "
                    "If it is so, run `missionwatch crawl --accept`.",
                )
                self._removals = []
                self._doubtful.clear()
        self._confirming = {page: (key, digest) for key, (page, digest) in self._doubtful.items()}
        if not self._confirming:
            self._tell_removals(now)
        return list(self._confirming)

    def _tell_removals(self, now: datetime) -> None:
        removals, self._removals = self._removals, []
        for each in self._judge.remove(removals, now):
            self._tally.recorded(each)
            self._missing.pop(each.key, None)
        for key, page in self._missing.items():
            known = self._known(key)
            if known is not None and known.state != "removed":
                told = "The page is not there; it counts as removed only when that is certain."
                self._tally.problem("missing", page, told)
        self._missing.clear()

    def _known(self, key: str) -> KnownStatement | None:
        return self._plan.survey.statement(key.removeprefix(f"{self._plan.site}-"))

    def _health(self, *, asked: bool) -> SiteHealth:
        """How the site did; how many statements it has is counted only if it is `asked`."""
        known = self._plan.survey.everything() if asked else []
        return SiteHealth(
            statements_read=len(self._read),
            statements_known=sum(each.recorded and each.state != "removed" for each in known),
            looks=self._tally.looks,
            failures=self._tally.failures,
        )

    def _key_unread(self, page: str) -> bool:
        key = f"{self._plan.site}-{self._plan.urls.doc_id(page)}"
        return key not in self._read and key not in self._missing


def _fine(health: SiteHealth) -> SiteHealth:
    """The same crawl, had enough other pages been read: to ask whether reading some is worth it."""
    return SiteHealth(
        statements_read=health.statements_known,
        statements_known=health.statements_known,
        looks=health.looks,
        failures=health.failures,
    )
