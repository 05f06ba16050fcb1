"""Pages that are no statements are told by their names, kept as they came, and never become news."""

import pytest

from missionwatch.replica.faults import SoftKind
from store.model import Problem
from tests.truth.conftest import Simulate
from tests.truth.driver import BASE, Simulation
from tests.truth.scale import scaled
from tests.truth.test_changes import singles, told
from tests.truth.test_outages import check_untouched
from tests.truth.walls import GARBLED, WALLS, Wall

PAGES = 40


def put_up(simulation: Simulation, wall: Wall, paths: list[str]) -> None:
    for path in paths:
        body = wall.body(simulation.site.answer(path).body)
        simulation.site.raw(path, body, wall.content_type, wall.status, wall.headers)


def codes(problems: list[Problem], path: str) -> list[str]:
    # A server's errors are told by their class.
    return [each.code.replace("http-5xx", "http-500") for each in problems if each.url == BASE + path]


@scaled("looks", small=80, full=2_000)
@pytest.mark.parametrize("kind", ["page", "redirect"])
def test_soft_404s_are_no_change(simulate: Simulate, kind: SoftKind, looks: int) -> None:
    simulation = simulate(PAGES)
    simulation.crawl()
    assert {each.language for each in simulation.site.truth()} == {"en", "zh-Hans"}
    simulation.site.validators(False)
    simulation.site.soft_404("all", kind)
    for _ in range(looks // PAGES):
        simulation.clock.advance(hours=2)
        tally = simulation.look_again()
        assert tally.counts["pages"] >= PAGES
        assert {each.code for each in tally.problems} == {"missing"}
    assert [each.code for each in simulation.incidents()] == ["statements-unreadable"]
    simulation.site.soft_404(None)
    simulation.clock.advance(hours=2)
    assert simulation.look_again().outcome() == "ok"
    assert simulation.incidents() == []
    check_untouched(simulation)


@pytest.mark.parametrize("kind", ["page", "redirect"])
def test_a_soft_404_is_an_absence_where_the_listing_agrees(simulate: Simulate, kind: SoftKind) -> None:
    simulation = simulate()
    simulation.crawl()
    doc_id = singles(simulation)[0]
    simulation.site.soft_404("missing", kind)
    simulation.site.remove(doc_id)
    for _ in range(2):
        simulation.clock.advance(hours=2)
        simulation.look_again()
    assert told(simulation) == [("removed", f"un-{doc_id}")]


def test_every_wall_before_a_page_is_told_by_its_name(simulate: Simulate) -> None:
    simulation = simulate(60)
    simulation.crawl()
    chinese = [simulation.site.truth_of(doc_id).urls[0] for doc_id in singles(simulation, "zh-Hans")]
    english = [simulation.site.truth_of(doc_id).urls[0] for doc_id in singles(simulation)]
    walls = {**dict(zip(english, WALLS, strict=False)), **dict(zip(chinese, GARBLED, strict=False))}
    assert len(walls) == len(WALLS) + len(GARBLED)
    for path, wall in walls.items():
        put_up(simulation, wall, [path])
    for _ in range(3):
        simulation.clock.advance(hours=2)
        tally = simulation.look_again()
        for path, wall in walls.items():
            assert codes(tally.problems, path) == [wall.code], wall.name
    for path, wall in walls.items():
        # Of a transfer that was cut nothing arrives.
        arrived = (wall.status, simulation.site.answer(path).body) if wall.name != "transfer-cut" else None
        assert arrived is None or simulation.stored(path)[-1] == arrived, wall.name
    assert [each.code for each in simulation.incidents()] == ["layout-changed", "statements-unreadable"]
    simulation.site.lift()
    simulation.clock.advance(hours=2)
    assert simulation.look_again().outcome() == "ok"
    assert simulation.incidents() == []
    check_untouched(simulation)


def test_every_wall_before_the_whole_site_is_one_incident(simulate: Simulate) -> None:
    simulation = simulate(4)
    simulation.crawl()
    paths = [path for each in simulation.site.truth() for path in each.urls]
    paths += [f"/{section}/" for section in simulation.site.catalogue.sections]
    for number, wall in enumerate(WALLS, 1):
        put_up(simulation, wall, paths)
        for _ in range(2):
            simulation.clock.advance(hours=2)
            assert simulation.look_again().outcome() in ("blocked", "unreachable", "failed"), wall.name
        assert len(simulation.incidents()) == 1, wall.name
        simulation.site.lift()
        simulation.clock.advance(hours=2)
        assert simulation.look_again().outcome() == "ok", wall.name
        assert simulation.incidents() == []
        assert len(simulation.incidents(only_open=False)) == number, wall.name
    check_untouched(simulation)


@pytest.mark.parametrize(
    ("wall", "code"),
    [("denied-403", "site-blocked"), ("denied-405", "site-blocked"), ("denied-500", "site-unreachable")],
)
def test_a_wall_that_goes_leaves_nothing_behind_for_the_next_news(simulate: Simulate, wall: str, code: str) -> None:
    """The crawl after it reads listings only, and must not hold against single pages what was the site's doing."""
    simulation = simulate(4)
    simulation.crawl()
    paths = [path for each in simulation.site.truth() for path in each.urls]
    paths += [f"/{section}/" for section in simulation.site.catalogue.sections]
    put_up(simulation, next(each for each in WALLS if each.name == wall), paths)
    simulation.look_again()
    assert [each.code for each in simulation.incidents()] == [code]
    simulation.site.lift()
    assert simulation.crawl().outcome() == "ok"
    assert [(each.code, each.resolved is None) for each in simulation.incidents(only_open=False)] == [(code, False)]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/eng/", "missing"),
        ("{second}", "missing"),
        ("/eng/404.htm", "missing"),
        ("https://www.example.org{first}", "off-site"),
        ("//www.example.org{first}", "off-site"),
        ("{first}", "redirects"),
    ],
)
def test_a_redirect_is_no_edit(simulate: Simulate, target: str, code: str) -> None:
    simulation = simulate(12)
    simulation.crawl()
    first, second = (simulation.site.truth_of(doc_id).urls[0] for doc_id in singles(simulation)[:2])
    simulation.site.raw(first, b"", status=302, headers=[("Location", target.format(first=first, second=second))])
    for _ in range(3):
        simulation.clock.advance(hours=2)
        assert codes(simulation.look_again().problems, first) == [code]
    assert [each.code for each in simulation.incidents()] == ["statements-unreadable"]
    simulation.site.lift()
    simulation.look_again()
    assert simulation.incidents() == []
    check_untouched(simulation)
