"""A repair of our own reading makes versions and no news, and leaves nothing for the next crawl to find."""

from collections.abc import Mapping

import pytest
from sqlalchemy import update

from store.blobs import BlobCache, BlobShelf
from store.database import Database
from store.model import Capture, Statement
from store.observation import StatementSeen
from store.reextraction import Reextracted, Refused, UnreadableError, needs_reextraction, reextract
from store.stored_capture import stored_capture
from store.tables import capture, change, statement, version
from store.verification import verify
from tests.store.history import FIRST, with_history
from tests.store.world import a_statement, at, looked, page_of, record, rows

TODAY = "reader/2"
"""What reads in these tests; the archive was written by "reader/1"."""


@pytest.fixture
def kept(database: Database) -> Database:
    with_history(database)
    return database


class Reader:
    """Today's extractor: reads what the archive recorded, with some words read otherwise, and one page refused."""

    def __init__(self, words: Mapping[str, str] | None = None, refused: str = "") -> None:
        self._words = words or {}
        self._refused = refused
        self.asked: list[Capture] = []

    def __call__(self, seen: Capture) -> Statement:
        self.asked.append(seen)
        body = seen.body.decode()
        if self._refused and self._refused in body:
            raise UnreadableError("layout-changed: no template fits")
        title, _, text = body.partition("<h1>")[2].partition("</h1>")
        for old, new in self._words.items():
            text = text.replace(old, new)
        doc_id = title.split()[1]
        return a_statement(doc_id, *text.split("\n\n"), title=title, site=seen.site)

    def look(self, seen: StatementSeen) -> StatementSeen:
        """The same page as a crawl sees it today."""
        return StatementSeen(capture=seen.capture, statement=self(seen.capture), extractor=TODAY, confirmed=True)


def id_of(database: Database, key: str) -> int:
    (found,) = (row["id"] for row in rows(database, statement) if row["key"] == key)
    assert isinstance(found, int)
    return found


def versions(database: Database, key: str) -> list[tuple[int, str, str, int]]:
    """Number, kind, extractor and capture of each version."""
    of = id_of(database, key)
    found = sorted((row for row in rows(database, version) if row["statement_id"] == of), key=lambda row: row["number"])
    return [(row["number"], row["kind"], row["extractor"], row["capture_id"]) for row in found]


def test_where_nothing_reads_otherwise_no_version_is_written(kept: Database) -> None:
    named = {"extractor": TODAY, "seal": None}
    before = [row | named for row in rows(kept, version)]
    log, read = rows(kept, change), Reader()
    assert needs_reextraction(kept, "un", TODAY) == 4
    assert reextract(kept, "un", read, TODAY) == Reextracted(statements=4, captures=7, same=7)
    assert needs_reextraction(kept, "un", TODAY) == 0
    un = {row["id"] for row in rows(kept, statement) if row["site"] == "un"}
    assert [row | {"seal": None} for row in rows(kept, version) if row["statement_id"] in un] == [
        row for row in before if row["statement_id"] in un
    ]
    assert rows(kept, change) == log
    assert verify(kept).wrong is None
    # The other site was not asked about.
    assert needs_reextraction(kept, "mfa", TODAY) == 1
    assert {each.site for each in read.asked} == {"un"}


def test_a_capture_is_read_as_it_was_fetched(kept: Database) -> None:
    seen = looked(
        a_statement("1003", "Twice."), at(80), url="http://127.0.0.1:9/eng/1003", X_Name="wert: ö", Server="none"
    )
    record(kept, seen, now=at(80))
    with kept.reading() as connection:
        shelf = BlobShelf(connection, BlobCache())
        assert stored_capture(connection, shelf, rows(kept, capture)[-1]["id"]) == seen.capture
        with pytest.raises(KeyError):
            stored_capture(connection, shelf, 777)


def test_what_reads_otherwise_becomes_a_version_and_no_change(kept: Database) -> None:
    log, statements, read = rows(kept, change), rows(kept, statement), Reader({"Boats": "Ferries"})
    done = reextract(kept, "un", read, TODAY)
    assert (done.statements, done.versions, done.refused) == (4, 7, ())
    assert [(number, kind, extractor) for number, kind, extractor, _ in versions(kept, "un-1001")] == [
        *((number, "observed", "reader/1") for number in (1, 2, 3, 4)),
        *((number, "reextracted", TODAY) for number in (5, 6, 7, 8)),
    ]
    captures = [capture_id for *_, capture_id in versions(kept, "un-1001")]
    assert captures[:4] == captures[4:], "each repair points to the capture that it reads"
    of = id_of(kept, "un-1001")
    spans = [(row["observed_first"], row["observed_last"]) for row in rows(kept, version) if row["statement_id"] == of]
    assert spans[:4] == spans[4:], "a repair was seen when its capture was seen"
    assert rows(kept, change) == log
    moved = ("version", "text_sha256", "stated")
    assert [row | dict.fromkeys(moved) for row in rows(kept, statement)] == [
        row | dict.fromkeys(moved) for row in statements
    ], "nothing by which feeds are ordered has moved"
    assert verify(kept).wrong is None
    assert needs_reextraction(kept, "un", TODAY) == 0
    assert reextract(kept, "un", read, TODAY) == Reextracted()


