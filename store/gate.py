"""The truth gate's memory: absences that wait to be believed, and changes that wait because they are too many."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from store.database import Database
from store.tables import held, location, page, statement
from store.truth import Absence, Held, TruthRules, is_believed


def absences(database: Database, site: str) -> list[Absence]:
    """The statements of a site whose own address was found empty, with what speaks for and against a removal."""
    listed = (
        select(func.count())
        .select_from(location)
        .where(location.c.statement_id == statement.c.id, location.c.gone.is_(None))
        .correlate(statement)
        .scalar_subquery()
    )
    with database.reading() as connection:
        rows = connection.execute(
            select(statement, listed.label("listed")).where(
                statement.c.site == site, statement.c.state == "suspect", statement.c.version.is_not(None)
            )
        ).all()
        return [
            Absence(
                key=row.key,
                missing_since=row.missing_since,
                missing_last=row.missing_last,
                looks=row.missing_looks,
                listed=row.listed > 0,
                twin=_live_twin(connection, site, row.id, row.text_sha256),
            )
            for row in rows
        ]


def statements_known(database: Database, site: str) -> int:
    """How many statements of a site were read at least once and are not removed."""
    with database.reading() as connection:
        counted = select(func.count()).where(
            statement.c.site == site, statement.c.version.is_not(None), statement.c.state != "removed"
        )
        return int(connection.execute(counted).scalar_one())


def weigh(
    database: Database,
    site: str,
    candidates: Mapping[str, str | None],
    looked_at: Sequence[str],
    *,
    rules: TruthRules,
    accept: bool,
    now: datetime,
) -> bool:
    """Whether the candidates of a crawl may be told; those that may not are held, and counted for the next crawl.

    `candidates` maps the key of an edited statement to the hash of its new text, of a removed one to None. Changes
    held earlier count with them, unless this crawl looked at the statement and found it as it was. `accept` is the
    operator's word that a mass change is real.
    """
    with database.writing() as connection:
        ids = _ids(connection, [*candidates, *looked_at])
        wanted = {ids[key]: digest for key, digest in candidates.items() if key in ids}
        healed = [ids[key] for key in looked_at if key in ids and ids[key] not in wanted]
        if healed:
            connection.execute(held.delete().where(held.c.statement_id.in_(healed)))
        of_site = select(statement.c.id).where(statement.c.site == site)
        before = {
            row.statement_id: row for row in connection.execute(select(held).where(held.c.statement_id.in_(of_site)))
        }
        waiting: list[Held] = []
        for statement_id, digest in wanted.items():
            row = before.get(statement_id)
            digest_bytes = bytes.fromhex(digest) if digest is not None else None
            same = row is not None and row.text_sha256 == digest_bytes
            if row is not None and same:
                waiting.append(Held(first_seen=row.first_seen, crawls=row.crawls + 1))
        others = [row for statement_id, row in before.items() if statement_id not in wanted]
        total = len(wanted) + len(others)
        known = int(
            connection.execute(
                select(func.count()).where(
                    statement.c.site == site, statement.c.version.is_not(None), statement.c.state != "removed"
                )
            ).scalar_one()
        )
        waiting += [Held(first_seen=row.first_seen, crawls=row.crawls) for row in others]
        if accept or is_believed(total, known, waiting, rules, now):
            connection.execute(held.delete().where(held.c.statement_id.in_(list(wanted))))
            return True
        _hold(connection, wanted, {k: v for k, v in before.items() if k in wanted}, now)
        return False


def held_statements(database: Database, site: str) -> dict[str, tuple[str, str | None]]:
    """The statements whose change waits: key → (address, hash of the waiting text, None for a removal)."""
    with database.reading() as connection:
        rows = connection.execute(
            select(statement.c.key, page.c.url, held.c.text_sha256)
            .join(statement, statement.c.id == held.c.statement_id)
            .join(page, page.c.id == statement.c.page_id)
            .where(statement.c.site == site)
            .order_by(statement.c.id)
        )
        return {key: (url, bytes(digest).hex() if digest is not None else None) for key, url, digest in rows}


def _hold(
    connection: Connection, wanted: Mapping[int, str | None], before: Mapping[int, "object"], now: datetime
) -> None:
    if before:
        connection.execute(held.delete().where(held.c.statement_id.in_(list(before))))
    rows = []
    for statement_id, digest in wanted.items():
        digest_bytes = bytes.fromhex(digest) if digest is not None else None
        row = before.get(statement_id)
        same = row is not None and getattr(row, "text_sha256", None) == digest_bytes
        rows.append(
            {
                "statement_id": statement_id,
                "kind": "edited" if digest is not None else "removed",
                "text_sha256": digest_bytes,
                "first_seen": getattr(row, "first_seen", now) if same else now,
                "last_seen": now,
                "crawls": getattr(row, "crawls", 0) + 1 if same else 1,
            }
        )
    if rows:
        connection.execute(held.insert(), rows)


def _ids(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), 500):
        columns = select(statement.c.id, statement.c.key).where(statement.c.key.in_(wanted[start : start + 500]))
        found |= {row.key: row.id for row in connection.execute(columns)}
    return found


def _live_twin(connection: Connection, site: str, statement_id: int, digest: bytes | None) -> str | None:
    twin: str | None = connection.execute(
        select(statement.c.key)
        .where(
            statement.c.site == site,
            statement.c.text_sha256 == digest,
            statement.c.id != statement_id,
            statement.c.state == "live",
        )
        .order_by(statement.c.id)
        .limit(1)
    ).scalar()
    return twin
