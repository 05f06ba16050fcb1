"""What a verification says: how much was checked, and the first record that is wrong, if one is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from store.head import Head

COUNTED = ("blobs", "captures", "versions", "statements", "changes")
LAST_MOMENT = 253_402_300_799_999_999
"""The last microsecond of the year 9999, after which Python has no dates."""


class WrongRecordError(Exception):
    """A record is not what was kept; the message names it, says what is wrong, and is a sentence without its dot."""


@dataclass(slots=True, kw_only=True)
class Verdict:
    """The result of one verification."""

    wrong: str | None = None
    """The first wrong record, in one sentence; None if everything holds."""
    head: Head | None = None
    """The last line of the change log up to which everything holds."""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    """How many records of each kind were checked and hold."""

    @property
    def ok(self) -> bool:
        return self.wrong is None


def demand(holds: bool, record: str, what: str) -> None:
    """Raises WrongRecordError unless it holds."""
    if not holds:
        raise WrongRecordError(f"{record}: {what}")


@contextmanager
def reading(record: str) -> Iterator[None]:
    """Names the record that cannot even be read: SQLite keeps anything in any column."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise WrongRecordError(f"{record}: it cannot be read ({type(error).__name__}: {error})") from error


def is_moment(value: object) -> bool:
    """Whether a kept number is a moment: microseconds since 1970, up to the year 9999."""
    return isinstance(value, int) and 0 <= value <= LAST_MOMENT
