"""What a crawl needs of the store, bound to one run: implements `crawler.session.Recorder`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from crawler.tally import Tally
from store.archive import Archive
from store.database import Database
from store.gate import absences, weigh
from store.incidents import after_run
from store.observation import Observation, Recorded
from store.runs import close_walk, finish_run
from store.significance import DEFAULT, SensitiveTerms
from store.survey import kept_answer
from store.truth import Absence, TruthRules

ROBOTS_AGE = timedelta(hours=24)
"""How long an answer for robots.txt is kept (RFC 9309 §2.4)."""


class ArchiveRecorder:
    """Records one run of one site. Every method raises DatabaseError when the archive cannot be used."""

    def __init__(
        self,
        database: Database,
        site: str,
        run_id: int,
        rules: TruthRules,
        terms: SensitiveTerms = DEFAULT,
        watched: Collection[str] | None = None,
    ) -> None:
        """`watched` are the paths of all sections that crawls of this site read, whichever this one reads."""
        self._database = database
        self._site = site
        self.run_id = run_id
        self._rules = rules
        self._watched = watched
        self._archive = Archive(database, run_id, terms)

    def record(self, observations: Sequence[Observation], now: datetime) -> list[Recorded]:
        return self._archive.record(observations, now)

    def remove(self, removals: Sequence[tuple[str, str, str | None]], now: datetime) -> list[Recorded]:
        return self._archive.remove(removals, now)

    def absences(self) -> list[Absence]:
        return absences(self._database, self._site)

    def weigh(
        self, candidates: Mapping[str, str | None], looked_at: Sequence[str], accept: bool, now: datetime
    ) -> bool:
        return weigh(self._database, self._site, candidates, looked_at, rules=self._rules, accept=accept, now=now)

    def close_walk(self, section: str, began: datetime, now: datetime) -> None:
        close_walk(self._database, self._site, section, began=began, now=now)

    def finish(self, tally: Tally, now: datetime) -> None:
        outcome = tally.outcome()
        after_run(
            self._database,
            self._site,
            outcome=outcome,
            answers=tally.answers,
            fatal=tally.fatal,
            now=now,
            watched=self._watched,
        )
        finish_run(
            self._database,
            self.run_id,
            now=now,
            outcome=outcome,
            counts=tally.as_counts(),
            problems=tally.problems,
        )

    def kept_robots(self, url: str, now: datetime) -> tuple[int, bytes] | None:
        return kept_answer(self._database, url, now=now, max_age=ROBOTS_AGE)
