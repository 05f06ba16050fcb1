"""What holds in every archive at every moment, whatever happened to the processes that wrote it."""

import json
from datetime import UTC, datetime, timedelta

from store.changelog import GENESIS, format_moment, line_hash
from store.database import Database
from store.reader import Reader
from tests.mission import Mission

HALF_WRITTEN = {
    "a version without its change": """
        SELECT v.statement_id, v.number FROM version v LEFT JOIN change c
        ON c.statement_id = v.statement_id AND c.to_version = v.number
        GROUP BY v.id HAVING COUNT(c.id) <> 1""",
    "a statement that does not stand at its last version": """
        SELECT s.key FROM statement s LEFT JOIN version v ON v.statement_id = s.id
        AND v.number = (SELECT MAX(number) FROM version WHERE statement_id = s.id)
        WHERE s.version IS NOT v.number OR s.text_sha256 IS NOT v.text_sha256""",
    "versions with a gap": """
        SELECT statement_id FROM version GROUP BY statement_id HAVING MIN(number) <> 1 OR MAX(number) <> COUNT(*)""",
    "a version that repeats the one before": """
        SELECT v.statement_id FROM version v JOIN version w
        ON w.statement_id = v.statement_id AND w.number = v.number + 1 AND w.text_sha256 = v.text_sha256""",
}


def check_archive(mission: Mission) -> None:
    """The file is sound, nothing is half written, change numbers have no gaps, and their hashes are a chain."""
    assert mission.rows("PRAGMA integrity_check") == [("ok",)]
    assert mission.rows("PRAGMA foreign_key_check") == []
    assert {what: found for what, query in HALF_WRITTEN.items() if (found := mission.rows(query))} == {}
    _check_chain(mission)


def check_texts(mission: Mission) -> None:
    """Every version's text and page can be read back, and have the hashes they were kept under."""
    database = Database(f"sqlite:///{mission.database}")
    reader = Reader(database)
    for key, number, *_ in mission.versions():
        assert reader.version(key, number).key == key
        assert reader.capture(key, number).startswith(b"<!DOCTYPE html>")
    database.close()


def _check_chain(mission: Mission) -> None:
    rows = mission.rows("""
        SELECT c.id, c.type, s.key, c.detected, c.from_version, c.to_version, lower(hex(v.text_sha256)),
        c.significance, c.reasons, c.baseline, c.title, c.url, c.hash
        FROM change c JOIN statement s ON s.id = c.statement_id
        JOIN version v ON v.statement_id = s.id AND v.number = c.to_version ORDER BY c.id""")
    assert [row[0] for row in rows] == list(range(1, len(mission.rows("SELECT id FROM change")) + 1))
    moments = [row[3] for row in rows]
    assert moments == sorted(set(moments))
    previous = GENESIS
    names = (
        *("id", "type", "statement", "detected", "from_version", "to_version", "text_sha256"),
        *("significance", "reasons", "baseline", "title", "url"),
    )
    for row in rows:
        fields = dict(zip(names, row, strict=False))
        detected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=fields["detected"])
        fields |= {
            "detected": format_moment(detected),
            "reasons": json.loads(fields["reasons"]),
            "baseline": bool(fields["baseline"]),
        }
        previous = line_hash(previous, fields)
        assert previous == row[-1], fields
