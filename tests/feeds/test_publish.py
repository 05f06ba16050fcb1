import json
import os
import subprocess
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from feeds.publish import PublishSettings, publish
from tests.feeds.fakes import FakeArchive, a_statement, harbour

SETTINGS = PublishSettings(base_url="https://watch.example/desk", site_labels={"un": "A mission"}, feed_entries=50)


def snapshot(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_same_state_is_not_written_twice_and_a_change_only_where_it_shows(tmp_path: Path) -> None:
    archive = harbour()
    first = publish(archive, tmp_path, SETTINGS)
    assert (first.written, first.unchanged) == (len(first.paths), 0)
    before = snapshot(tmp_path)
    assert sorted(before) == sorted(first.paths)
    again = publish(archive, tmp_path, SETTINGS)
    assert (again.written, again.unchanged) == (0, len(first.paths))
    archive.edit("un-1000", a_statement("1000", "Opening hours of the harbour in spring"))
    third = publish(archive, tmp_path, SETTINGS)
    after = snapshot(tmp_path)
    touched = {name for name in after if after[name] != before.get(name)}
    assert third.written == len(touched)
    assert touched == {
        "index.html",
        *(f"feeds/{name}.{kind}" for name in ("statements", "changes") for kind in ("atom", "rss", "json")),
        *(f"statements/un-1000/{name}index.html" for name in ("", "versions/1/", "versions/2/", "diff/1..2/")),
    }


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
                path = href.removeprefix("/desk/").strip("/")
                assert path in files or f"{path}/index.html".lstrip("/") in files, (name, href)
                seen += 1
            else:
                assert href.startswith("https://mission.example/")
    assert seen > 100


def test_pages_show_text_versions_places_and_the_difference(tmp_path: Path) -> None:
    publish(harbour(), tmp_path, SETTINGS)
    statement = LexborHTMLParser((tmp_path / "statements/un-1002/index.html").read_text())
    text = statement.css_first(".text")
    assert text is not None
    assert text.attributes["lang"] == "zh-Hans"
    assert "港口八点开放。" in text.text()
    assert len(statement.css("section[aria-labelledby=versions] tbody tr")) == 2
    assert len(statement.css("section[aria-labelledby=places] tbody tr")) == 1
    diff = LexborHTMLParser((tmp_path / "statements/un-1002/diff/1..2/index.html").read_text())
    marks = diff.css("section ins")
    assert [node.text() for node in marks] == ["开放"]
    home = LexborHTMLParser((tmp_path / "index.html").read_text())
    assert len(home.css("section[aria-labelledby=changes] li")) == 10
    assert len(home.css("section[aria-labelledby=statements] li")) == 5
    assert len(home.css("link[rel=alternate]")) == 6


def test_long_unchanged_runs_are_folded_not_dropped(tmp_path: Path) -> None:
    archive = FakeArchive()
    paragraphs = [f"Rule {number} of the quay." for number in range(30)]
    key = archive.add(a_statement(paragraphs=paragraphs))
    archive.edit(key, a_statement(paragraphs=[*paragraphs[:15], "A new rule.", *paragraphs[16:]]))
    publish(archive, tmp_path, SETTINGS)
    diff = LexborHTMLParser((tmp_path / f"statements/{key}/diff/1..2/index.html").read_text())
    assert len(diff.css("details p")) == 27
    assert len(diff.css(".text p")) >= 30


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
    assert done.written == len(done.paths) == 9
    assert publish(FakeArchive(), tmp_path, SETTINGS).written == 0
