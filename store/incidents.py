"""Incidents: what an operator must know. Opened once, counted while they last, resolved by the facts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, select

from store.database import Database
from store.model import Outcome
from store.pages import section_of
from store.tables import held, incident, page, statement

IncidentCode = Literal[
    "site-unreachable",
    "site-blocked",
    "run-failed",
    "crawl-died",
    "section-unreadable",
    "statements-unreadable",
    "layout-changed",
    "mass-change",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident; `resolved` is None while it lasts. `scope` is a section path, or empty for the whole site."""

    site: str
    code: str
    scope: str
    opened: datetime
    last_seen: datetime
    times: int
    resolved: datetime | None
    detail: str


OUTAGE_PROBLEMS = (
    *("dns", "refused", "timeout", "connection", "tls", "http-5xx", "blocked", "http-401", "http-403", "http-405"),
    *("http-407", "http-412", "http-418", "http-429", "http-451"),
)
"""What a page is noted with when it was the site that did not answer, or would not (see `crawler.tally`)."""

Facts = Mapping[tuple[IncidentCode, str], str]
"""What is wrong now: (code, scope) → one sentence."""


def judge(outcome: Outcome, answers: int, fatal: str | None, archive_facts: Facts) -> tuple[Facts, bool]:
    """What is wrong after a run, and whether the run saw enough to resolve what is no longer wrong.

    While a site cannot be reached nothing else about it is known: one incident is open, the others stay as they are.
    A run that found nothing due looked at nothing, and says nothing.
    """
    if outcome == "unreachable":
        return {("site-unreachable", ""): "The site could not be reached."}, False
    if outcome == "blocked":
        return {("site-blocked", ""): "The site refused to answer, or its robots.txt forbids it."}, False
    if fatal is not None:
        return {("run-failed", ""): fatal}, False
    if not answers and outcome == "ok":
        return {}, False
    if not answers:
        redesigned = {place: said for place, said in archive_facts.items() if place[0] == "layout-changed"}
        return redesigned or {("run-failed", ""): "No page could be understood."}, False
    return archive_facts, True


def after_run(
    database: Database,
    site: str,
    *,
    outcome: Outcome,
    answers: int,
    fatal: str | None,
    now: datetime,
    watched: Collection[str] | None = None,
) -> tuple[list[Incident], list[Incident]]:
    """Opens, counts and resolves the incidents of a site after a run; returns those opened and those resolved.

    `watched` are the paths of the sections that are read at all, None for every one: nobody will ever see what is wrong
    with another one to be well again, so nothing of it is an incident.
    """
    with database.writing() as connection:
        if outcome in ("unreachable", "blocked"):
            # What failed while nothing could be read says nothing about single pages.
            of_site = (page.c.site == site, page.c.kind != "robots", page.c.problem.in_(OUTAGE_PROBLEMS))
            connection.execute(page.update().where(*of_site).values(problem=None))
        facts, complete = judge(outcome, answers, fatal, _archive_facts(connection, site, watched))
        rows = connection.execute(
            select(incident).where(incident.c.site == site, incident.c.resolved.is_(None)).order_by(incident.c.id)
        ).all()
        open_rows = {(row.code, row.scope): row for row in rows}
        resolved = []
        for place, row in open_rows.items():
            if place in facts:
                connection.execute(
                    incident.update()
                    .where(incident.c.id == row.id)
                    .values(last_seen=now, times=row.times + 1, detail=facts[place])
                )
            elif complete:
                connection.execute(incident.update().where(incident.c.id == row.id).values(resolved=now))
                resolved.append(_incident(row, now))
        fresh = {place: detail for place, detail in facts.items() if place not in open_rows}
        opened = [_open(connection, site, code, scope, detail, now) for (code, scope), detail in fresh.items()]
    return opened, resolved


def note_incident(connection: Connection, site: str, code: IncidentCode, detail: str, now: datetime) -> None:
    """Opens an incident of a whole site, or counts it once more if it is open."""
    same = (incident.c.site == site, incident.c.code == code, incident.c.scope == "", incident.c.resolved.is_(None))
    row = connection.execute(select(incident.c.id, incident.c.times).where(*same)).first()
    if row is None:
        _open(connection, site, code, "", detail, now)
        return
    values = {"last_seen": now, "times": row.times + 1, "detail": detail}
    connection.execute(incident.update().where(incident.c.id == row.id).values(values))


def _open(connection: Connection, site: str, code: str, scope: str, detail: str, now: datetime) -> Incident:
    number = (connection.execute(select(func.max(incident.c.id))).scalar() or 0) + 1
    values = {"site": site, "code": code, "scope": scope, "opened": now, "last_seen": now, "detail": detail}
    connection.execute(incident.insert().values(id=number, times=1, **values))
    return Incident(**values, times=1, resolved=None)  # type: ignore[arg-type]


def incidents(database: Database, site: str | None = None, *, only_open: bool = True) -> list[Incident]:
    """The incidents, newest first."""
    rows = select(incident).order_by(incident.c.id.desc())
    if site is not None:
        rows = rows.where(incident.c.site == site)
    if only_open:
        rows = rows.where(incident.c.resolved.is_(None))
    with database.reading() as connection:
        return [_incident(row, row.resolved) for row in connection.execute(rows)]


def _archive_facts(
    connection: Connection, site: str, watched: Collection[str] | None
) -> dict[tuple[IncidentCode, str], str]:
    facts: dict[tuple[IncidentCode, str], str] = {}
    failing = [
        row
        for row in connection.execute(
            select(page.c.url, page.c.problem).where(
                page.c.site == site, page.c.kind == "listing", page.c.problem.is_not(None)
            )
        )
        if watched is None or section_of(row.url) in watched
    ]
    for url, problem in failing:
        facts["section-unreadable", section_of(url)] = f"Its listing could not be read ({problem}): {url}"
    unread = connection.execute(
        select(page.c.url, page.c.problem)
        .join(statement, statement.c.page_id == page.c.id)
        .where(page.c.site == site, page.c.problem.is_not(None), statement.c.state != "removed")
        .order_by(page.c.id)
    ).all()
    if unread:
        facts["statements-unreadable", ""] = (
            f"{len(unread)} statement pages could not be read at their last look, such as {unread[0].url} "
            f"({unread[0].problem})."
        )
    changed = [row.url for row in [*unread, *failing] if (row.problem or "").endswith("layout-changed")]
    if changed:
        facts["layout-changed", ""] = (
            f"No template of the profile fits {len(changed)} pages, such as {changed[0]}: run `missionwatch probe`."
        )
    waiting = connection.execute(
        select(func.count())
        .select_from(held)
        .join(statement, statement.c.id == held.c.statement_id)
        .where(statement.c.site == site)
    ).scalar_one()
    if waiting:
        facts["mass-change", ""] = (
            f"{waiting} statements seem edited or removed at once; nothing of that was published. "
            "Look at them, then run `missionwatch crawl --accept` if it is so."
        )
    return facts


def _incident(row: object, resolved: datetime | None) -> Incident:
    names = ("site", "code", "scope", "opened", "last_seen", "times", "detail")
    return Incident(**{name: getattr(row, name) for name in names}, resolved=resolved)
