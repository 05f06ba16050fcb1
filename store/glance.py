"""What `status` shows, read with the bare driver: importing SQLAlchemy takes longer than all of `status` may take.

Only SQL that SQLite and PostgreSQL both understand; moments are microseconds since 1970, as in `store.tables`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from store.asking import Ask, NoDatabaseError, look
from store.freshness import overdue_look, remarkable_silence
from store.moments import moment_of

__all__ = ["IncidentGlance", "NoDatabaseError", "SectionGlance", "SiteGlance", "glance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionGlance:
    site: str
    section: str
    label: str
    statements: int
    last_success: datetime | None
    """When a listing page of it that names a statement was last read or was "not modified"."""
    last_new: datetime | None
    """When a statement was last found new in it; None if all are baseline."""
    baselined: bool
    remarks: tuple[str, ...]
    """What is not as promised: no successful look for too long, or nothing new for much longer than usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentGlance:
    code: str
    scope: str
    opened: datetime
    times: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteGlance:
    site: str
    statements: int
    versions: int
    changes: int
    """Changes that were news."""
    last_success: datetime | None
    """End of the last run that was not failed, blocked or unreachable."""
    last_run: datetime | None
    last_outcome: str | None
    """None while the last run goes on."""
    last_problems: tuple[dict[str, str], ...]
    incidents: tuple[IncidentGlance, ...]
    """Open ones, oldest first."""
    sections: tuple[SectionGlance, ...]


def glance(url: str, now: datetime | None) -> list[SiteGlance]:
    """The state of every site in a database, with remarks as of `now`, or of the end of the site's last run.

    A run that goes on counts by its beginning; a site without any run has no remarks then. Raises NoDatabaseError where
    there is no database or it has no tables.
    """
    return look(url, lambda ask: _sites(ask, now))


def _sites(ask: Ask, now: datetime | None) -> list[SiteGlance]:
    sites = ask("SELECT DISTINCT site FROM run UNION SELECT DISTINCT site FROM section ORDER BY 1")
    return [_site(ask, site, now, alone=len(sites) == 1) for (site,) in sites]


def _counts(ask: Ask, site: str, *, alone: bool) -> Sequence[int]:
    """Statements, versions and changes that were news."""
    # A version and a change name no site, so that these have to be looked for; of one site alone there is no need to.
    if alone:
        [found] = ask(
            "SELECT (SELECT COUNT(*) FROM statement WHERE version IS NOT NULL), "
            "(SELECT COUNT(*) FROM version), (SELECT COUNT(*) FROM change WHERE NOT baseline)"
        )
    else:
        [found] = ask(
            "SELECT (SELECT COUNT(*) FROM statement WHERE site = ? AND version IS NOT NULL), "
            "(SELECT COUNT(*) FROM version v JOIN statement s ON s.id = v.statement_id WHERE s.site = ?), "
            "(SELECT COUNT(*) FROM change c JOIN statement s ON s.id = c.statement_id"
            " WHERE s.site = ? AND NOT c.baseline)",
            *(site, site, site),
        )
    return tuple(found)


def _site(ask: Ask, site: str, now: datetime | None, *, alone: bool) -> SiteGlance:
    last = ask("SELECT started, finished, outcome, problems FROM run WHERE site = ? ORDER BY id DESC LIMIT 1", site)
    good = ask("SELECT MAX(finished) FROM run WHERE site = ? AND outcome IN ('ok', 'partial', 'suspended')", site)
    statements, versions, changes = _counts(ask, site, alone=alone)
    sections = ask(
        # Counted before they are joined, or SQLite goes through all places once for each section.
        "SELECT s.id, s.path, s.label, COALESCE(l.places, 0), l.seen, l.found, s.baselined FROM section s LEFT JOIN ("
        "SELECT section_id, COUNT(*) AS places, MAX(last_seen) AS seen, "
        "MAX(CASE WHEN baseline THEN NULL ELSE first_seen END) AS found FROM location GROUP BY section_id"
        ") l ON l.section_id = s.id WHERE s.site = ? ORDER BY s.id",
        site,
    )
    incidents = ask(
        "SELECT code, scope, opened, times, detail FROM incident WHERE site = ? AND resolved IS NULL ORDER BY id", site
    )
    started, finished, outcome, problems = last[0] if last else (None, None, None, "[]")
    as_of = now or _moment(finished or started)
    return SiteGlance(
        site=site,
        statements=statements,
        versions=versions,
        changes=changes,
        last_success=_moment(good[0][0]),
        last_run=_moment(finished or started),
        last_outcome=outcome,
        last_problems=tuple(json.loads(problems)),
        incidents=tuple(
            IncidentGlance(code=code, scope=scope, opened=moment_of(opened), times=times, detail=detail)
            for code, scope, opened, times, detail in incidents
        ),
        sections=tuple(
            SectionGlance(
                site=site,
                section=path,
                label=label,
                statements=count,
                last_success=_moment(seen),
                last_new=_moment(new),
                baselined=baselined is not None,
                remarks=_remarks(ask, section_id, _moment(seen), as_of),
            )
            for section_id, path, label, count, seen, new, baselined in sections
        ),
    )


def _remarks(ask: Ask, section_id: int, seen: datetime | None, now: datetime | None) -> tuple[str, ...]:
    if now is None:
        return ()
    newest = ask(
        "SELECT stated FROM location WHERE section_id = ? AND stated IS NOT NULL ORDER BY stated DESC LIMIT 20",
        section_id,
    )
    days = [date.fromisoformat(day) for (day,) in newest]
    return tuple(filter(None, (overdue_look(seen, now), remarkable_silence(days, now.date()))))


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else moment_of(microseconds)
