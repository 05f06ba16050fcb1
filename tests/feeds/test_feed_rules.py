"""Every published feed keeps the rules of its format, whatever the pages said."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.publish import PublishSettings, publish
from store.attribution import Facets, Kind, Organ, Speaker
from store.model import Attachment, Image, Statement
from tests.feeds.atom_rules import atom_faults
from tests.feeds.fakes import FakeArchive, a_statement, harbour
from tests.feeds.histories import STEPS, UNSHRUNK, Step, world_of
from tests.feeds.json_feed_rules import json_feed_faults
from tests.feeds.rss_rules import rss_faults

SETTINGS = PublishSettings(
    base_url="https://watch.example/desk", feed_entries=6, websub_hubs=("https://hub.example/", "http://two.example/x")
)
RULES: dict[str, Callable[[bytes, str | None], list[str]]] = {
    ".atom": atom_faults,
    ".rss": rss_faults,
    ".json": json_feed_faults,
}
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    ["", " ", "]]>", "<b>&amp;", "\x00\x0b\ud800\u202e", '"><script>', "\r\n\t", "&#11;", "a b", "https://x.example/<>"]
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for the disk."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


def faults_of(archive: FakeArchive) -> tuple[int, list[str]]:
    """How many feed documents are published, and what is wrong with them."""
    with TemporaryDirectory() as folder:
        out = Path(folder)
        publish(archive, out, SETTINGS)
        found = []
        documents = [path for path in (out / "feeds").rglob("*") if path.suffix in RULES]
        for path in documents:
            name = path.relative_to(out).as_posix()
            address = f"{SETTINGS.base_url}/{quote(name)}"
            found += [f"{name}: {fault}" for fault in RULES[path.suffix](path.read_bytes(), address)]
            if path.stat().st_size > 512 * 1024:
                found.append(f"{name} is too long")
        return len(documents), found


def test_the_feeds_of_a_small_world_keep_the_rules() -> None:
    documents, faults = faults_of(harbour())
    assert faults == []
    assert documents > 30


@given(steps=STEPS)
@settings(max_examples=10, deadline=None, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_feeds_of_any_history_keep_the_rules(steps: Sequence[Step]) -> None:
    assert faults_of(world_of(steps))[1] == []


@given(texts=st.lists(ANYTHING, min_size=12, max_size=12))
@settings(max_examples=25, deadline=None, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_feeds_of_hostile_pages_keep_the_rules(texts: Sequence[str]) -> None:
    assert faults_of(hostile(texts))[1] == []


def hostile(texts: Sequence[str]) -> FakeArchive:
    """An archive of pages that say anything anywhere."""
    archive = FakeArchive()
    facets = Facets(
        speakers=(Speaker(name=texts[0], role=texts[1], slug="someone"),),
        organ=Organ(slug="somewhere", name_en=texts[2], name_zh=texts[3]),
        kind=Kind(slug="something", name_en=texts[4], name_zh=texts[5]),
    )
    first = _statement(texts)
    key = archive.add(first, facets=facets)
    archive.records[key] = replace(archive.records[key], page=texts[6])
    archive.edit(key, _statement(texts[::-1]))
    archive.list_in(key, "eng/pier", texts[7])
    archive.fall_silent(texts[8])
    archive.set_state(key, "removed")
    return archive


def _statement(texts: Sequence[str]) -> Statement:
    return replace(
        a_statement(title=texts[0], paragraphs=texts[1:3], html=texts[3:5], language=texts[5]),
        subtitle=texts[6],
        crumbs=(texts[7],),
        images=(Image(url=texts[8], alt=texts[9]),),
        attachments=(Attachment(url=texts[10], label=texts[11]),),
    )


GOOD_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>urn:x</id><title>t</title>
<updated>2026-01-01T00:00:00Z</updated><author><name>n</name></author>
<link rel="self" href="https://x.example/"/><link href="https://x.example/y"/>
<entry><id>urn:y</id><title>t</title><updated>2026-01-01T00:00:00.5+00:00</updated><content type="html">c</content>
<category term="a" scheme="urn:s" label="l"/></entry></feed>"""
SPOILT_ATOM = [
    ("<id>urn:x</id>", ""),
    ("<id>urn:x</id>", "<id>x</id>"),
    ("<id>urn:y</id>", "<id>urn:y</id><id>urn:z</id>"),
    ("<title>t</title>\n", "\n"),
    ("2026-01-01T00:00:00Z", "1 January 2026"),
    ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00"),
    ("<author><name>n</name></author>", ""),
    ("<name>n</name>", ""),
    ('<link href="https://x.example/y"/>', '<link href="https://x.example/y"/><link href="https://x.example/z"/>'),
    ('<link href="https://x.example/y"/>', '<link href="/y"/>'),
    ('<link href="https://x.example/y"/>', "<link/>"),
    ('<content type="html">c</content>', ""),
    ('<content type="html">c</content>', '<content type="html"><b>c</b></content>'),
    ('term="a" ', ""),
    ('xml:lang="en"', 'xml:lang="e n"'),
    ('xml:lang="en"', 'xml:lang="en" xml:base="https://x.example/"'),
    ("<entry>", "words<entry>"),
    ("<entry>", "<summary>s</summary><entry>"),
    ("</feed>", "<entry/></feed>"),
    ("</feed>", ""),
]


