"""Runs: one row a crawl, written at its start and completed at its end, so that a killed crawl is seen as one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select, update

from store.columns import storable
from store.database import Database
from store.model import COUNTS, Mode, Outcome, Problem, Run
from store.pages import section_of
from store.tables import location, page, run, section

MAX_PROBLEMS = 1000
"""Problems kept with a run; of the rest the last one tells the number, so that a site that is down cannot fill the
database."""


def start_run(database: Database, site: str, mode: Mode, now: datetime, job: str | None = None) -> int:
    """Notes that a crawl begins, for which job of the schedule if for one; returns the run's number.

    The caller holds the lease, so a run of the site that never ended was killed; it is closed as failed.
    """
    with database.writing() as connection:
        killed = Problem(code="killed", url="", detail="The process ended without closing this run.")
        connection.execute(
            update(run)
            .where(run.c.site == site, run.c.finished.is_(None))
            .values(finished=now, outcome="failed", problems=_problems([killed]))
        )
        run_id: int = (connection.execute(select(func.max(run.c.id))).scalar() or 0) + 1
        connection.execute(run.insert().values(id=run_id, site=site, mode=mode, started=now, job=job))
    return run_id


def finish_run(
    database: Database,
    run_id: int,
    *,
    now: datetime,
    outcome: Outcome,
    counts: dict[str, int],
    problems: Sequence[Problem],
) -> None:
    """Completes a run's row."""
    with database.writing() as connection:
        connection.execute(
            update(run)
            .where(run.c.id == run_id)
            .values(
                finished=now,
                outcome=outcome,
                counts=json.dumps({name: counts.get(name, 0) for name in COUNTS}),
                problems=_problems(_bounded(problems)),
            )
        )


def close_walk(database: Database, site: str, path: str, *, began: datetime, now: datetime) -> None:
    """Notes that every listing page of a section was read in one walk; the first time ends its baseline.

    What the walk did not name is gone from the section, until a listing names it again. What was wrong with pages
    that the list no longer has is over.
    """
    with database.writing() as connection:
        failing = connection.execute(
            select(page.c.id, page.c.url).where(
                page.c.site == site, page.c.kind == "listing", page.c.problem.is_not(None)
            )
        ).all()
        over = [row.id for row in failing if section_of(row.url) == path]
        if over:
            connection.execute(update(page).where(page.c.id.in_(over)).values(problem=None))
        of_section = (section.c.site == site, section.c.path == path)
        inside = select(section.c.id).where(*of_section)
        connection.execute(
            update(location)
            .where(location.c.section_id.in_(inside), location.c.last_seen < began, location.c.gone.is_(None))
            .values(gone=now)
        )
        connection.execute(update(section).where(*of_section).values(walked=now))
        connection.execute(update(section).where(*of_section, section.c.baselined.is_(None)).values(baselined=now))


def recent_runs(database: Database, site: str | None = None, limit: int = 20) -> list[Run]:
    """The newest runs, newest first."""
    with database.reading() as connection:
        rows = select(run).order_by(run.c.id.desc()).limit(limit)
        if site is not None:
            rows = rows.where(run.c.site == site)
        return [_run(row) for row in connection.execute(rows)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The newest run of a site, mode and job; `outcome` is None for one that was left open or goes on."""

    site: str
    mode: Mode
    job: str | None
    started: datetime
    outcome: Outcome | None


def last_runs(database: Database) -> list[LastRun]:
    """The newest run of each site, mode and job, oldest first: newest by number, for clocks are set back."""
    newest = select(func.max(run.c.id)).group_by(run.c.site, run.c.mode, run.c.job)
    columns = select(run.c.site, run.c.mode, run.c.job, run.c.started, run.c.outcome)
    with database.reading() as connection:
        rows = connection.execute(columns.where(run.c.id.in_(newest)).order_by(run.c.id))
        return [LastRun(**row._mapping) for row in rows]


def has_succeeded(database: Database) -> bool:
    """Whether any crawl, of whatever site, has come to its end with most of what it looked for."""
    with database.reading() as connection:
        well = select(run.c.id).where(run.c.outcome.in_(("ok", "partial", "suspended"))).limit(1)
        return connection.execute(well).scalar() is not None


def _run(row: Row[tuple[object, ...]]) -> Run:
    return Run(
        id=row.id,
        site=row.site,
        mode=row.mode,
        started=row.started,
        finished=row.finished,
        outcome=row.outcome,
        counts=json.loads(row.counts),
        problems=tuple(Problem(**each) for each in json.loads(row.problems)),
    )


def _bounded(problems: Sequence[Problem]) -> Sequence[Problem]:
    more = len(problems) - MAX_PROBLEMS
    if more <= 0:
        return problems
    return [*problems[:MAX_PROBLEMS], Problem(code="more", url="", detail=f"{more} more problems are not listed.")]


def _problems(problems: Sequence[Problem]) -> str:
    as_data = [{"code": each.code, "url": each.url, "detail": each.detail} for each in problems]
    return storable(json.dumps(as_data, ensure_ascii=False))
