"""The same words in another design are no news; a design that nobody knows is an incident."""

from itertools import pairwise

import pytest

from missionwatch.replica.site import Layout
from tests.truth.conftest import Simulate
from tests.truth.driver import Simulation
from tests.truth.test_changes import singles, told
from tests.truth.test_outages import check_untouched, history

WAYS: tuple[tuple[Layout, ...], ...] = (
    ("view", "classic", "view"),
    ("classic", "view", "classic"),
    ("view", "mixed", "classic", "mixed"),
)


@pytest.mark.parametrize("listings", [False, True], ids=["statements", "listings too"])
@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_a_redesign_is_no_edit(simulate: Simulate, way: tuple[Layout, ...], listings: bool) -> None:
    simulation = simulate(24)
    simulation.site.set_template(way[0], listings)
    simulation.crawl()
    for before, after in pairwise(way):
        simulation.site.set_template(after, listings)
        simulation.clock.advance(hours=2)
        assert simulation.look_again().outcome() == "ok", (before, after)
    check_untouched(simulation)
    assert history(simulation) == []


def test_what_is_edited_in_a_redesign_is_the_only_news(simulate: Simulate) -> None:
    simulation = simulate(24)
    simulation.crawl()
    doc_id = singles(simulation)[0]
    simulation.site.set_template("classic", listings=True)
    simulation.site.edit(doc_id)
    simulation.clock.advance(hours=2)
    simulation.look_again()
    assert told(simulation) == [("edited", f"un-{doc_id}")]


def redesign(simulation: Simulation, paths: list[str]) -> None:
    """Pages in a template that the profile has never seen: every name that it goes by is another."""
    for path in paths:
        page = simulation.site.answer(path).body
        for name in (b"view-", b"news-box", b"news_fgx", b"News_Body", b"Text_Center"):
            page = page.replace(name, b"fresh-" + name[:3])
        simulation.site.raw(path, page)


@pytest.mark.parametrize("listings", [False, True], ids=["statements", "listings too"])
def test_an_unknown_template_is_an_incident(simulate: Simulate, listings: bool) -> None:
    simulation = simulate(12)
    simulation.crawl()
    paths = [path for each in simulation.site.truth() for path in each.urls]
    if listings:
        paths += [f"/{section}/" for section in simulation.site.catalogue.sections]
    redesign(simulation, paths)
    for _ in range(3):
        simulation.clock.advance(hours=2)
        tally = simulation.look_again()
        assert {each.code.removeprefix("listing-") for each in tally.problems} == {"layout-changed"}
    codes = {each.code: each for each in simulation.incidents()}
    assert codes.keys() == ({"layout-changed"} if listings else {"layout-changed", "statements-unreadable"})
    assert codes["layout-changed"].times == 3
    simulation.site.lift()
    simulation.clock.advance(hours=2)
    assert simulation.look_again().outcome() == "ok"
    assert simulation.incidents() == []
    check_untouched(simulation)


def test_a_known_template_without_a_text_is_no_edit(simulate: Simulate) -> None:
    """A half-published page: the frame is there, the words are not."""
    simulation = simulate(12)
    simulation.crawl()
    path = simulation.site.truth()[0].urls[0]
    page = simulation.site.answer(path).body
    start, end = page.index(b'<div class="view-txt">') + 22, page.index(b'<div id="appendix"')
    simulation.site.raw(path, page[:start] + b"</div>" + page[end:])
    tally = simulation.look_again()
    assert [each.code for each in tally.problems] == ["layout-changed"]
    simulation.site.lift()
    simulation.look_again()
    check_untouched(simulation)
    assert simulation.incidents() == []
