"""Word diff: milliseconds and peak memory for edits, rewrites and the worst texts known. `python -m benchmarks.diff`

Each case runs in a process of its own, so that its peak is its own; the first line shows what the interpreter and the
imports take alone. The time is the best of five, in CPU time, as other work on the machine is not ours; the memory is
the resident peak of the whole process.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.report import Measurement, Report, as_table
from store.textdiff import compare_paragraphs

Texts = tuple[list[str], list[str]]
KB = 1000


def _vocabulary(count: int, dice: random.Random) -> list[str]:
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    return ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(count)]


def prose(size: int, seed: int) -> list[str]:
    """Paragraphs of about `size` bytes in all, words of a few thousand with the frequencies of a natural language."""
    dice = random.Random(seed)
    words = _vocabulary(3000, random.Random(0))
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) + len(paragraphs) < size:
        sentences = [
            " ".join(dice.choices(words, weights, k=dice.randint(8, 24))).capitalize() + "."
            for _ in range(dice.randint(2, 6))
        ]
        paragraphs.append(" ".join(sentences))
    return paragraphs


def chinese(size: int, seed: int) -> list[str]:
    """One paragraph of about `size` bytes, three a character."""
    dice = random.Random(seed)
    characters = (
        dice.choice("，。") if dice.random() < 0.08 else chr(0x4E00 + int(dice.paretovariate(0.5)) % 3000)
        for _ in range(size // 3)
    )
    return ["".join(characters)]


def edited(paragraphs: list[str], edits: int, seed: int = 1) -> list[str]:
    """The same with single words replaced."""
    dice = random.Random(seed)
    result = list(paragraphs)
    for _ in range(edits):
        at = dice.randrange(len(result))
        words = result[at].split(" ")
        words[dice.randrange(len(words))] = f"new{dice.randrange(1000)}"
        result[at] = " ".join(words)
    return result


def shuffled(paragraphs: list[str]) -> list[str]:
    """The same paragraphs in another order."""
    return random.Random(2).sample(paragraphs, len(paragraphs))


def refrain(size: int) -> Texts:
    """One line again and again in one paragraph, and the same with 200 words replaced."""
    line = "we take note of the report and we take note of the plan, "
    text = [line * (size // len(line))]
    return text, edited(text, 200)


def _one_word() -> Texts:
    return ["peace " * 10_000], ["peace " * 4_000 + "quiet " * 2_000 + "peace " * 4_000]


def crumbs(size: int) -> Texts:
    """Half a paragraph kept; in the other half every second word replaced, small words left between."""
    kept = prose(size // 2, 1)
    return _joined([*kept, "stone of " * (size // 18)]), _joined([*kept, "water of " * (size // 18)])


def _joined(paragraphs: list[str]) -> list[str]:
    return [" ".join(paragraphs)]


CASES: dict[str, Callable[[], Texts]] = {
    "imports alone": lambda: ([], []),
    "6 KB, 5 edits": lambda: (prose(6 * KB, 1), edited(prose(6 * KB, 1), 5)),
    "6 KB, rewritten": lambda: (prose(6 * KB, 1), prose(6 * KB, 2)),
    "60 KB, 5 edits": lambda: (prose(60 * KB, 1), edited(prose(60 * KB, 1), 5)),
    "60 KB, 500 edits": lambda: (prose(60 * KB, 1), edited(prose(60 * KB, 1), 500)),
    "60 KB, rewritten": lambda: (prose(60 * KB, 1), prose(60 * KB, 2)),
    "60 KB, shuffled": lambda: (prose(60 * KB, 1), shuffled(prose(60 * KB, 1))),
    "60 KB, shuffled and edited": lambda: (prose(60 * KB, 1), edited(shuffled(prose(60 * KB, 1)), 300)),
    "60 KB, refrain, 200 edits": lambda: refrain(60 * KB),
    "60 KB, one paragraph rewritten": lambda: (_joined(prose(60 * KB, 1)), _joined(prose(60 * KB, 2))),
    "60 KB, one paragraph of Chinese rewritten": lambda: (chinese(60 * KB, 1), chinese(60 * KB, 2)),
    "60 KB, half of it in crumbs": lambda: crumbs(60 * KB),
    "60 KB, one word 10,000 times": _one_word,
    "60 KB of full stops and commas": lambda: (
        ["".join(random.Random(1).choices(".,", k=60 * KB))],
        ["".join(random.Random(2).choices(".,", k=60 * KB))],
    ),
    "60 KB of combining marks": lambda: (["e\u0301" * (20 * KB)], ["e\u0301a" * (15 * KB)]),
    "60 KB, paragraphs of one letter": lambda: (
        random.Random(1).choices("abcdefgh", k=30 * KB),
        random.Random(2).choices("abcdefgh", k=30 * KB),
    ),
    "600 KB, 5 edits": lambda: (prose(600 * KB, 1), edited(prose(600 * KB, 1), 5)),
    "600 KB, rewritten": lambda: (prose(600 * KB, 1), prose(600 * KB, 2)),
    "600 KB, one paragraph rewritten": lambda: (_joined(prose(600 * KB, 1)), _joined(prose(600 * KB, 2))),
}


def measure(case: str) -> dict[str, float]:
    """CPU milliseconds of one comparison, and MiB of the process so far."""
    old, new = CASES[case]()
    times = []
    for _ in range(5):
        start = time.process_time()
        blocks = compare_paragraphs(old, new)
        times.append(time.process_time() - start)
        del blocks
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return {"ms": min(times) * 1000, "mib": peak / unit}


def report() -> Report:
    """Every case in a process of its own."""
    measurements = []
    for name in CASES:
        command = [sys.executable, "-m", "benchmarks.diff", "--case", name]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        most = 50 if name.startswith("60 KB") else None
        measurements.append(Measurement(what=name, value=found["ms"], unit="ms", goal=_most_ms(name)))
        measurements.append(Measurement(what=f"{name}, peak", value=found["mib"], unit="MiB", goal=most))
    return Report(name="diff", measurements=measurements)


def _most_ms(case: str) -> float | None:
    size, _, what = case.partition(" KB")
    if size == "6":
        return 1 if "5 edits" in what else None
    return {"60": 25.0, "600": 300.0}.get(size)


def main() -> None:
    """Prints the table, or with `--case` one measurement as JSON."""
    parser = argparse.ArgumentParser(description="Time and memory of the word diff.")
    parser.add_argument("--case", choices=CASES)
    case = parser.parse_args().case
    if case is not None:
        print(json.dumps(measure(case)))
        return
    print(as_table(report()))


if __name__ == "__main__":
    main()
