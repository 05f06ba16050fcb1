"""A run never says that all is well when it is not, and never asks anyone but the site."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from missionwatch.replica import ReplicaServer
from missionwatch.replica.chrome import Build
from missionwatch.replica.listings import Line, listing
from tests.conftest import ReplicaFactory
from tests.mission import Done, Mission, counts, problem_codes
from tests.needs import ROOT
from tests.whole.archive_laws import check_archive

FAULTS = {
    "a callback of the spider": """
from crawler.spiders.statements import StatementsSpider
take = StatementsSpider.parse_statement
def parse_statement(self, response, page):
    if page.endswith("_{doc_id}.htm"):
        raise ValueError("planted")
    yield from take(self, response, page)
StatementsSpider.parse_statement = parse_statement
""",
    "the errback of the spider": """
from crawler.download import KeptAliveDownloads
from crawler.spiders.statements import StatementsSpider
download = KeptAliveDownloads._download
async def _download(self, request):
    if request.url.endswith("_{doc_id}.htm"):
        raise OSError("no way")
    return await download(self, request)
KeptAliveDownloads._download = _download
def failed(self, failure):
    raise ValueError("planted")
    yield
StatementsSpider.failed = failed
""",
    "every callback for listings": """
from crawler.spiders.statements import StatementsSpider
def parse_listing(self, response, page, section, number):
    raise ValueError("planted")
    yield
StatementsSpider.parse_listing = parse_listing
""",
    "the choice of first pages": """
from crawler.plan import CrawlPlan
def first_pages(self, now):
    raise ValueError("planted")
    yield
CrawlPlan.first_pages = first_pages
""",
    "reading a capture": """
from crawler.session import CrawlSession
take = CrawlSession.take
def fail(self, capture):
    if capture.kind == "statement":
        raise ValueError("planted")
    take(self, capture)
CrawlSession.take = fail
""",
    "the record of the last batch": """
import crawler.session
from store.archive import Archive
crawler.session.BATCH_SECONDS = crawler.session.BATCH_PAGES = crawler.session.BATCH_LOOKS = 1e9
def record(self, observations, now):
    raise ValueError("planted")
Archive.record = record
""",
    "the record of the run": """
import store.runs
def finish_run(*arguments, **more):
    raise ValueError("planted")
