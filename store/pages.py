"""The pages we ask for, inside one transaction: their ids, validators and last captures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, func, select, update

from store.model import Capture, CaptureKind
from store.tables import page, storable

_CHUNK = 500


@dataclass(slots=True)
class _Page:
    id: int
    capture_id: int | None


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
                select(page.c.id, page.c.url, page.c.capture_id).where(page.c.url.in_(chunk))
            )
            for row in rows:
                self._known[row.url] = _Page(row.id, row.capture_id)

    def id_of(self, site: str, url: str, kind: CaptureKind) -> int:
        """The page's id; a page not known is added."""
        if url not in self._looked_up:
            self.load([url])
        found = self._known.get(url)
        if found is not None:
            return found.id
        if self._next_id is None:
            self._next_id = self._connection.execute(select(func.max(page.c.id))).scalar() or 0
        self._next_id += 1
        self._known[url] = _Page(self._next_id, None)
        self._new.append({"id": self._next_id, "site": site, "url": storable(url), "kind": kind})
        return self._next_id

    def last_captures(self) -> list[int]:
        """Ids of the last captures of all pages read so far."""
        return [each.capture_id for each in self._known.values() if each.capture_id is not None]

    def last_capture(self, url: str) -> int | None:
        """Id of the page's last capture; None for a page not captured yet."""
        found = self._known.get(url)
        return found.capture_id if found else None

    def looked(self, seen: Capture, capture_id: int | None, *, usable: bool) -> None:
        """Notes a look at a page. Validators are kept only from a usable answer: after an error the next request
        must be a full one, or a poisoned validator would hide changes for ever."""
        found = self._known[seen.page]
        found.capture_id = capture_id or found.capture_id
        look: dict[str, Any] = {"of": found.id, "new_checked": seen.fetched, "new_status": seen.status}
        if not usable or seen.status != 304:
            host = urlsplit(seen.url).netloc
            look |= {
                "new_capture": found.capture_id,
                "new_etag": _header(seen, "ETag") if usable else None,
                "new_modified": _header(seen, "Last-Modified") if usable else None,
                "new_origin": host if usable and host != urlsplit(seen.page).netloc else None,
            }
        self._looks[found.id] = self._looks.get(found.id, {}) | look

    def flush_new(self) -> None:
        """Writes the pages that were added, before anything can point to them."""
        if self._new:
            self._connection.execute(page.insert(), self._new)
            self._new.clear()

    def flush(self) -> None:
        """Writes pages and looks."""
        self.flush_new()
        looks = list(self._looks.values())
        self._looks.clear()
        seen: dict[str, Any] = {"checked": bindparam("new_checked"), "status": bindparam("new_status")}
        fresh: dict[str, Any] = {
            "capture_id": bindparam("new_capture"),
            "etag": bindparam("new_etag"),
            "last_modified": bindparam("new_modified"),
            "origin": bindparam("new_origin"),
        }
        for is_fresh, values in ((False, seen), (True, seen | fresh)):
            rows = [each for each in looks if ("new_capture" in each) is is_fresh]
            if rows:
                self._connection.execute(update(page).where(page.c.id == bindparam("of")).values(values), rows)


def _header(seen: Capture, name: str) -> str | None:
    value = seen.header(name)
    return storable(value) if value else None
