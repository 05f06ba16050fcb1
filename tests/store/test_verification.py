"""Whatever is altered after it was recorded is found and named, on both engines."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from store import schema
from store.changelog import GENESIS, line_hash
from store.database import Database
from store.head import Head
from store.reader import Reader
from store.tables import (
    blob,
    capture,
    change,
    coverage,
    held,
    incident,
    page,
    statement,
    version,
)
from store.verification import Verdict, verify, verify_connection
from store.verification.seals import capture_seal, version_seal
from tests.store.databases import Databases
from tests.store.history import CHANGES, FIRST, SEALED, reseal, rewrite_chain, tampered, twice, with_history
from tests.store.releases import written_by_0001
from tests.store.world import START, a_statement, at, looked, page_of, record, rows


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
            "changes": CHANGES,
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
SEAL = "it is not what was sealed when it was recorded"
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
    (capture, capture.c.id == 2, {"headers": "7"}, f"capture 2 of {page_of()}: it cannot be read (TypeError"),
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
    (change, change.c.id == 5, {"form": 1}, f"change 5: {LINE}."),
    (change, change.c.id == 5, {"form": 3}, "change 5: it cannot be read (ValueError: there is no form 3)."),
    (change, change.c.id == CHANGES, {"id": CHANGES + 1}, f"change {CHANGES + 1}: change {CHANGES} is not there."),
    (change, change.c.type == "removed", {"title": "Remarks"}, f"change {CHANGES}: {LINE}."),
    (capture, capture.c.id == 2, {"seal": None}, f"capture 2 of {page_of()}: {SEAL}."),
    (capture, capture.c.id == 2, {"headers": '[["a", "1"]]'}, f"capture 2 of {page_of()}: its headers are not written"),
    (capture, capture.c.id == 8, {"headers": "[2,3]"}, f"capture 8 of {page_of()}: {SEAL}."),
    *(
        (capture, capture.c.id == 8, {"headers": headers}, f"capture 8 of {page_of()}: {what}")
        for headers, what in (
            ('[3,2,[20,"40",7]]', "its headers are not written"),
            ('[2,1,1,[20,"40",7]]', "its headers are not written"),
            ('[7,2,[20,"40",7]]', "it cannot be read (TypeError"),
            ("[77,3]", "it cannot be read (ValueError: capture 77,"),
        )
    ),
    (capture, capture.c.id == 2, {"headers": "[2,3]"}, f"capture 2 of {page_of()}: it cannot be read (TypeError"),
    (capture, capture.c.id == 2, {"url": ""}, f"capture 2 of {page_of()}: {SEAL}."),
    (
        page,
        page.c.url == page_of(),
        {"url": "https://mission.example/"},
        f"capture 2 of https://mission.example/: {SEAL}.",
    ),
    (version, _of("un-1001", 2), {"seal": None}, f"version 2 of un-1001: {SEAL}."),
    (version, _of("un-1001", 2), {"extractor": ""}, "version 2 of un-1001: it does not say who read it."),
    (version, version.c.id == 8, {"id": 9}, "version 1 of mfa-7: it stands as number 9 of all, where 8 is due."),
    (statement, statement.c.key == "un-1001", {"duplicate_of": 777}, "statement 3: statement 777 is not there."),
    (coverage, coverage.c.id == 1, {"until": at(-1)}, "coverage 1 of un-1001: the time it covers is none."),
    (coverage, coverage.c.id == 1, {"result": "odd"}, "coverage 1 of un-1001: 'odd' is no result of a look."),
    (coverage, coverage.c.id == 1, {"looks": 0}, "coverage 1 of un-1001: it counts 0 looks."),
    (held, held.c.kind == "edited", {"kind": "new"}, "held change of un-1001: 'new' is no change that waits."),
    (held, held.c.kind == "edited", {"text_sha256": None}, "held change of un-1001: its text hash does not go with"),
    (held, held.c.kind == "edited", {"crawls": 0}, "held change of un-1001: it counts 0 crawls."),
    (incident, incident.c.id == 1, {"site": "xy"}, "incident 1: no run is of its site xy."),
    (incident, incident.c.id == 1, {"code": "odd"}, "incident 1: 'odd' is no code of an incident."),
    (incident, incident.c.id == 1, {"scope": "eng/odd"}, "incident 1: eng/odd is no section of un."),
    (incident, incident.c.id == 1, {"times": 0}, "incident 1: it counts 0 times."),
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


def test_seals_that_were_given_stay() -> None:
    """A changed golden hash is a broken promise."""
    sealed = capture_seal(
        page="https://mission.example/关于.htm",
        url=None,
        fetched=1_772_443_800_000_001,
        status=200,
        headers=(("Content-Type", "text/html"), ("X-Name", "wert: ö")),
        body_sha256=bytes(range(32)),
    )
    assert sealed.hex() == "00e060f4157d7a230959ac6bc457c47af26ca03443a3ada5f0c5225b49ea1416"
    assert (
        sealed
        == sha256(
            b"missionwatch-capture/1\n"
            b'{"body_sha256":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
            b'"fetched":1772443800000001,"headers":[["Content-Type","text/html"],["X-Name","wert: \xc3\xb6"]],'
            b'"page":"https://mission.example/\xe5\x85\xb3\xe4\xba\x8e.htm","status":200,'
            b'"url":"https://mission.example/\xe5\x85\xb3\xe4\xba\x8e.htm"}'
        ).digest()
    )
    line = {"id": 1, "type": "new", "statement": "un-1001", "text_sha256": "00" * 32, "capture_sha256": "11" * 32}
    assert line_hash(GENESIS, line).hex() == "d89acda2872c26a61a96987ce37a411e05bbc99eb18282759d773454a809f6ad"
    assert (
        line_hash(GENESIS, line)
        == sha256(
            b"missionwatch-change/2\n" + b"0" * 64 + b'\n{"capture_sha256":"' + b"11" * 32 + b'","id":1,'
            b'"statement":"un-1001","text_sha256":"' + b"00" * 32 + b'","type":"new"}'
        ).digest()
    )
    of = version_seal(
        statement="un-1001",
        number=2,
        kind="observed",
        text_sha256=bytes(32),
        capture_seal=sealed,
        extractor="reader/1",
        observed_first=1_772_443_800_000_001,
    )
    assert of.hex() == "fea295a2e4f6bb61a3c59add3e1cc931b8fa43054662b8166c4ceae7d146962f"
    assert (
        of
        == sha256(
            b"missionwatch-version/1\n"
            b'{"capture_seal":"' + sealed.hex().encode() + b'","extractor":"reader/1","kind":"observed","number":2,'
            b'"observed_first":1772443800000001,"statement":"un-1001","text_sha256":"' + b"00" * 32 + b'"}'
        ).digest()
    )


def test_a_line_of_the_first_form_still_holds(kept: Database) -> None:
    """A log of release 0001, as it stands after the upgrade: its lines have form 1, those after it form 2."""
    with tampered(kept) as connection:
        connection.execute(update(change).where(change.c.id <= 5).values(form=1))
        rewrite_chain(connection)
        assert verify_connection(connection).wrong is None


def test_an_upgrade_seals_what_an_older_release_wrote(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        written_by_0001(database)
        schema.upgrade(database)
        assert verify(database).wrong is None
        assert {row["form"] for row in rows(database, change)} == {1}
        lines = len(rows(database, change))
        record(database, looked(a_statement("9001"), at(70)), now=START + timedelta(days=9_000))
        before = {table: rows(database, table) for table in SEALED}
        assert [row["form"] for row in before[change]] == [*[1] * lines, 2]
        # There and back again: seals and forms are worked out from what is kept.
        schema.downgrade(database, "0001")
        schema.upgrade(database)
        assert {table: rows(database, table) for table in SEALED} == before
        assert verify(database).wrong is None


def test_an_upgrade_leaves_what_it_cannot_read_to_be_named(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        schema.upgrade(database)
        with_history(database)
        schema.downgrade(database, "0001")
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE capture SET headers = '[[1]]' WHERE id = 2")
        schema.upgrade(database)
        assert [row["id"] for row in rows(database, capture) if row["seal"] is None] == [2]
        assert (verify(database).wrong or "").startswith(f"capture 2 of {page_of()}: it cannot be read")


def test_a_clock_that_was_set_back_is_no_damage(kept: Database) -> None:
    before = [row["observed_last"] for row in rows(kept, version)]
    record(kept, looked(a_statement("1004", *FIRST, title="Remarks 1004 — 第一"), at(5)), now=at(5))
    assert [row["observed_last"] for row in rows(kept, version)] == before
    assert verify(kept).wrong is None


def test_the_bytes_of_a_page_are_in_the_chain(kept: Database) -> None:
    """Who swaps the capture behind a version and seals everything anew still does not have the hash of the line."""
    with tampered(kept) as connection:
        other = connection.execute(select(capture.c.blob_id).where(capture.c.id == 3)).scalar_one()
        connection.execute(update(capture).where(capture.c.id == 2).values(blob_id=other))
        reseal(connection)
        assert verify_connection(connection).wrong == f"change 1: {LINE}."


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
        rewrite_chain(connection)
        assert verify_connection(connection).ok
        found = verify_connection(connection, witness).wrong
        assert found == f"change {CHANGES}: it is not the change that was witnessed as head."
    with tampered(kept) as connection:
        connection.execute(change.delete().where(change.c.id == CHANGES))
        assert verify_connection(connection).ok
        found = verify_connection(connection, witness).wrong
        assert found == f"change {CHANGES}: witnessed as head, but the log ends with {CHANGES - 1}."


def test_a_log_that_went_on_still_holds_what_was_witnessed(kept: Database) -> None:
    witness = Reader(kept).head()
    record(kept, twice(looked(a_statement("1002", "Closed today."), at(70))), now=at(70))
    verdict = verify(kept, witness)
    assert verdict.ok
    assert verdict.head == Reader(kept).head() != witness


def test_it_sees_one_state_while_others_write(databases: Databases) -> None:
    url = databases.fresh()
    database, other = Database(url), Database(url)
    with_history(database)
    with database.reading() as connection:
        before = verify_connection(connection)
        record(other, twice(looked(a_statement("1002", "Closed today."), at(70))), now=at(70))
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