def test_the_next_crawl_finds_nothing_and_then_only_what_was_edited(kept: Database) -> None:
    read = Reader({"Boats": "Ferries"})
    reextract(kept, "un", read, TODAY)
    unchanged = looked(a_statement("1002", *FIRST, title="Remarks 1002 — 第一"), at(80))
    (found,) = record(kept, read.look(unchanged), now=at(80))
    assert found.effect == "unchanged"
    edited = looked(a_statement("1002", "Boats leave at ten.", title="Remarks 1002 — 第一"), at(90))
    (found,) = record(kept, read.look(edited), now=at(90))
    newest = rows(kept, change)[-1]
    assert (found.change, newest["from_version"], newest["to_version"]) == ("edited", 2, 3)
    # Taken back: told as a return to the text as it is read today.
    (found,) = record(kept, read.look(looked(unchanged.statement, at(100))), now=at(100))
    assert (found.change, "back to version 2" in rows(kept, change)[-1]["reasons"]) == ("reverted", True)
    assert verify(kept).wrong is None


def test_without_a_repair_first_the_next_crawl_would_report_our_own_change(kept: Database) -> None:
    """What `needs_reextraction` is for."""
    unchanged = looked(a_statement("1002", *FIRST, title="Remarks 1002 — 第一"), at(80))
    (found,) = record(kept, Reader({"Boats": "Ferries"}).look(unchanged), now=at(80))
    assert found.change == "edited"


def test_a_repair_of_an_older_state_does_not_become_the_latest(kept: Database) -> None:
    """The first and the third state of un-1001 say "eight"; the second and the last do not."""
    newest = next(row["text_sha256"] for row in rows(kept, statement) if row["key"] == "un-1001")
    captures = [capture_id for *_, capture_id in versions(kept, "un-1001")]
    reextract(kept, "un", Reader({"eight": "8"}), TODAY)
    told = versions(kept, "un-1001")[4:]
    assert [capture_id for *_, capture_id in told] == [captures[0], captures[2], captures[3]]
    row = next(row for row in rows(kept, statement) if row["key"] == "un-1001")
    assert (row["version"], row["text_sha256"]) == (7, newest)
    assert verify(kept).wrong is None
    assert reextract(kept, "un", Reader({"eight": "8"}), TODAY) == Reextracted()


def test_a_capture_that_is_refused_is_told_and_its_version_left_alone(kept: Database) -> None:
    before = versions(kept, "un-1002")
    done = reextract(kept, "un", Reader({"Boats": "Ferries"}, refused="Remarks 1002"), TODAY)
    assert done.refused == (
        Refused(statement="un-1002", version=1, page=page_of("1002"), why="layout-changed: no template fits"),
    )
    assert versions(kept, "un-1002") == before
    assert needs_reextraction(kept, "un", TODAY) == 1
    assert verify(kept).wrong is None


def test_an_older_capture_that_is_refused_does_not_hold_up_the_latest(kept: Database) -> None:
    done = reextract(kept, "un", Reader({"前半句": "上半句"}, refused="eight"), TODAY)
    assert [each.version for each in done.refused if each.statement == "un-1001"] == [1, 3]
    assert versions(kept, "un-1001")[4:] == [(5, "reextracted", TODAY, versions(kept, "un-1001")[3][3])]
    assert verify(kept).wrong is None


def test_a_capture_that_reads_as_another_statement_is_refused(kept: Database) -> None:
    def read(seen: Capture) -> Statement:
        return a_statement("9999")

    done = reextract(kept, "mfa", read, TODAY)
    assert [each.why for each in done.refused] == ["it now reads as statement un-9999"]
    assert len(versions(kept, "mfa-7")) == 1


def test_a_version_that_is_not_what_was_sealed_is_not_sealed_anew(kept: Database) -> None:
    of = id_of(kept, "un-1001")
    with kept.writing() as connection:
        damaged = update(version).where(version.c.statement_id == of, version.c.number == 2)
        connection.execute(damaged.values(observed_first=at(19)))
    before, wrong = versions(kept, "un-1001"), "version 2 of un-1001: it is not what was sealed when it was recorded."
    for read in (Reader(), Reader({"Boats": "Ferries"})):
        done = reextract(kept, "un", read, TODAY)
        assert [(each.statement, each.version, each.page) for each in done.refused] == [("un-1001", 2, page_of())]
        assert versions(kept, "un-1001") == before
        assert verify(kept).wrong == wrong


def test_an_error_of_ours_leaves_the_archive_as_it_was(kept: Database) -> None:
    before = rows(kept, version), rows(kept, statement)
    read, left = Reader({"Boats": "Ferries"}), iter(range(5))

    def breaks(seen: Capture) -> Statement:
        next(left)
        return read(seen)

    with pytest.raises(StopIteration):
        reextract(kept, "un", breaks, TODAY)
    assert (rows(kept, version), rows(kept, statement)) == before


def test_batches_add_up(kept: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.reextraction.BATCH", 1)
    done = reextract(kept, "un", Reader({"Boats": "Ferries"}), TODAY)
    assert (done.statements, done.versions) == (4, 7)
    assert verify(kept).wrong is None


def test_everything_can_be_read_again_under_the_same_name(kept: Database) -> None:
    reextract(kept, "un", Reader(), TODAY)
    assert reextract(kept, "un", Reader({"Boats": "Ferries"}), TODAY) == Reextracted()
    done = reextract(kept, "un", Reader({"Boats": "Ferries"}), TODAY, everything=True)
    assert (done.statements, done.versions) == (4, 7)


def test_a_dry_run_tells_and_writes_nothing(kept: Database) -> None:
    before = rows(kept, version)
    dry = Database(kept.url, dry_run=True)
    done = reextract(dry, "un", Reader({"Boats": "Ferries"}), TODAY)
    dry.close()
    assert done.versions == 7
    assert rows(kept, version) == before
