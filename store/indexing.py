"""Keeping the index of slices up with the archive: which statement is in which slice, and what was read of it.

The index is derived from a statement's latest version, the sections that list it, and the rules: it may be behind, and
can be made again from nothing. Recording leaves it alone, so that a page costs no more there; whoever has crawled or is
about to read calls `catch_up`.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, bindparam, delete, func, or_, select

from store.attribution import NOTHING_SAID, Facets
from store.blobs import BlobCache, BlobShelf, DamagedBlobError
from store.columns import storable
from store.content import load
from store.database import Database
from store.derived_tables import facet, indexed, member, reading, touch
from store.readings import dump_facets
from store.rules import Rules
from store.selection import Field, section_slug
from store.tables import location, section, statement, version

log = logging.getLogger(__name__)

BATCH = 200
"""Statements in one transaction: a kill loses at most these, and a crawl that waits to write waits some tenths of a
second."""

TOUCHES = 1000
"""After so many that had nothing indexed, where they ended is noted as well: to look at as many takes a millisecond."""

_Value = tuple[Field, str, str]
"""Field, slug, label."""


def catch_up(database: Database, rules: Rules) -> int:
    """Indexes every statement that is not indexed as it is now; returns how many that were.

    Looks only at those touched since all were known to be indexed. Several may do it at once: each statement is done by
    one of them, and a kill leaves what was done. A statement whose bytes are damaged is left out, said in the log, and
    tried again the next time. Raises DatabaseError.
    """
    with database.reading() as connection:
        last, known = connection.execute(_touches(rules)).one()
        due = _due_ids(connection, rules, known)
    done, is_whole, cache = 0, True, BlobCache()
    for start in range(0, len(due), BATCH):
        with database.writing() as connection:
            rows = _due(connection, rules, due[start : start + BATCH])
            taken = _Index(connection, cache, rules).take(rows)
            done, is_whole = done + taken, is_whole and taken == len(rows)
            if is_whole and start + BATCH >= len(due):
                _note(connection, last, rules)
    if not due and last - known > TOUCHES:
        with database.writing() as connection:
            _note(connection, last, rules)
    return done


def _touches(rules: Rules) -> Select[Any]:
    """The number of the last touch, and that up to which all is known to be indexed by these rules."""
    known = select(indexed.c.number).where(indexed.c.rules == rules.version).scalar_subquery()
    return select(func.coalesce(func.max(touch.c.number), 0), func.coalesce(known, 0))


def _note(connection: Connection, last: int, rules: Rules) -> None:
    connection.execute(delete(indexed))
    connection.execute(indexed.insert().values(id=1, number=last, rules=rules.version))


def _is_due(rules: Rules) -> ColumnElement[bool]:
    """Whether a statement is not indexed by its latest version, sections and rules."""
    return or_(
        reading.c.statement_id.is_(None),
        reading.c.version != statement.c.version,
        reading.c.rules != rules.version,
        reading.c.places != _places(),
    )


def _places() -> ScalarSelect[int]:
    # A place is never taken away and never changes its section, so their number tells whether there are others.
    of_statement = location.c.statement_id == statement.c.id
    return select(func.count()).select_from(location).where(of_statement).scalar_subquery()


def _due_ids(connection: Connection, rules: Rules, known: int) -> list[int]:
    rows = select(statement.c.id).join(touch, touch.c.statement_id == statement.c.id)
    rows = rows.outerjoin(reading, reading.c.statement_id == statement.c.id).where(touch.c.number > known)
    rows = rows.where(statement.c.version.is_not(None), _is_due(rules)).order_by(statement.c.id)
    return list(connection.execute(rows).scalars())


def _due(connection: Connection, rules: Rules, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Those of these statements that are still due: another process may have come first."""
    rows: Select[Any] = (
        select(
            *(statement.c.id, statement.c.key, statement.c.site, statement.c.language, statement.c.version),
            *(version.c.blob_id, reading.c.members, _places().label("places")),
        )
        .join(version, (version.c.statement_id == statement.c.id) & (version.c.number == statement.c.version))
        .outerjoin(reading, reading.c.statement_id == statement.c.id)
        .where(statement.c.id.in_(ids), _is_due(rules))
    )
    return connection.execute(rows.order_by(statement.c.id)).all()


