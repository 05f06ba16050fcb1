"""Publishing from a real database: everything for the first time, nothing new, and one change.

A publication counts from the moment in which a crawl has recorded something until every file is in its place: the index
of slices is brought up to date, files are made, written, and waited for.
"""

import gc
import json
import os
import pickle
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from benchmarks.filled import edited
from benchmarks.mission import run_python
from benchmarks.pages import FETCHED, SITE
from benchmarks.report import Measurement, Report
from feeds.pages.ready import pages_for
from feeds.publish import Published, publish
from feeds.settings import PublishSettings
from store.archive import Archive
from store.database import Database
from store.indexing import catch_up
from store.model import Capture
from store.observation import StatementSeen
from store.reader import Reader
from store.rules import RULES
from store.runs import start_run

GOAL = 300
"""Milliseconds for a publication after one change, waits for the disk included."""
TIMES = 7
SETTINGS = PublishSettings(base_url="https://watch.example", site_labels={"un": "A mission"})


def measure(statements: int) -> Report:
    """With twice as many changes as statements. Filling, publishing all, and single changes have a process each.

    A daemon's publication is in a process of its own, too, and none of these has published everything before.
    """
    with tempfile.TemporaryDirectory(prefix="missionwatch-bench-") as folder:
        run_python("-m", "benchmarks.filled", f"{folder}/missionwatch.db", str(statements), str(4 * TIMES))
        found = run_python("-m", "benchmarks.publish", folder, "first").last
        found |= run_python("-m", "benchmarks.publish", folder, "again").last
    one, nothing = found["one"], found["nothing"]
    return Report(
        name="publish",
        measurements=[
            Measurement(what="first publication", value=found["first"], unit="s"),
            Measurement(what="files", value=found["files"], unit="files"),
            Measurement(what="bytes", value=found["bytes"] / 1e6, unit="MB"),
            Measurement(what="kept beside them", value=found["own"] / 1e6, unit="MB"),
            Measurement(what="peak memory", value=found["peak"], unit="MiB"),
            Measurement(what="nothing changed: time", value=nothing["ms"], unit="ms", goal=GOAL),
            Measurement(what="nothing changed: files written", value=nothing["written"], unit="files", goal=0),
            Measurement(what="one new statement: time", value=one["ms"], unit="ms", goal=GOAL),
            Measurement(what="one new statement: CPU time", value=one["cpu"], unit="ms"),
            Measurement(what="one new statement: files written", value=one["written"], unit="files"),
            Measurement(what="one edit: time", value=found["edit"]["ms"], unit="ms", goal=GOAL),
            Measurement(what="one edit: CPU time", value=found["edit"]["cpu"], unit="ms"),
            Measurement(what="one edit: files written", value=found["edit"]["written"], unit="files"),
            Measurement(what="one edit, nothing kept in memory: time", value=found["cold"]["ms"], unit="ms"),
            Measurement(what="one edit, nothing kept in memory: CPU time", value=found["cold"]["cpu"], unit="ms"),
        ],
        details=[
            f"one new statement, by first folder: {one['by_sort']}",
            f"one edit: {found['edit']['by_sort']}",
            f"times, ms: new {one['times']}; edit {found['edit']['times']}; nothing {nothing['times']}",
            f"counting to a million took {found['pace']:.0f} ms at best (12 on a machine at its best)",
        ],
    )


def first(folder: Path) -> dict[str, object]:
    """What publishing everything takes, as plain values."""
    with _site(folder) as site:
        began = time.perf_counter()
        site.publish()
        lasted = time.perf_counter() - began
    sizes = {path: path.stat().st_size for path in site.out.rglob("*") if path.is_file()}
    own = {path: size for path, size in sizes.items() if ".missionwatch" in path.parts}
    os.sync()
    return {
        "first": lasted,
        "files": len(sizes) - len(own),
        "bytes": sum(sizes.values()) - sum(own.values()),
        "own": sum(own.values()),
        "peak": _peak(),
    }


def again(folder: Path) -> dict[str, object]:
    """What single changes take after that."""
    with _site(folder) as site:
        site.publish()
        gc.collect()
        gc.freeze()  # as the daemon does before it has a child that publishes
        return {
            "nothing": _repeat(site, lambda: None),
            "one": _repeat(site, site.add),
            "edit": _repeat(site, site.edit),
            "cold": _repeat(site, site.edit_and_forget),
            "pace": min(_pace() for _ in range(20)),
        }


class _Site:
    """An archive that is published, and what happens to it."""

    def __init__(self, database: Database, out: Path, keys: Sequence[str], waiting: Sequence[StatementSeen]) -> None:
        self.out = out
        self._database = database
        self._keys = keys
        self._waiting = list(waiting)
        self._draw = Random(23)  # statements, no secrets
        # A year after everything that was recorded before.
        self._now = FETCHED + timedelta(days=365 + len(keys) // 50)
        self._archive = Archive(database, start_run(database, SITE, "full", self._now))
        self._reader = Reader(database)

    def publish(self) -> Published:
        catch_up(self._database, RULES)
        return publish(self._reader, self.out, SETTINGS)

    def add(self) -> None:
        """A statement is found."""
        self._record(self._waiting.pop())

    def edit(self) -> None:
        """A statement is edited that was found long ago."""
        key = self._draw.choice(self._keys)
        [number] = [each.version.number for each in self._reader.statements_by_key([key])]
        known = self._reader.statement(key)
        assert known is not None
        self._record(
            StatementSeen(
                capture=Capture(
                    site=SITE,
                    kind="statement",
                    url=known.page,
                    page=known.page,
                    status=200,
                    fetched=self._now,
                    body=self._reader.capture(key, number) + b"\n",
                ),
                statement=edited(known.content, self._draw),
                extractor=known.version.extractor,
                confirmed=True,
            )
        )

    def edit_and_forget(self) -> None:
        """The same, and then what a process of its own would not know."""
        self.edit()
        pages_for.cache_clear()
        self._reader = Reader(self._database)

    def _record(self, seen: StatementSeen) -> None:
        self._now += timedelta(minutes=5)
        self._archive.record([replace(seen, capture=replace(seen.capture, fetched=self._now))], self._now)


@contextmanager
def _site(folder: Path) -> Iterator[_Site]:
    keys, waiting = pickle.loads((folder / "missionwatch.db.later").read_bytes())  # written a moment ago
    with closing(Database(f"sqlite:///{folder / 'missionwatch.db'}")) as database:
        yield _Site(database, folder / "public", keys, waiting)


def _repeat(site: _Site, happen: Callable[[], object]) -> dict[str, object]:
    times, cpu = [], []
    done: Published | None = None
    for _ in range(TIMES):
        happen()
        began, used = time.perf_counter(), time.process_time()
        done = site.publish()
        times.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    assert done is not None
    return {
        "ms": statistics.median(times),
        "cpu": statistics.median(cpu),
        "times": [round(each) for each in times],
        "written": done.written,
        "by_sort": dict(Counter(done.files)),
    }


def _pace() -> float:
    began = time.perf_counter()
    sum(range(1_000_000))
    return (time.perf_counter() - began) * 1000


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    print(json.dumps({"first": first, "again": again}[sys.argv[2]](Path(sys.argv[1]))))
