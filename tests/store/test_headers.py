"""Headers come back as they were sent, however little of them is kept; no other text passes for what was kept."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from store.blobs import BlobCache, BlobShelf
from store.database import Database
from store.headers import Headers, base_of, headers_of, short, whole, whole_headers
from store.stored_capture import stored_capture
from store.tables import capture
from store.verification import verify
from tests.store.world import a_statement, at, captures_of, failed, looked, page_of, record

SENT: Headers = (
    ("Server", "replica"),
    ("Content-Type", "text/html; charset=UTF-8"),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie", "b=2"),
    ("Date", "Mon, 02 Mar 2026 09:30:00 GMT"),
)

names = st.sampled_from(["Date", "ETag", "Vary", "X"])
values = st.text(st.sampled_from('ab,"[]\\ö\x00'), max_size=12) | st.text(max_size=5)
anything = st.lists(st.tuples(names, values), max_size=8).map(tuple)


def kept_of(number: int) -> str:
    assert number == 7
    return whole(SENT)


@given(headers=anything)
def test_any_headers_come_back_whole(headers: Headers) -> None:
    assert headers_of(whole(headers), kept_of) == whole_headers(whole(headers)) == headers
    assert base_of(whole(headers)) is None


@given(data=st.data(), others=anything)
def test_any_headers_against_any_others_come_back(data: st.DataObject, others: Headers) -> None:
    changed = st.sampled_from(others) | st.tuples(names, values) if others else st.tuples(names, values)
    headers = tuple(data.draw(st.lists(changed, max_size=8) | st.permutations(others)))
    kept = short(headers, 12, others)
    if kept is None:
        return
    assert len(kept) * 2 <= len(whole(headers))
    assert (base_of(kept), headers_of(kept, lambda _: whole(others))) == (12, headers)


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        (SENT, "[7,5]"),
        ((*SENT[:4], ("Date", "Mon, 02 Mar 2026 10:45:00 GMT")), '[7,4,[17,"10:45",7]]'),
        ((*SENT[:4], ("Date", "soon")), '[7,4,"soon"]'),
        (SENT[1:4], "[7,-1,3]"),
        ((*SENT, ("Age", "3")), '[7,5,["Age","3"]]'),
        ((*SENT[:2], *SENT[3:]), '[7,2,"b=2",-1,1]'),
    ],
)
def test_what_is_kept_of_headers(headers: Headers, kept: str) -> None:
    assert short(headers, 7, SENT) == kept
    assert headers_of(kept, kept_of) == headers


def test_headers_of_another_kind_are_kept_whole() -> None:
    assert short((("A", "1"), ("B", "2")), 7, SENT) is None
    assert short((), 7, SENT) is None
    assert short(SENT, 7, ()) is None


@pytest.mark.parametrize(
    "kept",
    [
        *("[7,6]", "[7,0]", "[7,-6]", "[7,5,1]", "[7,true]", "[7,1.5]", "[7,null]", "[7,{}]", '[7,5,"x"]', "[7,[]]"),
        *('[7,["a",1]]', "[7,[1,2,3]]", '[7,[-1,"",0]]', '[7,[0,"",-1]]', '[7,[4,"",4]]', '[7,[true,"",0]]'),
        *("[0]", "[-7,5]", "[2147483648,5]", f"[{10**30},5]", '[["a"]]', '[["a","b","c"]]', '[["a",1]]'),
        *("", "7", "{}x", "null", "[[", '["a"]', '{"a":1}', "[null]"),
    ],
)
def test_what_are_no_headers_is_refused(kept: str) -> None:
    with pytest.raises((ValueError, TypeError, LookupError)):
        headers_of(kept, kept_of)


def sent(number: int) -> dict[str, Any]:
    standing = {"Server": "replica", "Content_Type": "text/html; charset=UTF-8", "Vary": "Accept-Encoding"}
    return {**standing, "Date": f"Mon, 02 Mar 2026 09:{number:02}:00 GMT"}


def read(connection: Connection, number: int) -> Headers:
    return stored_capture(connection, BlobShelf(connection, BlobCache()), number).headers


@pytest.mark.parametrize("size", [1, 3, 20])
def test_a_page_keeps_of_its_headers_what_differs(database: Database, size: int) -> None:
    looks = [looked(a_statement(), at(number), frame=f"{number}", **sent(number)) for number in range(4)]
    looks += [looked(a_statement("7"), at(4), frame="7", **sent(4))]
    looks += [looked(a_statement(), at(number), frame=f"{number}", ETag='"1"', Via="1") for number in (5, 6)]
    looks += [looked(a_statement(), at(number), frame=f"{number}", **sent(number)) for number in (7, 8)]
    for first in range(0, len(looks), size):
        record(database, *looks[first : first + size], now=at(10))
    kept = {each["id"]: each["headers"] for each in captures_of(database, page_of())}
    assert [base_of(each) for each in kept.values()] == [None, 1, 1, 1, None, 6, None, 8]
    assert list(kept.values())[1:3] == ['[1,3,[21,"1",7]]', '[1,3,[21,"2",7]]']
    with database.reading() as connection:
        assert [read(connection, number) for number in range(1, 10)] == [each.capture.headers for each in looks]
    assert verify(database).wrong is None


def test_headers_that_an_earlier_release_kept_are_gone_on_from(database: Database) -> None:
    looks = [looked(a_statement(), at(number), frame=f"{number}", **sent(number)) for number in range(4)]
    record(database, *looks[:2], now=at(2))
    with database.writing() as connection:
        connection.execute(update(capture).where(capture.c.id == 2).values(headers=whole(looks[1].capture.headers)))
    record(database, *looks[2:], now=at(4))
    assert [base_of(each["headers"]) for each in captures_of(database, page_of())] == [None, None, 2, 2]
    with database.reading() as connection:
        assert [read(connection, number) for number in (1, 2, 3, 4)] == [each.capture.headers for each in looks]
    assert verify(database).wrong is None


@pytest.mark.parametrize("damaged", ["", "[5000,1]", "[1,9]", '[["Server"]]', "[[[["])
@pytest.mark.parametrize("number", [1, 2])
def test_damaged_headers_stop_no_crawl_and_are_named(database: Database, number: int, damaged: str) -> None:
    looks = [looked(a_statement(), at(each), frame=f"{each}", **sent(each)) for each in range(3)]
    record(database, *looks[:2], now=at(2))
    with database.writing() as connection:
        connection.execute(update(capture).where(capture.c.id == number).values(headers=damaged))
    assert record(database, looks[2], failed(page_of(), at(3)), now=at(3))[0].effect == "unchanged"
    with database.reading() as connection:
        assert read(connection, 3) == looks[2].capture.headers
    assert (verify(database).wrong or "").startswith(f"capture {number} of {page_of()}: it cannot be read")
