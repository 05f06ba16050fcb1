"""Crawls that died: recorded as what they were, a failed run and something that an operator must know."""

import json
from datetime import datetime

from sqlalchemy import func, insert, select, update

from store.columns import storable
from store.database import Database
from store.incidents import note_incident
from store.model import Mode, Problem
from store.tables import run


def record_death(
    database: Database,
    site: str,
    detail: str,
    *,
    run_id: int | None,
    mode: Mode,
    job: str,
    started: datetime,
    now: datetime,
) -> int:
    """Closes the run of a crawl that died as failed, opens or counts the incident `crawl-died`; returns the run.

    `run_id` is None for one that died before its run was noted: then that is done here. What a run that had been closed
    says of itself stays, but for `ok`, which it was not.
    """
    problem = Problem(code="died", url="", detail=detail)
    data = [{"code": problem.code, "url": problem.url, "detail": problem.detail}]
    with database.writing() as connection:
        if run_id is None:
            run_id = (connection.execute(select(func.max(run.c.id))).scalar() or 0) + 1
            values = {"id": run_id, "site": site, "mode": mode, "started": started, "job": job}
            connection.execute(insert(run).values(values))
        found = connection.execute(select(run).where(run.c.id == run_id)).one()
        problems = [*json.loads(found.problems), *data]
        values = {"outcome": "failed", "problems": storable(json.dumps(problems, ensure_ascii=False))}
        connection.execute(update(run).where(run.c.id == run_id).values(finished=found.finished or now, **values))
        note_incident(connection, site, "crawl-died", detail, now)
    return run_id
