"""The change log from its first line to its head: each hash recomputed over the one before."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, and_, select

from store.changelog import GENESIS, fields_of, line_hash
from store.columns import EPOCH
from store.head import Head
from store.tables import blob, capture, change, statement, version
from store.verification.records import STREAMED, raw
from store.verification.verdict import Verdict, demand, is_moment, reading


def check_chain(connection: Connection, verdict: Verdict, witness: Head | None) -> None:
    """Every line has the next number, a later moment, versions that are there, and the hash of what it says.

    `witness` is a head that somebody kept: the log must still hold it.
    """
    told, before = version.alias(), version.alias()
    plain = [each for each in change.c if each.name not in ("detected", "baseline")]
    rows = (
        select(
            *plain,
            raw(change.c.detected),
            raw(change.c.baseline),
            statement.c.key.label("statement"),
            told.c.text_sha256.label("text_sha256"),
            blob.c.sha256.label("capture_sha256"),
            before.c.id.label("before_id"),
        )
        .join(statement, statement.c.id == change.c.statement_id)
        .outerjoin(told, and_(told.c.statement_id == statement.c.id, told.c.number == change.c.to_version))
        .outerjoin(capture, capture.c.id == told.c.capture_id)
        .outerjoin(blob, blob.c.id == capture.c.blob_id)
        .outerjoin(before, and_(before.c.statement_id == statement.c.id, before.c.number == change.c.from_version))
        .order_by(change.c.id)
    )
    with connection.execute(rows, execution_options=STREAMED) as found:
        for row in found:
            with reading(f"change {row.id}"):
                verdict.head = _next_head(row, verdict.head)
            if witness is not None and witness.number == row.id:
                demand(witness == verdict.head, f"change {row.id}", "it is not the change that was witnessed as head")
            verdict.counts["changes"] += 1
    last = verdict.counts["changes"]
    if witness is not None:
        demand(witness.number <= last, f"change {witness.number}", f"witnessed as head, but the log ends with {last}")


def _next_head(row: Any, head: Head | None) -> Head:
    """The head after one line more. Raises WrongRecordError unless the line follows on the head."""
    record, number = f"change {row.id}", head.number + 1 if head else 1
    demand(row.id == number, record, f"change {number} is not there")
    demand(row.to_version is None or row.text_sha256 is not None, record, "its version is not there")
    demand(row.from_version is None or row.before_id is not None, record, "its version before is not there")
    # A line has whole milliseconds, so that what is hashed is all that is kept.
    demand(is_moment(row.detected) and row.detected % 1000 == 0, record, "its moment is none of the log's")
    moment = EPOCH + timedelta(microseconds=row.detected)
    demand(head is None or moment > head.moment, record, "its moment is not after that of the change before")
    reasons = json.loads(row.reasons)
    as_written = row.baseline in (0, 1) and json.dumps(reasons, ensure_ascii=False) == row.reasons
    demand(as_written, record, "it is not written as the log writes its lines")
    line = dict(row._mapping) | {"detected": moment, "baseline": bool(row.baseline), "reasons": reasons}
    found = line_hash(bytes.fromhex(head.hash) if head else GENESIS, fields_of(line))
    demand(found == row.hash, record, "its hash is not that of its line and of the hash before")
    return Head(number=number, hash=found.hex(), moment=moment)
