import gc
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from feeds import affected, files
from feeds.publish import PublishSettings, publish
from store.attribution import Facets, Speaker
from tests.feeds.fakes import FakeArchive, a_statement, harbour

SETTINGS = PublishSettings(base_url="https://watch.example/desk", site_labels={"un": "A mission"}, feed_entries=50)


def snapshot(out: Path) -> dict[str, bytes]:
    """The published files by name."""
    found = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".missionwatch/")}


@pytest.mark.parametrize(("many", "is_spared"), [(1, True), (500, False)])
def test_memory_is_spared_where_much_comes_into_an_archive_that_was_published_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int, is_spared: bool
) -> None:
    publish(FakeArchive(), tmp_path, SETTINGS)
    monkeypatch.setattr(affected, "MANY", many)
    thresholds: set[int] = set()
    put = files.Batch.put

    def watched(batch: files.Batch, name: str, data: bytes) -> bool:
        thresholds.add(gc.get_threshold()[0])
        return put(batch, name, data)

    monkeypatch.setattr(files.Batch, "put", watched)
    publish(harbour(), tmp_path, SETTINGS)
    assert (thresholds == {gc.get_threshold()[0]}) is is_spared


def test_the_same_state_is_not_written_twice_and_a_change_only_where_it_shows(tmp_path: Path) -> None:
    archive = harbour()
    first = publish(archive, tmp_path, SETTINGS)
    assert (first.written, first.unchanged) == (len(first.paths), 0)
    before = snapshot(tmp_path)
    assert sorted(before) == sorted(first.paths)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    again = publish(archive, tmp_path, SETTINGS)
    assert (again.written, again.unchanged) == (0, 0)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == kept
    archive.edit("un-1000", a_statement("1000", "Opening hours of the harbour in spring"))
    third = publish(archive, tmp_path, SETTINGS)
    after = snapshot(tmp_path)
    touched = {name for name in after if after[name] != before.get(name)}
    assert sorted(third.paths) == sorted(touched)
    slices = ("languages/en", "sections/un-eng-harbour", "sites/un")
    assert touched == {
        *(
            f"{name}index.html"
            for name in ("", "feeds/", "days/", "days/2026/", "days/2026-03-01/", "days/2026-03-02/")
        ),
        *(f"{name}/index.html" for name in (*slices, "types/edited", "status")),
        *(
            f"feeds/{part}{name}.{kind}"
            for part in ("", *(f"{each}/" for each in slices))
            for name in ("statements", "changes")
            for kind in ("atom", "rss", "json")
        ),
        "feeds/archive/statements/1.atom",
        "status.json",
        *(f"statements/un-1000/{name}index.html" for name in ("", "versions/1/", "versions/2/", "diff/1..2/")),
    }


def test_a_look_that_finds_nothing_new_touches_the_statement_alone(tmp_path: Path) -> None:
    archive = harbour()
    archive.look("un-1001")
    publish(archive, tmp_path, SETTINGS)
    archive.now += timedelta(days=3)
    archive.look("un-1001")
    done = publish(archive, tmp_path, SETTINGS)
    assert set(done.paths) <= {f"statements/un-1001/{name}index.html" for name in ("", "versions/3/", "diff/2..3/")}
    assert "statements/un-1001/index.html" in done.paths


def test_what_somebody_altered_is_healed_by_the_next_change_or_in_full(tmp_path: Path) -> None:
    archive = harbour()
    publish(archive, tmp_path, SETTINGS)
    good = snapshot(tmp_path)
    page, feed = tmp_path / "statements/un-1000/index.html", tmp_path / "feeds/changes.atom"
    page.write_bytes(b"scribble")
    feed.unlink()
    assert publish(archive, tmp_path, SETTINGS).written == 0
    assert publish(archive, tmp_path, SETTINGS, full=True).written == 2
    assert snapshot(tmp_path) == good
    page.write_bytes(b"scribble")
    archive.edit("un-1000", a_statement("1000", "Opening hours"))
    assert "statements/un-1000/index.html" in publish(archive, tmp_path, SETTINGS).paths


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'[1,{"published": {"un-1000": "torn"}}]', None])
def test_a_manifest_that_cannot_be_read_costs_work_and_no_write(tmp_path: Path, damage: bytes | None) -> None:
    archive = harbour()
    publish(archive, tmp_path, SETTINGS)
    manifest = tmp_path / ".missionwatch" / "manifest.json"
    good = manifest.read_bytes()
    if damage is None:
        manifest.unlink()
    else:
        manifest.write_bytes(damage)
    done = publish(archive, tmp_path, SETTINGS)
    assert (done.written, done.unchanged) == (0, len(snapshot(tmp_path)))
    assert manifest.read_bytes() == good


def test_other_settings_make_everything_anew(tmp_path: Path) -> None:
    archive = harbour()
    publish(archive, tmp_path, SETTINGS)
    moved = replace(SETTINGS, base_url="https://elsewhere.example")
    assert publish(archive, tmp_path, moved).written > 60
    assert not [name for name, data in snapshot(tmp_path).items() if b"watch.example" in data]


def test_another_log_under_the_same_numbers_is_noticed(tmp_path: Path) -> None:
    publish(harbour(), tmp_path / "out", SETTINGS)
    other = FakeArchive()
    for number in range(1000, 1012):
        other.add(a_statement(str(number), f"Another text {number}"))
    publish(other, tmp_path / "out", SETTINGS)
    publish(other, tmp_path / "new", SETTINGS)
    found, meant = snapshot(tmp_path / "out"), snapshot(tmp_path / "new")
    assert {name: data for name, data in found.items() if name in meant} == meant


