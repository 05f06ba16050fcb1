"""Word diff and significance: CPU time and peak memory, for edits that people make and for the worst texts known.

`python -m benchmarks.diff` takes some minutes: first named pairs, then for each kind of text (`benchmarks.texts`) the
worst of many. `--every` tries all of them, `--size 600` larger ones, `--case NAME` measures one.

Each case or kind runs in a process of its own, so that its peak is its own; the first line shows what the interpreter
and the imports take alone. The time is the CPU time of the best of five, as other work on the machine is not ours; the
least wall time stands beside the name. The last line is the CPU time of a fixed loop, to compare machines and hours.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from benchmarks import texts
from benchmarks.report import Measurement, Report, as_table
from benchmarks.texts import EDITS, LENGTHS, PIECES, REWRITES, Pair, pair, prose
from store.model import Paragraph, Statement
from store.significance import classify
from store.textdiff import compare_paragraphs

KB = 1000
_TELLING = ("a tenth replaced", "shuffled", "a comma after each", "paragraphs split")
"""Edits that most often were the worst, of all those in `benchmarks.texts`."""


def _prose(size: int, change: Callable[[list[str]], list[str]]) -> Pair:
    return prose(size, 1), change(prose(size, 1))


def _rewritten(size: int) -> Pair:
    return prose(size, 1), prose(size, 2)


def _in_one(both: Pair) -> Pair:
    return texts.joined(both[0]), texts.joined(both[1])


CASES: dict[str, Callable[[], Pair]] = {
    "imports alone": lambda: ([], []),
    "6 KB, 5 edits": lambda: _prose(6 * KB, lambda old: texts.edited(old, 5)),
    "6 KB, rewritten": lambda: _rewritten(6 * KB),
    "60 KB, 5 edits": lambda: _prose(60 * KB, lambda old: texts.edited(old, 5)),
    "60 KB, 500 edits": lambda: _prose(60 * KB, lambda old: texts.edited(old, 500)),
    "60 KB, rewritten": lambda: _rewritten(60 * KB),
    "60 KB, shuffled": lambda: _prose(60 * KB, texts.shuffled),
    "60 KB, shuffled and edited": lambda: _prose(60 * KB, lambda old: texts.edited(texts.shuffled(old), 300)),
    "60 KB, refrain, 200 edits": lambda: texts.refrain(60 * KB),
    "60 KB, one paragraph, 500 edits": lambda: _in_one(_prose(60 * KB, lambda old: texts.edited(old, 500))),
    "60 KB, one paragraph rewritten": lambda: _in_one(_rewritten(60 * KB)),
    "60 KB, one paragraph of Chinese rewritten": lambda: (texts.chinese(60 * KB, 1), texts.chinese(60 * KB, 2)),
    "60 KB, a comma after each word": lambda: pair("words", "paragraphs", "a comma after each", 60 * KB),
    "60 KB, each blank doubled": lambda: pair("words", "one paragraph", "a blank after each", 60 * KB),
    "60 KB, every second word replaced": lambda: pair("words", "long paragraphs", "every second replaced", 60 * KB),
    "60 KB, every sixth word replaced": lambda: pair("words", "paragraphs", "every sixth replaced", 60 * KB),
    "60 KB, one word forward": lambda: pair("words", "paragraphs", "one piece forward", 60 * KB),
    "60 KB, two texts interleaved": lambda: pair("words", "paragraphs", "interleaved", 60 * KB),
    "60 KB, half of it in crumbs": lambda: texts.crumbs(60 * KB),
    "60 KB, one word 10,000 times": lambda: (
        ["peace " * 10_000],
        ["peace " * 4_000 + "quiet " * 2_000 + "peace " * 4_000],
    ),
    "60 KB of full stops and commas": lambda: pair("full stops and commas", "one paragraph", "rewritten", 60 * KB),
    "60 KB of combining marks": lambda: (["e\u0301" * (20 * KB)], ["e\u0301a" * (15 * KB)]),
    "60 KB, paragraphs of one letter": lambda: pair("letters", "crumbs", "rewritten", 60 * KB),
    "60 KB, 60,000 empty paragraphs, then half": lambda: ([""] * (60 * KB), [""] * (30 * KB)),
    "60 KB without a blank": lambda: (["a" * (60 * KB)], ["a" * (30 * KB) + "b" * (30 * KB)]),
    "600 KB, 5 edits": lambda: _prose(600 * KB, lambda old: texts.edited(old, 5)),
    "600 KB, 5,000 edits": lambda: _prose(600 * KB, lambda old: texts.edited(old, 5000)),
    "600 KB, rewritten": lambda: _rewritten(600 * KB),
    "600 KB, one paragraph rewritten": lambda: _in_one(_rewritten(600 * KB)),
    "600 KB, a tenth of the words replaced": lambda: pair("words", "paragraphs", "a tenth replaced", 600 * KB),
    "600 KB, paragraphs of one word shuffled": lambda: pair("rare words", "crumbs", "shuffled", 600 * KB),
    "600 KB, paragraphs of one letter": lambda: pair("letters", "crumbs", "rewritten", 600 * KB),
    "600 KB of Chinese, a tenth replaced": lambda: pair("Han", "paragraphs", "a tenth replaced", 600 * KB),
    "600 KB of full stops and commas": lambda: pair("full stops and commas", "one paragraph", "rewritten", 600 * KB),
}


def measure(both: Pair, size: int) -> dict[str, tuple[float, float]]:
    """Least milliseconds of CPU and of wall of a comparison and of a judgement."""
    old, new = both
    diff = _least(lambda: compare_paragraphs(old, new), _most("diff", size))
    before, after = _statement(old), _statement(new)
    return {"diff": diff, "classify": _least(lambda: classify(before, after), _most("classify", size))}


def _least(work: Callable[[], object], goal: float = 0.0) -> tuple[float, float]:
    """The best of five, or of fewer as soon as it takes less than half of the goal."""
    cpu = wall = float("inf")
    gc.collect()
    gc.freeze()  # as a crawl does: what was there before is none of the work
    for _ in range(5):
        start, start_wall = time.process_time(), time.perf_counter()
        result = work()
        cpu = min(cpu, (time.process_time() - start) * 1000)
        wall = min(wall, (time.perf_counter() - start_wall) * 1000)
        del result
        if cpu < goal / 2 and goal > 1:
            break
    return cpu, wall


def _statement(paragraphs: list[str]) -> Statement:
    return Statement(
        site="un",
        doc_id="1",
        language="en",
        title="Remarks",
        paragraphs=tuple(Paragraph(text=text, html="") for text in paragraphs),
    )


def _most(what: str, size: int) -> float:
    """The goal for texts of so many KB: 25 and 250 ms for 60, 300 and 1,000 ms for 600."""
    if size <= 6:
        return 1.0 if what == "diff" else 5.0
    return {"diff": 25.0, "classify": 250.0}[what] if size <= 60 else {"diff": 300.0, "classify": 1000.0}[what]


def worst(kind: str, size: int, every: bool) -> dict[str, tuple[float, float, str]]:
    """The slowest comparison and judgement of texts of that kind, and of which paragraphs and edit."""
    found = {"diff": (0.0, 0.0, ""), "classify": (0.0, 0.0, "")}
    edits = (*EDITS, *REWRITES) if every else _TELLING
    for paragraphs, edit in product(LENGTHS, edits):
        for what, (cpu, wall) in measure(pair(kind, paragraphs, edit, size * KB), size).items():
            found[what] = max(found[what], (cpu, wall, f"{paragraphs}, {edit}"))
    return found


def report(size: int = 60, every: bool = False) -> Report:
    """Every case and kind, each in a process of its own."""
    loop, _ = _least(lambda: sum(range(KB * KB)))
    measurements = [*_named(), *_kinds(size, every), Measurement(what="sum(range(1_000_000))", value=loop, unit="ms")]
    return Report(name="diff", measurements=measurements)


def _named() -> Iterator[Measurement]:
    for name in CASES:
        found = _run("--case", name)
        size = int(name.split()[0]) if name[0].isdigit() else 0
        if size:
            cpu, wall = found["diff"]
            goal = _most("diff", size) if size > 6 or "5 edits" in name else None
            yield Measurement(what=f"{name} (wall {wall:.1f})", value=cpu, unit="ms", goal=goal)
            cpu, wall = found["classify"]
            goal = _most("classify", size) if size > 6 else None
            yield Measurement(what=f"{name}, significance (wall {wall:.1f})", value=cpu, unit="ms", goal=goal)
        yield Measurement(what=f"{name}, peak", value=found["mib"], unit="MiB", goal=50 if size == 60 else None)


def _kinds(size: int, every: bool) -> Iterator[Measurement]:
    for kind in PIECES:
        found = _run("--kind", kind, "--size", str(size), *(["--every"] if every else []))
        for what, label in (("diff", ""), ("classify", ", significance")):
            cpu, wall, where = found[what]
            name = f"{size} KB of {kind}{label}; worst: {where} (wall {wall:.1f})"
            yield Measurement(what=name, value=cpu, unit="ms", goal=_most(what, size))
        name = f"{size} KB of {kind}, highest peak"
        yield Measurement(what=name, value=found["mib"], unit="MiB", goal=50 if size == 60 else None)


def _run(*options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.diff", *options]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Prints the table, or with `--case` or `--kind` one measurement as JSON."""
    parser = argparse.ArgumentParser(description="Time and memory of the word diff and of significance.")
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--kind", choices=PIECES)
    parser.add_argument("--size", type=int, default=60, metavar="KB", help="of the texts of each kind (default: 60)")
    parser.add_argument("--every", action="store_true", help="every edit to texts of each kind; takes half an hour")
    options = parser.parse_args()
    if options.case is not None:
        size = int(options.case.split()[0]) if options.case[0].isdigit() else 0
        print(json.dumps({**measure(CASES[options.case](), size), "mib": _peak()}))
    elif options.kind is not None:
        print(json.dumps({**worst(options.kind, options.size, options.every), "mib": _peak()}))
    else:
        print(as_table(report(options.size, options.every)))


if __name__ == "__main__":
    main()
