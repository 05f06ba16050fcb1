"""What the server makes itself: timelines by query, downloads, the state of things."""

import json
import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256

import pytest
from selectolax.lexbor import LexborHTMLParser

from store.selection import ALL, Selection
from tests.feeds.fakes import a_statement
from tests.feeds.visiting import Visitor, harbour_town, serving


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    out = tmp_path_factory.mktemp("views") / "public"
    archive = harbour_town(out)
    with serving(archive, out) as port:
        yield Visitor(port, out, archive)


def test_the_timeline_is_made_from_the_archive_with_filters_that_combine(visitor: Visitor) -> None:
    status, headers, body = visitor.ask("/types/edited/")
    assert status == 200
    assert headers["vary"] == "Accept-Encoding"
    links = [str(node.attributes["href"]) for node in LexborHTMLParser(body.decode()).css("main a[href]")]
    assert any(re.fullmatch(r"/\?speaker=nora-quay&(amp;)?type=edited", link) for link in links)
    assert "Found after the publication" in visitor.ask("/")[2].decode()


@pytest.mark.parametrize(
    ("address", "selection"),
    [
        ("/?type=edited", Selection(type="edited")),
        (
            "/?language=en&site=un&until=2026-03-31&since=2026-03-01",
            Selection(facets=(("sites", "un"), ("languages", "en")), since=date(2026, 3, 1), until=date(2026, 3, 31)),
        ),
        ("/?speaker=%E5%82%85", Selection(facets=(("speakers", "傅"),))),
        ("/speakers/nora-quay", Selection(facets=(("speakers", "nora-quay"),))),
        (
            "/speakers/nora-quay/?organ=port-council&kind=remarks&section=un-eng-harbour",
            Selection(
                facets=(
                    ("sections", "un-eng-harbour"),
                    ("speakers", "nora-quay"),
                    ("organs", "port-council"),
                    ("kinds", "remarks"),
                )
            ),
        ),
        ("/types/removed/?language=en", Selection(facets=(("languages", "en"),), type="removed")),
        ("/days/2026-03-02/?type=new", Selection(type="new", since=date(2026, 3, 2), until=date(2026, 3, 2))),
    ],
)
def test_an_address_selects(visitor: Visitor, address: str, selection: Selection) -> None:
    visitor.archive.asked.clear()
    status, headers, _ = visitor.ask(address)
    assert status == 200
    assert visitor.archive.asked == [selection]
    assert visitor.ask(address, If_None_Match=headers["etag"])[0] == 304
    assert visitor.archive.asked == [selection]


def test_a_slug_that_nothing_has_shows_an_empty_timeline(visitor: Visitor) -> None:
    status, _, body = visitor.ask("/?speaker=nobody&type=edited")
    assert status == 200
    assert not LexborHTMLParser(body.decode()).css("main a[href^='/statements/']")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/?spaker=x", "There is no filter “spaker”"),
        ("/?type=changed", "“changed” is no type of change"),
        ("/?since=yesterday", "“yesterday” in “since” is no day"),
        ("/?since=20260301", "“20260301” in “since” is no day"),
        ("/?until=2026-02-30", "“2026-02-30” in “until” is no day"),
        ("/?since=2026-03-02&until=2026-03-01", "no day is between"),
        ("/?speaker=a&speaker=b", "named twice"),
        ("/speakers/nora-quay/?speaker=b", "named twice"),
        ("/?speaker=", "needs a value"),
        ("/?speaker", "needs a value"),
        (f"/?speaker={'x' * 2000}", "too long"),
        ("/?%3Cscript%3Ealert(1)%3C/script%3E=1", "There is no filter “"),
    ],
)
def test_a_query_that_cannot_be_answered_is_told_in_one_sentence(visitor: Visitor, address: str, words: str) -> None:
    status, headers, body = visitor.ask(address)
    assert status == 400
    assert headers["cache-control"] == "no-store"
    page = LexborHTMLParser(body.decode())
    assert words in page.css("main p")[0].text()
    assert not page.css("script")


@pytest.mark.parametrize(
    "path",
    [
        *("/speakers/", "/speakers/nobody/", "/types/", "/types/changed/", "/organs/nora-quay/"),
        *("/days/2026-03-03/", "/days/2026-13-01/", "/days/1999/", "/days/99/", "/days/2026-03-02/x/"),
    ],
)
def test_a_path_is_there_only_if_it_would_be_a_file(visitor: Visitor, path: str) -> None:
    assert visitor.ask(path)[0] == 404


@pytest.mark.parametrize("path", ["/days/", "/days/2026/", "/days/2026-03-01", "/sites/un/", "/kinds/remarks"])
def test_days_and_slices_have_pages(visitor: Visitor, path: str) -> None:
    status, headers, _ = visitor.ask(path)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_a_page_is_made_once_until_the_archive_moves(visitor: Visitor) -> None:
    visitor.ask("/")
    visitor.archive.asked.clear()
    assert visitor.ask("/")[0] == 200
    assert visitor.archive.asked == []
    visitor.archive.add(a_statement("3000", "Found a moment ago"))
    assert "Found a moment ago" in visitor.ask("/")[2].decode()
    assert visitor.archive.asked == [ALL]


def test_the_stored_bytes_are_a_download_and_never_a_page(visitor: Visitor) -> None:
    status, headers, body = visitor.ask("/statements/un-1001/versions/1/capture", Accept_Encoding="gzip")
    assert (status, body) == (200, visitor.archive.capture("un-1001", 1))
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"] == 'attachment; filename="un-1001-v1.html.bin"'
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["etag"] == f'"{sha256(body).hexdigest()}"'
    assert visitor.ask("/statements/un-1001/versions/1/capture", If_None_Match=headers["etag"])[0] == 304
    assert visitor.ask("/statements/un-1001/versions/9/capture")[0] == 404
    assert visitor.ask("/statements/un-1001/capture")[0] == 404


def test_both_spellings_of_an_address_answer_alike(visitor: Visitor) -> None:
    for path in ("/statements/un-1001", "/statements/un-2000", "/status", "/feeds", "/speakers/nora-quay"):
        (status, headers, body), (slashed, same, again) = visitor.ask(path), visitor.ask(f"{path}/")
        assert (status, slashed) == (200, 200)
        assert (headers["etag"], body) == (same["etag"], again)
        assert LexborHTMLParser(body.decode()).css("link[rel=canonical]")


def test_the_status_is_that_of_the_moment(visitor: Visitor) -> None:
    status, headers, body = visitor.ask("/status.json")
    assert (status, headers["content-type"]) == (200, "application/json; charset=utf-8")
    told = json.loads(body)
    assert told["change_head"] == visitor.archive.change_head()
    assert told["sites"][0]["last_run"] == "2026-03-02T09:30:00Z"
    status, _, page = visitor.ask("/status")
    assert status == 200
    assert "Harbour" in page.decode()