def test_a_slice_that_is_empty_by_now_keeps_an_empty_feed_and_page(tmp_path: Path) -> None:
    archive = FakeArchive()
    key = archive.add(a_statement(), facets=Facets(speakers=(Speaker(name="Ann Quay", role="", slug="ann-quay"),)))
    publish(archive, tmp_path, SETTINGS)
    assert len(feedparser.parse(tmp_path / "feeds/speakers/ann-quay/changes.atom").entries) == 1
    archive.read_as(key, Facets(speakers=(Speaker(name="Bo Quay", role="", slug="bo-quay"),)))
    publish(archive, tmp_path, SETTINGS)
    for name in ("statements", "changes"):
        for kind in ("atom", "rss"):
            parsed = feedparser.parse(tmp_path / f"feeds/speakers/ann-quay/{name}.{kind}")
            assert (parsed.bozo, parsed.feed.title) == (False, f"Missionwatch: Ann Quay: {name}")
            assert not parsed.entries
            assert len(feedparser.parse(tmp_path / f"feeds/speakers/bo-quay/{name}.{kind}").entries) == 1
    page = LexborHTMLParser((tmp_path / "speakers/ann-quay/index.html").read_text())
    heading = page.css_first("h1")
    assert heading is not None
    assert "Ann Quay" in heading.text()
    assert b"ann-quay" not in (tmp_path / "feeds/opml.xml").read_bytes()
    assert publish(archive, tmp_path, SETTINGS).written == 0
    assert publish(archive, tmp_path, SETTINGS, full=True).written == 0


def test_two_at_once_leave_what_one_leaves(tmp_path: Path) -> None:
    archive = harbour()
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda _: publish(archive, tmp_path / "a", SETTINGS), range(2)))
    assert sorted(each.written for each in done)[0] == 0
    publish(archive, tmp_path / "b", SETTINGS)
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")


ELSEWHERE = """
import locale, sys
from pathlib import Path
from feeds.publish import publish
from tests.feeds.fakes import harbour
from tests.feeds.test_publish import SETTINGS
locale.setlocale(locale.LC_ALL, "")
print(publish(harbour(), Path(sys.argv[1]), SETTINGS).written)
"""


@pytest.mark.slow
def test_another_process_in_another_zone_and_locale_writes_nothing(tmp_path: Path) -> None:
    publish(harbour(), tmp_path, SETTINGS)
    environment = os.environ | {"TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONHASHSEED": "77"}
    child = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path)],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert child.stdout == "0\n"


def test_every_link_of_a_feed_is_absolute_and_each_of_ours_leads_to_a_file(tmp_path: Path) -> None:
    publish(harbour(), tmp_path, SETTINGS)
    files = snapshot(tmp_path)
    links: set[str] = set()
    for name in ("statements", "changes"):
        items = json.loads(files[f"feeds/{name}.json"])["items"]
        for item in items:
            links |= {item["url"], item["external_url"]}
            tree = LexborHTMLParser(item["content_html"])
            links |= {str(node.attributes["href"]) for node in tree.css("a")}
        for kind in ("atom", "rss"):
            for entry in feedparser.parse(files[f"feeds/{name}.{kind}"]).entries:
                links |= {link.href for link in entry.links}
    assert all(urlsplit(link).scheme == "https" and urlsplit(link).netloc for link in links)
    ours = {link.removeprefix(SETTINGS.base_url) for link in links if link.startswith(SETTINGS.base_url)}
    assert ours
    assert {f"{path.strip('/')}/index.html" for path in ours} <= set(files)


def test_every_link_of_a_page_leads_somewhere(tmp_path: Path) -> None:
    publish(harbour(), tmp_path, SETTINGS)
    files = snapshot(tmp_path)
    seen = 0
    for name, data in files.items():
        if not name.endswith(".html"):
            continue
        tree = LexborHTMLParser(data.decode())
        ids = {node.id for node in tree.css("[id]")}
        assert len(ids) == len(tree.css("[id]"))
        assert len(tree.css("h1")) == len(tree.css("main")) == 1
        assert not tree.css("script, [style], img")
        for node in tree.css("a[href], link[href]"):
            href = unescape(str(node.attributes["href"])).removeprefix("https://watch.example")
            if href.startswith("#"):
                assert href[1:] in ids
            elif href.startswith("/"):
                assert href.startswith("/desk/"), (name, href)
                path = href.partition("#")[0].removeprefix("/desk/").strip("/")
                if path.endswith("/capture"):  # served from the archive, and no page
                    continue
                assert path in files or f"{path}/index.html".lstrip("/") in files, (name, href)
                seen += 1
            else:
                assert href.startswith("https://mission.example/")
    assert seen > 100


def test_a_hostile_statement_makes_inert_pages(tmp_path: Path) -> None:
    archive = FakeArchive()
    nasty = 'x\x0b\ud800"><script>alert(1)</script>{{ 7*7 }}<img src=x onerror=y>\u202e'
    content = replace(a_statement(title=nasty, paragraphs=[nasty], html=[nasty]), subtitle=nasty, language='"><b>')
    key = archive.add(content)
    archive.edit(key, replace(content, title="calm", crumbs=(nasty,)))
    publish(archive, tmp_path, replace(SETTINGS, title=nasty, site_labels={"un": nasty}))
    for name, data in snapshot(tmp_path).items():
        if name.endswith(".html"):
            assert not LexborHTMLParser(data.decode()).css("script, img, [onerror], main b"), name
    assert "{{ 7*7 }}" in (tmp_path / f"statements/{key}/versions/1/index.html").read_text()


def test_an_empty_archive_publishes(tmp_path: Path) -> None:
    done = publish(FakeArchive(), tmp_path, SETTINGS)
    assert done.written == len(done.paths) == 20
    assert publish(FakeArchive(), tmp_path, SETTINGS).written == 0
