"""What an archive grows by when known pages change: by one sentence each, by the frame alone, by all but the words.

Every page changes in every round, so that what a round adds, divided by the pages, is what one of them adds: blobs,
capture, and for an edit version and change too, with their indexes and the ledger of looks. There are as many rounds of
a sort as a chain of bases has places, since the end of a chain is kept less tightly than its links.
"""

import gzip
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Self

from benchmarks.pages import FETCHED, Pages, pages_of, statements_of
from benchmarks.recording import archive_of, record_all, seen
from missionwatch.replica.edits import TextEdit
from missionwatch.replica.words import vocabulary
from store.archive import Archive
from store.blobs import MAX_DEPTH
from store.model import Capture
from store.observation import Effect

ROUNDS = MAX_DEPTH + 1

LOG = frozenset({"change", "ix_change_news", "sqlite_autoindex_change_1"})
"""The change log, table and indexes."""

_BODY = re.compile(rb'(?<=<div class="view-txt">).*?(?=</div>)', re.DOTALL)
_BETWEEN_SENTENCES = re.compile(r"(?<=\.) |(?<=。)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Bytes of a SQLite database whose write-ahead log is folded in."""

    file: int
    allocated: int
    """Pages in use; free ones are left out, which a growing database fills first."""
    blobs: int
    """Compressed bytes of pages and texts alone."""
    data: Counter[str]
    """What stands in each table and index, unused space not counted; empty where SQLite was built without `dbstat`."""
    log: int
    """Pages in use by the change log; 0 where SQLite was built without `dbstat`."""

    @classmethod
    def of(cls, path: Path) -> Self:
        """Folds the log in and weighs. Raises RuntimeError if somebody is reading or writing."""
        with closing(sqlite3.connect(path, timeout=0.1)) as connection:
            if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise RuntimeError(f"{path} is in use, so its log cannot be folded in")
            names = ("page_size", "page_count", "freelist_count")
            size, count, free = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
            blobs = connection.execute("SELECT COALESCE(SUM(LENGTH(data)), 0) FROM blob").fetchone()[0]
            try:
                rows = connection.execute("SELECT name, SUM(payload), SUM(pgsize) FROM dbstat GROUP BY name").fetchall()
            except sqlite3.OperationalError:
                rows = []
        return cls(
            file=path.stat().st_size,
            allocated=(count - free) * size,
            blobs=blobs,
            data=Counter({name: payload for name, payload, _ in rows}),
            log=sum(taken for name, _, taken in rows if name in LOG),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round of changes added: bytes a page of the site."""

    zipped: float
    """`gzip -6` of a page."""
    file: float
    allocated: float
    blobs: float
    data: dict[str, float]
    """By table and index, largest first."""
    log: float
    """Of `allocated`, what the change log took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The rounds, oldest first."""

    edited: list[Round]
    frame: list[Round]
    """Menu, counter, token and comment; the statement's own bytes as they were."""
    rebuilt: list[Round]
    """The frame, and the markup around every other word of the statement; no word of it."""


def grow(statements: int) -> Growth:
    """Records a replica, then lets every page change round by round, and weighs after each.

    Raises RuntimeError if an edit was not recorded as one, or another change was.
    """
    pages, rng = pages_of(statements), Random("growth")
    found = Growth(edited=[], frame=[], rebuilt=[])
    with tempfile.TemporaryDirectory(prefix="missionwatch-bench-") as folder:
        path = Path(folder, "bench.db")
        with archive_of(pages, f"sqlite:///{path}") as archive:
            record_all(archive, seen(pages, pages.statements), FETCHED)
            for number in range(1, ROUNDS + 1):
                for truth in pages.site.truth():
                    pages.site.edit(truth.doc_id, how=other_sentence(truth.language, rng))
                last = _fetched(pages, number)
                found.edited.append(_round(pages, last, archive, path, "change"))
            for number in range(ROUNDS + 1, 2 * ROUNDS + 1):
                pages.site.noise()
                around = [_around(was, now) for was, now in zip(last, _fetched(pages, number), strict=True)]
                found.frame.append(_round(pages, around, archive, path, "unchanged"))
            for number in range(2 * ROUNDS + 1, 3 * ROUNDS + 1):
                pages.site.noise()
                found.rebuilt.append(_round(pages, _fetched(pages, number), archive, path, "unchanged"))
    return found


def _fetched(pages: Pages, day: int) -> list[Capture]:
    return statements_of(pages.site, pages.urls, FETCHED + timedelta(days=day))


def _around(was: Capture, now: Capture) -> Capture:
    """The page as it is now, around the statement's bytes as they were: what a new menu makes of a page.

    Raises RuntimeError if a page is of no known template.
    """
    kept = _BODY.search(was.body)
    if kept is None:
        raise RuntimeError(f"no body was found in {was.page}")
    body = _BODY.sub(lambda _: kept[0], now.body, count=1)
    length = ("Content-Length", str(len(body)))
    return replace(now, body=body, headers=tuple(length if each[0] == length[0] else each for each in now.headers))


def _round(pages: Pages, captures: Sequence[Capture], archive: Archive, path: Path, expected: Effect) -> Round:
    before, now = Weight.of(path), captures[0].fetched
    effects = {each.effect for each in record_all(archive, seen(pages, captures, confirmed=True), now)}
    if effects != {expected}:
        raise RuntimeError(f"{expected} was expected of every page, and there were {', '.join(sorted(effects))}")
    after, count = Weight.of(path), len(captures)
    return Round(
        zipped=sum(len(gzip.compress(each.body, 6)) for each in captures) / count,
        file=(after.file - before.file) / count,
        allocated=(after.allocated - before.allocated) / count,
        blobs=(after.blobs - before.blobs) / count,
        data={name: size / count for name, size in (after.data - before.data).most_common()},
        log=(after.log - before.log) / count,
    )


def other_sentence(language: str, rng: Random) -> TextEdit:
    """An edit that puts another sentence in the place of a drawn one."""
    words = vocabulary(language)

    def edit(paragraphs: tuple[str, ...]) -> Sequence[str]:
        lines = list(paragraphs)
        row = rng.randrange(len(lines))
        sentences = _BETWEEN_SENTENCES.split(lines[row])
        place = rng.randrange(len(sentences))
        old = sentences[place]
        while sentences[place] == old:
            facts = {"topic": rng.choice(words.organs["assembly"].topics)}
            sentences[place] = words.fill(rng, rng.choice(words.sentences["body"]), facts)
        lines[row] = (" " if language == "en" else "").join(sentences)
        return lines

    return edit
