"""What is kept of each answer, how small, and what the next request is told of it."""

from hashlib import sha256

import pytest

from store.archive import Archive
from store.database import Database
from store.model import Capture
from store.observation import Observation, PageSeen, Recorded
from store.reader import Reader
from store.references import SAMPLES
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
    unanswered,
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


def test_a_later_text_is_kept_against_the_nearest(database: Database) -> None:
    lines = [f"Boat number {number} leaves at {number * 7919 % 24} o'clock." for number in range(200)]
    edited = [*lines[:-1], "The last boat leaves at ten."]
    other = [f"Ferry {sha256(bytes([number])).hexdigest()} is late." for number in range(200)]
    for number, said in enumerate((lines, edited, other)):
        record(database, looked(a_statement("1001", *said), at(number)), now=at(number))
    kept = {each["id"]: each for each in rows(database, blob)}
    texts = [kept[each["blob_id"]] for each in rows(database, version)]
    pages = [kept[each["blob_id"]] for each in rows(database, capture)]
    # A text stands in its page, but an edit is smaller against the text before; a text of its own is not.
    assert [each["base"] for each in texts] == [pages[0]["id"], texts[0]["id"], pages[2]["id"]]
    assert len(texts[1]["data"]) < 80


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
    assert page_row(database, page_of()) == before | {"checked": at(5), "status": 304, "streak": 1}
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
    assert (row["status"], row["etag"], row["last_modified"], row["problem"]) == (503, None, None, "http-5xx")
    assert [each["status"] for each in captures_of(database, page_of())] == [200, 503]
    found = Reader(database).statement("un-1001")
    assert found is not None
    assert found.version.observed_last == START
    # A page that is not what was asked for says 200 and brings validators of its own.
    wall = PageSeen(capture=a_capture(page_of(), b"<h1>Are you a person?</h1>", at(2), ETag='"wall"'), code="blocked")
    record(database, wall, now=at(2))
    assert (page_row(database, page_of())["etag"], page_row(database, page_of())["problem"]) == (None, "blocked")
    assert record(database, looked(EIGHT, at(3), ETag='"1"'), now=at(3))[0].effect == "unchanged"
    assert (page_row(database, page_of())["etag"], page_row(database, page_of())["problem"]) == ('"1"', None)
    assert len(captures_of(database, page_of())) == 4


@pytest.mark.parametrize("at_once", [True, False])
def test_not_modified_is_counted_in_a_row(database: Database, at_once: bool) -> None:
    looks: list[Observation] = [looked(EIGHT, ETag='"1"'), *(not_modified(page_of(), at(n)) for n in (1, 2, 3))]
    for batch in [looks] if at_once else [[each] for each in looks]:
        record(database, *batch, now=at(3))
    row = page_row(database, page_of())
    assert (row["streak"], row["etag"], row["capture_id"]) == (3, '"1"', 1)
    again: list[Observation] = [looked(EIGHT, at(4), ETag='"1"'), not_modified(page_of(), at(5))]
    for batch in [again] if at_once else [[each] for each in again]:
        record(database, *batch, now=at(5))
    assert page_row(database, page_of())["streak"] == 1


def test_no_answer_leaves_when_the_page_was_last_read(database: Database) -> None:
    record(database, looked(EIGHT, ETag='"1"'))
    before = page_row(database, page_of())
    record(database, unanswered(page_of(), at(1)), unanswered(page_of("7"), at(1), "dns"), now=at(1))
    assert page_row(database, page_of()) == before | {"problem": "timeout", "etag": None}
    never = page_row(database, page_of("7"))
    assert (never["problem"], never["checked"], never["capture_id"]) == ("dns", None, None)
    # Two answers that contradict each other are no trouble of the page: they came.
    record(database, looked(EIGHT, at(2), ETag='"1"'), unanswered(page_of(), at(2), "unclear"), now=at(2))
    assert page_row(database, page_of())["problem"] is None


def test_answers_of_a_replica_name_where_they_came_from(database: Database) -> None:
    url = page_of().replace("https://mission.example", "http://127.0.0.1:8000")
    record(database, looked(EIGHT, url=url, ETag='"1"'))
    assert page_row(database, page_of())["origin"] == "127.0.0.1:8000"
    assert [each["url"] for each in captures_of(database, page_of())] == [url]
    record(database, looked(EIGHT, at(1), ETag='"1"'))
    assert page_row(database, page_of())["origin"] is None


@pytest.mark.parametrize("size", [1, 5, 20])
def test_pages_that_look_alike_are_kept_against_the_first_ones(database: Database, size: int) -> None:
    menu = "".join(f"<a href='{number}'>{number * 7919}</a>" for number in range(500))
    looks = [looked(a_statement(str(number), f"Text {number}."), frame=menu) for number in range(20)]
    archive = Archive(database)
    for first in range(0, len(looks), size):
        archive.record(looks[first : first + size], START)
    kept = {each["id"]: each for each in rows(database, blob)}
    pages = [kept[each["blob_id"]] for each in rows(database, capture)]
    assert len(pages[0]["data"]) > 1000
    assert max(len(each["data"]) for each in pages[1:]) < 150
    first, learnt = (each["blob_id"] for each in rows(database, reference))
    assert [each["base"] for each in pages] == [None, *[first] * (SAMPLES - 1), *[learnt] * (len(looks) - SAMPLES)]
    assert first == pages[0]["id"]
    samples = b"".join(each.capture.body for each in looks[:SAMPLES])
    assert kept[learnt]["sha256"] == sha256(samples).digest()
    # Another crawl goes on with what was learnt.
    record(database, looked(a_statement("77", "Text 77."), frame=menu))
    [*_, last] = rows(database, capture)
    assert next(each["base"] for each in rows(database, blob) if each["id"] == last["blob_id"]) == learnt


def test_robots_are_kept(database: Database) -> None:
    robots: Capture = a_capture("https://mission.example/robots.txt", b"User-agent: *\nDisallow:\n", kind="robots")
    assert record(database, PageSeen(capture=robots))[0].effect == "kept"
    assert page_row(database, robots.page)["kind"] == "robots"
