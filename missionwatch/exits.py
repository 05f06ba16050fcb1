"""Exit codes, as the contract names them, and the errors that carry one."""

from typing import Final

OK: Final = 0
FAILURE: Final = 1
USAGE: Final = 2
PARTIAL: Final = 3
UNREACHABLE: Final = 4
SUSPENDED: Final = 5
CHANGED: Final = 10
LEASE_HELD: Final = 75
CONFIG: Final = 78

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
