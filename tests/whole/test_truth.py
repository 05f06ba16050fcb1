"""What the site took away, moved or said twice, and what it seemed to change: told once, rightly, or held back."""

import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from missionwatch.replica import ReplicaServer
from missionwatch.replica.truth import Truth
from tests.conftest import ReplicaFactory
from tests.mission import Mission, counts, problem_codes

Known = tuple[Mission, ReplicaServer]
EVERYTHING = ("--full", "--recheck")
HOUR = timedelta(hours=1)


def _let_pass(mission: Mission, span: timedelta) -> None:
    """Makes what the archive waits with so much older."""
    micros = span // timedelta(microseconds=1)
    for table, columns in (
        ("statement", ("missing_since", "missing_last")),
        ("held", ("first_seen", "last_seen")),
        ("location", ("first_seen", "last_seen")),
        ("page", ("checked",)),
    ):
        mission.write(f"UPDATE {table} SET " + ", ".join(f"{name} = {name} - {micros}" for name in columns))


def _alone(server: ReplicaServer, section: str = "eng/hyyfy") -> list[Truth]:
    """Statements that are listed in that section only, and are text only."""
    found = [server.site.truth_of(doc_id) for doc_id in server.site.listed(section)]
    return [each for each in found if each.sections == (section,) and not each.images and not each.attachments]


def _told(mission: Mission) -> list[tuple[str, str]]:
    return [(change["type"], change["statement"]) for change in mission.changes()]


def _crawl_in_vain(mission: Mission) -> None:
    """A crawl that looks at everything, and finds that all is well and as it was."""
    told = mission.crawl(*EVERYTHING)
    assert (told["outcome"], counts(told).keys() - {"unchanged"}) == ("ok", set())


def _verified(mission: Mission) -> None:
    assert mission.run("verify").code == 0


def test_a_statement_that_is_gone_is_removed_and_restored_when_it_comes_back(known: Known) -> None:
    mission, server = known
    gone = _alone(server)[2].doc_id
    key = f"un-{gone}"
    server.site.remove(gone)
    first = mission.crawl(*EVERYTHING, code=3)
    assert (counts(first)["unchanged"], set(problem_codes(first))) == (59, {"missing"})
    assert mission.show(key)["state"] == "suspect"
    # Twice, but not an hour apart.
    mission.crawl(*EVERYTHING, code=3)
    assert _told(mission) == []

    _let_pass(mission, 2 * HOUR)
    told = mission.crawl(*EVERYTHING)
    assert (told["outcome"], told["removed"]) == ("ok", 1)
    assert _told(mission) == [("removed", key)]
    shown, (change,) = mission.show(key), mission.changes()
    assert (shown["state"], len(shown["versions"])) == ("removed", 1)
    assert (change["from_version"], change["to_version"], change["significance"]) == (1, None, "high")
    assert [each["result"] for each in shown["coverage"]][-1] == "missing"
    assert counts(mission.crawl()) == {}, "it is told once"
    mission.publish()
    public = mission.data / "public"
    assert "removed" in (public / "feeds" / "changes.atom").read_text(encoding="utf-8")
    page = public / "statements" / key / "index.html"
    text = LexborHTMLParser(page.read_bytes()).text()
    assert all(each in text for each in shown["paragraphs"]), "it can still be read here"

    server.site.restore(gone)
    assert counts(mission.crawl())["restored"] == 1
    assert _told(mission) == [("removed", key), ("restored", key)]
    shown, change = mission.show(key), mission.changes()[-1]
    assert (shown["state"], change["from_version"], change["to_version"]) == ("live", 1, 1)
    _crawl_in_vain(mission)
    _verified(mission)


def test_a_move_is_told_as_one(known: Known) -> None:
    mission, server = known
    truth = _alone(server)[1]
    server.site.move(truth.doc_id, "eng/chinaandun/socialhr/rqwt")
    for _ in range(3):
        mission.run_line(mission.crawl_line(*EVERYTHING))
        _let_pass(mission, 2 * HOUR)
    assert _told(mission) == [("moved", f"un-{truth.doc_id}")]
    (change,) = mission.changes()
    assert change["reasons"] == [f"from https://un.china-mission.gov.cn{truth.urls[0]}"]
    (path,) = server.site.truth_of(truth.doc_id).urls
    assert change["url"] == mission.show(change["statement"])["url"] == f"https://un.china-mission.gov.cn{path}"
    _crawl_in_vain(mission)
    _verified(mission)


