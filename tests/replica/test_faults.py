"""The faults as answers; those of the connection are in test_server."""

import pytest

from missionwatch.replica import ReplicaSite
from tests.replica.reading import read_listing


@pytest.fixture
def site() -> ReplicaSite:
    return ReplicaSite(count=60, seed=4)


def test_503_answers_everything(site: ReplicaSite) -> None:
    site.outage("503")
    assert {site.answer(path).status for path in ("/", "/eng/hyyfy/", site.truth()[0].urls[0])} == {503}
    site.outage(None)
    assert site.answer("/eng/hyyfy/").status == 200


def test_a_soft_404_of_one_document(site: ReplicaSite) -> None:
    truth, other = site.truth()[:2]
    site.soft_404(truth.doc_id)
    assert {site.answer(url).status for url in truth.urls} == {200}
    assert b"view-txt" not in site.answer(truth.urls[0]).body
    assert b"view-txt" in site.answer(other.urls[0]).body
    assert site.answer("/eng/nothing/").status == 404
    site.soft_404(None)
    assert b"view-txt" in site.answer(truth.urls[0]).body


def test_soft_404_for_missing_pages_speaks_the_language(site: ReplicaSite) -> None:
    english = next(truth for truth in site.truth() if truth.language == "en")
    site.remove(english.doc_id)
    site.soft_404("missing")
    gone = site.answer(english.urls[0])
    assert gone.status == 200
    assert b"does not exist or has been deleted" in gone.body
    assert "不存在或已删除" in site.answer("/hyyfy/202601/t20260101_1.htm").body.decode()
    assert b"view-txt" in site.answer(site.truth()[0].urls[0]).body
    site.soft_404("missing", "redirect")
    assert b"Location: /eng/\r\n" in site.answer(english.urls[0]).head
    site.soft_404(None)
    assert site.answer(english.urls[0]).status == 404


def test_soft_404_for_all_hides_every_statement(site: ReplicaSite) -> None:
    site.soft_404("all")
    assert all(b"view-txt" not in site.answer(url).body for truth in site.truth() for url in truth.urls)
    assert site.answer("/eng/hyyfy/").status == 200


@pytest.mark.parametrize(("kind", "status"), [("captcha", 200), ("javascript", 200), ("denied", 403), ("waf", 405)])
def test_a_wall_stands_before_every_page_but_robots(site: ReplicaSite, kind: str, status: int) -> None:
    site.block_page(kind)  # type: ignore[arg-type]
    for path in ("/eng/hyyfy/", site.truth()[0].urls[0]):
        given = site.answer(path)
        assert given.status == status
        assert b"view-t" not in given.body
        assert b"news_fgx" not in given.body
    assert site.answer("/robots.txt").status == 200


def test_failures_have_their_share_and_are_repeatable(site: ReplicaSite) -> None:
    urls = [url for truth in site.truth() for url in truth.urls]

    def statuses() -> list[int]:
        site.fail(0.3, seed=5)
        return [site.answer(url).status for url in urls * 5]

    first = statuses()
    assert first == statuses()
    assert set(first) == {200, 500}
    assert 0.2 < first.count(500) / len(first) < 0.4
    site.fail(1)
    assert {site.answer(url).status for url in urls} == {500}
    site.fail(0)
    assert {site.answer(url).status for url in urls} == {200}


def test_a_truncated_listing_still_has_its_frame(site: ReplicaSite) -> None:
    whole = site.answer("/eng/hyyfy/").body
    for items in (3, 0):
        site.truncate_listing("eng/hyyfy", items)
        current, pages, shown, _ = read_listing(site.answer("/eng/hyyfy/").body)
        assert (current, pages, len(shown)) == (0, 1, items)
    site.truncate_listing("eng/hyyfy", None)
    assert site.answer("/eng/hyyfy/").body == whole


def test_a_section_goes_down_alone(site: ReplicaSite) -> None:
    site.section_down("eng/hyyfy")
    for truth in site.truth():
        for section, url in zip(truth.sections, truth.urls, strict=True):
            assert site.answer(url).status == (503 if section == "eng/hyyfy" else 200)
    assert (site.answer("/eng/hyyfy/").status, site.answer("/hyyfy/").status) == (503, 200)
    site.section_down("eng/hyyfy", False)
    assert site.answer("/eng/hyyfy/").status == 200


@pytest.mark.parametrize(
    ("mode", "status", "part"),
    [
        ("allow", 200, b"Disallow:\n"),
        ("disallow", 200, b"Disallow: /\n"),
        ("missing", 404, b"404"),
        ("html", 200, b"<html>"),
        ("loop", 302, b""),
        ("User-agent: *\nDisallow: /eng/zt/\n", 200, b"Disallow: /eng/zt/\n"),
    ],
)
def test_robots(site: ReplicaSite, mode: str, status: int, part: bytes) -> None:
    site.robots(mode)
    given = site.answer("/robots.txt")
    assert given.status == status
    assert part in given.body
    assert (b"Location: /robots.txt\r\n" in given.head) == (mode == "loop")


def test_lift_ends_every_fault(site: ReplicaSite) -> None:
    paths = ["/eng/hyyfy/", "/robots.txt", "/nothing.htm", *(truth.urls[0] for truth in site.truth())]
    before = [(site.answer(path).head, site.answer(path).body) for path in paths]
    site.outage("503")
    site.soft_404("all")
    site.block_page("captcha")
    site.fail(1)
    site.truncate_listing("eng/hyyfy", 1)
    site.robots("loop")
    site.section_down("hyyfy")
    site.validators(False)
    site.raw("/eng/hyyfy/", b"planted")
    site.flow(paths[-1], "drip")
    assert [(site.answer(path).head, site.answer(path).body) for path in paths] != before
    site.lift()
    assert [(site.answer(path).head, site.answer(path).body) for path in paths] == before
