"""Whatever is altered after it was recorded is found and named, on both engines."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select, update

from store.changelog import fields_of, line_hash
from store.database import Database
from store.head import Head
from store.reader import Reader
from store.tables import blob, capture, change, statement, version
from store.verification import Verdict, verify, verify_connection
from tests.store.databases import Databases
from tests.store.history import tampered, with_history
from tests.store.world import a_statement, at, looked, page_of, record, rows


@pytest.fixture
def kept(database: Database) -> Database:
    with_history(database)
    return database


def test_what_was_recorded_holds(kept: Database) -> None:
    verdict = verify(kept)
    assert verdict == Verdict(
        counts={
            "blobs": len(rows(kept, blob)),
            "captures": len(rows(kept, capture)),
            "versions": 8,
            "statements": 5,
            "changes": 8,
        },
        head=Reader(kept).head(),
    )
    assert verdict.head is not None
    assert verdict.head.hash == Reader(kept).change_head()


def test_an_empty_archive_holds(database: Database) -> None:
    assert verify(database) == Verdict()


def _of(key: str, number: int) -> Any:
    owner = select(statement.c.id).where(statement.c.key == key).scalar_subquery()
    return (version.c.statement_id == owner) & (version.c.number == number)


BYTES = "its bytes do not have the hash they were kept under"
LINE = "its hash is not that of its line and of the hash before"
TAMPERED: list[tuple[Table, Any, dict[str, Any], str]] = [
    (blob, blob.c.id == 1, {"sha256": bytes(32)}, f"capture 1 of https://mission.example/eng/harbour/: {BYTES}."),
    (blob, blob.c.id == 2, {"size": 7}, f"capture 2 of {page_of()}: its bytes are not as many as were kept."),
    (blob, blob.c.id == 2, {"depth": 3}, f"capture 2 of {page_of()}: it does not fit the bytes it was kept against."),
    (version, _of("un-1001", 2), {"text_sha256": bytes(32)}, "version 2 of un-1001: its text does not have the hash"),
    (version, _of("un-1001", 4), {"number": 9}, "version 9 of un-1001: version 4 is not there."),
    (version, _of("un-1001", 2), {"kind": "invented"}, "version 2 of un-1001: 'invented' is no kind of version."),
    (version, _of("un-1001", 2), {"kind": "reextracted"}, "version 2 of un-1001: it repairs no earlier version"),
    (version, _of("un-1001", 2), {"capture_id": 1}, "version 2 of un-1001: its capture 1 is no page of a statement."),
    (version, _of("un-1001", 1), {"observed_first": at(99)}, "version 1 of un-1001: the time it was seen in is none."),
    (capture, capture.c.id == 2, {"headers": "[1]"}, f"capture 2 of {page_of()}: it cannot be read (TypeError"),
    (capture, capture.c.id == 2, {"headers": '[["a", 1]]'}, f"capture 2 of {page_of()}: it cannot be read (ValueError"),
    (capture, capture.c.id == 2, {"status": 7}, f"capture 2 of {page_of()}: 7 is no status of an answer."),
    (
        statement,
        statement.c.key == "un-1001",
        {"version": 3},
        "statement un-1001: it stands at version 3, but",
    ),
    (
        statement,
        statement.c.key == "un-1001",
        {"text_sha256": bytes(32)},
        "statement un-1001: it does not have the",
    ),
    (statement, statement.c.key == "un-1001", {"doc_id": "9"}, "statement un-1001: its site and document are un, 9."),
    (change, change.c.id == 5, {"type": "new"}, f"change 5: {LINE}."),
    (change, change.c.id == 5, {"title": "Remarks"}, f"change 5: {LINE}."),
    (change, change.c.id == 5, {"url": "https://mission.example/"}, f"change 5: {LINE}."),
    (change, change.c.id == 5, {"significance": "low"}, f"change 5: {LINE}."),
    (change, change.c.id == 5, {"reasons": '["title"]'}, f"change 5: {LINE}."),
    (change, change.c.id == 5, {"reasons": '[ "text"]'}, "change 5: it is not written as the log writes its lines."),
    (change, change.c.id == 5, {"reasons": "text"}, "change 5: it cannot be read (JSONDecodeError"),
    (change, change.c.id == 1, {"baseline": False}, f"change 1: {LINE}."),
    (change, change.c.id == 5, {"from_version": None}, f"change 5: {LINE}."),
    (change, change.c.id == 5, {"from_version": 77}, "change 5: its version before is not there."),
    (change, change.c.id == 5, {"to_version": 77}, "change 5: its version is not there."),
    (change, change.c.id == 5, {"detected": at(19)}, f"change 5: {LINE}."),
    (change, change.c.id == 5, {"detected": at(3)}, "change 5: its moment is not after that of the change before."),
    (change, change.c.id == 5, {"hash": bytes(32)}, f"change 5: {LINE}."),
    (change, change.c.id == 8, {"id": 9}, "change 9: change 8 is not there."),
]


def test_the_wrong_record_is_named(kept: Database) -> None:
    found = []
    for table, where, values, _ in TAMPERED:
        with tampered(kept) as connection:
            assert connection.execute(update(table).where(where).values(**values)).rowcount == 1
            found.append(verify_connection(connection).wrong or "")
    expected = [sentence for *_, sentence in TAMPERED]
    assert [said[: len(sentence)] for said, sentence in zip(found, expected, strict=True)] == expected
    assert all(said.endswith(".") and "\n" not in said for said in found)


def test_kept_bytes_that_are_altered_are_named_by_what_they_are(kept: Database) -> None:
    def newest_first(table: Table) -> Any:
        return select(table).order_by(table.c.id.desc())

    with kept.reading() as connection:
        owners = {
            **{row.blob_id: f"version {row.number} of " for row in connection.execute(newest_first(version))},
            **{row.blob_id: f"capture {row.id} of " for row in connection.execute(newest_first(capture))},
        }
    for row in rows(kept, blob):
        with tampered(kept) as connection:
            flipped = bytes(row["data"][:-1]) + bytes([row["data"][-1] ^ 1])
            connection.execute(update(blob).where(blob.c.id == row["id"]).values(data=flipped))
            verdict = verify_connection(connection)
        assert verdict.wrong is not None
        assert verdict.wrong.startswith(owners[row["id"]])
        assert verdict.counts["blobs"] == row["id"] - 1, "the first wrong one is named"


def test_a_record_that_is_gone_is_missed(kept: Database) -> None:
    for table, where, sentence in (
        (change, change.c.id == 3, "change 4: change 3 is not there."),
        (version, _of("un-1002", 1), "statement un-1002: its version 1 is not there."),
        (version, _of("un-1001", 4), "statement un-1001: it stands at version 4, but the last one is 3."),
    ):
        with tampered(kept) as connection:
            connection.execute(table.delete().where(where))
            assert verify_connection(connection).wrong == sentence


def test_a_pointer_into_nothing_is_named(sqlite_databases: Databases) -> None:
    """As another program would leave it that does not ask SQLite for foreign keys."""
    for sql, sentence in (
        ("DELETE FROM blob WHERE id = 1", "blob 8: blob 1 is not there."),
        ("DELETE FROM capture WHERE id = 2", "version 1: capture 2 is not there."),
        ("UPDATE capture SET page_id = 777 WHERE id = 3", "capture 3: page 777 is not there."),
        ("UPDATE page SET capture_id = 777 WHERE id = 3", "page 3: capture 777 is not there."),
        ("UPDATE change SET run_id = 777 WHERE id = 4", "change 4: run 777 is not there."),
    ):
        database = Database(sqlite_databases.fresh())
        with_history(database)
        with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as connection:
            connection.execute(sql)
            connection.commit()
        assert verify(database).wrong == sentence
        database.close()


def test_the_head_is_the_newest_change(kept: Database) -> None:
    newest = rows(kept, change)[-1]
    assert Reader(kept).head() == Head(number=newest["id"], hash=newest["hash"].hex(), moment=newest["detected"])


def test_a_rewritten_log_holds_in_itself_but_not_before_a_witness(kept: Database) -> None:
    witness = Reader(kept).head()
    assert witness is not None
    with tampered(kept) as connection:
        connection.execute(update(change).where(change.c.id == 6).values(title="Something else"))
        _rewrite_chain(connection)
        assert verify_connection(connection).ok
        found = verify_connection(connection, witness).wrong
        assert found == "change 8: it is not the change that was witnessed as head."
    with tampered(kept) as connection:
        connection.execute(change.delete().where(change.c.id == 8))
        assert verify_connection(connection).ok
        assert verify_connection(connection, witness).wrong == "change 8: witnessed as head, but the log ends with 7."


def test_a_log_that_went_on_still_holds_what_was_witnessed(kept: Database) -> None:
    witness = Reader(kept).head()
    record(kept, looked(a_statement("1002", "Closed today."), at(70)), now=at(70))
    verdict = verify(kept, witness)
    assert verdict.ok
    assert verdict.head == Reader(kept).head() != witness


def test_it_sees_one_state_while_others_write(databases: Databases) -> None:
    url = databases.fresh()
    database, other = Database(url), Database(url)
    with_history(database)
    with database.reading() as connection:
        before = verify_connection(connection)
        record(other, looked(a_statement("1002", "Closed today."), at(70)), now=at(70))
        assert verify_connection(connection) == before
    assert verify(database).counts["changes"] == before.counts["changes"] + 1
    database.close()
    other.close()


def test_memory_is_bounded_by_the_largest_page(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for next to nothing in the cache the bases are read again, and the verdict is the same."""
    with_history(database)
    before = verify(database)
    monkeypatch.setattr("store.blobs.CACHED_BYTES", 1)
    assert verify(database) == before


def _rewrite_chain(connection: Connection) -> None:
    """What a forger would do: recompute every hash after the altered line."""
    lines = connection.execute(
        select(change, statement.c.key.label("statement"), version.c.text_sha256)
        .join(statement, statement.c.id == change.c.statement_id)
        .join(version, (version.c.statement_id == change.c.statement_id) & (version.c.number == change.c.to_version))
        .order_by(change.c.id)
    ).all()
    previous = bytes(32)
    for line in lines:
        fields = dict(line._mapping) | {"reasons": json.loads(line.reasons)}
        previous = line_hash(previous, fields_of(fields))
        connection.execute(update(change).where(change.c.id == line.id).values(hash=previous))