def test_the_same_text_under_another_id_is_a_duplicate_and_later_where_it_moved_to(known: Known) -> None:
    mission, server = known
    first = _alone(server)[0]
    deed = server.site.add(1, section="eng/hyyfy")
    (path, *more), (twin,) = deed["paths"], deed["doc_ids"]
    for each in (path, *more):
        server.site.raw(each, server.site.answer(first.urls[0]).body)
    assert counts(mission.crawl()) == {"baseline": 1}
    assert mission.changes() == []
    assert mission.show(f"un-{twin}")["duplicate_of"] == f"un-{first.doc_id}"
    (change,) = (each for each in mission.changes("--include-baseline") if each["statement"] == f"un-{twin}")
    assert (change["baseline"], change["reasons"]) == (True, [f"same as un-{first.doc_id}"])

    server.site.remove(first.doc_id)
    mission.crawl(*EVERYTHING, code=3)
    _let_pass(mission, 2 * HOUR)
    assert counts(mission.crawl(*EVERYTHING))["moved"] == 1
    assert _told(mission) == [("moved", f"un-{first.doc_id}")]
    assert mission.changes()[0]["reasons"][0] == f"now un-{twin}"
    _verified(mission)


def test_too_much_at_once_is_held_back_until_the_operator_accepts_it(known: Known) -> None:
    mission, server = known
    edited = [truth.doc_id for truth in _alone(server)[:5]]
    for doc_id in edited:
        server.site.edit(doc_id)
    (new,) = server.site.add(1)["doc_ids"]
    before = mission.versions()
    for _ in range(2):
        told = mission.crawl(*EVERYTHING, code=5)
        assert (told["outcome"], told["edited"]) == ("suspended", 0)
        assert set(problem_codes(told)) == {"mass-change"}
    # What is new has nothing to do with it.
    assert _told(mission) == [("new", f"un-{new}")]
    assert {each for each in mission.versions() - before if each[0] != f"un-{new}"} == set()
    (incident,) = mission.status()["incidents"]
    assert (incident["code"], incident["times"], "--accept" in incident["detail"]) == ("mass-change", 2, True)

    told = mission.crawl("--accept")
    assert (told["outcome"], told["edited"]) == ("ok", 5)
    assert sorted(_told(mission)[1:]) == sorted(("edited", f"un-{doc_id}") for doc_id in edited)
    assert mission.status()["incidents"] == []
    _crawl_in_vain(mission)
    _verified(mission)


def test_what_was_held_back_and_heals_is_never_told(known: Known) -> None:
    mission, server = known
    edited = [truth.doc_id for truth in _alone(server)[:5]]
    for doc_id in edited:
        server.site.edit(doc_id)
    mission.crawl(*EVERYTHING, code=5)
    for doc_id in edited:
        server.site.revert(doc_id)
    _crawl_in_vain(mission)
    assert (mission.changes(), mission.status()["incidents"]) == ([], [])


def test_an_edit_is_asked_for_twice_and_nothing_else_is(known: Known) -> None:
    mission, server = known
    truth = _alone(server)[4]
    server.site.edit(truth.doc_id)
    server.requests.reset()
    told = mission.crawl(*EVERYTHING)
    assert told["edited"] == 1
    asked = [request for request in server.requests if request.path == truth.urls[0]]
    assert [(request.method, request.status) for request in asked] == [("GET", 200), ("GET", 200)]
    others = [path for path in server.requests.paths() if path != truth.urls[0]]
    assert len(others) == len(set(others))
    # The second look comes when everything else has been asked for.
    assert server.requests.paths()[-1] == truth.urls[0]


