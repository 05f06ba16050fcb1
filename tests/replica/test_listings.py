"""Listings: arithmetic, order, links, and that late statements land in the middle."""

from datetime import timedelta
from urllib.parse import urljoin

import pytest
from selectolax.lexbor import LexborHTMLParser

from missionwatch.replica import ReplicaSite
from tests.replica.reading import read_listing

SECTION = "eng/chinaandun/socialhr/rqwt"


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (0, [0]),
        (1, [1]),
        (34, [34]),
        (35, [35]),
        (36, [35, 1]),
        (70, [35, 35]),
        (80, [35, 35, 10]),
    ],
)
@pytest.mark.parametrize("classic", [False, True])
def test_a_listing_has_35_items_a_page(count: int, sizes: list[int], classic: bool) -> None:
    site = ReplicaSite(count=count, seed=2, sections=[SECTION])
    if classic:
        site.set_template("classic", listings=True)
    listed: list[str] = []
    for number, size in enumerate(sizes):
        path = f"/{SECTION}/" + (f"index_{number}.htm" if number else "index.htm")
        current, pages, items, groups = read_listing(site.answer(path).body)
        assert (current, pages, len(items)) == (number, len(sizes), size)
        if not classic:
            assert groups == [7] * (size // 7) + ([size % 7] if size % 7 else [])
        listed += [urljoin(path, link) for link, _, _ in items]
    assert [path.rpartition("_")[2].removesuffix(".htm") for path in listed] == list(site.listed(SECTION))
    assert [site.answer(path).status for path in listed] == [200] * count
    assert site.answer(f"/{SECTION}/index_{len(sizes)}.htm").status == 404


def test_folder_and_index_are_one_page_and_a_missing_slash_is_added() -> None:
    site = ReplicaSite(count=20, seed=2)
    assert site.answer("/eng/hyyfy/").body == site.answer("/eng/hyyfy/index.htm").body
    redirect = site.answer("/eng/hyyfy")
    assert redirect.status == 301
    assert b"Location: /eng/hyyfy/\r\n" in redirect.head


def test_listings_agree_with_the_truth_and_fall_in_date() -> None:
    site = ReplicaSite(count=120, seed=9, sections=["eng/hyyfy", "hyyfy"])
    truths = {truth.doc_id: truth for truth in site.truth()}
    for section in ("eng/hyyfy", "hyyfy"):
        _, _, items, _ = read_listing(site.answer(f"/{section}/").body)
        found = [truths[doc_id] for doc_id in site.listed(section)[:35]]
        assert [(title, date) for _, title, date in items] == [(t.title, t.date.isoformat()) for t in found]
        dates = [date for _, _, date in items]
        assert dates == sorted(dates, reverse=True)


def test_a_late_statement_lands_in_the_middle() -> None:
    site = ReplicaSite(count=200, seed=3, sections=[SECTION])
    deed = site.add(section=SECTION, late_days=100)
    (doc_id,) = deed["doc_ids"]
    assert site.truth_of(doc_id).date == site.today - timedelta(days=100)
    order = site.listed(SECTION)
    assert 35 < order.index(doc_id) < len(order) - 35
    assert max(map(int, order)) == int(doc_id)


def test_only_listings_have_the_search_box() -> None:
    site = ReplicaSite(count=20, seed=1)
    assert b'search_h">' in site.answer("/eng/hyyfy/").body
    assert all(b'search_h">' not in site.answer(truth.urls[0]).body for truth in site.truth())


def test_the_homes_name_the_newest_statements() -> None:
    site = ReplicaSite(count=60, seed=1)
    for path, section in (("/eng/", "eng/hyyfy"), ("/", "hyyfy")):
        links = [a.attributes["href"] for a in LexborHTMLParser(site.answer(path).body.decode()).css(".index-box li a")]
        newest = site.truth_of(site.listed(section)[0])
        assert newest.urls[newest.sections.index(section)] in links
