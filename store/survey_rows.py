"""What a survey asks the database: some statements at a time, with their places and validators, or all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import BigInteger, ColumnElement, Connection, case, func, or_, select, true, type_coerce

from store.columns import EPOCH
from store.database import Database
from store.known import KnownSection, KnownStatement, Validators
from store.ladder import MAX_EDITS, RUNGS
from store.tables import location, page, section, statement

MANY = 500
"""Values in one list of a query."""
_TICK = timedelta(microseconds=1)
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Found:
    """What was read of some statements, in the order of their rows."""

    statements: dict[str, KnownStatement] = field(default_factory=dict)
    listed: dict[tuple[str, str], tuple[str, str | None]] = field(default_factory=dict)
    """Every place of theirs: (section path, document id) → title and ISO date."""
    validators: dict[str, Validators] = field(default_factory=dict)
    """Of their own pages, by address."""


class SurveyRows:
    """The rows of one site. Every method is one look at one state of the database, and raises DatabaseError."""

    def __init__(self, database: Database, site: str) -> None:
        self._database = database
        self._site = site

    def sections(self) -> dict[str, KnownSection]:
        """All sections by their paths."""
        listed = (
            select(func.count())
            .select_from(location)
            .where(location.c.section_id == section.c.id, location.c.gone.is_(None))
            .scalar_subquery()
        )
        columns = select(section.c.path, section.c.page_count, section.c.baselined, listed.label("items"))
        with self._database.reading() as connection:
            return {
                row.path: KnownSection(page_count=row.page_count, items=row.items, baselined=row.baselined is not None)
                for row in connection.execute(columns.where(section.c.site == self._site))
            }

    def everything(self) -> Found:
        """All statements: some 40 µs each."""
        return self._found(true(), placed=true())

    def of_documents(self, doc_ids: Sequence[str]) -> Found:
        """The statements with these document ids."""
        keys = [f"{self._site}-{each}" for each in doc_ids]
        return self._found(*(statement.c.key.in_(some) for some in _some(keys)))

    def of_section(self, path: str) -> Found:
        """The statements that a section names or named."""
        inside = (
            select(location.c.statement_id)
            .join(section, section.c.id == location.c.section_id)
            .where(section.c.site == self._site, section.c.path == path)
        )
        return self._found(statement.c.id.in_(inside))

    def open(self, now: datetime | None) -> Found:
        """The statements that wait to be read, and with `now` those that the ladder wants looked at again by then.

        Of the latter there may be some too many, none too few.
        """
        of = statement.c
        late = [] if now is None else [_late(now)]
        return self._found(or_(of.version.is_(None), of.due.is_not(None), of.state == "suspect", *late))

    def between(self, path: str, after: str, before: str) -> list[str]:
        """Document ids of what a section names with an ISO date after the one day and before the other."""
        columns = (
            select(statement.c.doc_id)
            .join(location, location.c.statement_id == statement.c.id)
            .join(section, section.c.id == location.c.section_id)
            .where(section.c.site == self._site, section.c.path == path, location.c.gone.is_(None))
            .where(location.c.stated > after, location.c.stated < before)
        )
        with self._database.reading() as connection:
            return list(connection.execute(columns).scalars())

    def lively(self, since: str) -> set[str]:
        """Paths of the sections that name something of this ISO date or a later one."""
        names = (
            select(location.c.id)
            .where(location.c.section_id == section.c.id, location.c.gone.is_(None), location.c.stated >= since)
            .exists()
        )
        with self._database.reading() as connection:
            return set(connection.execute(select(section.c.path).where(section.c.site == self._site, names)).scalars())

    def elsewhere(self, base: str) -> list[str]:
        """Addresses of statements that do not begin so."""
        columns = (
            select(page.c.url)
            .join(statement, statement.c.page_id == page.c.id)
            .where(statement.c.site == self._site, page.c.site == self._site)
            .where(func.substr(page.c.url, 1, len(base)) != base)
            .order_by(page.c.id)
        )
        with self._database.reading() as connection:
            return list(connection.execute(columns).scalars())

    def validators(self, pages: Sequence[str] | None) -> dict[str, Validators]:
        """Those of these pages, or of all, that have any."""
        of = page.c
        columns = select(of.url, of.etag, of.last_modified, of.origin, of.streak).where(
            of.site == self._site, of.etag.is_not(None) | of.last_modified.is_not(None)
        )
        asked = [true()] if pages is None else [of.url.in_(some) for some in _some(pages)]
        with self._database.reading() as connection:
            return {
                url: Validators(etag=etag, last_modified=modified, host=origin, streak=streak)
                for each in asked
                for url, etag, modified, origin, streak in connection.execute(columns.where(each)).all()
            }

    def _found(self, *asked: ColumnElement[bool], placed: ColumnElement[bool] | None = None) -> Found:
        """The statements for which one of the conditions holds. `placed` says the same of locations; unset: by ids."""
        of = statement.c
        columns = select(
            *(of.id, of.doc_id, page.c.url, of.version, of.state, of.missing_last, page.c.checked, page.c.problem),
            *(of.stated, of.baseline, of.updated, of.due),
            *(page.c.etag, page.c.last_modified, page.c.origin, page.c.streak),
        ).join(page, page.c.id == of.page_id)
        columns = columns.where(of.site == self._site).order_by(of.id)
        found = Found()
        with self._database.reading() as connection:
            rows = [row for each in asked for row in connection.execute(columns.where(each)).all()]
            ids = [row.id for row in rows]
            here = [placed] if placed is not None else [location.c.statement_id.in_(some) for some in _some(ids)]
            places = self._places(connection, here, found)
        for row in rows:
            mine = places.get(row.doc_id, ())
            published = datetime.fromisoformat(row.stated).replace(tzinfo=UTC) if row.stated else EPOCH
            found.statements[row.doc_id] = KnownStatement(
                page=row.url,
                recorded=row.version is not None,
                sections=tuple([path for path, _, _ in mine]),
                places=tuple([place for _, place, gone in mine if not gone]),
                state=row.state,
                missing_last=row.missing_last,
                checked=row.checked,
                problem=row.problem,
                fresh=max(published, EPOCH if row.baseline or row.updated is None else row.updated),
                edits=max((row.version or 1) - 1, 0),
                due=row.due is not None,
            )
            if row.etag is not None or row.last_modified is not None:
                found.validators[row.url] = Validators(
                    etag=row.etag, last_modified=row.last_modified, host=row.origin, streak=row.streak
                )
        return found

    def _places(
        self, connection: Connection, asked: Sequence[ColumnElement[bool]], found: Found
    ) -> dict[str, list[tuple[str, str, bool]]]:
        """Of each statement (section path, address, whether gone from there); fills in what is listed now."""
        columns = (
            select(section.c.path, statement.c.doc_id, location.c.title, location.c.stated, page.c.url, location.c.gone)
            .join(section, section.c.id == location.c.section_id)
            .join(statement, statement.c.id == location.c.statement_id)
            .join(page, page.c.id == location.c.page_id)
            .where(section.c.site == self._site)
            .order_by(location.c.id)
        )
        placed: dict[str, list[tuple[str, str, bool]]] = {}
        for each in asked:
            # Asking row by row takes half as long again.
            for path, doc_id, title, stated, url, gone in connection.execute(columns.where(each)).all():
                if gone is None:
                    found.listed[path, doc_id] = (title, stated)
                placed.setdefault(doc_id, []).append((path, url, gone is not None))
        return placed


def _late(now: datetime) -> ColumnElement[bool]:
    """The ladder in the database's words. A date counts as its last moment, so that none is passed over.

    From the highest rung down, since most of an archive is old.
    """
    of = statement.c
    ages = [now - age for age, _ in RUNGS[:-1]]
    place = case(
        *(
            (
                or_(of.stated.is_(None), of.stated < age.date().isoformat())
                & or_(of.baseline, of.updated.is_(None), of.updated < age),
                number + 1,
            )
            for number, age in reversed(list(enumerate(ages)))
        ),
        else_=0,
    )
    edits = case((of.version > MAX_EDITS, MAX_EDITS), else_=of.version - 1)
    waits = {number: gap // _TICK for number, (_, gap) in enumerate(RUNGS)}
    wait = case(waits, value=place - edits, else_=waits[0])
    looked = type_coerce(page.c.checked, BigInteger)
    return or_(page.c.problem.is_not(None), looked.is_(None), looked <= (now - EPOCH) // _TICK - wait)


def _some(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), MANY):
        yield values[start : start + MANY]
