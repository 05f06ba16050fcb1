"""Database bytes a statement with its capture, against `gzip -6` of its page; and which tables take them.

The file counts as a crawl leaves it, indexes and unused space included, after the write-ahead log is folded in.
"""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.mission import crawl, data_dir
from benchmarks.report import Measurement, Report
from missionwatch.replica import ReplicaServer, ReplicaSite

GOAL = 0.8


def measure(statements: int) -> Report:
    """Crawls a replica once and weighs the database."""
    site = ReplicaSite(count=statements, seed=7)
    with ReplicaServer(site) as server, data_dir() as folder:
        crawl(folder, server.url, as_own=True)
        database = folder / "missionwatch.db"
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shares = _shares(connection)
        size = database.stat().st_size + _rest(folder)
    zipped = [len(gzip.compress(site.answer(truth.urls[0]).body, 6)) for truth in site.truth()]
    plain = [len(site.answer(truth.urls[0]).body) for truth in site.truth()]
    each, page = size / statements, sum(zipped) / len(zipped)
    return Report(
        name="disk",
        measurements=[
            Measurement(what="database / gzip -6 of the pages", value=each / page, unit="", goal=GOAL),
            Measurement(what="database", value=each, unit="bytes a statement"),
            Measurement(what="gzip -6", value=page, unit="bytes a page"),
            Measurement(what="the page itself", value=sum(plain) / len(plain), unit="bytes a page"),
        ],
        details=[f"{name:<34}{part / statements:>8,.0f} bytes a statement" for name, part in shares],
    )


def _shares(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Bytes of each table and index, largest first; empty where SQLite was built without `dbstat`."""
    try:
        rows = connection.execute("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC, 1").fetchall()
    except sqlite3.OperationalError:
        return []
    return [(name, size) for name, size in rows if size >= rows[0][1] / 100]


def _rest(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.glob("missionwatch.db-*"))
