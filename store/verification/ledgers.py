"""What is written again and again, and so cannot be sealed: it must at least make sense and be about something."""

from typing import get_args

from sqlalchemy import Connection, select

from store.coverage import Result
from store.incidents import IncidentCode
from store.pages import section_of
from store.tables import coverage, held, incident, page, run, section, statement
from store.verification.records import STREAMED, raw
from store.verification.verdict import demand, is_moment, reading


def check_ledgers(connection: Connection) -> None:
    """Intervals of looks end after they began; changes that wait and incidents are about what the archive knows."""
    _check_coverage(connection)
    _check_held(connection)
    _check_incidents(connection)


def _check_coverage(connection: Connection) -> None:
    columns = select(coverage.c.id, coverage.c.result, raw(coverage.c.since), raw(coverage.c.until), coverage.c.looks)
    rows = columns.add_columns(statement.c.key).join(statement, statement.c.id == coverage.c.statement_id)
    with connection.execute(rows.order_by(coverage.c.id), execution_options=STREAMED) as found:
        for row in found:
            record = f"coverage {row.id} of {row.key}"
            with reading(record):
                demand(row.result in get_args(Result), record, f"{row.result!r} is no result of a look")
                moments = is_moment(row.since) and is_moment(row.until)
                demand(moments and row.since <= row.until, record, "the time it covers is none")
                demand(row.looks >= 1, record, f"it counts {row.looks} looks")


def _check_held(connection: Connection) -> None:
    columns = select(held.c.kind, held.c.text_sha256, raw(held.c.first_seen), raw(held.c.last_seen), held.c.crawls)
    rows = columns.add_columns(statement.c.key, statement.c.version)
    found = rows.join(statement, statement.c.id == held.c.statement_id).order_by(held.c.statement_id)
    for row in connection.execute(found):
        record = f"held change of {row.key}"
        with reading(record):
            demand(row.version is not None, record, "the statement was never read")
            demand(row.kind in ("edited", "removed"), record, f"{row.kind!r} is no change that waits")
            has_text = row.text_sha256 is not None and len(row.text_sha256) == 32
            fits = has_text if row.kind == "edited" else row.text_sha256 is None
            demand(fits, record, "its text hash does not go with what waits")
            demand(is_moment(row.first_seen) and is_moment(row.last_seen), record, "the time it was seen in is none")
            demand(row.crawls >= 1, record, f"it counts {row.crawls} crawls")


def _check_incidents(connection: Connection) -> None:
    sites = set(connection.execute(select(run.c.site).distinct()).scalars())
    places = {(row.site, row.path) for row in connection.execute(select(section.c.site, section.c.path))}
    # A listing that was never read has no section yet.
    listings = select(page.c.site, page.c.url).where(page.c.kind == "listing")
    places.update((row.site, section_of(row.url)) for row in connection.execute(listings))
    columns = select(
        *(incident.c.id, incident.c.site, incident.c.code, incident.c.scope, incident.c.times),
        *(raw(incident.c.opened), raw(incident.c.last_seen), raw(incident.c.resolved)),
    )
    with connection.execute(columns.order_by(incident.c.id), execution_options=STREAMED) as found:
        for row in found:
            record = f"incident {row.id}"
            with reading(record):
                demand(row.code in get_args(IncidentCode), record, f"{row.code!r} is no code of an incident")
                demand(row.site in sites, record, f"no run is of its site {row.site}")
                known = row.scope == "" or (row.site, row.scope) in places
                demand(known, record, f"{row.scope} is no section of {row.site}")
                moments = (row.opened, row.last_seen, *(() if row.resolved is None else (row.resolved,)))
                demand(all(is_moment(each) for each in moments), record, "its time is none")
                demand(row.times >= 1, record, f"it counts {row.times} times")
