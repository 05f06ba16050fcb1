"""The pages we ask for, inside one transaction: their ids, validators and last captures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, func, select, update

from store.columns import storable
from store.model import Capture, CaptureKind
from store.tables import page

_CHUNK = 500


@dataclass(slots=True)
class _Page:
    id: int
    capture_id: int | None = None
    streak: int = 0


class PageBook:
    """Pages by address. `load` reads many at once; `flush_new` and `flush` write what was gathered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, _Page] = {}
        self._looked_up: set[str] = set()
        self._new: list[dict[str, Any]] = []
        self._looks: dict[int, dict[str, Any]] = {}
        self._next_id: int | None = None

    def load(self, urls: Iterable[str]) -> None:
        """Reads the given pages ahead, one query for all of them."""
        wanted = [url for url in dict.fromkeys(urls) if url not in self._looked_up]
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            self._looked_up.update(chunk)
            rows = self._connection.execute(
                select(page.c.id, page.c.url, page.c.capture_id, page.c.streak).where(page.c.url.in_(chunk))
            )
            for row in rows:
                self._known[row.url] = _Page(row.id, row.capture_id, row.streak)

    def id_of(self, site: str, url: str, kind: CaptureKind) -> int:
        """The page's id; a page not known is added."""
        self.load([url])
        found = self._known.get(url)
        if found is not None:
            return found.id
        if self._next_id is None:
            self._next_id = self._connection.execute(select(func.max(page.c.id))).scalar() or 0
        self._next_id += 1
        self._known[url] = _Page(self._next_id)
        self._new.append({"id": self._next_id, "site": site, "url": storable(url), "kind": kind})
        return self._next_id

    def last_captures(self) -> list[int]:
        """Ids of the last captures of all pages read so far."""
        return [each.capture_id for each in self._known.values() if each.capture_id is not None]

    def last_capture(self, url: str) -> int | None:
        """Id of the page's last capture; None for a page not captured yet."""
        found = self._known.get(url)
        return found.capture_id if found else None

    def looked(
        self, seen: Capture, capture_id: int | None, *, problem: str | None = None, settled: bool = True
    ) -> None:
        """Notes a look at a page, `problem` naming what was wrong with the answer.

        Validators are kept only from a good answer of which everything was recorded (`settled`): after anything else
        the next request must be a full one, or "not modified" would hide for ever what was not recorded.
        """
        keep = settled and problem is None
        found = self._known[seen.page]
        found.capture_id = capture_id or found.capture_id
        facts: dict[str, Any] = {"checked": seen.fetched, "status": seen.status, "problem": problem}
        if seen.status == 304:
            found.streak += 1
            facts["streak"] = found.streak
        else:
            host = urlsplit(seen.url).netloc
            found.streak = 0
            facts |= {
                "streak": 0,
                "capture_id": found.capture_id,
                "etag": _header(seen, "ETag") if keep else None,
                "last_modified": _header(seen, "Last-Modified") if keep else None,
                "origin": host if keep and host != urlsplit(seen.page).netloc else None,
            }
        # Two looks in one batch: a later "not modified" must not take the capture and validators of the first one.
        self._looks[found.id] = self._looks.get(found.id, {}) | facts

    def failed(self, site: str, url: str, kind: CaptureKind, problem: str) -> None:
        """Notes a request that got no answer. When the page was last well stays known."""
        page_id = self.id_of(site, url, kind)
        self._looks[page_id] = self._looks.get(page_id, {}) | {"problem": problem, "etag": None, "last_modified": None}

    def flush_new(self) -> None:
        """Writes the pages that were added, before anything can point to them."""
        if self._new:
            self._connection.execute(page.insert(), self._new)
            self._new.clear()

    def flush(self) -> None:
        """Writes pages and looks."""
        self.flush_new()
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for page_id, facts in self._looks.items():
            row = {f"set_{name}": value for name, value in facts.items()} | {"of": page_id}
            by_columns.setdefault(tuple(sorted(facts)), []).append(row)
        self._looks.clear()
        for columns, rows in by_columns.items():
            values = {name: bindparam(f"set_{name}", type_=page.c[name].type) for name in columns}
            self._connection.execute(update(page).where(page.c.id == bindparam("of")).values(values), rows)


def section_of(url: str) -> str:
    """Path of the section to which the page of a listing belongs: the folder it stands in."""
    return urlsplit(url).path.rpartition("/")[0].strip("/")


def _header(seen: Capture, name: str) -> str | None:
    value = seen.header(name)
    return storable(value) if value else None
