"""What a listing page adds inside one transaction: its section, the statements it names, and where they stand."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from store.columns import storable
from store.model import ListedItem, Listing
from store.pages import PageBook
from store.tables import location, section, statement


class ListingBook:
    """Listings of one transaction. Writes at once, since statements of the same batch build on it."""

    def __init__(self, connection: Connection, pages: PageBook) -> None:
        self._connection = connection
        self._pages = pages

    def record(self, listing: Listing, page_id: int, seen: datetime) -> None:
        """Notes every item: a place for each, and a statement without a version for one that is not known yet.

        A place first seen before its section's first full walk has ended is marked baseline: what is found there
        is recorded, but is no news.
        """
        section_id, baselined = self._section(listing)
        items = {item.doc_id: item for item in reversed(listing.items)}  # of a doubled line the upper one counts
        positions = {item.doc_id: place for place, item in reversed(list(enumerate(listing.items)))}
        if not items:
            self._clear(page_id, ())
            return
        self._pages.load(item.page for item in items.values())
        page_ids = {doc: self._pages.id_of(listing.site, item.page, "statement") for doc, item in items.items()}
        self._pages.flush_new()
        ids = self._statement_ids(listing, items, page_ids, seen)
        columns = select(location.c.statement_id, location.c.title, location.c.stated).where(
            location.c.section_id == section_id, location.c.statement_id.in_(list(ids.values()))
        )
        placed = {row.statement_id: (row.title, row.stated) for row in self._connection.execute(columns)}
        due: list[int] = []
        self._clear(page_id, ids.values())
        new: list[dict[str, Any]] = []
        again: list[dict[str, Any]] = []
        next_id = (self._connection.execute(select(func.max(location.c.id))).scalar() or 0) + 1
        for doc_id, item in items.items():
            facts: dict[str, Any] = {
                "statement_id": ids[doc_id],
                "page_id": page_ids[doc_id],
                "title": item.title,
                "stated": item.date.isoformat() if item.date else None,
                "last_seen": seen,
                "listed_on": page_id,
                "position": positions[doc_id],
                "gone": None,
            }
            if ids[doc_id] in placed:
                again.append({f"set_{name}": value for name, value in facts.items()})
                if placed[ids[doc_id]] != (storable(item.title), facts["stated"]):
                    due.append(ids[doc_id])
            else:
                new.append(
                    facts | {"id": next_id, "section_id": section_id, "first_seen": seen, "baseline": baselined is None}
                )
                next_id += 1
        if new:
            self._connection.execute(location.insert(), new)
        if again:
            self._connection.execute(
                update(location)
                .where(location.c.section_id == section_id, location.c.statement_id == bindparam("set_statement_id"))
                .values({name: bindparam(f"set_{name}") for name in facts if name != "statement_id"}),
                again,
            )
        if due:
            # The line is known from now on, so the wish to read the page must outlive a crawl that does not get to it.
            self._connection.execute(update(statement).where(statement.c.id.in_(due)).values(due=seen))

    def confirm(self, page_id: int, seen: datetime) -> None:
        """Notes "not modified" for a listing page: all it named is still named."""
        self._connection.execute(
            update(location).where(location.c.listed_on == page_id).values(last_seen=seen, gone=None)
        )

    def _clear(self, page_id: int, named: Collection[int]) -> None:
        """Notes what a listing page no longer names, so that its next "not modified" says nothing of that."""
        left = (location.c.listed_on == page_id, location.c.statement_id.not_in(named))
        self._connection.execute(update(location).where(*left).values(listed_on=None, position=None))

    def _section(self, listing: Listing) -> tuple[int, datetime | None]:
        columns = select(section.c.id, section.c.baselined, section.c.label, section.c.page_count)
        found = self._connection.execute(
            columns.where(section.c.site == listing.site, section.c.path == listing.section)
        ).one_or_none()
        facts = {"label": listing.label, "page_count": listing.page_count}
        if found is None:
            section_id = (self._connection.execute(select(func.max(section.c.id))).scalar() or 0) + 1
            self._connection.execute(
                section.insert().values(
                    id=section_id, site=listing.site, path=listing.section, language=listing.language, **facts
                )
            )
            return section_id, None
        if (found.label, found.page_count) != (listing.label, listing.page_count):
            self._connection.execute(update(section).where(section.c.id == found.id).values(**facts))
        return found.id, found.baselined

    def _statement_ids(
        self, listing: Listing, items: dict[str, ListedItem], page_ids: dict[str, int], seen: datetime
    ) -> dict[str, int]:
        keys = {f"{listing.site}-{doc_id}": doc_id for doc_id in items}
        columns = select(statement.c.id, statement.c.key).where(statement.c.key.in_(list(keys)))
        ids = {keys[row.key]: row.id for row in self._connection.execute(columns)}
        next_id = (self._connection.execute(select(func.max(statement.c.id))).scalar() or 0) + 1
        new = []
        for key, doc_id in keys.items():
            if doc_id not in ids:
                ids[doc_id] = next_id
                new.append(
                    {
                        "id": next_id,
                        "key": key,
                        "site": listing.site,
                        "doc_id": doc_id,
                        "language": listing.language,
                        "page_id": page_ids[doc_id],
                        "state": "live",
                        "baseline": False,
                        "first_seen": seen,
                    }
                )
                next_id += 1
        if new:
            self._connection.execute(statement.insert(), new)
        return ids
