import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import atoma
import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from feeds.clean import title_text
from feeds.entries import Entry, Feed, change_entry, statement_entry
from feeds.jsonfeed import json_feed
from feeds.permalinks import FORMATS, Format, Permalinks
from feeds.syndication import atom, fit, rss
from tests.feeds.fakes import FakeArchive, a_statement, harbour

LINKS = Permalinks.absolute("https://watch.example")
ATOM = "{http://www.w3.org/2005/Atom}"
RENDERERS: dict[Format, Callable[[Feed], bytes]] = {"atom": atom, "rss": rss, "json": json_feed}


def a_feed(*entries: Entry) -> Feed:
    return Feed(
        id="tag:missionwatch.invalid,2026:missionwatch:feed:test",
        title="Harbour watch: test",
        subtitle="What the harbour says.",
        home="https://watch.example/",
        selves={kind: f"https://watch.example/feeds/test.{kind}" for kind in FORMATS},
        entries=entries,
    )


def entries_of(archive: FakeArchive) -> Iterator[Entry]:
    for record in archive.latest_statements(100):
        yield statement_entry(record, LINKS, author="A mission", history=archive.changes_of(record.key))
    for change in archive.latest_changes(100):
        before, after = (
            None if number is None else archive.version(change.statement, number)
            for number in (change.from_version, change.to_version)
        )
        yield change_entry(change, before, after, LINKS, author="A mission")


