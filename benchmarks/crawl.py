"""First crawl of a whole site, everything stored, against U: bare Scrapy that only downloads the same pages.

The runs alternate (U, ours, U, ours, …), since the speed of a shared machine drifts by more than what is measured; the
ratio is that of each pair, then the median. Whole processes are measured, from start to exit.
"""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks.mission import Replica, Usage, crawl, data_dir, replica, run_python
from benchmarks.report import Measurement, Report

GOAL = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One whole run: pages, the process's use, and the seconds that were left after start and imports."""

    pages: int
    used: Usage
    crawling: float

    @property
    def rate(self) -> float:
        return self.pages / self.used.wall


def measure(statements: int, pairs: int) -> Report:
    """Runs the pairs, after one run of each that is not counted."""
    with replica(statements) as site, tempfile.TemporaryDirectory() as folder:
        ours(site, statements)
        asked = [(path, status) for _, path, status in site.do("requests")]
        addresses = Path(folder, "addresses")
        addresses.write_text("\n".join(f"{site.url}{path}" for path, status in asked if status == 200), "utf-8")
        bare(addresses)
        both = [(bare(addresses), ours(site, statements)) for _ in range(pairs)]
    units, runs = [pair[0] for pair in both], [pair[1] for pair in both]
    ratios = [mine.rate / unit.rate for unit, mine in both]
    return Report(
        name="crawl",
        measurements=[
            Measurement(what="ours / U, pages per second", value=median(ratios), unit="U", goal=GOAL, at_least=True),
            Measurement(what="the same without start-up", value=median(map(_crawling_ratio, both)), unit="U"),
            Measurement(what="CPU of U / CPU of ours, a page", value=median(map(_cpu_ratio, both)), unit="U"),
            Measurement(what="ours", value=median(run.rate for run in runs), unit="pages/s"),
            Measurement(what="U", value=median(run.rate for run in units), unit="pages/s"),
            Measurement(what="ours, CPU", value=median(_cpu(run) for run in runs), unit="ms/page"),
            Measurement(what="U, CPU", value=median(_cpu(run) for run in units), unit="ms/page"),
            Measurement(what="ours, peak memory", value=max(run.used.peak for run in runs), unit="MiB"),
            Measurement(what="U, peak memory", value=max(run.used.peak for run in units), unit="MiB"),
        ],
        details=[
            f"{statements} statements, {runs[0].pages} pages, {pairs} pairs; ratios of the pairs: "
            + ", ".join(f"{ratio:.2f}" for ratio in ratios)
        ],
    )


def ours(site: Replica, statements: int) -> Run:
    """A first crawl into a fresh database. Raises RuntimeError if not every statement was recorded."""
    with data_dir() as folder:
        used = crawl(folder, site.url)
    told = used.last
    if told["baseline"] != statements:
        raise RuntimeError(f"{told['baseline']} statements of {statements} were recorded")
    crawling = datetime.fromisoformat(told["finished"]) - datetime.fromisoformat(told["started"])
    return Run(pages=told["pages"] + told["listings"], used=used, crawling=crawling.total_seconds())


def bare(addresses: Path) -> Run:
    """U once. Raises RuntimeError if a page did not come."""
    used = run_python("-m", "benchmarks.bare", str(addresses))
    told, asked = used.last, len(addresses.read_text("utf-8").split())
    if told["pages"] != asked:
        raise RuntimeError(f"{told['pages']} pages of {asked} came")
    return Run(pages=told["pages"], used=used, crawling=told["seconds"])


def _cpu(run: Run) -> float:
    return run.used.cpu / run.pages * 1000


def _cpu_ratio(pair: tuple[Run, Run]) -> float:
    return _cpu(pair[0]) / _cpu(pair[1])


def _crawling_ratio(pair: tuple[Run, Run]) -> float:
    unit, mine = pair
    return (mine.pages / mine.crawling) / (unit.pages / unit.crawling)