def test_a_page_that_differs_from_look_to_look_is_not_believed(known: Known) -> None:
    mission, server = known
    truth = _alone(server)[4]
    server.site.edit(truth.doc_id)
    server.site.slow(0.2)
    with mission.running(mission.crawl_line("--url", f"{server.url}{truth.urls[0]}")) as child:
        _await_asked(server, truth.urls[0], 1)
        server.site.edit(truth.doc_id)
    assert child.code == 3
    server.site.slow(0)
    assert mission.changes() == []
    assert mission.show(f"un-{truth.doc_id}")["coverage"][-1]["result"] == "unclear"
    assert mission.crawl(*EVERYTHING)["edited"] == 1


def _await_asked(server: ReplicaServer, path: str, times: int) -> None:
    """Returns when a page has been asked for so often; its answer may still be under way."""
    deadline = time.monotonic() + 60
    while server.requests.paths().count(path) < times:
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.slow
def test_an_edit_whose_second_look_was_killed_is_found_by_the_next_crawl(
    mission: Mission, replica: ReplicaFactory
) -> None:
    server = replica(count=12, sections=["eng/hyyfy"])
    mission.watch(server).crawl()
    path = server.site.truth()[3].urls[0]
    server.site.edit(server.site.truth()[3].doc_id)
    server.requests.reset()
    server.site.slow(0.2)
    process = mission.start(mission.crawl_line(*EVERYTHING))
    _await_asked(server, path, 2)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    server.site.slow(0)
    assert mission.rows("SELECT count(*) FROM version") == [(12,)]
    assert mission.rows("SELECT outcome FROM run ORDER BY id") == [("ok",), (None,)]
    _verified(mission)
    # The site would answer "not modified" to whoever has the new page's validators.
    told = mission.crawl(*EVERYTHING)
    assert (told["edited"], told["not_modified"]) == (1, 11 + told["listings"])
    _verified(mission)


def test_a_site_that_is_away_for_days_is_one_incident(known: Known) -> None:
    mission, server = known
    before = mission.dump()
    server.site.outage("refuse")
    for _ in range(3):
        assert mission.crawl(*EVERYTHING, code=4)["outcome"] == "unreachable"
        _let_pass(mission, 24 * HOUR)
    (incident,) = mission.status()["incidents"]
    assert (incident["code"], incident["scope"], incident["times"]) == ("site-unreachable", "", 3)
    assert f"incident since {incident['opened'][:10]}" in mission.run("status").stdout
    assert len(before) < len(mission.dump())
    server.site.outage(None)
    _crawl_in_vain(mission)
    assert (mission.status()["incidents"], mission.changes()) == ([], [])
    assert mission.rows("SELECT code, times, resolved IS NULL FROM incident") == [("site-unreachable", 3, 0)]
    _verified(mission)


def test_a_listed_statement_that_cannot_be_read_is_an_incident_and_no_removal(known: Known) -> None:
    mission, server = known
    truth = _alone(server)[0]
    server.site.raw(truth.urls[0], b"", status=404)
    for _ in range(3):
        assert set(problem_codes(mission.crawl(*EVERYTHING, code=3))) == {"missing"}
        _let_pass(mission, 2 * HOUR)
    (incident,) = mission.status()["incidents"]
    assert (incident["code"], incident["times"]) == ("statements-unreadable", 3)
    assert truth.urls[0] in incident["detail"]
    server.site.lift()
    mission.crawl(*EVERYTHING)
    assert (mission.status()["incidents"], mission.changes()) == ([], [])


def test_status_remarks_on_silence(mission: Mission, replica: ReplicaFactory) -> None:
    today = datetime.now(UTC).date()
    server = replica(count=40, sections=["eng/hyyfy"], today=today)
    mission.watch(server).crawl()
    (section,) = mission.status()["sections"]
    assert section["remarks"] == []
    _let_pass(mission, 7 * HOUR)
    (section,) = mission.status()["sections"]
    assert section["remarks"] == ["no successful look for 7 h"]
    assert "no successful look for 7 h" in mission.run("status").stdout
    mission.crawl()
    (section,) = mission.status()["sections"]
    assert section["remarks"] == []


def test_status_remarks_on_a_section_that_has_gone_quiet(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=40, sections=["eng/hyyfy"], today=datetime.now(UTC).date() - timedelta(days=300))
    mission.watch(server).crawl()
    (section,) = mission.status()["sections"]
    (remark,) = section["remarks"]
    assert remark.startswith(("nothing new for 300 days, though usually every ", "nothing new for 301 days"))
