"""The pages against the truth, in both templates and through rebuilds."""

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from selectolax.lexbor import LexborHTMLParser

from missionwatch.replica import ReplicaSite
from missionwatch.replica.site import Layout
from tests.replica.reading import Page, read_article, told


def pages(site: ReplicaSite) -> Iterator[tuple[str, bytes]]:
    for truth in site.truth():
        for url in truth.urls:
            yield url, site.answer(url).body


@pytest.mark.parametrize("template", ["view", "classic", "mixed"])
def test_every_page_says_the_truth(template: Layout) -> None:
    site = ReplicaSite(count=250, seed=11, template=template)
    told_at: dict[str, Page] = {url: told(truth) for truth in site.truth() for url in truth.urls}
    assert {url: read_article(body) for url, body in pages(site)} == told_at
    assert any(page.images for page in told_at.values())
    assert any(page.attachments for page in told_at.values())
    assert any(page.subtitle for page in told_at.values())


def test_a_redesign_changes_every_page_and_no_word() -> None:
    site = ReplicaSite(count=80, seed=3)
    before = dict(pages(site))
    site.set_template("classic")
    after = dict(pages(site))
    assert before.keys() == after.keys()
    assert all(b"view-txt" in before[url] and b"News_Body_Txt_A" in after[url] for url in before)
    assert {url: read_article(body) for url, body in before.items()} == {
        url: read_article(body) for url, body in after.items()
    }


@pytest.mark.parametrize("template", ["view", "classic"])
def test_noise_changes_every_page_and_no_word(template: Layout) -> None:
    site = ReplicaSite(count=60, seed=5, template=template)
    seen = [dict(pages(site))]
    for _ in range(3):
        site.noise()
        seen.append(dict(pages(site)))
    for url, first in seen[0].items():
        assert len({state[url] for state in seen}) == len(seen)
        assert {read_article(state[url]) for state in seen} == {read_article(first)}


def test_a_mixed_site_shows_both_templates() -> None:
    bodies = [body for _, body in pages(ReplicaSite(count=60, seed=4, template="mixed"))]
    classic = sum(b"News_Body_Txt_A" in body for body in bodies)
    assert 0 < classic < len(bodies)


@pytest.mark.parametrize("template", ["view", "classic"])
def test_breadcrumbs_lead_through_the_folders_above(template: Layout) -> None:
    site = ReplicaSite(count=40, seed=6, sections=["eng/chinaandun/socialhr/rqwt", "hyyfy"], template=template)
    for truth in site.truth():
        page = LexborHTMLParser(site.answer(truth.urls[0]).body.decode())
        links = page.css(".crumbs a.CurrChnlCls" if template == "view" else ".Top_Index_A a")
        ways = [urljoin(truth.urls[0], str(link.attributes["href"])) for link in links]
        if truth.language == "en":
            assert ways == [
                "/eng/",
                "/eng/chinaandun/",
                "/eng/chinaandun/socialhr/",
                "/eng/chinaandun/socialhr/rqwt/",
            ]
        else:
            assert ways == ["/", "/hyyfy/"]
        assert [site.answer(way).status for way in ways] == [200] * len(ways)


def test_older_pages_show_an_older_menu() -> None:
    site = ReplicaSite(count=90, seed=6, sections=["eng/hyyfy"])
    menus = {tuple(a.text() for a in LexborHTMLParser(body.decode()).css(".subMenu-item a")) for _, body in pages(site)}
    assert len(menus) == 3


def test_pages_have_the_weight_of_real_ones() -> None:
    sizes = [len(body) for _, body in pages(ReplicaSite(count=200, seed=8, sections=["eng/hyyfy"]))]
    assert 16_000 < sum(sizes) / len(sizes) < 22_000
    assert min(sizes) > 12_000
    assert max(sizes) < 30_000
