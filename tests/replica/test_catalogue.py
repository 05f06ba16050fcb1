"""What a seed decides, and the shape of its dates, ids and addresses."""

import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256

import pytest

from missionwatch.replica import DEFAULT_SECTIONS, ReplicaSite, Section

DIGEST = """
import sys
from hashlib import sha256
from missionwatch.replica import ReplicaSite
site = ReplicaSite(count=40, seed=int(sys.argv[1]), template="mixed")
for change in (site.add, site.edit, site.remove, site.noise, site.edit):
    change()
digest = sha256()
for path in ["/eng/", "/hyyfy/", "/eng/hyyfy/", *(url for truth in site.truth() for url in truth.urls)]:
    answer = site.answer(path)
    digest.update(answer.head + answer.body)
print(digest.hexdigest())
"""


def test_equal_seeds_give_equal_bytes_in_every_process() -> None:
    def digest(seed: int, hashing: str) -> str:
        environment = {"PYTHONHASHSEED": hashing}
        done = subprocess.run(
            [sys.executable, "-c", DIGEST, str(seed)], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert digest(7, "1") == digest(7, "2") != digest(8, "1")


def test_addresses_have_the_shape_of_the_real_ones() -> None:
    site = ReplicaSite(count=400, seed=7)
    shape = re.compile(r"/(.+)/(\d{6})/t(\d{8})_(\d{7,8})\.htm")
    truths = site.truth()
    lags = []
    for truth in truths:
        matches = [shape.fullmatch(url) for url in truth.urls]
        assert [match and match[1] for match in matches] == list(truth.sections)
        for match in matches:
            assert match is not None
            assert match[3].startswith(match[2])
            assert match[4] == truth.doc_id
        uploaded = matches[0][3] if matches[0] else ""
        lags.append(uploaded != f"{truth.date:%Y%m%d}")
    uploads = [re.sub(r".*/t(\d{8})_.*", r"\1", truth.urls[0]) for truth in truths]
    assert uploads == sorted(uploads)
    assert 0.8 < sum(lags) / len(lags) < 1
    assert {path for truth in truths for path in truth.sections} == set(DEFAULT_SECTIONS)


def test_about_a_tenth_is_listed_twice_and_files_resolve_under_each_path() -> None:
    site = ReplicaSite(count=1500, seed=3)
    truths = site.truth()
    twice = [truth for truth in truths if len(truth.sections) > 1]
    assert 0.05 < len(twice) / len(truths) < 0.15
    with_files = [truth for truth in twice if truth.images or truth.attachments]
    assert with_files
    for truth in with_files:
        for url in truth.urls:
            for name, _ in (*truth.images, *truth.attachments):
                assert site.answer(url.rpartition("/")[0] + "/" + name).status == 200
    other = next(truth for truth in truths if not truth.images)
    assert site.answer(with_files[0].urls[0].rpartition("/")[0] + "/W020" + "0" * 17 + ".jpg").status == 404
    assert site.answer(f"{other.urls[0].rpartition('/')[0]}/W020260101{other.doc_id:0>9}000.jpg").status == 404


@pytest.mark.parametrize(
    ("mangle", "reason"),
    [
        (lambda url: url.replace("/t20", "/t19"), "another day"),
        (lambda url: url.replace("_", "_9"), "another id"),
        (lambda url: url.replace("eng/hyyfy", "eng/zgyw"), "another section"),
        (lambda url: url + "l", "another suffix"),
    ],
)
def test_a_page_has_no_other_address(mangle: Callable[[str], str], reason: str) -> None:
    site = ReplicaSite(count=5, seed=3, sections=["eng/hyyfy"])
    url = site.truth()[0].urls[0]
    assert site.answer(url).status == 200
    assert site.answer(mangle(url)).status == 404, reason


def test_a_thousand_statements_more_keep_ids_rising_and_pages_apart() -> None:
    site = ReplicaSite(count=10, seed=1)
    deed = site.add(1000)
    ids = [int(doc_id) for doc_id in deed["doc_ids"]]
    assert ids == sorted(set(ids))
    digests = {sha256(site.answer(path).body).digest() for path in deed["paths"]}
    assert len(digests) == len(deed["paths"])


def test_sections_of_ones_own() -> None:
    own = Section(path="eng/zt/topic", label="A Topic", organs=("first", "sixth"))
    site = ReplicaSite(count=30, seed=1, sections=[own, "/zt/ziliao/"])
    assert {truth.sections for truth in site.truth()} == {("eng/zt/topic",), ("zt/ziliao",)}
    assert {truth.language for truth in site.truth()} == {"en", "zh-Hans"}
    assert "<title>A Topic_" in site.answer("/eng/zt/topic/").body.decode()
    assert "<title>ziliao_" in site.answer("/zt/ziliao/").body.decode()
