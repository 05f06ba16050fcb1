"""Pages of the real site, served under their real paths: what they say is stored, and found unchanged later."""

import json
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from missionwatch.replica.chrome import Build
from missionwatch.replica.listings import Line, listing
from missionwatch.replica.sections import chosen
from tests.mission import Mission, counts, problem_codes
from tests.needs import needs

RIGHTS, THIRD = SECTIONS = ("eng/chinaandun/socialhr/rqwt", "eng/chinaandun/socialhr/3rdcommittee")


@pytest.fixture(scope="module")
def articles() -> dict[str, bytes]:
    """The statements' pages, by path."""
    return _saved("article")


@pytest.fixture(scope="module")
def base(articles: dict[str, bytes]) -> Iterator[str]:
    """The address of a server that has the saved pages, and between two saved listing pages one that names them all."""
    pages = articles | _saved("listing") | {f"/{RIGHTS}/index_1.htm": _listing_of_articles()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = pages.get(self.path, b"<html><head><title>404 Not Found</title></head></html>")
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _manifest(kind: str) -> list[dict[str, str]]:
    pages = json.loads((needs("real-pages") / "manifest.json").read_text(encoding="utf-8"))
    return [page for page in pages if page["kind"] == kind]


def _saved(kind: str) -> dict[str, bytes]:
    folder = needs("real-pages")
    return {urlsplit(page["url"]).path: (folder / page["file"]).read_bytes() for page in _manifest(kind)}


def _listing_of_articles() -> bytes:
    # The listing pages on which the saved statements stand were not saved.
    lines = [
        Line(
            f".{urlsplit(page['url']).path.removeprefix(f'/{RIGHTS}')}",
            page["title"],
            date.fromisoformat(page["date"].split(" ")[0]),
        )
        for page in _manifest("article")
    ]
    return listing("view", chosen([RIGHTS])[0], lines, 1, 4, Build(0), 1)


def test_real_pages_are_stored_once(mission: Mission, base: str, articles: dict[str, bytes]) -> None:
    mission.config.write_text(
        f'[sites.un]\nprofile = "china-mission-un"\nsections = {json.dumps(SECTIONS)}\n', encoding="utf-8"
    )
    crawl = mission.line("crawl", "un", "--base-url", base, "--delay", "0", "--concurrency", "8", "--json")

    first = mission.run_line(crawl)
    (told,) = first.objects
    # Most of what the listings name is not there: a run with problems, never a quiet one.
    assert (first.code, told["outcome"], first.stderr) == (3, "partial", "")
    assert set(problem_codes(told)) == {"http-404"}
    assert {"requests": told["requests"], "problems": len(told["problems"])} == {
        # robots.txt, five listing pages, two that are missing and one behind the last, statements
        "requests": told["pages"] + 9,
        "problems": told["pages"] - 8 + 2,
    }
    assert counts(told) == {"baseline": 8}
    stored = mission.rows("SELECT p.url FROM statement s JOIN page p ON p.id = s.page_id WHERE s.version IS NOT NULL")
    assert {urlsplit(url).path for (url,) in stored} == articles.keys()
    assert {urlsplit(url).netloc for (url,) in stored} == {"un.china-mission.gov.cn"}
    versions, history = mission.versions(), mission.history()
    assert len(versions) == len(history) == 8

    again = mission.run_line([*crawl, "--full", "--recheck"])
    (told,) = again.objects
    assert (again.code, counts(told)) == (3, {"unchanged": 8})
    assert (mission.versions(), mission.history()) == (versions, history)
    assert mission.changes() == []
