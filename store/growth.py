"""How large the archive is and how fast it grows lately, found without reading it through."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.asking import Ask, file_of
from store.moments import moment_of, number_of

LATELY = timedelta(days=30)
SHORTEST = timedelta(days=7)
"""Less than this after the first crawl says nothing about what is usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Bytes of a database, write-ahead log included, and what it grows by."""

    bytes: int
    captures: int
    daily: float | None
    """Bytes a day over the last month, without the first crawl; None while that is too short a time."""


def size_of(url: str, ask: Ask, now: datetime) -> Size:
    """The size of a database. A capture counts as the mean one: with its page, text and line in the log."""
    size = _bytes(url, ask)
    [(captures,)] = ask("SELECT COALESCE(MAX(id), 0) FROM capture")
    [(first,)] = ask("SELECT MIN(finished) FROM run WHERE outcome IN ('ok', 'partial', 'suspended')")
    if not captures or first is None:
        return Size(bytes=size, captures=captures, daily=None)
    since = max(moment_of(first), now - LATELY)
    if now - since < SHORTEST:
        return Size(bytes=size, captures=captures, daily=None)
    days = (now - since) / timedelta(days=1)
    new = captures - _before(ask, captures, number_of(since))
    return Size(bytes=size, captures=captures, daily=size * new / captures / days)


def _bytes(url: str, ask: Ask) -> int:
    path = file_of(url)
    if path is None:
        [(size,)] = ask("SELECT pg_database_size(current_database())")
        return int(size)
    return sum(each.stat().st_size for each in (path, path.with_name(path.name + "-wal")) if each.exists())


def _before(ask: Ask, captures: int, since: int) -> int:
    """How many captures were fetched before a moment: they are numbered as they were, so a few looks find it."""
    low, high = 0, captures
    while low < high:
        middle = (low + high) // 2
        [(fetched,)] = ask("SELECT fetched FROM capture WHERE id = ?", middle + 1) or [(since,)]
        low, high = (middle + 1, high) if fetched < since else (low, middle)
    return low
