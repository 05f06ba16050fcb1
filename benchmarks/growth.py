"""What an archive grows by when known pages change: by one sentence each, and by nothing but the frame.

Every page changes in every round, so that what a round adds, divided by the pages, is what one of them adds: blobs,
capture, and for an edit version and change too, with their indexes and the ledger of looks. There are as many rounds as
a chain of bases has places, since the end of a chain is kept less tightly than its links.
"""

import gzip
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
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
from store.observation import Effect

ROUNDS = MAX_DEPTH + 1

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
                data = connection.execute("SELECT name, SUM(payload) FROM dbstat GROUP BY name").fetchall()
            except sqlite3.OperationalError:
                data = []
        return cls(file=path.stat().st_size, allocated=(count - free) * size, blobs=blobs, data=Counter(dict(data)))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The rounds, oldest first."""

    edited: list[Round]
    frame: list[Round]


def grow(statements: int) -> Growth:
    """Records a replica, then lets every page change: a sentence, its frame, a sentence, … Weighs after each round.

    Raises RuntimeError if an edit was not recorded as one, or a change of the frame was.
    """
    pages, rng = pages_of(statements), Random("growth")
    found = Growth(edited=[], frame=[])
    with tempfile.TemporaryDirectory(prefix="missionwatch-bench-") as folder:
        path = Path(folder, "bench.db")
        with archive_of(pages, f"sqlite:///{path}") as archive:
            record_all(archive, seen(pages, pages.statements), FETCHED)
            for number in range(ROUNDS):
                for truth in pages.site.truth():
                    pages.site.edit(truth.doc_id, how=other_sentence(truth.language, rng))
                found.edited.append(_round(pages, archive, path, 2 * number + 1, "change"))
                pages.site.noise()
                found.frame.append(_round(pages, archive, path, 2 * number + 2, "unchanged"))
    return found


def _round(pages: Pages, archive: Archive, path: Path, day: int, expected: Effect) -> Round:
    before, now = Weight.of(path), FETCHED + timedelta(days=day)
    captures = statements_of(pages.site, pages.urls, now)
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