class _Index:
    """The index inside one transaction."""

    def __init__(self, connection: Connection, cache: BlobCache, rules: Rules) -> None:
        self._connection = connection
        self._shelf = BlobShelf(connection, cache)
        self._rules = rules
        self._facets: dict[_Value, int] = {}

    def take(self, due: Sequence[Row[Any]]) -> int:
        """Indexes these statements; returns how many could be."""
        if not due:
            return 0
        sections = self._sections([row.id for row in due])
        self._shelf.read_ahead(row.blob_id for row in due)
        told = self._connection.execute(select(facet.c.field, facet.c.slug, facet.c.label, facet.c.id))
        self._facets = {(row.field, row.slug, row.label): row.id for row in told}
        facts: list[dict[str, Any]] = []
        old: list[dict[str, int]] = []
        new: list[dict[str, int]] = []
        for row in due:
            paths = sections.get(row.id, [])
            try:
                found = self._read(row, paths)
            except DamagedBlobError as error:
                log.error("statement=%s not indexed: %s", row.key, error)
                continue
            members = {self._id_of(value) for value in _values(row, paths, found)}
            before = {int(each) for each in (row.members or "").split()}
            old += [{"of": row.id, "in": each} for each in sorted(before - members)]
            new += [{"statement_id": row.id, "facet_id": each} for each in sorted(members - before)]
            facts.append(
                {
                    "statement_id": row.id,
                    "version": row.version,
                    "places": row.places,
                    "rules": self._rules.version,
                    "facets": dump_facets(found),
                    "members": " ".join(map(str, sorted(members))),
                }
            )
        self._write(facts, old, new)
        return len(facts)

    def _read(self, row: Row[Any], paths: Sequence[str]) -> Facets:
        content = load(self._shelf.get(row.blob_id))
        try:
            found = self._rules.read(content, paths)
            dump_facets(found)
        except Exception:
            # One odd text must not keep all others from being published.
            log.exception("statement=%s the rules failed, so nothing is said about it", row.key)
            return NOTHING_SAID
        return found

    def _sections(self, statement_ids: Sequence[int]) -> dict[int, list[str]]:
        """The paths of the sections that list each statement, in the order in which they did."""
        rows = (
            select(location.c.statement_id, section.c.path)
            .join(section, section.c.id == location.c.section_id)
            .where(location.c.statement_id.in_(statement_ids))
            .order_by(location.c.id)
        )
        found: dict[int, list[str]] = {}
        for statement_id, path in self._connection.execute(rows):
            found.setdefault(statement_id, []).append(path)
        return found

    def _id_of(self, value: _Value) -> int:
        if value not in self._facets:
            field, slug, label = value
            made = max(self._facets.values(), default=0) + 1
            self._connection.execute(facet.insert().values(id=made, field=field, slug=slug, label=label))
            self._facets[value] = made
        return self._facets[value]

    def _write(self, facts: list[dict[str, Any]], old: list[dict[str, int]], new: list[dict[str, int]]) -> None:
        if not facts:
            return
        run = self._connection.execute
        run(delete(reading).where(reading.c.statement_id.in_([each["statement_id"] for each in facts])))
        run(reading.insert(), facts)
        if old:
            gone = (member.c.statement_id == bindparam("of"), member.c.facet_id == bindparam("in"))
            run(delete(member).where(*gone), old)
        if new:
            run(member.insert(), new)


def _values(row: Row[Any], paths: Sequence[str], found: Facets) -> Iterator[_Value]:
    """The slices of a statement, each once; labels where they are read and not looked up."""
    yield ("sites", row.site, "")
    for path in paths:
        yield ("sections", section_slug(row.site, path), "")
    for slug, name in {each.slug: each.name for each in reversed(found.speakers)}.items():
        yield ("speakers", storable(slug), storable(name))
    if found.organ is not None:
        yield ("organs", storable(found.organ.slug), storable(found.organ.name_en))
    if found.kind is not None:
        yield ("kinds", storable(found.kind.slug), storable(found.kind.name_en))
    yield ("languages", row.language, "")
