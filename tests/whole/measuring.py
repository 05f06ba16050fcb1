"""The program with the most memory it took, as the system counted it."""

import sys
from collections.abc import Sequence

from tests.mission import Done, Mission

# The program is a child of a small process, since what a process takes over from its parent when it starts counts too.
_MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
with open(sys.argv[1], "w") as out:
    out.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""
_UNIT = 1 if sys.platform == "darwin" else 1024


def run_measured(mission: Mission, line: Sequence[str]) -> tuple[Done, int]:
    """Runs a command line to its end in a process of its own; what it said, and the peak of its memory in bytes."""
    peak = mission.folder / "peak"
    done = mission.run_line([sys.executable, "-c", _MEASURE, str(peak), *line], anew=True)
    taken = int(peak.read_text(encoding="ascii")) * _UNIT
    print(f"{taken >> 20} MiB at most: {' '.join(line[3:])}")
    return done, taken
