"""What one new statement costs after its page has come: CPU µs of extraction, decision and record, with a profile.

Extraction is page to statement; decision is the hash of the text and `decide`; record is all the rest of
`Archive.record` in batches as a crawl makes them, commits included, after the listings have been recorded.
"""

import cProfile
import io
import pstats
import tempfile
import time
from collections.abc import Callable
from typing import TypeVar

from benchmarks.pages import FETCHED, Pages, pages_of
from benchmarks.recording import archive_of, record_all, seen
from benchmarks.report import Measurement, Report
from crawler.extract import extract_listing, extract_statement
from store.canonical import text_sha256
from store.decision import Intent, Known, Seen, decide
from store.model import Listing, Statement
from store.observation import StatementSeen

REPEATS = 5
TOP = 12

T = TypeVar("T")


def measure(statements: int) -> Report:
    """The least of five repeats of each stage, in CPU time: other work on the machine only ever adds."""
    pages = pages_of(statements)
    count = len(pages.statements)
    _, per_listing = _least(lambda: _listings(pages))
    read, extraction = _least(lambda: _read(pages))
    _, decision = _least(lambda: _decide(read))
    observations = seen(pages, pages.statements)
    recording = min(_recorded(pages, observations, _timed) for _ in range(REPEATS))
    profiles = {
        "extraction": _profile(lambda: _read(pages)),
        "record": _recorded(pages, observations, _profile),
    }
    return Report(
        name="stages",
        measurements=[
            Measurement(what="extraction", value=extraction / count, unit="µs/page"),
            Measurement(what="decision", value=decision / count, unit="µs/page"),
            Measurement(what="record", value=(recording - decision) / count, unit="µs/page"),
            Measurement(what="all three", value=(extraction + recording) / count, unit="µs/page"),
            Measurement(what="a listing page", value=per_listing / len(pages.listings), unit="µs/page"),
        ],
        details=[line for name, lines in profiles.items() for line in (f"{name}, own time:", *lines, "")],
    )


def _read(pages: Pages) -> list[Statement]:
    return [extract_statement(pages.profile, capture, pages.urls) for capture in pages.statements]


def _listings(pages: Pages) -> list[Listing]:
    return [extract_listing(pages.profile, capture, pages.urls) for capture in pages.listings]


def _decide(read: list[Statement]) -> list[Intent]:
    return [
        decide(Known(key=each.key, baseline=True), Seen(statement=each, text_sha256=text_sha256(each)), now=FETCHED)
        for each in read
    ]


def _recorded(pages: Pages, observations: list[StatementSeen], watch: Callable[[Callable[[], object]], T]) -> T:
    """What `watch` makes of recording everything into a fresh archive that knows the listings."""
    with tempfile.TemporaryDirectory() as folder, archive_of(pages, f"sqlite:///{folder}/bench.db") as archive:
        return watch(lambda: record_all(archive, observations, FETCHED))


def _least(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the least CPU µs of five repeats."""
    made = work()
    return made, min(_timed(work) for _ in range(REPEATS))


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1_000_000


def _profile(work: Callable[[], object]) -> list[str]:
    """The functions with the most time of their own. The profiler itself adds to each call, so these are shares."""
    profile = cProfile.Profile()
    profile.runcall(work)
    told = io.StringIO()
    pstats.Stats(profile, stream=told).strip_dirs().sort_stats("tottime").print_stats(TOP)
    lines = told.getvalue().splitlines()
    begin = next(at for at, line in enumerate(lines) if line.lstrip().startswith("ncalls"))
    return [line.rstrip() for line in lines[begin:] if line.strip()]