store.runs.finish_run = finish_run
""",
}


def _crawl_with(fault: str, mission: Mission) -> Done:
    program = f"{fault}\nimport sys\nfrom missionwatch.cli import main\nsys.exit(main(sys.argv[1:]))"
    return mission.run_line([sys.executable, "-c", program, *mission.crawl_line()[3:]], anew=True)


@pytest.mark.parametrize(
    ("where", "code", "outcome", "problem"),
    [
        ("a callback of the spider", 3, "partial", "spider-error"),
        ("the errback of the spider", 3, "partial", "spider-error"),
        ("every callback for listings", 1, "failed", "spider-error"),
        ("the choice of first pages", 3, "partial", "interrupted"),
        ("reading a capture", 1, "failed", "record-error"),
        ("the record of the last batch", 1, "failed", "record-error"),
        ("the record of the run", 1, "failed", "record-error"),
    ],
)
def test_a_fault_of_the_program_shows(
    mission: Mission, replica: ReplicaFactory, where: str, code: int, outcome: str, problem: str
) -> None:
    server = replica(count=30)
    doc_id = server.site.truth()[4].doc_id
    done = _crawl_with(FAULTS[where].replace("{doc_id}", doc_id), mission.watch(server))
    (told,) = done.objects
    assert (done.code, told["outcome"]) == (code, outcome), done
    assert problem in set(problem_codes(told))
    assert "planted" in json.dumps(told["problems"]) + done.stderr
    runs = mission.rows("SELECT outcome, problems FROM run")
    if where == "the record of the run":
        assert runs == [(None, "[]")]
    else:
        assert [(each, json.loads(problems)) for each, problems in runs] == [(outcome, told["problems"])]
    check_archive(mission)
    # Without the fault, the next crawl makes up for it.
    recorded = len(mission.versions())
    again = mission.crawl()
    assert (again["outcome"], counts(again)) == ("ok", {"baseline": 30 - recorded} if recorded < 30 else {})


def test_a_program_that_cannot_record_stops_asking(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=200)
    done = _crawl_with(FAULTS["reading a capture"], mission.watch(server))
    assert done.code == 1
    assert len(server.requests) < 100


@contextmanager
def _stranger() -> Iterator[tuple[int, list[bytes]]]:
    """A port that belongs to somebody else, and what was sent to it."""
    seen: list[bytes] = []

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            seen.append(self.request.recv(1000))
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], seen
        server.shutdown()


@pytest.fixture
def stranger() -> Iterator[tuple[int, list[bytes]]]:
    with _stranger() as running:
        yield running


Stranger = tuple[int, list[bytes]]


@pytest.mark.parametrize("status", [301, 302, 308])
def test_a_redirect_off_the_site_is_not_followed(
    mission: Mission, replica: ReplicaFactory, stranger: Stranger, status: int
) -> None:
    port, seen = stranger
    server = replica(count=12, sections=["eng/hyyfy"])
    bad = server.site.truth()[0].urls[0]
    for path in (bad, "/robots.txt"):
        server.site.raw(path, b"", status=status, headers=[("Location", f"http://127.0.0.1:{port}{path}")])
    told = mission.watch(server).crawl(code=3)
    assert (told["outcome"], counts(told)) == ("partial", {"baseline": 11})
    (problem,) = told["problems"]
    assert (problem["code"], problem["url"]) == ("off-site", f"https://un.china-mission.gov.cn{bad}")
    assert seen == []


def test_links_off_the_site_are_not_followed(mission: Mission, replica: ReplicaFactory, stranger: Stranger) -> None:
    port, seen = stranger
    server = replica(count=12, sections=["eng/hyyfy"])
    good = server.site.truth()[3]
    own = server.url.removeprefix("http://")
    page = "/eng/hyyfy/202601/t20260101_99999999.htm"
    links = [
        f"http://127.0.0.1:{port}{page}",
        f"//127.0.0.1:{port}{page}",
        f"http://localhost:{port}{page}",
        f"http://2130706433:{port}{page}",
        f"http://0x7f.1:{port}{page}",
        f"http://[::1]:{port}{page}",
        f"http://{own}@127.0.0.1:{port}{page}",
        f"http://127.0.0.1:{port}\\@{own}{page}",
        f"http://{own}.127.0.0.1:{port}{page}",
        f"https://{own}{page}",
        f"/\\127.0.0.1:{port}{page}",
        "file:///etc/passwd",
        "javascript:void(0)",
        f"ftp://{own}{page}",
    ]
    lines = [Line(link, f"Line {number}", good.date) for number, link in enumerate(links)]
    lines.append(Line(f"{server.url}{good.urls[0]}", good.title, good.date))
    section = server.site.catalogue.sections["eng/hyyfy"]
    server.site.raw("/eng/hyyfy/", listing("view", section, lines, 0, 1, Build(0), 1))
    told = mission.watch(server).crawl()
    assert counts(told) == {"baseline": 1}
    assert seen == []
    asked = server.requests.paths()
    assert [path for path in asked if path.startswith("/eng/hyyfy/2")] == [good.urls[0]]
    assert {path for (path,) in mission.rows("SELECT url FROM page")} == {
        f"https://un.china-mission.gov.cn{path}" for path in ("/robots.txt", "/eng/hyyfy/", good.urls[0])
    }


@pytest.mark.parametrize("host", ["2130706433", "127.1"])
def test_a_name_for_an_own_address_is_not_asked(mission: Mission, stranger: Stranger, host: str) -> None:
    port, seen = stranger
    line = mission.line("crawl", "--base-url", f"http://{host}:{port}", "--section", "hyyfy", "--delay", "0", "--json")
    done = mission.run_line(line, env={"RES_OPTIONS": "timeout:1 attempts:1"})
    assert (done.code, done.stderr) == (4, ""), done
    assert set(problem_codes(done.objects[0])) == {"dns"}
    assert seen == []


def test_pages_of_another_host_are_no_pages_of_the_site(
    mission: Mission, replica: ReplicaFactory, stranger: Stranger
) -> None:
    port, seen = stranger
    server = replica(count=12)
    url = f"http://127.0.0.1:{port}{server.site.truth()[0].urls[0]}"
    done = mission.watch(server).run_line(mission.crawl_line("--url", url))
    assert (done.code, url in done.sentence, seen) == (2, True, [])


def test_what_answers_in_the_place_of_a_statement_is_none(known: tuple[Mission, ReplicaServer]) -> None:
    mission, server = known
    before = mission.history()
    server.site.soft_404("all")
    told = mission.crawl("--full", "--recheck", code=3)
    assert counts(told) == {}
    server.site.lift()
    server.site.truncate_listing("eng/hyyfy", 0)
    assert "listing-empty" in set(problem_codes(mission.crawl("--full", code=3)))
    server.site.lift()
    assert counts(mission.crawl("--full", "--recheck")) == {"unchanged": 60}
    assert mission.history() == before


def test_an_incident_about_a_section_ends_when_the_section_is_no_longer_read(
    known: tuple[Mission, ReplicaServer],
) -> None:
    """Nobody would ever see it to be well again, and an alarm that cannot end is no alarm."""
    mission, _ = known
    wanted = mission.config.read_text(encoding="utf-8")
    mission.config.write_text(wanted.replace("sections = [", 'sections = ["eng/nowhere", '), encoding="utf-8")
    mission.crawl(code=3)
    (site,) = mission.run("status", "--json").objects
    assert [(each["code"], each["scope"]) for each in site["incidents"]] == [("section-unreadable", "eng/nowhere")]
    mission.config.write_text(wanted, encoding="utf-8")
    mission.crawl()
    (site,) = mission.run("status", "--json").objects
    assert site["incidents"] == []


def test_a_site_that_has_moved_is_not_read_as_if_its_statements_were_gone(
    known: tuple[Mission, ReplicaServer], tmp_path: Path
) -> None:
    mission, server = known
    wanted = mission.config.read_text(encoding="utf-8")
    moved = wanted.replace("sections =", f'base_url = "{server.url}"\nsections =')
    mission.config.write_text(moved, encoding="utf-8")
    done = mission.run("crawl", "un", "--delay", "0")
    assert (done.code, "`hosts` of the site's profile" in done.sentence) == (78, True)
    shipped = (ROOT / "crawler" / "sites" / "china-mission-un.toml").read_text(encoding="utf-8")
    profile = tmp_path / "moved.toml"
    profile.write_text(shipped.replace("hosts = []", 'hosts = ["un.china-mission.gov.cn"]'), encoding="utf-8")
    mission.config.write_text(moved.replace("china-mission-un", str(profile)), encoding="utf-8")
    done = mission.run("crawl", "un", "--delay", "0", "--recheck", "--full", "--json")
    (told,) = done.objects
    assert (done.code, told["outcome"], told["problems"], counts(told)) == (0, "ok", [], {"moved": 60})
    assert {each["type"] for each in mission.changes()} == {"moved"}
