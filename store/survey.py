"""What a crawl needs to know before it starts: sections walked so far, validators, and what is listed where."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from store.blobs import BlobCache, BlobShelf
from store.columns import EPOCH
from store.database import Database
from store.model import StatementState
from store.tables import capture, location, page, section, statement


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSection:
    page_count: int
    items: int
    """How many statements it was last seen to name, over all its pages."""
    baselined: bool
    """Whether all of its listing pages were read once in one walk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStatement:
    page: str
    """Its address: the one asked for when it is looked at again."""
    recorded: bool
    """False for one that a listing names but whose page could not be read yet."""
    sections: tuple[str, ...]
    places: tuple[str, ...]
    """All addresses under which listings name it now."""
    state: StatementState
    missing_last: datetime | None
    checked: datetime | None
    """When its address last answered."""
    problem: str | None
    """What was wrong with the last look; None if it was well."""
    fresh: datetime
    """When it was published or last changed, whichever is later."""
    edits: int
    due: bool = False
    """Whether a listing has shown another line for it since its page was last read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    etag: str | None
    last_modified: str | None
    host: str | None
    """The host that gave them, where that is not the page's own."""
    streak: int
    """How many times in a row they brought "not modified"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The archive as one crawl finds it. Statements by document id, the rest by section path or page address."""

    sections: dict[str, KnownSection] = field(default_factory=dict)
    statements: dict[str, KnownStatement] = field(default_factory=dict)
    listed: dict[tuple[str, str], tuple[str, str | None]] = field(default_factory=dict)
    """(section path, document id) → title and ISO date as last listed there."""
    validators: dict[str, Validators] = field(default_factory=dict)


def survey(database: Database, site: str) -> Survey:
    """Reads the survey of a site: four queries, some 20 µs a statement."""
    with database.reading() as connection:
        listed, placed = _listed(connection, site)
        items = Counter(path for path, _ in listed)
        sections = {
            row.path: KnownSection(
                page_count=row.page_count, items=items[row.path], baselined=row.baselined is not None
            )
            for row in connection.execute(
                select(section.c.path, section.c.page_count, section.c.baselined).where(section.c.site == site)
            )
        }
        of = statement.c
        rows = connection.execute(
            select(
                *(of.doc_id, page.c.url, of.version, of.state, of.missing_last, page.c.checked, page.c.problem),
                *(of.stated, of.baseline, of.updated, of.due.is_not(None)),
            )
            .join(page, page.c.id == of.page_id)
            .where(of.site == site)
        )
        statements = {doc_id: _known(placed.get(doc_id, ()), *facts) for doc_id, *facts in rows.all()}
        validators = {
            row.url: Validators(etag=row.etag, last_modified=row.last_modified, host=row.origin, streak=row.streak)
            for row in connection.execute(
                select(page.c.url, page.c.etag, page.c.last_modified, page.c.origin, page.c.streak).where(
                    page.c.site == site, (page.c.etag.is_not(None)) | (page.c.last_modified.is_not(None))
                )
            )
        }
    return Survey(sections=sections, statements=statements, listed=listed, validators=validators)


def kept_answer(database: Database, url: str, *, now: datetime, max_age: timedelta) -> tuple[int, bytes] | None:
    """Status and body of a page as last answered, if it was looked at within `max_age`; None otherwise.

    "Not modified" is a look: the answer it confirms is given.
    """
    with database.reading() as connection:
        row = connection.execute(
            select(page.c.checked, capture.c.status, capture.c.blob_id)
            .join(capture, capture.c.id == page.c.capture_id)
            .where(page.c.url == url)
        ).one_or_none()
        if row is None or row.checked is None or not timedelta(0) <= now - row.checked <= max_age:
            return None
        return row.status, BlobShelf(connection, BlobCache()).get(row.blob_id)


def _known(
    places: Sequence[tuple[str, str, bool]],
    url: str,
    version: int | None,
    state: StatementState,
    missing_last: datetime | None,
    checked: datetime | None,
    problem: str | None,
    stated: str | None,
    baseline: bool,
    updated: datetime | None,
    due: bool,
) -> KnownStatement:
    published = datetime.fromisoformat(stated).replace(tzinfo=UTC) if stated else EPOCH
    told = EPOCH if baseline or updated is None else updated
    return KnownStatement(
        page=url,
        recorded=version is not None,
        sections=tuple([path for path, _, _ in places]),
        places=tuple([place for _, place, gone in places if not gone]),
        state=state,
        missing_last=missing_last,
        checked=checked,
        problem=problem,
        fresh=max(published, told),
        edits=max((version or 1) - 1, 0),
        due=bool(due),
    )


def _listed(
    connection: Connection, site: str
) -> tuple[dict[tuple[str, str], tuple[str, str | None]], dict[str, list[tuple[str, str, bool]]]]:
    """What listings name now, and for each statement its places: (section path, address, whether gone from there)."""
    listed: dict[tuple[str, str], tuple[str, str | None]] = {}
    placed: dict[str, list[tuple[str, str, bool]]] = {}
    rows = connection.execute(
        select(section.c.path, statement.c.doc_id, location.c.title, location.c.stated, page.c.url, location.c.gone)
        .join(section, section.c.id == location.c.section_id)
        .join(statement, statement.c.id == location.c.statement_id)
        .join(page, page.c.id == location.c.page_id)
        .where(section.c.site == site)
        .order_by(location.c.id)
    )
    for path, doc_id, title, stated, url, gone in rows.all():  # asking row by row takes half as long again
        if gone is None:
            listed[path, doc_id] = (title, stated)
        placed.setdefault(doc_id, []).append((path, url, gone is not None))
    return listed, placed
