"""The ledger of looks: for every statement when we looked and what we got, as intervals.

A look with the same result as the last one lengthens its interval; another result begins a new one, and so does each
change, since of two edits in a row each has a time of its own. Between the end of one interval and the beginning of the
next nobody looked. So "edited between 14:05 and 14:35" is a claim with evidence, and so is "unchanged since". Results:

`first` the look that found it · `unchanged` read, same text · `not_modified` the site says so (304) · `changed` read,
other text than before · `missing` its own address says that it is not there · `failed` no usable answer · `unclear` two
looks within seconds contradicted each other
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, case, func, select, update

from store.model import Interval
from store.tables import coverage

Result = Literal["first", "unchanged", "not_modified", "changed", "missing", "failed", "unclear"]


class CoverageBook:
    """The ledger inside one transaction: `note` gathers, `flush` writes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._looks: dict[int, list[tuple[Result, datetime]]] = {}

    def note(self, statement_id: int, result: Result, at: datetime) -> None:
        self._looks.setdefault(statement_id, []).append((result, at))

    def flush(self) -> None:
        """Writes the looks: one query, one update and one insert for all."""
        if not self._looks:
            return
        newest = (
            select(func.max(coverage.c.id))
            .where(coverage.c.statement_id.in_(list(self._looks)))
            .group_by(coverage.c.statement_id)
        )
        columns = select(coverage.c.id, coverage.c.statement_id, coverage.c.result).where(coverage.c.id.in_(newest))
        open_rows = {row.statement_id: row for row in self._connection.execute(columns)}
        next_id = (self._connection.execute(select(func.max(coverage.c.id))).scalar() or 0) + 1
        longer: list[dict[str, Any]] = []
        new: list[dict[str, Any]] = []
        for statement_id, looks in self._looks.items():
            row = open_rows.get(statement_id)
            current: dict[str, Any] | None = None
            for result, at in looks:
                lengthens = result != "changed"
                if lengthens and current is not None and current["result"] == result:
                    current["until"], current["looks"] = max(current["until"], at), current["looks"] + 1
                elif lengthens and current is None and row is not None and row.result == result:
                    current = {"of": row.id, "result": result, "until": at, "looks": 1}
                    longer.append(current)
                else:
                    current = {
                        "id": next_id,
                        "statement_id": statement_id,
                        "result": result,
                        "since": at,
                        "until": at,
                        "looks": 1,
                    }
                    next_id += 1
                    new.append(current)
        if longer:
            until = bindparam("set_until", type_=coverage.c.until.type)
            self._connection.execute(
                update(coverage)
                .where(coverage.c.id == bindparam("of"))
                # The clock may have been set back since the interval began.
                .values(
                    until=case((coverage.c.until > until, coverage.c.until), else_=until),
                    looks=coverage.c.looks + bindparam("more"),
                ),
                [{"of": each["of"], "set_until": each["until"], "more": each["looks"]} for each in longer],
            )
        if new:
            self._connection.execute(coverage.insert(), new)
        self._looks.clear()


def intervals_of(connection: Connection, statement_id: int) -> tuple[Interval, ...]:
    """The ledger of one statement, oldest first."""
    rows = connection.execute(select(coverage).where(coverage.c.statement_id == statement_id).order_by(coverage.c.id))
    return tuple(Interval(since=row.since, until=row.until, result=row.result, looks=row.looks) for row in rows)
