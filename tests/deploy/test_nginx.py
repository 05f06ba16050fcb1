"""nginx with `deploy/nginx.conf` answers as the program's own server does, and goes on while that one is away."""

import gzip
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from feeds.shelf import MEDIA_TYPES
from feeds.views import LIVE
from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.forge import Forge
from tests.mission import TIMEOUT, Mission
from tests.needs import ROOT, needs
from tests.served import Served, serve

CONF = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
BASE = "http://watch.example.org"
COMPARED = (
    *("content-type", "cache-control", "content-security-policy", "cross-origin-opener-policy", "link", "vary"),
    *("cross-origin-resource-policy", "content-disposition", "referrer-policy", "x-content-type-options", "allow"),
)
PATHS = (
    *("/", "/?type=edited", "/?type=nothing", "/?nothing=1", "/days", "/types/new/", "/languages/en", "/languages/xx"),
    *("/sections/eng", "/status", "/status/", "/status.json", "/healthz", "/metrics", "/readyz"),
    *("/feeds", "/feeds/", "/feeds/opml.xml", "/feeds/changes.atom", "/feeds/statements.rss", "/feeds/changes.json"),
    *("/feeds/languages/en/statements.atom", "/feeds/nothing.atom", "/feeds/changes.xml", "/feeds/changes.atom/x"),
    *("/statements/{id}", "/statements/{id}/", "/statements/{id}?x=1", "/statements/{id}/versions/1"),
    *("/statements/{id}/versions/1/capture", "/statements/{id}/versions/9", "/statements/{id}/diff/1..2"),
    *("/statements/{id}/diff/1..2/", "/statements/{id}/index.html", "/statements/un-1", "/statements"),
    *("/assets/{asset}", "/assets/nothing.css", "/assets/", "/subscribe", "/confirm/x", "/unsubscribe/x"),
    *(
        "/nothing",
        "/favicon.ico",
        "/.missionwatch/manifest.json",
        "/.git/config",
        "/index.html",
        "/feeds/%2e%2e/nothing",
    ),
)
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def mission(tmp_path_factory: pytest.TempPathFactory, forge: Forge) -> tuple[Mission, str]:
    """A published mission with an edited statement, and that statement's id."""
    mission = Mission(tmp_path_factory.mktemp("nginx"), forge)
    with ReplicaServer(ReplicaSite(count=12, seed=7)) as server:
        mission.watch(server, f'[publish]\nbase_url = "{BASE}"')
        mission.crawl()
        entry = server.site.edit()
        told = mission.crawl("--recheck", "--full")
        assert told["edited"] == 1, told
    mission.publish()
    return mission, f"un-{entry['doc_id']}"


@contextmanager
def running(published: Path, backend: int, folder: Path) -> Iterator[Served]:
    """nginx at a free port, in front of a server at `backend`."""
    program = needs("nginx")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    site = CONF.replace("/var/cache/missionwatch", str(published)).replace("127.0.0.1:8000", f"127.0.0.1:{backend}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("    listen [::]:80;\n", "")
    site = site.replace("rate=10r/s", "rate=1000r/s")
    (folder / "site.conf").write_text(site, encoding="utf-8")
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}include {folder}/site.conf;\n}}\n",
        encoding="utf-8",
    )
    line = [str(program), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    tested = subprocess.run([*line, "-t", "-q"], capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (tested.returncode, tested.stdout, tested.stderr) == (0, "", "")
    process = subprocess.Popen(line, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        _wait_for(port)
        yield Served("127.0.0.1", port)
    finally:
        process.terminate()
        process.communicate(timeout=TIMEOUT)


def _wait_for(port: int) -> None:
    began = time.monotonic()
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() - began < TIMEOUT
            time.sleep(0.05)


def _ask(at: Served, path: str, method: str = "GET", **headers: str) -> Answer:
    with closing(HTTPConnection(at.host, at.port, timeout=TIMEOUT)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": "watch.example.org", **named})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def _shown(answer: Answer) -> dict[str, object]:
    """What must be the same from both servers."""
    status, headers, body = answer
    body = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
    return {"status": status, "body": body, **{name: headers.get(name) for name in COMPARED}}


def test_it_answers_as_the_programs_own_server(mission: tuple[Mission, str], tmp_path: Path) -> None:
    program, identity = mission
    published = program.data / "public"
    asset = next(path.name for path in (published / "assets").iterdir() if path.suffix == ".css")
    with serve(program) as own, running(published, own.port, tmp_path) as front:
        for each in PATHS:
            path = each.format(id=identity, asset=asset)
            for method, coding in (("GET", "identity"), ("GET", "gzip"), ("HEAD", "identity"), ("POST", "identity")):
                expected, found = (_shown(_ask(at, path, method, Accept_Encoding=coding)) for at in (own, front))
                assert found == expected, (method, coding, path)


def test_files_have_validators(mission: tuple[Mission, str], tmp_path: Path) -> None:
    program, identity = mission
    with running(program.data / "public", 1, tmp_path) as front:
        for path in ("/feeds/changes.atom", f"/statements/{identity}"):
            for coding in ("identity", "gzip"):
                status, headers, body = _ask(front, path, Accept_Encoding=coding)
                assert (status, bool(body), headers.get("content-encoding")) == (
                    200,
                    True,
                    {"gzip": "gzip"}.get(coding),
                )
                for condition in ({"If_None_Match": headers["etag"]}, {"If_Modified_Since": headers["last-modified"]}):
                    assert _ask(front, path, Accept_Encoding=coding, **condition)[::2] == (304, b"")


def test_while_the_daemon_is_away_what_is_published_stays(mission: tuple[Mission, str], tmp_path: Path) -> None:
    program, identity = mission
    with running(program.data / "public", 1, tmp_path) as front:
        for path in ("/", "/days", "/types/edited", "/feeds/", "/feeds/changes.atom", f"/statements/{identity}"):
            status, headers, _ = _ask(front, path)
            assert status == 200, path
            assert headers["cache-control"] == "public, max-age=60, must-revalidate"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
        for path in ("/?type=edited", "/status", "/status.json", "/subscribe", "/statements/un-1", "/.missionwatch/x"):
            assert _ask(front, path)[0] == 502, path


def test_where_the_folder_is_out_of_reach_the_daemon_serves_all(mission: tuple[Mission, str], tmp_path: Path) -> None:
    program, identity = mission
    with serve(program) as own, running(tmp_path / "nothing", own.port, tmp_path) as front:
        for path in ("/", "/feeds/changes.atom", "/feeds/opml.xml", f"/statements/{identity}", "/assets/nothing.css"):
            assert _shown(_ask(front, path)) == _shown(_ask(own, path))


def test_it_knows_what_is_made_at_the_moment_and_every_kind_of_file() -> None:
    (live,) = re.findall(r"location ~ \^/\(\?:\|\(\?:(\S+)\)\(\?:/\.\*\)\?\)\$", CONF)
    assert {*live.split("|"), "", "status", "status.json"} == LIVE
    types = set(re.findall(r"^        \S+/\S+ (\w+);$", CONF, re.MULTILINE))
    assert {f".{name}" for name in types} == set(MEDIA_TYPES) - {".png", ".ico", ".woff2"}, (
        "no such files are published"
    )
