"""What is kept of each answer, how small, and what the next request is told of it."""

from store.database import Database
from store.model import Capture
from store.observation import PageSeen, Recorded
from store.reader import Reader
from store.tables import blob, capture, change, reference, version
from tests.store.world import (
    START,
    a_capture,
    a_statement,
    at,
    captures_of,
    failed,
    listed,
    looked,
    not_modified,
    page_of,
    page_row,
    record,
    rows,
)

EIGHT = a_statement("1001", "The harbour opens at eight.")


def test_new_frame_is_a_small_capture_and_no_version(database: Database) -> None:
    text = [f"Boat number {number} leaves at {number % 24} o'clock." for number in range(400)]
    said = a_statement("1001", *text)
    record(database, looked(a_statement("7")), looked(said))
    [answer] = record(database, looked(said, at(1), frame="another menu"), now=at(1))
    assert answer == Recorded(effect="unchanged", key="un-1001")
    kept = captures_of(database, page_of())
    assert len(kept) == 2
    assert len(rows(database, version)) == 2
    [small] = [each for each in rows(database, blob) if each["id"] == kept[1]["blob_id"]]
    assert small["size"] > 10_000
    assert len(small["data"]) < 100


def test_same_bytes_are_not_kept_twice(database: Database) -> None:
    answers = [looked(EIGHT, at(minute)) for minute in range(3)]
    record(database, answers[0], answers[1], now=at(1))
    record(database, answers[2], now=at(2))
    assert len(captures_of(database, page_of())) == 1
    assert len(rows(database, blob)) == 2  # the page and its text
    assert page_row(database, page_of())["checked"] == at(2)


def test_not_modified_confirms_and_keeps_validators(database: Database) -> None:
    record(database, listed("1001"), looked(EIGHT, ETag='"1"', Last_Modified="Mon, 02 Mar 2026 09:00:00 GMT"))
    before = page_row(database, page_of())
    later = [not_modified(page_of(), at(5)), not_modified(listed().capture.page, at(6), "listing")]
    assert [each.effect for each in record(database, *later, now=at(6))] == ["not_modified"] * 2
    assert page_row(database, page_of()) == before | {"checked": at(5), "status": 304}
    assert before["etag"] == '"1"'
    found = Reader(database).statement("un-1001")
    assert found is not None
    assert found.version.observed_last == at(5)
    assert found.places[0].last_seen == at(6)
    assert len(rows(database, change)) == 1


def test_error_pages_are_kept_and_their_validators_are_not(database: Database) -> None:
    record(database, looked(EIGHT, ETag='"1"'))
    sorry = failed(page_of(), at(1))
    answers = record(database, sorry, now=at(1))
    assert [each.effect for each in answers] == ["kept"]
    row = page_row(database, page_of())
    assert (row["status"], row["etag"], row["last_modified"]) == (503, None, None)
    assert [each["status"] for each in captures_of(database, page_of())] == [200, 503]
    found = Reader(database).statement("un-1001")
    assert found is not None
    assert found.version.observed_last == START
    # A page that is not what was asked for says 200 and brings validators of its own.
    wall = PageSeen(capture=a_capture(page_of(), b"<h1>Are you a person?</h1>", at(2), ETag='"wall"'), code="soft-404")
    record(database, wall, now=at(2))
    assert page_row(database, page_of())["etag"] is None
    assert record(database, looked(EIGHT, at(3), ETag='"1"'), now=at(3))[0].effect == "unchanged"
    assert page_row(database, page_of())["etag"] == '"1"'
    assert len(captures_of(database, page_of())) == 4


def test_answers_of_a_replica_name_where_they_came_from(database: Database) -> None:
    url = page_of().replace("https://mission.example", "http://127.0.0.1:8000")
    record(database, looked(EIGHT, url=url, ETag='"1"'))
    assert page_row(database, page_of())["origin"] == "127.0.0.1:8000"
    assert [each["url"] for each in captures_of(database, page_of())] == [url]
    record(database, looked(EIGHT, at(1), ETag='"1"'))
    assert page_row(database, page_of())["origin"] is None


def test_pages_that_look_alike_are_kept_against_the_first(database: Database) -> None:
    menu = "".join(f"<a href='{number}'>{number * 7919}</a>" for number in range(500))
    record(database, *(looked(a_statement(str(number), f"Text {number}."), frame=menu) for number in range(20)))
    pages = {each["blob_id"] for each in rows(database, capture)}
    sizes = [len(each["data"]) for each in rows(database, blob) if each["id"] in pages]
    assert sizes[0] > 1000
    assert max(sizes[1:]) < 150
    assert len(rows(database, reference)) == 1


def test_robots_are_kept(database: Database) -> None:
    robots: Capture = a_capture("https://mission.example/robots.txt", b"User-agent: *\nDisallow:\n", kind="robots")
    assert record(database, PageSeen(capture=robots))[0].effect == "kept"
    assert page_row(database, robots.page)["kind"] == "robots"