@pytest.mark.parametrize(("good", "bad"), SPOILT_ATOM)
def test_the_rules_of_atom_notice_what_breaks_them(good: str, bad: str) -> None:
    assert atom_faults(GOOD_ATOM.encode()) == []
    assert good in GOOD_ATOM
    assert atom_faults(GOOD_ATOM.replace(good, bad, 1).encode()) != []


GOOD_RSS = """<rss version="2.0"><channel><title>t</title><link>https://x.example/</link><description>d</description>
<lastBuildDate>Thu, 01 Jan 2026 00:00:00 +0000</lastBuildDate><ttl>30</ttl>
<item><title>t</title><link>https://x.example/1</link><guid isPermaLink="false">urn:1</guid></item></channel></rss>"""
SPOILT_RSS = [
    ('version="2.0"', 'version="0.9"'),
    ("<description>d</description>", ""),
    ("<link>https://x.example/</link>", "<link>/</link>"),
    ("Thu, 01 Jan", "Fri, 01 Jan"),
    ("00:00:00 +0000", "00:00"),
    ("<ttl>30</ttl>", "<ttl>soon</ttl>"),
    ("<ttl>30</ttl>", "<ttl>30</ttl><ttl>30</ttl>"),
    ("<item><title>t</title>", "<item>"),
    ("<title>t</title><link>https://x.example/1", "<title>&lt;b></title><link>https://x.example/1"),
    ('isPermaLink="false"', 'isPermaLink="no"'),
    (' isPermaLink="false"', ""),
    ("<item>", "<entry/><item>"),
    ("</rss>", ""),
]


@pytest.mark.parametrize(("good", "bad"), SPOILT_RSS)
def test_the_rules_of_rss_notice_what_breaks_them(good: str, bad: str) -> None:
    assert rss_faults(GOOD_RSS.encode()) == []
    assert good in GOOD_RSS
    assert rss_faults(GOOD_RSS.replace(good, bad, 1).encode()) != []


GOOD_JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "t", "home_page_url": "https://x.example/",
"feed_url": "https://x.example/f", "_ours": {}, "items": [{"id": "1", "url": "https://x.example/1", "content_html": "c",
"date_modified": "2026-01-01T00:00:00Z", "authors": [{"name": "n"}], "tags": ["a"]}]}"""
SPOILT_JSON = [
    ("1.1", "1"),
    ('"title": "t", ', ""),
    ("https://x.example/f", "/f"),
    ('"_ours": {}', '"_ours": 1'),
    ('"_ours": {}', '"ours": {}'),
    ('"id": "1"', '"id": 1'),
    ('"content_html": "c",', ""),
    ("2026-01-01T00:00:00Z", "2026-01-01"),
    ('{"name": "n"}', "{}"),
    ('["a"]', "[1]"),
    ("}]}", "}]"),
]


@pytest.mark.parametrize(("good", "bad"), SPOILT_JSON)
def test_the_rules_of_json_feed_notice_what_breaks_them(good: str, bad: str) -> None:
    assert json_feed_faults(GOOD_JSON.encode()) == []
    assert good in GOOD_JSON
    assert json_feed_faults(GOOD_JSON.replace(good, bad, 1).encode()) != []


def test_the_documents_of_a_paged_feed_and_of_an_archive_lead_from_one_to_the_next() -> None:
    archive = FakeArchive()
    for number in range(75):
        archive.add(a_statement(str(number), f"Statement {number}"))
    atom = "{http://www.w3.org/2005/Atom}"

    def walk(out: Path, name: str, relation: str) -> list[set[str]]:
        found = []
        address: str | None = f"{SETTINGS.base_url}/{name}"
        while address is not None:
            root = etree.parse(out / address.removeprefix(f"{SETTINGS.base_url}/")).getroot()
            found.append({str(entry.findtext(f"{atom}id")) for entry in root.iter(f"{atom}entry")})
            links = {link.get("rel"): link.get("href") for link in root.findall(f"{atom}link")}
            address = links.get(relation)
        return found

    with TemporaryDirectory() as folder:
        publish(archive, Path(folder), SETTINGS)
        for name, relation in (
            ("feeds/changes.atom", "prev-archive"),
            ("feeds/sites/un/changes.atom", "prev-archive"),
            ("feeds/statements.atom", "next"),
        ):
            documents = walk(Path(folder), name, relation)
            assert len(set().union(*documents)) == 75
            assert all(len(document) <= 50 for document in documents)
            assert len(documents) == (3 if relation == "next" else 13)
