"""Publishing: everything for the first time, nothing new, and one change."""

import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.library import Library
from benchmarks.mission import run_python
from benchmarks.report import Measurement, Report
from feeds.publish import Published, publish
from feeds.settings import PublishSettings

GOAL = 300
"""Milliseconds for a publication after one change, waits for the disk included."""
TIMES = 7
SETTINGS = PublishSettings(base_url="https://watch.example", site_labels={"un": "A mission"})


def measure(statements: int) -> Report:
    """In a process of its own, with twice as many changes as statements and sixty slices."""
    found = run_python("-m", "benchmarks.publish", str(statements)).last
    one, nothing = found["one"], found["nothing"]
    return Report(
        name="publish",
        measurements=[
            Measurement(what="first publication", value=found["first"], unit="s"),
            Measurement(what="files", value=found["files"], unit="files"),
            Measurement(what="bytes", value=found["bytes"] / 1e6, unit="MB"),
            Measurement(what="kept beside them", value=found["own"] / 1e6, unit="MB"),
            Measurement(what="peak memory, archive included", value=found["peak"], unit="MiB"),
            Measurement(what="peak memory before publishing", value=found["before"], unit="MiB"),
            Measurement(what="nothing changed: time", value=nothing["ms"], unit="ms", goal=GOAL),
            Measurement(what="nothing changed: files written", value=nothing["written"], unit="files", goal=0),
            Measurement(what="one new statement: time", value=one["ms"], unit="ms", goal=GOAL),
            Measurement(what="one new statement: CPU time", value=one["cpu"], unit="ms"),
            Measurement(what="one new statement: files written", value=one["written"], unit="files"),
            Measurement(what="one edit: time", value=found["edit"]["ms"], unit="ms", goal=GOAL),
            Measurement(what="one edit: CPU time", value=found["edit"]["cpu"], unit="ms"),
            Measurement(what="one edit: files written", value=found["edit"]["written"], unit="files"),
        ],
        details=[
            f"one new statement, by first folder: {one['by_sort']}",
            f"one edit: {found['edit']['by_sort']}",
            f"of the time, in the archive: {found['archive']:.0f} ms",
            f"times, ms: new {one['times']}; edit {found['edit']['times']}; nothing {nothing['times']}",
        ],
    )


def run(statements: int) -> dict[str, object]:
    """The measurements, as plain values."""
    library = Library(statements, 2 * statements)
    folder = Path(tempfile.mkdtemp(prefix="missionwatch-bench-"))
    before = _peak()
    try:
        began = time.perf_counter()
        publish(library, folder, SETTINGS)
        first = time.perf_counter() - began
        peak = _peak()
        sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        own = {path: size for path, size in sizes.items() if ".missionwatch" in path.parts}
        os.sync()
        return {
            "first": first,
            "files": len(sizes) - len(own),
            "bytes": sum(sizes.values()) - sum(own.values()),
            "own": sum(own.values()),
            "before": before,
            "peak": peak,
            "nothing": _repeat(library, folder, lambda: None),
            "one": _repeat(library, folder, library.add),
            "edit": _repeat(library, folder, lambda: library.edit(f"un-{100000 + statements // 2}")),
            "archive": _archive_alone(library),
        }
    finally:
        shutil.rmtree(folder)


def _repeat(library: Library, folder: Path, happen: Callable[[], object]) -> dict[str, object]:
    times, cpu = [], []
    done: Published | None = None
    for _ in range(TIMES):
        happen()
        began, used = time.perf_counter(), time.process_time()
        done = publish(library, folder, SETTINGS)
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


def _archive_alone(library: Library) -> float:
    began = time.perf_counter()
    library.marks(), library.slices(), library.days(), library.news()
    return (time.perf_counter() - began) * 1000


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
