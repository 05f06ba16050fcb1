"""When a known statement is looked at again: minutes for the first hours, then hours, days, weeks; never "never".

Most edits come soon after publication, and a page that was edited once is edited again sooner than others, so each
edit moves a statement one rung down. The rungs are newsdiffs' table (measured on years of news sites) with the last
"never" replaced: a statement of 2004 can be edited too. Standard library only.
"""

from datetime import datetime, timedelta

RUNGS: tuple[tuple[timedelta, timedelta], ...] = (
    # up to this age          look again after
    (timedelta(hours=3), timedelta(minutes=15)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=7), timedelta(hours=3)),
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=90), timedelta(days=3)),
    (timedelta(days=365), timedelta(days=7)),
    (timedelta.max, timedelta(days=30)),
)
MAX_EDITS = 3
"""Edits that count; more bring a statement no further down."""
FULL_EVERY = 10
"""After so many "not modified" in a row a full answer is asked for: a server's validators may be wrong."""


def interval(age: timedelta, edits: int) -> timedelta:
    """Time between two looks at a statement that was published or last changed `age` ago and edited `edits` times."""
    rung = next(place for place, (limit, _) in enumerate(RUNGS) if age <= limit)
    return RUNGS[max(rung - min(edits, MAX_EDITS), 0)][1]


def overdue(now: datetime, *, checked: datetime | None, fresh: datetime, edits: int) -> timedelta | None:
    """How long ago a statement should have been looked at again; None if it is not due. Never looked at: at once.

    `fresh` is when it was published or last changed, whichever is later.
    """
    if checked is None:
        return timedelta.max
    late = now - checked - interval(max(now - fresh, timedelta(0)), edits)
    return late if late >= timedelta(0) else None
