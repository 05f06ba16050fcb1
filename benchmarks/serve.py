"""Serving: our server beside nginx on the same feed, pages made on request of a large archive, memory of `serve`.

`python -m benchmarks.serve DATABASE PUBLISHED PORT` is the server that is measured: a process of its own.
"""

import gzip
import http.client
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median, quantiles

from benchmarks import duel
from benchmarks.filled import fill
from benchmarks.mission import environment
from benchmarks.report import Measurement, Report
from feeds.server import Server, listen
from feeds.settings import PublishSettings
from feeds.web import application
from store.database import Database
from store.reader import Reader
from store.tide import Tide

PAGES = 200
FEED_BYTES = 100_000


def measure(statements: int, pairs: int) -> Report:
    """Fills a database, measures pages of it, publishes it with `serve`, and races a published feed against nginx."""
    with tempfile.TemporaryDirectory(prefix="missionwatch-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx gives up the right to read what only we may
        began = time.perf_counter()
        keys, _ = fill(folder / "missionwatch.db", statements)
        details = [f"{len(keys)} statements, {2 * len(keys)} changes, filled in {time.perf_counter() - began:.0f} s"]
        measurements = _pages(folder, keys)
        memory, published = _memory(folder)
        measurements += memory
        details.append(published)
        why = duel.missing()
        if why is None:
            measurements += duel.race(_one_feed(folder), pairs, serving)
        else:
            details.append(f"not raced against nginx: {why}")
        return Report(name="serve", measurements=measurements, details=details)


@contextmanager
def serving(database: Path, out: Path) -> Iterator[tuple[int, int]]:
    """A server without a publisher in a process of its own: its port and its process id."""
    with closing(listen("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    words = [sys.executable, "-m", "benchmarks.serve", str(database), str(out), str(port)]
    with subprocess.Popen(words, env=environment()) as process:
        try:
            _until(lambda: fetch(port, "/healthz")[0] == 200)
            yield port, process.pid
        finally:
            process.terminate()


def fetch(port: int, path: str, **headers: str) -> tuple[int, float]:
    """Status, and how many seconds the answer took with a connection of its own."""
    began = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        response.read()
    return response.status, time.perf_counter() - began


def _pages(folder: Path, keys: list[str]) -> list[Measurement]:
    draw = Random(11)  # addresses, no secrets
    chosen = draw.sample(keys, min(PAGES, len(keys)))
    with closing(sqlite3.connect(folder / "missionwatch.db")) as database:
        sections = [slug for (slug,) in database.execute("SELECT slug FROM facet WHERE field = 'sections'")]
    days = [f"2026-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    timelines = [
        f"/?section={draw.choice(sections)}&language={draw.choice(('en', 'zh-Hans'))}&type=edited&since={day}"
        for day in draw.sample(days, min(PAGES, len(days)))
    ]
    kinds = {
        "timeline, three filters and a day": timelines,
        "statement": [f"/statements/{key}" for key in chosen],
        "diff": [f"/statements/{key}/diff/1..2" for key in chosen],
    }
    found = []
    with serving(folder / "missionwatch.db", folder / "nothing-published") as (port, _):
        fetch(port, "/")
        for kind, paths in kinds.items():
            for when in ("made", "again"):
                answers = [fetch(port, path) for path in paths]
                if any(status != 200 for status, _ in answers):
                    raise RuntimeError(f"a page was not there: {kind}")
                p50, p99 = _percentiles([seconds * 1000 for _, seconds in answers])
                found += [
                    Measurement(what=f"{kind}, {when}, p50", value=p50, unit="ms"),
                    Measurement(what=f"{kind}, {when}, p99", value=p99, unit="ms"),
                ]
    return found


def _memory(folder: Path) -> tuple[list[Measurement], str]:
    """Of the real command, from its start over its first publication to its rest."""
    out = folder / "public"
    with closing(listen("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    words = [sys.executable, "-m", "missionwatch", "--data-dir", str(folder), "-q", "serve", "--port", str(port)]
    began = time.perf_counter()
    with subprocess.Popen(words, env=environment()) as process:
        try:
            _until(lambda: fetch(port, "/")[0] == 200)
            first = time.perf_counter() - began
            while_busy = []
            manifest = out / ".missionwatch" / "manifest.json"
            while not manifest.is_file():
                while_busy.append(fetch(port, "/")[1] * 1000)
                time.sleep(0.2)
            whole = time.perf_counter() - began
            time.sleep(5)
            resident, peak = (_status(process.pid, name) / 1024 for name in ("VmRSS", "VmHWM"))
        finally:
            process.terminate()
    p50, p99 = _percentiles(while_busy)
    files = sum(len(names) for _, _, names in os.walk(out))
    return [
        Measurement(what="serve: from start to first answer", value=first, unit="s"),
        Measurement(what="home page while all is published, p50", value=p50, unit="ms"),
        Measurement(what="home page while all is published, p99", value=p99, unit="ms"),
        Measurement(what="serve: memory at rest", value=resident, unit="MiB"),
        Measurement(what="serve: memory at its peak", value=peak, unit="MiB"),
    ], f"{files} files were published beside, in {whole:.0f} s"


def _one_feed(folder: Path) -> tuple[Path, Path]:
    """A database, and a folder that holds the published feed nearest to 100 KB, packed for nginx too."""
    feeds = sorted((folder / "public" / "feeds").rglob("*.atom"))
    feed = min(feeds, key=lambda each: abs(each.stat().st_size - FEED_BYTES))
    arena = folder / "arena" / "feeds"
    arena.mkdir(parents=True)
    shutil.copy(feed, arena / "raced.atom")
    packed = arena / "raced.atom.gz"
    packed.write_bytes(gzip.compress(feed.read_bytes(), 6, mtime=0))
    modified = (arena / "raced.atom").stat()
    os.utime(packed, ns=(modified.st_atime_ns, modified.st_mtime_ns))
    return folder / "missionwatch.db", arena.parent


def _percentiles(values: list[float]) -> tuple[float, float]:
    return median(values), quantiles(values, n=100, method="inclusive")[98] if len(values) > 1 else values[0]


def _status(pid: int, name: str) -> int:
    """A line of the system's account of a process, in KiB; 0 where there is none."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        with suppress(OSError):
            if holds():
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


if __name__ == "__main__":
    with closing(Database(f"sqlite:///{sys.argv[1]}")) as opened, closing(Tide(opened)) as tide:
        told = PublishSettings(base_url="http://127.0.0.1:8000")
        made = application(Reader(opened), Path(sys.argv[2]), told, state=tide.state, now=lambda: datetime.now(UTC))
        Server(made).run(sockets=[listen("127.0.0.1", int(sys.argv[3]))])
