"""The newest statements of a selection."""

from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, exists, select

from store.records import PUBLISHED
from store.selection import Selection
from store.slices import NothingThereError, are_few, facet_ids, is_among, is_in
from store.tables import change, statement


def newest_keys(connection: Connection, limit: int, within: Selection) -> list[str]:
    """The keys of the newest statements: news by when they were news, then the baseline's by their stated date."""
    try:
        ids = facet_ids(connection, within)
    except NothingThereError:
        return []
    few = tuple(are_few(connection, some) for some in ids)
    shape = (few, within.type is not None, within.since is not None, within.until is not None)
    values: dict[str, Any] = {f"facets_{place}": some for place, some in enumerate(ids)}
    if within.type is not None:
        values["of_type"] = within.type
    if within.since is not None:
        values["since"] = within.since.isoformat()
    if within.until is not None:
        values["until"] = within.until.isoformat()
    found: list[str] = []
    for is_baseline in (False, True):
        if len(found) < limit:
            rows = connection.execute(_newest(*shape, is_baseline=is_baseline), {**values, "most": limit - len(found)})
            found += rows.scalars().all()
    return found


@cache  # composing it takes longer than SQLite does for an answer
def _newest(
    few: tuple[bool, ...], has_type: bool, has_since: bool, has_until: bool, *, is_baseline: bool
) -> Select[str]:
    """What is asked of statements in slices of few or many, with or without a type of change, a first, a last day."""
    asked = [PUBLISHED, statement.c.baseline.is_(is_baseline)]
    if has_type:
        told = (change.c.statement_id == statement.c.id, change.c.baseline.is_(False))
        asked.append(exists().where(*told, change.c.type == bindparam("of_type")))
    if has_since:
        asked.append(statement.c.stated >= bindparam("since"))
    if has_until:
        asked.append(statement.c.stated <= bindparam("until"))
    for place, are in enumerate(few):
        ids: BindParameter[Any] = bindparam(f"facets_{place}", expanding=True)
        asked.append(is_among(statement.c.id, ids) if are else is_in(statement.c.id, ids))
    rows = select(statement.c.key).where(*asked).limit(bindparam("most"))
    # The id decides between those of one moment, as it stands in the indexes: so that they are in one order everywhere.
    order = (statement.c.updated.desc(), statement.c.id.desc())
    return rows.order_by(statement.c.stated.desc().nulls_last(), *order) if is_baseline else rows.order_by(*order)
