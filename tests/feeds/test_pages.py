"""What every page has, whatever it shows: structure, links that lead somewhere, the same bytes each time."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.feeds.fakes import FakeArchive, harbour
from tests.feeds.press import SERVED_ONLY, SETTINGS, press, pressed_world
from tests.feeds.reading import first, parsed, value
from tests.feeds.world import world

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return pressed_world()


def trees(files: dict[str, bytes]) -> dict[str, LexborHTMLParser]:
    return {name: parsed(data) for name, data in files.items() if name.endswith(".html")}


@pytest.mark.parametrize("archive", [world, harbour, FakeArchive])
def test_structure(archive: type[FakeArchive]) -> None:
    for name, tree in trees(press(archive())).items():
        assert first(tree, "html").attributes["lang"] == "en", name
        assert len(tree.css("h1")) == len(tree.css("main")) == len(tree.css("title")) == 1, name
        ids = [node.id for node in tree.css("[id]")]
        assert len(ids) == len(set(ids)), name
        for node in tree.css("[aria-labelledby]"):
            assert node.attributes["aria-labelledby"] in ids, name
        levels = [int(str(node.tag)[1]) for node in tree.css("h1, h2, h3, h4, h5, h6")]
        assert levels[0] == 1, name
        assert all(after - before <= 1 for before, after in pairwise(levels)), (name, levels)
        assert not tree.css("script, style, [style], img, iframe, form"), name
        for node in tree.css("[lang]"):
            assert re.fullmatch(r"[a-z]{2}(-[A-Za-z]+)?", value(node, "lang")), name
        assert first(tree, ".skip").attributes["href"] == "#main", name


@pytest.mark.parametrize("archive", [world, harbour, FakeArchive])
def test_every_link_leads_to_a_page_or_to_what_is_only_served(archive: type[FakeArchive]) -> None:
    files = press(archive())
    parsed = trees(files)
    followed = 0
    for name, tree in parsed.items():
        for node in tree.css("a[href], link[href]"):
            href = value(node, "href").removeprefix("https://watch.example")
            where, _, fragment = href.partition("#")
            if where.startswith(SERVED_ONLY[:1]) or where.endswith(SERVED_ONLY[1:]):
                assert node.tag == "a" or name == "combined/index.html"
                continue
            if where.startswith("/"):
                assert where.startswith("/desk/"), (name, href)
                path = unquote(where).removeprefix("/desk/").strip("/")
                if path.startswith("feeds/") and path != "feeds":
                    assert re.search(r"\.(atom|rss|json|xml)$", path), (name, href)
                    continue
                target = path if path in files else f"{path}/index.html".lstrip("/")
                assert target in files, (name, href)
                followed += 1
            elif where:
                assert urlsplit(where).hostname in ("mission.example", "documents.example"), (name, href)
                assert node.tag == "link" or "noopener" in value(node, "rel"), (name, href)
                continue
            else:
                target = name
            if fragment:
                assert first(parsed[target], f"[id='{fragment}']"), (name, href)
    assert followed > 50


def test_every_page_names_its_address_and_its_feeds(files: dict[str, bytes]) -> None:
    for name, tree in trees(files).items():
        feeds = [value(node, "href") for node in tree.css("link[rel=alternate]")]
        assert len(feeds) == len(set(feeds)), name
        assert all(feed.startswith("https://watch.example/desk/feeds/") for feed in feeds), name
        assert [feed.rpartition("/")[2] for feed in feeds[-6:]] == [
            f"{feed}.{kind}" for feed in ("changes", "statements") for kind in ("atom", "rss", "json")
        ], name
        if name in ("message/index.html", "combined/index.html"):
            assert first(tree, "meta[name=robots]").attributes["content"] == "noindex"
        else:
            address = value(first(tree, "link[rel=canonical]"), "href")
            path = unquote(address).removeprefix("https://watch.example/desk/").strip("/")
            assert f"{path}/index.html".lstrip("/") == name
    speaker = trees(files)["speakers/qiao-wenlan/index.html"]
    feeds = [value(node, "href") for node in speaker.css("link[rel=alternate]")]
    assert [feed for feed in feeds if "/speakers/qiao-wenlan/" in feed] == feeds[:6]


def upwards(node: LexborNode) -> Iterator[LexborNode]:
    at: LexborNode | None = node
    while at is not None:
        yield at
        at = at.parent


def test_texts_have_their_language(files: dict[str, bytes]) -> None:
    parsed = trees(files)
    statement = parsed["statements/un-3002/index.html"]
    for selector in ("h1", ".text", ".cite .plain"):
        assert first(statement, selector).attributes["lang"] == "zh-Hans", selector
    for tree in parsed.values():
        for node in tree.css("a"):
            own = node.text(deep=True)
            if re.search("[\u3400-\u9fff]", own):
                around = [value(each, "lang") for each in upwards(node)]
                inside = [value(inner, "lang") for inner in node.css("[lang]")]
                nearest = next(lang for lang in around if lang)
                assert nearest == "zh-Hans" or "zh-Hans" in inside, own


def test_names_of_assets_are_of_their_bytes_and_pages_load_nothing_else(files: dict[str, bytes]) -> None:
    assets = {name: data for name, data in files.items() if name.startswith("assets/")}
    for name, data in assets.items():
        assert sha256(data).hexdigest()[:8] == name.split(".")[1]
        assert b"@import" not in data
        assert b"url(" not in data
    for name, tree in trees(files).items():
        loaded = {value(node, "href") for node in tree.css("link[rel=stylesheet], link[rel=icon]")}
        assert loaded == {f"/desk/{asset}" for asset in assets}, name


def test_the_policy_stands_in_every_page(files: dict[str, bytes]) -> None:
    for name, tree in trees(files).items():
        policy = value(first(tree, "meta[http-equiv=Content-Security-Policy]"), "content")
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"), name
        assert "unsafe" not in policy


ELSEWHERE = """
import locale
from hashlib import sha256
from itertools import pairwise
from tests.feeds.reading import first, parsed, texts, value
from tests.feeds.press import press
from tests.feeds.world import world
locale.setlocale(locale.LC_ALL, "")
print(sha256(b"".join(name.encode() + data for name, data in sorted(press(world()).items()))).hexdigest())
"""


@pytest.mark.slow
def test_another_process_in_another_zone_and_locale_makes_the_same_bytes(files: dict[str, bytes]) -> None:
    mine = sha256(b"".join(name.encode() + data for name, data in sorted(files.items()))).hexdigest()
    child = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        env=os.environ | {"TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONHASHSEED": "77"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert child.stdout.strip() == mine


def test_a_site_under_another_path_links_below_it() -> None:
    for name, data in press(harbour(), replace(SETTINGS, base_url="https://watch.example")).items():
        assert b"/desk/" not in data, name
