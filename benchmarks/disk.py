"""Database bytes against `gzip -6` of a page: of a statement with its capture, of an edit, of a mere new frame.

The file of the first crawl counts as it is left, indexes and unused space included, after the write-ahead log is folded
in; what is added later (benchmarks.growth) counts by the pages of the database that it takes.
"""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from statistics import fmean

from benchmarks.growth import ROUNDS, Round, Weight, grow
from benchmarks.mission import crawl, data_dir
from benchmarks.report import Measurement, Report
from missionwatch.replica import ReplicaServer, ReplicaSite

GOAL = 0.8
GOAL_EDITED = 0.15
GOAL_FRAME = 0.1


def measure(statements: int) -> Report:
    """Crawls a replica once and weighs the database; then lets an archive of the same pages grow."""
    site = ReplicaSite(count=statements, seed=7)
    with ReplicaServer(site) as server, data_dir() as folder:
        crawl(folder, server.url, as_own=True)
        database = folder / "missionwatch.db"
        size = Weight.of(database).file + _rest(folder)
        with closing(sqlite3.connect(database)) as connection:
            shares = _shares(connection)
    zipped = [len(gzip.compress(site.answer(truth.urls[0]).body, 6)) for truth in site.truth()]
    plain = [len(site.answer(truth.urls[0]).body) for truth in site.truth()]
    each, page = size / statements, sum(zipped) / len(zipped)
    growth = grow(max(statements // 2, 1))
    return Report(
        name="disk",
        measurements=[
            Measurement(what="first version: database / gzip -6 of the pages", value=each / page, unit="", goal=GOAL),
            *_grown("an edited version with its capture", growth.edited, GOAL_EDITED),
            *_grown("a new frame alone", growth.frame, GOAL_FRAME),
            *_grown("a new frame and new markup", growth.rebuilt, None),
            Measurement(what="database", value=each, unit="bytes a statement"),
            Measurement(what="gzip -6", value=page, unit="bytes a page"),
            Measurement(what="the page itself", value=sum(plain) / len(plain), unit="bytes a page"),
        ],
        details=[
            *(f"{name:<34}{part / statements:>8,.0f} bytes a statement" for name, part in shares),
            "",
            *_rounds("an edited version", growth.edited),
            *_rounds("a new frame alone", growth.frame),
            *_rounds("a new frame and new markup", growth.rebuilt),
        ],
    )


def _grown(what: str, rounds: list[Round], goal: float | None) -> list[Measurement]:
    """The first time, and the mean of all rounds: what it costs in the long run. The change log counts by itself."""
    zipped = fmean(each.zipped for each in rounds)
    first = (rounds[0].allocated - rounds[0].log) / rounds[0].zipped
    means = {
        "the line in the change log": fmean(each.log for each in rounds),
        "growth of the file": fmean(each.file for each in rounds),
        "data bytes": fmean(sum(each.data.values()) for each in rounds),
        "blobs alone": fmean(each.blobs for each in rounds),
    }
    mean = fmean(each.allocated - each.log for each in rounds) / zipped
    return [
        Measurement(what=f"{what}, the first", value=first, unit=""),
        Measurement(what=f"{what}, mean of {ROUNDS}", value=mean, unit="", goal=goal),
        *(Measurement(what=f"{what}, mean: {name}", value=size / zipped, unit="") for name, size in means.items()),
    ]


def _rounds(what: str, rounds: list[Round]) -> list[str]:
    """The rounds one by one: pages of the database taken, and blobs alone; then what the first one put where."""
    taken = " ".join(f"{each.allocated / each.zipped:5.2f}" for each in rounds)
    blobs = " ".join(f"{each.blobs / each.zipped:5.2f}" for each in rounds)
    first = ", ".join(f"{name} {size:,.0f}" for name, size in rounds[0].data.items() if size >= 1)
    return [
        f"{what}, round by round: {taken}",
        f"{'  of this, blobs:':<{len(what) + 17}} {blobs}",
        f"  the first, data bytes a page: {first or 'not known'}",
    ]


def _shares(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Bytes of each table and index, largest first; empty where SQLite was built without `dbstat`."""
    try:
        rows = connection.execute("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC, 1").fetchall()
    except sqlite3.OperationalError:
        return []
    return [(name, size) for name, size in rows if size >= rows[0][1] / 100]


def _rest(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.glob("missionwatch.db-*"))
