import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.feeds.visiting import SETTINGS, Breaking, Visitor, harbour_town, serving


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    out = tmp_path_factory.mktemp("site") / "public"
    archive = harbour_town(out)
    (out.parent / "secret.html").write_text("secret")
    with pytest.MonkeyPatch.context() as patch, serving(archive, out) as port:
        patch.setattr("feeds.shelf.YOUNG", -60.0)  # as if the files had been there for a while
        yield Visitor(port, out, archive)


@pytest.mark.parametrize(
    ("path", "file", "media_type"),
    [
        ("/feeds/", "feeds/index.html", "text/html; charset=utf-8"),
        ("/feeds/changes.atom", "feeds/changes.atom", "application/atom+xml; charset=utf-8"),
        ("/feeds/statements.rss", "feeds/statements.rss", "application/rss+xml; charset=utf-8"),
        ("/feeds/statements.json", "feeds/statements.json", "application/feed+json; charset=utf-8"),
        ("/statements/un-1001", "statements/un-1001/index.html", "text/html; charset=utf-8"),
        ("/statements/un-1001/diff/1..2", "statements/un-1001/diff/1..2/index.html", "text/html; charset=utf-8"),
    ],
)
def test_published_files_are_served_with_validators(visitor: Visitor, path: str, file: str, media_type: str) -> None:
    status, headers, body = visitor.ask(path)
    assert (status, body) == (200, (visitor.out / file).read_bytes())
    assert headers["content-type"] == media_type
    assert headers["cache-control"] == "public, max-age=60, must-revalidate"
    assert headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in headers
    for condition in ({"If_None_Match": headers["etag"]}, {"If_Modified_Since": headers["last-modified"]}):
        status, again, body = visitor.ask(path, **condition)
        assert (status, body) == (304, b"")
        assert again["etag"] == headers["etag"]
        assert again["vary"] == "Accept-Encoding"
    assert visitor.ask(path, If_None_Match='"x"', If_Modified_Since=headers["last-modified"])[0] == 200


def test_gzip_has_its_own_validator(visitor: Visitor) -> None:
    _, plain, body = visitor.ask("/feeds/changes.atom")
    status, packed, small = visitor.ask("/feeds/changes.atom", Accept_Encoding="gzip")
    assert (status, packed["content-encoding"], gzip.decompress(small)) == (200, "gzip", body)
    assert packed["etag"] != plain["etag"]
    assert visitor.ask("/feeds/changes.atom", Accept_Encoding="gzip", If_None_Match=packed["etag"])[0] == 304
    assert visitor.ask("/feeds/changes.atom", Accept_Encoding="gzip", If_None_Match=plain["etag"])[0] == 200


def test_head_is_get_without_the_body(visitor: Visitor) -> None:
    for path in ("/", "/feeds/changes.rss", "/statements/un-2000"):
        _, headers, body = visitor.ask(path)
        status, head, nothing = visitor.ask(path, "HEAD")
        assert (status, nothing) == (200, b"")
        assert head["content-length"] == str(len(body))
        assert head["etag"] == headers["etag"]


def test_a_replaced_feed_is_served_at_once(visitor: Visitor) -> None:
    file = visitor.out / "feeds" / "changes.atom"
    _, before, body = visitor.ask("/feeds/changes.atom")
    replacement = file.with_name(".new")
    replacement.write_bytes(body.replace(b"harbour", b"HARBOUR"))
    replacement.replace(file)
    status, after, _ = visitor.ask("/feeds/changes.atom", If_None_Match=before["etag"])
    assert status == 200
    assert after["etag"] != before["etag"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/statements/un-2000", "Found after the publication"),
        ("/statements/un-2000/versions/1/", "Version 1 of 1"),
        ("/statements/un-1001/diff/3..1", "Version 3 to version 1"),
        ("/statements/un-1001/diff/1..3", "The two versions say the same"),
    ],
)
def test_what_is_not_published_is_made_on_request(visitor: Visitor, path: str, words: str) -> None:
    status, headers, body = visitor.ask(path)
    assert status == 200
    assert words in body.decode()
    assert visitor.ask(path, If_None_Match=headers["etag"])[0] == 304


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/statements",
        "/statements/un-9",
        "/statements/un-1001/versions/4",
        "/statements/un-1001/versions/0",
        "/statements/un-1001/versions/01",
        "/statements/un-1001/diff/1..99",
        "/statements/un-1001/diff/1..",
        "/feeds/x.atom",
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/feeds/..%2f..%2fsecret.html",
        "/..%5csecret.html",
        "//secret.html",
        "/feeds/changes.atom%00",
        "/%ff",
        "/statements/%ed%a0%80",
        f"/{'x' * 3000}.html",
        "/.html",
    ],
)
def test_anything_else_is_not_there(visitor: Visitor, path: str) -> None:
    status, headers, body = visitor.ask(path)
    assert status == 404
    assert "No such page" in body.decode()
    assert headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_is_allowed(visitor: Visitor, method: str) -> None:
    status, headers, _ = visitor.ask("/feeds/changes.atom", method)
    assert status == 405
    assert "GET" in headers["allow"]


