"""Slices of the archive: which there are, and the conditions that keep a query inside of some."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from datetime import date as Day
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, bindparam, exists, func, select

from store.derived_tables import facet, member, reading
from store.selection import FIELDS, Field, Selection, Slice, section_slug
from store.tables import change, section

Of = ColumnElement[int]
"""A column that holds the ids of statements."""


class NothingThereError(LookupError):
    """A slice that was asked for is not there, so nothing is in it."""


_FACETS = (
    select(facet.c.id)
    .where(facet.c.field == bindparam("of_field"), facet.c.slug == bindparam("of_slug"))
    .order_by(facet.c.id)
)


def facet_ids(connection: Connection, within: Selection) -> list[list[int]]:
    """The facets of each slice that was asked for. Raises NothingThereError."""
    found = []
    for field, slug in within.facets:
        ids = list(connection.execute(_FACETS, {"of_field": field, "of_slug": slug}).scalars().all())
        if not ids:
            raise NothingThereError(slug)
        found.append(ids)
    return found


FEW = 2000
"""Statements of a slice; of so few it is quicker to go through all than to look at each of the archive's newest."""
_IN_FACETS = select(member.c.statement_id).where(member.c.facet_id.in_(bindparam("of_facets", expanding=True)))
_COUNTED = select(func.count()).select_from(_IN_FACETS.limit(bindparam("most")).subquery())


def are_few(connection: Connection, ids: Sequence[int]) -> bool:
    """Whether few statements have one of these facets."""
    return connection.execute(_COUNTED, {"of_facets": ids, "most": FEW + 1}).scalar_one() <= FEW


def is_in(of: Of, ids: Sequence[int] | BindParameter[int]) -> ColumnElement[bool]:
    """Whether a statement has one of these facets, asked for each row: for queries that end after the first few."""
    return exists().where(member.c.statement_id == of, member.c.facet_id.in_(ids))


def is_among(of: Of, ids: Sequence[int] | BindParameter[int]) -> ColumnElement[bool]:
    """The same, asked for all at once: for slices of few, and for queries that go through everything."""
    return of.in_(select(member.c.statement_id).where(member.c.facet_id.in_(ids)))


def news_conditions(within: Selection) -> list[ColumnElement[bool]]:
    """What a selection asks of lines of the log besides their slices; baselines are left out."""
    asked: list[ColumnElement[bool]] = [change.c.baseline.is_(False)]
    if within.type is not None:
        asked.append(change.c.type == within.type)
    if within.since is not None:
        asked.append(change.c.detected >= _begin(within.since))
    if within.until is not None:
        asked.append(change.c.detected < _begin(within.until) + timedelta(days=1))
    return asked


def read_slices(connection: Connection) -> list[Slice]:
    """Every slice that holds a statement: in the order of FIELDS, then most statements first, then by slug."""
    news = select(func.count()).where(change.c.statement_id == reading.c.statement_id, change.c.baseline.is_(False))
    # Statements of the same slices are counted together, by the text that lists these.
    alike = select(reading.c.members, func.count(), func.sum(news.scalar_subquery())).group_by(reading.c.members)
    statements: Counter[str] = Counter()
    changes: Counter[str] = Counter()
    for members, count, told in connection.execute(alike).all():
        for each in members.split():
            statements[each] += count
            changes[each] += int(told or 0)
    read: dict[tuple[Field, str], list[tuple[str, int, int]]] = {}
    for row in connection.execute(select(facet)).all():
        if count := statements[str(row.id)]:
            read.setdefault((row.field, row.slug), []).append((row.label, count, changes[str(row.id)]))
    sections = section_labels(connection)
    found = [
        Slice(
            field=field,
            slug=slug,
            label=_label(field, slug, named, sections),
            statements=sum(count for _, count, _ in named),
            changes=sum(told for _, _, told in named),
        )
        for (field, slug), named in read.items()
    ]
    return sorted(found, key=lambda each: (FIELDS.index(each.field), -each.statements, each.slug))


def read_labels(connection: Connection) -> dict[tuple[Field, str], str]:
    """The labels of all slices. Only where several names stand for one is counted which is the most frequent."""
    held = exists().where(member.c.facet_id == facet.c.id)
    read: dict[tuple[Field, str], list[Row[Any]]] = {}
    for row in connection.execute(select(facet).where(held)).all():
        read.setdefault((row.field, row.slug), []).append(row)
    rivals = [row.id for rows in read.values() if len(rows) > 1 for row in rows]
    frequent = select(member.c.facet_id, func.count()).where(member.c.facet_id.in_(rivals)).group_by(member.c.facet_id)
    counts = {row[0]: row[1] for row in connection.execute(frequent).all()} if rivals else {}
    sections = section_labels(connection)
    return {
        (field, slug): _label(field, slug, [(row.label, counts.get(row.id, 1), 0) for row in rows], sections)
        for (field, slug), rows in read.items()
    }


def speaker_slugs(connection: Connection, name: str) -> list[str]:
    """The slugs of the speakers that a name may mean: a slug, or words that all stand in the name, in any case."""
    asked = name.casefold()
    words = asked.split()
    held = exists().where(member.c.facet_id == facet.c.id)
    rows = connection.execute(select(facet.c.slug, facet.c.label).where(facet.c.field == "speakers", held))
    return sorted(
        {
            row.slug
            for row in rows
            if row.slug.casefold() == asked or (words and all(word in row.label.casefold() for word in words))
        }
    )


def section_labels(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(section.c.site, section.c.path, section.c.label)).all()
    return {section_slug(row.site, row.path): row.label or row.path for row in rows}


def _label(field: Field, slug: str, named: Sequence[tuple[str, int, int]], sections: Mapping[str, str]) -> str:
    """Of several names for one slug: a Latin one before others, since the slug is, then the most frequent."""
    if field == "sections":
        return sections.get(slug) or slug
    return min(named, key=lambda each: (not each[0].isascii(), -each[1], each[0]))[0] or slug


def _begin(day: Day) -> datetime:
    return datetime.combine(day, time(), UTC)
