"""Feed documents: joined from frames and entries, and read back by other people's parsers."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.utils import format_datetime
from typing import Any

import atoma
import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from feeds import syndication
from feeds.clean import title_text
from feeds.entries import change_entry, statement_entry
from feeds.feed import Entry, Feed
from feeds.fragments import EPOCH, document, render
from feeds.permalinks import FORMATS, Format, Permalinks
from store.attribution import Facets, Organ, Speaker, Symbol
from tests.feeds.fakes import FakeArchive, a_statement, harbour

LINKS = Permalinks.absolute("https://watch.example")
ATOM = "{http://www.w3.org/2005/Atom}"
FEED = Feed(
    id="tag:missionwatch.invalid,2026:missionwatch:feed:test",
    title="Harbour watch: test",
    subtitle="What the harbour says.",
    home="https://watch.example/",
    selves={kind: f"https://watch.example/feeds/test.{kind}" for kind in FORMATS},
)


def entries_of(archive: FakeArchive) -> Iterator[Entry]:
    """Those of statements and changes, as if one feed held both."""
    for record in archive.latest_statements(100):
        yield statement_entry(record, LINKS, author="A mission", history=archive.changes_of(record.key))
    for change in archive.latest_changes(100):
        before, after = (
            None if number is None else archive.version(change.statement, number)
            for number in (change.from_version, change.to_version)
        )
        yield change_entry(change, before, after, LINKS, author="A mission")


def joined(kind: Format, entries: Sequence[Entry], feed: Feed = FEED) -> bytes:
    """The document as it is published."""
    return document(feed, [render(entry) for entry in entries], kind)


ENTRIES = tuple(entries_of(harbour()))
UPDATED = max(entry.updated for entry in ENTRIES)


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_feedparser_reads_what_was_meant(kind: Format) -> None:
    parsed = feedparser.parse(joined(kind, ENTRIES), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo
    assert parsed.feed.title == FEED.title
    assert parsed.feed.link == FEED.home
    assert len(parsed.entries) == len(ENTRIES)
    for got, meant in zip(parsed.entries, ENTRIES, strict=True):
        assert (got.id, got.title, got.link) == (meant.id, meant.title, meant.link)
        assert got.author == meant.author
        assert got.content[0].value == meant.html
        assert got.published_parsed[:6] == meant.published.timetuple()[:6]
        terms = [each.term if kind == "atom" else each.label for each in meant.categories]
        assert [(tag.term, tag.scheme) for tag in got.tags] == [
            (term, each.scheme) for term, each in zip(terms, meant.categories, strict=True)
        ]


def test_atoma_reads_all_three_alike() -> None:
    by_atom: Any = atoma.parse_atom_bytes(joined("atom", ENTRIES))
    by_rss: Any = atoma.parse_rss_bytes(joined("rss", ENTRIES))
    by_json: Any = atoma.parse_json_feed_bytes(joined("json", ENTRIES))
    meant = [(entry.id, entry.title, entry.html) for entry in ENTRIES]
    assert [(entry.id_, entry.title.value, entry.content.value) for entry in by_atom.entries] == meant
    assert [(item.guid, item.title, item.content_encoded) for item in by_rss.items] == meant
    assert [(item.id_, item.title, item.content_html) for item in by_json.items] == meant
    assert [entry.updated for entry in by_atom.entries] == [entry.updated for entry in ENTRIES]
    assert [item.date_modified for item in by_json.items] == [entry.updated for entry in ENTRIES]


def test_what_is_joined_is_what_feedgen_makes_of_the_whole() -> None:
    whole = {"atom": syndication.atom, "rss": syndication.rss}
    feed = replace(FEED, relations=(("prev-archive", "https://watch.example/1"),), hubs=("https://hub.example/",))
    for kind in ("atom", "rss"):
        made = whole[kind](feed, UPDATED, ENTRIES)
        assert joined("atom" if kind == "atom" else "rss", ENTRIES, feed).replace(b"\n", b"") == made.replace(
            b"\n", b""
        )


def test_atom_has_what_the_contract_names() -> None:
    relatives = (("prev-archive", "https://watch.example/1"), ("current", "https://watch.example/2"))
    feed = replace(FEED, relations=relatives, hubs=("https://hub.example/",), archived=True)
    rendered = joined("atom", ENTRIES, feed)
    root = etree.fromstring(rendered)
    assert root.findtext(f"{ATOM}updated") == UPDATED.isoformat()
    relations = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert relations == {
        "self": "https://watch.example/feeds/test.atom",
        "alternate": "https://watch.example/",
        "hub": "https://hub.example/",
        **dict(relatives),
    }
    assert root.find("{http://purl.org/syndication/history/1.0}archive") is not None
    first = root.find(f"{ATOM}entry")
    assert first is not None
    assert first.get("{http://www.w3.org/XML/1998/namespace}lang") == ENTRIES[0].language
    assert b"xml:base" not in rendered
    assert {link.get("rel", "alternate"): link.get("href") for link in first.findall(f"{ATOM}link")} == {
        "alternate": ENTRIES[0].link,
        "via": ENTRIES[0].via,
        **dict(ENTRIES[0].relations),
    }


def test_rss_has_what_the_contract_names() -> None:
    feed = replace(FEED, relations=(("prev-archive", "https://watch.example/1"),), hubs=("https://hub.example/",))
    channel = etree.fromstring(joined("rss", ENTRIES, feed)).find("channel")
    assert channel is not None
    assert channel.findtext("link") == "https://watch.example/"
    assert channel.findtext("lastBuildDate") == format_datetime(UPDATED)
    assert channel.findtext("ttl") == "30"
    links = {link.get("rel"): link.get("href") for link in channel.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://watch.example/feeds/test.rss",
        "prev-archive": "https://watch.example/1",
        "hub": "https://hub.example/",
    }
    assert [guid.get("isPermaLink") for guid in channel.iter("guid")] == ["false"] * len(ENTRIES)
    assert not list(channel.iter("author"))
    assert len(list(channel.iter("{http://purl.org/dc/elements/1.1/}creator"))) == len(ENTRIES)


def test_json_has_the_facts_for_programs() -> None:
    archive = FakeArchive()
    facets = Facets(
        speakers=(Speaker(name="Ann Quay", role="Harbour Master", slug="ann-quay"),),
        organ=Organ(slug="council", name_en="Council", name_zh="理事会"),
        symbols=(Symbol(symbol="A/1", url="https://undocs.example/A/1"),),
    )
    archive.edit(archive.add(a_statement(), facets=facets), a_statement(title="Other remarks"))
    feed = replace(FEED, relations=(("prev-archive", "https://watch.example/1"),), hubs=("https://hub.example/",))
    read = json.loads(joined("json", list(entries_of(archive)), feed))
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert read["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert read["_missionwatch"]["archive"] == "https://watch.example/1"
    statement, edited, _ = (item["_missionwatch"] for item in read["items"])
    assert statement["speakers"] == [{"name": "Ann Quay", "role": "Harbour Master", "slug": "ann-quay"}]
    assert (statement["type"], statement["organ"], statement["kind"]) == ("statement", "council", None)
    assert statement["symbols"] == [{"symbol": "A/1", "url": "https://undocs.example/A/1"}]
    assert set(edited) == {"type", "statement", "versions", "reasons", "significance", "hash"}
    assert (edited["type"], edited["versions"], edited["reasons"]) == ("edited", [1, 2], ["text"])
    assert [author["name"] for item in read["items"] for author in item["authors"]] == ["A mission"] * 3


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_feed_is_of_the_epoch(kind: Format) -> None:
    rendered = joined(kind, ())
    assert str(EPOCH.year).encode() in rendered
    assert rendered == joined(kind, ())


ANY = [st.text(st.characters(exclude_categories=()), max_size=80) for _ in range(5)]


def comes_out_as_it_went_in(title: str, text: str, html: str, label: str, subtitle: str) -> None:
    archive = FakeArchive()
    key = archive.add(replace(a_statement(title=title, paragraphs=[text], html=[html]), subtitle=subtitle))
    archive.edit(key, replace(a_statement(title=label, paragraphs=[subtitle]), crumbs=(label,)))
    entries = list(entries_of(archive))
    read_atom = [
        (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}content"), entry.findtext(f"{ATOM}summary") or "")
        for entry in etree.fromstring(joined("atom", entries)).iter(f"{ATOM}entry")
    ]
    read_rss = [
        (item.findtext("title"), item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded"))
        for item in etree.fromstring(joined("rss", entries)).iter("item")
    ]
    items = json.loads(joined("json", entries))["items"]
    meant = [(entry.title, entry.html, entry.summary) for entry in entries]
    assert read_atom == meant
    assert read_rss == [one[:2] for one in meant]
    assert [(item["title"], item["content_html"], item["summary"]) for item in items] == meant


@settings(max_examples=40)
@given(*ANY)
def test_any_text_comes_out_as_it_went_in_and_in_every_format(
    title: str, text: str, html: str, label: str, subtitle: str
) -> None:
    comes_out_as_it_went_in(title, text, html, label, subtitle)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_any_of_10_000_texts_comes_out_as_it_went_in() -> None:
    settings(deadline=None, max_examples=10_000, database=None)(given(*ANY)(comes_out_as_it_went_in))()


HOSTILE = 'x\x0b\ud800</p><script>alert(1)</script><img src=x onerror=alert(1)>]]><a href="javascript:x">\u202eabc'


@pytest.mark.parametrize("kind", FORMATS)
def test_a_hostile_statement_is_published_and_inert(kind: Format) -> None:
    archive = FakeArchive()
    nasty = a_statement(title=HOSTILE, paragraphs=[HOSTILE], html=[HOSTILE])
    key = archive.add(replace(nasty, subtitle=HOSTILE, crumbs=(HOSTILE,)))
    archive.edit(key, replace(nasty, title=HOSTILE + "!", paragraphs=()))
    rendered = joined(kind, list(entries_of(archive)))
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


def test_titles_of_a_feed_are_plain() -> None:
    assert all(entry.title == title_text(entry.title) for entry in ENTRIES)