def test_a_fault_is_no_news_for_visitors(visitor: Visitor) -> None:
    status, _, body = visitor.ask("/statements/un-666")
    assert status == 500
    assert b"secret inside" not in body
    assert b"Traceback" not in body


@pytest.mark.parametrize("path", ["/", "/feeds/changes.atom", "/nothing", "/statements/un-666", "/healthz", "/?x=1"])
def test_every_answer_is_locked_down(visitor: Visitor, path: str) -> None:
    _, headers, _ = visitor.ask(path)
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_what_pages_load_is_kept_for_ever_under_its_hash(visitor: Visitor) -> None:
    _, _, page = visitor.ask("/")
    path = page.decode().split('rel="stylesheet" href="')[1].split('"')[0]
    status, headers, data = visitor.ask(path)
    assert (status, headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in headers["cache-control"]
    earlier = visitor.out / "assets" / "earlier.0123.css"
    earlier.write_bytes(data)
    status, headers, _ = visitor.ask("/assets/earlier.0123.css")
    assert (status, "immutable" in headers["cache-control"]) == (200, True)


def test_feeds_tell_their_address_and_their_hub(visitor: Visitor) -> None:
    _, headers, _ = visitor.ask("/feeds/changes.atom")
    self_link = f'<{SETTINGS.base_url}/feeds/changes.atom>; rel="self"'
    assert headers["link"] == f'{self_link}, <https://hub.example/?a=1>; rel="hub"'
    assert "link" not in visitor.ask("/feeds/")[1]


def test_a_feed_that_is_not_written_yet_is_not_said_to_be_gone(tmp_path: Path) -> None:
    complete = False
    with serving(archive := Breaking(), tmp_path, is_complete=lambda: complete) as port:
        visitor = Visitor(port, tmp_path, archive)
        status, headers, _ = visitor.ask("/feeds/changes.atom")
        assert (status, headers["retry-after"], headers["cache-control"]) == (503, "60", "no-store")
        assert visitor.ask("/")[0] == 200
        assert visitor.ask("/nothing")[0] == 404
        complete = True
        assert visitor.ask("/feeds/changes.atom")[0] == 404


def test_without_the_archive_what_is_published_is_served(tmp_path: Path) -> None:
    archive = harbour_town(tmp_path)
    archive.down = True
    with serving(archive, tmp_path) as port:
        visitor = Visitor(port, tmp_path, archive)
        assert visitor.ask("/feeds/changes.atom")[0] == 200
        assert visitor.ask("/statements/un-1001")[0] == 200
        assert visitor.ask("/")[2] == (tmp_path / "index.html").read_bytes()
        for path in ("/statements/un-2000", "/status", "/status.json", "/?type=edited"):
            status, headers, body = visitor.ask(path)
            assert (status, headers["retry-after"], headers["cache-control"]) == (503, "60", "no-store"), path
            assert b"secret" not in body
        archive.down = False
        assert visitor.ask("/statements/un-2000")[0] == 200


def test_health(visitor: Visitor) -> None:
    status, headers, body = visitor.ask("/healthz")
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert headers["cache-control"] == "no-store"
