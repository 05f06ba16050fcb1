"""The changes: each is visible on the pages, in the listings and in the truth, and nowhere else."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest

from missionwatch.replica import EDITS, ReplicaSite
from tests.replica.reading import read_article, told

RQWT, THIRD = "eng/chinaandun/socialhr/rqwt", "eng/chinaandun/socialhr/3rdcommittee"


def bodies(site: ReplicaSite) -> dict[str, bytes]:
    listings = {f"/{path}/": site.answer(f"/{path}/").body for path in site.catalogue.sections}
    return listings | {url: site.answer(url).body for truth in site.truth() for url in truth.urls}


@pytest.mark.parametrize("how", EDITS)
def test_an_edit_shows_on_the_page_and_on_no_other(how: str) -> None:
    site = ReplicaSite(count=30, seed=21, sections=["eng/hyyfy", RQWT, "hyyfy"])
    before = bodies(site)
    deed = site.edit(how=how)
    after = bodies(site)
    assert deed["how"] == how
    changed = {path for path in before if before[path] != after[path]}
    statements = {path for path in changed if path.endswith(".htm")}
    assert statements == set(deed["paths"])
    truth = site.truth_of(deed["doc_id"])
    assert [read_article(after[path]) for path in truth.urls] == [told(truth)] * len(truth.urls)
    in_listing = {f"/{section}/" for section in truth.sections} if how in ("title", "date") else set()
    assert changed - statements == in_listing


def test_a_revert_brings_back_the_very_bytes() -> None:
    site = ReplicaSite(count=20, seed=2)
    before = bodies(site)
    doc_id = site.edit(how="word")["doc_id"]
    site.edit(doc_id, "title")
    site.revert(doc_id)
    site.revert(doc_id)
    assert bodies(site) == before
    with pytest.raises(ValueError, match="never edited"):
        site.revert(doc_id)


def test_removed_is_404_and_unlisted_and_restored_is_as_before() -> None:
    site = ReplicaSite(count=300, seed=2)
    truth = next(truth for truth in site.truth() if (truth.images and truth.attachments) or len(truth.urls) > 1)
    before = bodies(site)
    assert site.remove(truth.doc_id)["paths"] == list(truth.urls)
    assert [site.answer(url).status for url in truth.urls] == [404] * len(truth.urls)
    assert all(truth.doc_id not in site.listed(section) for section in truth.sections)
    assert truth.doc_id not in {other.doc_id for other in site.truth()}
    with pytest.raises(ValueError, match="removed already"):
        site.remove(truth.doc_id)
    site.restore(truth.doc_id)
    assert bodies(site) == before
    with pytest.raises(ValueError, match="not removed"):
        site.restore(truth.doc_id)


def test_files_go_with_the_statement() -> None:
    site = ReplicaSite(count=300, seed=2)
    truth = next(truth for truth in site.truth() if truth.images)
    path = truth.urls[0].rpartition("/")[0] + "/" + truth.images[0][0]
    assert site.answer(path).status == 200
    site.remove(truth.doc_id)
    assert site.answer(path).status == 404


def test_move_keeps_the_id_and_leaves_a_404() -> None:
    site = ReplicaSite(count=60, seed=2, sections=[RQWT, THIRD, "hyyfy"])
    truth = next(truth for truth in site.truth() if truth.sections == (RQWT,))
    text = read_article(site.answer(truth.urls[0]).body)
    deed = site.move(truth.doc_id, THIRD)
    assert deed["old_paths"] == list(truth.urls)
    (path,) = deed["paths"]
    assert path == truth.urls[0].replace(RQWT, THIRD)
    assert site.answer(truth.urls[0]).status == 404
    assert read_article(site.answer(path).body) == text
    assert truth.doc_id in site.listed(THIRD)
    assert truth.doc_id not in site.listed(RQWT)


def test_list_in_adds_an_address() -> None:
    site = ReplicaSite(count=60, seed=2, sections=[RQWT, THIRD, "hyyfy"])
    truth = next(truth for truth in site.truth() if truth.sections == (RQWT,))
    assert len(site.list_in(truth.doc_id, THIRD)["paths"]) == 2
    assert site.list_in(truth.doc_id, f"/{THIRD}/")["paths"] == list(site.truth_of(truth.doc_id).urls)
    first, second = (site.answer(url) for url in site.truth_of(truth.doc_id).urls)
    assert (first.status, second.status) == (200, 200)
    assert read_article(first.body) == read_article(second.body)
    assert site.listed(THIRD).count(truth.doc_id) == 1


def test_added_statements_lead_their_listings() -> None:
    site = ReplicaSite(count=60, seed=2)
    site.advance(3)
    deed = site.add(4, section="eng/hyyfy")
    assert set(site.listed("eng/hyyfy")[:4]) == set(deed["doc_ids"])
    assert {site.truth_of(doc_id).date for doc_id in deed["doc_ids"]} == {site.today}
    chinese = site.add(section="hyyfy")["doc_ids"][0]
    assert site.truth_of(chinese).language == "zh-Hans"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda site: site.edit("1"), KeyError, "no statement has the document id 1"),
        (lambda site: site.add(section="eng/nowhere"), ValueError, "no section eng/nowhere"),
        (lambda site: site.move(site.listed("hyyfy")[0], "eng/hyyfy"), ValueError, "written in zh-Hans"),
        (lambda site: site.set_template("modern"), ValueError, "no template is called 'modern'"),
        (lambda site: site.outage("flood"), ValueError, "no outage is called 'flood'"),
        (lambda site: site.block_page("wall"), ValueError, "no block page is called 'wall'"),
    ],
)
def test_impossible_changes_are_refused_and_leave_the_site_alone(
    change: Callable[[ReplicaSite], object], error: type[Exception], message: str
) -> None:
    site = ReplicaSite(count=30, seed=2)
    before = bodies(site)
    with pytest.raises(error, match=message):
        change(site)
    assert bodies(site) == before


def test_last_modified_rises_with_every_change() -> None:
    site = ReplicaSite(count=10, seed=2, sections=["eng/hyyfy"])
    url = site.truth()[0].urls[0]
    doc_id = site.truth()[0].doc_id
    changes: list[Callable[[], object]] = [
        lambda: site.edit(doc_id, "number"),
        lambda: site.revert(doc_id),
        site.noise,
        lambda: site.set_template("classic"),
    ]
    stamps = [site.answer(url).modified]
    for change in changes:
        change()
        stamps.append(site.answer(url).modified)
    told_stamps = [stamp for stamp in stamps if stamp]
    assert len(told_stamps) == len(changes) + 1
    assert told_stamps == sorted(set(told_stamps))
    assert told_stamps[-1] - told_stamps[-2] == timedelta(seconds=1)


def test_a_small_cache_gives_the_same_pages() -> None:
    wide, narrow = ReplicaSite(count=30, seed=2), ReplicaSite(count=30, seed=2, cache_bytes=50_000)
    assert bodies(wide) == bodies(narrow)
    assert bodies(narrow) == bodies(wide)


def test_after_warming_no_page_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    site = ReplicaSite(count=30, seed=2)
    urls = [url for truth in site.truth() for url in truth.urls]
    assert site.warm()["pages"] == len(urls)
    monkeypatch.setattr("missionwatch.replica.routes.article", None)
    assert {site.answer(url).status for url in urls} == {200}
    assert site.log == []


def test_changes_from_many_threads_all_arrive() -> None:
    site = ReplicaSite(count=20, seed=2)

    def change() -> None:
        for _ in range(25):
            site.add()
            site.edit()
            bodies_of = site.answer("/eng/hyyfy/")
            assert bodies_of.status == 200

    threads = [Thread(target=change) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(site.truth()) == 20 + 4 * 25
    for section in site.catalogue.sections:
        dates = [site.truth_of(doc_id).date for doc_id in site.listed(section)]
        assert dates == sorted(dates, reverse=True)
