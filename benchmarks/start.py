"""Cold starts: how long the shortest commands take in a fresh process."""

from statistics import median

from benchmarks.mission import crawl, data_dir, replica, run_python
from benchmarks.report import Measurement, Report

TIMES = 9
GOAL = 150
STATEMENTS = 100


def measure() -> Report:
    """The median of nine starts each, wall time; `status` over a database with a hundred statements."""
    with data_dir() as folder:
        with replica(STATEMENTS) as site:
            crawl(folder, site.url)
        program = ("-m", "missionwatch", "--data-dir", str(folder))
        return Report(
            name="start",
            measurements=[
                Measurement(what="missionwatch --version", value=_start(*program, "--version"), unit="ms", goal=GOAL),
                Measurement(what="missionwatch status", value=_start(*program, "status"), unit="ms", goal=GOAL),
                Measurement(what="the interpreter alone", value=_start("-c", "pass"), unit="ms"),
            ],
        )


def _start(*arguments: str) -> float:
    return median(run_python(*arguments).wall for _ in range(TIMES)) * 1000