FEED = a_feed(*entries_of(harbour()))


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_feedparser_reads_what_was_meant(kind: Format) -> None:
    parsed = feedparser.parse(RENDERERS[kind](FEED), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo
    assert parsed.feed.title == FEED.title
    assert parsed.feed.link == FEED.home
    assert len(parsed.entries) == len(FEED.entries)
    for got, meant in zip(parsed.entries, FEED.entries, strict=True):
        assert (got.id, got.title, got.link) == (meant.id, meant.title, meant.link)
        assert got.author == meant.author
        assert got.content[0].value == meant.html
        assert got.published_parsed[:6] == meant.published.timetuple()[:6]
        assert [tag.term for tag in got.tags] == list(meant.categories)


def test_atoma_reads_all_three_alike() -> None:
    by_atom: Any = atoma.parse_atom_bytes(atom(FEED))
    by_rss: Any = atoma.parse_rss_bytes(rss(FEED))
    by_json: Any = atoma.parse_json_feed_bytes(json_feed(FEED))
    meant = [(entry.id, entry.title, entry.html) for entry in FEED.entries]
    assert [(entry.id_, entry.title.value, entry.content.value) for entry in by_atom.entries] == meant
    assert [(item.guid, item.title, item.content_encoded) for item in by_rss.items] == meant
    assert [(item.id_, item.title, item.content_html) for item in by_json.items] == meant
    assert [entry.updated for entry in by_atom.entries] == [entry.updated for entry in FEED.entries]
    assert [item.date_modified for item in by_json.items] == [entry.updated for entry in FEED.entries]


def test_atom_has_what_the_contract_names() -> None:
    root = etree.fromstring(atom(FEED))
    assert root.findtext(f"{ATOM}updated") == max(entry.updated for entry in FEED.entries).isoformat()
    relations = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert relations == {"self": "https://watch.example/feeds/test.atom", "alternate": "https://watch.example/"}
    first = root.find(f"{ATOM}entry")
    assert first is not None
    assert first.get("{http://www.w3.org/XML/1998/namespace}lang") == FEED.entries[0].language
    assert b"xml:base" not in atom(FEED)
    assert {link.get("rel", "alternate"): link.get("href") for link in first.findall(f"{ATOM}link")} == {
        "alternate": FEED.entries[0].link,
        "via": FEED.entries[0].via,
    }


def test_rss_has_what_the_contract_names() -> None:
    channel = etree.fromstring(rss(FEED)).find("channel")
    assert channel is not None
    assert channel.findtext("link") == "https://watch.example/"
    assert channel.findtext("lastBuildDate") == format_datetime(FEED.updated)
    assert [guid.get("isPermaLink") for guid in channel.iter("guid")] == ["false"] * len(FEED.entries)
    assert not list(channel.iter("author"))
    assert len(list(channel.iter("{http://purl.org/dc/elements/1.1/}creator"))) == len(FEED.entries)


def test_json_has_the_facts_for_programs() -> None:
    document = json.loads(json_feed(FEED))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    facts = next(item["_missionwatch"] for item in document["items"] if item["title"].startswith("[EDITED]"))
    assert set(facts) == {"type", "statement", "versions", "reasons", "hash"}
    assert (facts["type"], facts["versions"], facts["reasons"]) == ("edited", [1, 2], ["text"])


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_feed_is_of_the_epoch(kind: Format) -> None:
    rendered = RENDERERS[kind](a_feed())
    assert b"1970" in rendered
    assert rendered == RENDERERS[kind](a_feed())


@settings(max_examples=40)
@given(*[st.text(st.characters(exclude_categories=()), max_size=80) for _ in range(5)])
def test_any_text_comes_out_as_it_went_in_and_in_every_format(
    title: str, text: str, html: str, label: str, subtitle: str
) -> None:
    archive = FakeArchive()
    key = archive.add(replace(a_statement(title=title, paragraphs=[text], html=[html]), subtitle=subtitle))
    archive.edit(key, replace(a_statement(title=label, paragraphs=[subtitle]), crumbs=(label,)))
    feed = a_feed(*entries_of(archive))
    read_atom = [
        (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}content"), entry.findtext(f"{ATOM}summary") or "")
        for entry in etree.fromstring(atom(feed)).iter(f"{ATOM}entry")
    ]
    read_rss = [
        (item.findtext("title"), item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded"))
        for item in etree.fromstring(rss(feed)).iter("item")
    ]
    items = json.loads(json_feed(feed))["items"]
    meant = [(entry.title, entry.html, entry.summary) for entry in feed.entries]
    assert read_atom == meant
    assert read_rss == [one[:2] for one in meant]
    assert [(item["title"], item["content_html"], item["summary"]) for item in items] == meant


HOSTILE = 'x\x0b\ud800</p><script>alert(1)</script><img src=x onerror=alert(1)>]]><a href="javascript:x">\u202eabc'


@pytest.mark.parametrize("kind", FORMATS)
def test_a_hostile_statement_is_published_and_inert(kind: Format) -> None:
    archive = FakeArchive()
    nasty = a_statement(title=HOSTILE, paragraphs=[HOSTILE], html=[HOSTILE])
    key = archive.add(replace(nasty, subtitle=HOSTILE, crumbs=(HOSTILE,)))
    archive.edit(key, replace(nasty, title=HOSTILE + "!", paragraphs=()))
    feed = a_feed(*entries_of(archive))
    rendered = RENDERERS[kind](feed)
    if kind == "json":
        read = [(item["title"], item["content_html"]) for item in json.loads(rendered)["items"]]
    else:
        parsed = feedparser.parse(rendered, sanitize_html=False)
        assert not parsed.bozo
        read = [(entry.title, entry.content[0].value) for entry in parsed.entries]
    assert len(read) == 3
    for title, html in read:
        assert "<script" not in title
        assert "\u202e" not in title
        tree = LexborHTMLParser(f"<main>{html}</main>")
        assert not tree.css("main script, main img, main svg")
        for node in tree.css("main *"):
            assert not [name for name in node.attributes if name.startswith("on")]
            assert (node.attributes.get("href") or "https://").startswith(("https://", "http://"))


@pytest.mark.parametrize("kind", FORMATS)
@given(sizes=st.lists(st.integers(0, 9_000), max_size=25), limit=st.integers(5_000, 60_000))
@settings(max_examples=15)
def test_a_feed_is_cut_at_its_oldest_entries_only(kind: Format, sizes: list[int], limit: int) -> None:
    template = FEED.entries[0]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    entries = [
        replace(template, id=f"tag:x,2026:{number}", html="é&<" * (size // 3), updated=start - timedelta(number))
        for number, size in enumerate(sizes)
    ]
    feed = a_feed(*entries)
    cut = fit(feed, RENDERERS[kind], limit)
    assert len(cut) <= limit
    kept = cut.count(b"tag:x,2026:")
    assert cut == RENDERERS[kind](replace(feed, entries=feed.entries[:kept]))
    if kept < len(entries):
        more = RENDERERS[kind](replace(feed, entries=feed.entries[: kept + 4]))
        assert len(more) > limit or kept + 4 > len(entries)


def test_titles_of_a_feed_are_plain() -> None:
    assert all(entry.title == title_text(entry.title) for entry in FEED.entries)
