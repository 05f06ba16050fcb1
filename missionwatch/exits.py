"""Exit codes, as the contract names them, and the errors that carry one."""

from typing import Final

OK: Final = 0
"""All went well, also when nothing had changed."""
FAILURE: Final = 1
"""The command failed; one sentence on standard error says why and what to do."""
USAGE: Final = 2
"""The command line is not understood or cannot be carried out."""
PARTIAL: Final = 3
"""Done in part: some pages could not be read, some captures not repaired, or a server took no letter."""
UNREACHABLE: Final = 4
"""The site could not be reached, or refused to answer."""
SUSPENDED: Final = 5
"""Too many statements seem edited or removed at once: these changes are held back until somebody looks."""
CHANGED: Final = 10
"""Something changed (only with `crawl --exit-code`)."""
LEASE_HELD: Final = 75
"""Another crawl goes on, or another daemon runs; try again when it has ended."""
CONFIG: Final = 78
"""The configuration cannot be used; the sentence names the key and the file or variable."""

OUTCOMES: Final = {
    "ok": OK,
    "partial": PARTIAL,
    "unreachable": UNREACHABLE,
    "blocked": UNREACHABLE,
    "suspended": SUSPENDED,
    "failed": FAILURE,
}
"""Exit code of a run's outcome. Of several sites the worst one counts: see `worst`."""

_GRAVITY = (OK, PARTIAL, SUSPENDED, UNREACHABLE, FAILURE)


class UsageError(Exception):
    """A command line that cannot be carried out; one sentence that says what would do."""


class ConfigError(Exception):
    """A configuration that cannot be used; one sentence that names the key and the file."""


def worst(codes: list[int]) -> int:
    """The gravest of several exit codes; 0 of none."""
    return max(codes, key=_GRAVITY.index, default=OK)
