import gzip
from datetime import UTC, datetime

import pytest

from feeds.representation import Resource

MODIFIED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RESOURCE = Resource(data=b"<p>words</p>" * 100, media_type="text/html; charset=utf-8", modified=MODIFIED)
ETAG = RESOURCE.plain.etag
LATER, SAME, EARLIER = (f"Mon, 02 Mar 2026 09:{minute}:00 GMT" for minute in (31, 30, 29))


@pytest.mark.parametrize(
    ("request_headers", "not_modified"),
    [
        ({}, False),
        ({"if-none-match": ETAG}, True),
        ({"if-none-match": f"W/{ETAG}"}, True),
        ({"if-none-match": f'"x", {ETAG} , "y"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"x"'}, False),
        ({"if-none-match": ETAG.strip('"')}, False),
        ({"if-none-match": '"x"', "if-modified-since": LATER}, False),
        ({"if-none-match": ETAG, "if-modified-since": EARLIER}, True),
        ({"if-modified-since": LATER}, True),
        ({"if-modified-since": SAME}, True),
        ({"if-modified-since": EARLIER}, False),
        ({"if-modified-since": "yesterday"}, False),
        ({"if-modified-since": ""}, False),
        ({"if-none-match": RESOURCE.gzipped.etag}, False),
    ],
)
def test_who_has_the_bytes_already(request_headers: dict[str, str], not_modified: bool) -> None:
    assert RESOURCE.not_modified(RESOURCE.plain, request_headers) is not_modified


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0, *", None),
        ("gzip;q=0.1, identity;q=0.9", None),
        ("gzip;q=high", None),
        ("br", None),
    ],
)
def test_which_form_a_client_gets(accept_encoding: str, coding: str | None) -> None:
    assert RESOURCE.select(accept_encoding).coding == coding


def test_the_compressed_form_is_another_with_the_same_meaning() -> None:
    assert gzip.decompress(RESOURCE.gzipped.data) == RESOURCE.data
    assert RESOURCE.gzipped.etag != ETAG
    again = Resource(data=RESOURCE.data, media_type=RESOURCE.media_type)
    assert (again.gzipped.data, again.gzipped.etag) == (RESOURCE.gzipped.data, RESOURCE.gzipped.etag)


def test_what_does_not_shrink_goes_out_as_it_is() -> None:
    assert Resource(data=b"x", media_type="text/html").select("gzip").coding is None
