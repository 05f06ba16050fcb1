"""How many first versions a second the store records, with capture: its normal path, in the batches of a crawl.

Without network and extraction; with everything else that recording means: hashes, seals, the log's chain, compression,
the ledger of looks, and commits that wait for the disk on both engines. The listings are recorded before.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import fmean

import pytest

from benchmarks.pages import FETCHED, Pages, pages_of
from benchmarks.recording import archive_of, record_all, seen
from benchmarks.report import Measurement, Report
from crawler.session import BATCH_PAGES
from store.observation import StatementSeen
from tests.needs import needs
from tests.store.databases import PostgresDatabases, postgres

REPEATS = 3
GOALS = {"SQLite": 15_000, "PostgreSQL": 4_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Seconds that recording everything once took: on the wall, and of this process's CPU."""

    wall: float
    cpu: float


def measure(statements: int) -> Report:
    """The quickest of three runs into fresh databases of each engine; PostgreSQL only where its server is installed."""
    pages = pages_of(statements)
    observations = seen(pages, pages.statements)
    texts = [sum(len(line.text.encode()) for line in each.statement.paragraphs) for each in observations]
    measurements, details = [], [f"{statements} statements in batches of {BATCH_PAGES}, {REPEATS} runs for each engine"]
    with sqlite() as fresh:
        measurements += _measured("SQLite", pages, observations, fresh)
    try:
        with postgresql() as fresh:
            measurements += _measured("PostgreSQL", pages, observations, fresh)
    except pytest.skip.Exception as reason:
        details.append(f"left out: {reason}")
    measurements.append(Measurement(what="text", value=fmean(texts), unit="bytes a statement"))
    return Report(name="versions", measurements=measurements, details=details)


@contextmanager
def sqlite() -> Iterator[Callable[[], str]]:
    """Gives addresses of new SQLite databases."""
    numbers = count(1)
    with tempfile.TemporaryDirectory(prefix="missionwatch-bench-") as folder:
        yield lambda: f"sqlite:///{folder}/bench{next(numbers)}.db"


@contextmanager
def postgresql() -> Iterator[Callable[[], str]]:
    """Gives addresses of new databases of a server of our own. Raises `pytest.skip.Exception` where there is none."""
    with postgres(needs("postgresql"), durable=True) as server:
        yield PostgresDatabases(server).empty


def _measured(
    engine: str, pages: Pages, observations: list[StatementSeen], fresh: Callable[[], str]
) -> list[Measurement]:
    runs = [record_once(pages, observations, fresh()) for _ in range(REPEATS)]
    number = len(observations)
    rate, own = number / min(run.wall for run in runs), min(run.cpu for run in runs) / number
    return [
        Measurement(what=f"{engine}", value=rate, unit="versions/s", goal=GOALS[engine], at_least=True),
        Measurement(what=f"{engine}, CPU of our process", value=own * 1_000_000, unit="µs/version"),
    ]


def record_once(pages: Pages, observations: list[StatementSeen], url: str) -> Run:
    """Records everything into an empty database. Raises RuntimeError if not each gave a version."""
    with archive_of(pages, url) as archive:
        wall, cpu = time.perf_counter(), time.process_time()
        recorded = record_all(archive, observations, FETCHED)
        used = Run(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)
    added = sum(each.change == "new" for each in recorded)
    if added != len(observations):
        raise RuntimeError(f"{added} versions were recorded of {len(observations)} statements")
    return used
