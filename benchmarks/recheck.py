"""Looking at every known statement again when none has changed: CPU of the crawl, and the bodies that were sent.

CPU is user and system time of the crawl's whole process, less that of the same crawl of a site with one statement,
which is start, imports and end. Whole listings are walked too; with validators their cost counts as the statements'.
Each crawl is done three times and the least counts: other work on the machine only ever adds.
"""

import re
from collections import Counter
from dataclasses import dataclass

from benchmarks.mission import Usage, crawl, data_dir, replica
from benchmarks.report import Measurement, Report
from store.ladder import FULL_EVERY

REPEATS = 3
GOAL = 0.6

_STATEMENT = re.compile(r"/t\d{8}_\d+\.htm$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """One re-check: what the crawl took, and how often the replica answered with which status."""

    used: Usage
    statements: Counter[int]
    listings: Counter[int]


def measure(many: int, few: int) -> Report:
    """Re-checks `many` statements that have validators, and `few` that have none."""
    before = recheck(1, validators=True)
    asked, read = recheck(many, validators=True), recheck(few, validators=False)
    # Both before and after: a busy minute would take too much off.
    start = _cpu([*before, *recheck(1, validators=True)])
    told = read[0].used.last
    conditional = (_cpu(asked) - start) / many * 1000
    full = (_cpu(read) - start) / (told["pages"] + told["listings"]) * 1000
    shared = (FULL_EVERY * conditional + full) / (FULL_EVERY + 1)
    return Report(
        name="recheck",
        measurements=[
            Measurement(what="not modified, CPU", value=conditional, unit="ms/statement", goal=GOAL),
            Measurement(what="statements' bodies sent, first re-check", value=_bodies(asked[:1]), unit="", goal=0),
            Measurement(what="statements' bodies sent, later ones", value=_bodies(asked[1:]), unit="", goal=0),
            Measurement(what="without validators, CPU", value=full, unit="ms/page"),
            Measurement(what=f"every look number {FULL_EVERY + 1} in full, CPU", value=shared, unit="ms/statement"),
            Measurement(what="the same crawl of one statement, CPU", value=start * 1000, unit="ms"),
            Measurement(what="peak memory", value=max(each.used.peak for each in asked), unit="MiB"),
        ],
        details=[
            f"{many} statements with validators, first re-check: {_told(asked[0])}",
            f"{few} statements without validators, first re-check: {_told(read[0])}",
        ],
    )


def recheck(count: int, *, validators: bool) -> list[Recheck]:
    """Records a site of `count` statements, then looks at all of them again. RuntimeError if any was passed over."""
    found = []
    with replica(count) as site, data_dir() as folder:
        site.do("validators", on=validators)
        site.do("warm")
        crawl(folder, site.url, as_own=True)
        for _ in range(REPEATS):
            site.do("reset")
            used = crawl(folder, site.url, "--full", "--recheck", as_own=True)
            told = used.last
            if told["pages"] != count or told["unchanged"] + told["not_modified"] < count:
                raise RuntimeError(f"{count} unchanged statements were to be looked at, and the crawl told {told}")
            asked = site.do("requests")
            statements = Counter(status for _, path, status in asked if _STATEMENT.search(path))
            listings = Counter(status for _, path, status in asked if not _STATEMENT.search(path))
            found.append(Recheck(used=used, statements=statements, listings=listings))
    return found


def _cpu(runs: list[Recheck]) -> float:
    return min(each.used.cpu for each in runs)


def _bodies(runs: list[Recheck]) -> int:
    return sum(each.statements[200] for each in runs)


def _told(found: Recheck) -> str:
    return f"of statements {_counted(found.statements)}, of listings {_counted(found.listings)}"


def _counted(answers: Counter[int]) -> str:
    return " and ".join(f"{count} answers {status}" for status, count in sorted(answers.items())) or "no answers"
