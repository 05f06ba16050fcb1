"""The grammar that feeds are held against refuses what RFC 4287 forbids, so that its silence means something."""

import pytest
from lxml import etree

from tests.feeds.atom_rules import SCHEMA

ENTRY = (
    "<entry><id>tag:watch.example,2026:1</id><title>Remarks</title><updated>2026-03-01T10:00:00Z</updated>"
    '<link href="https://watch.example/1"/></entry>'
)
FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:watch.example,2026:0</id><title>All</title>'
    f"<updated>2026-03-01T10:00:00Z</updated><author><name>Watch</name></author>{ENTRY}</feed>"
)


def is_allowed(document: str) -> bool:
    return bool(SCHEMA.validate(etree.fromstring(document.encode())))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<title>All</title>", '<title type="html">&lt;b&gt;All</title>'),
        (
            "<title>All</title>",
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>All</b></div></title>',
        ),
        ("</entry>", '<content type="html">x</content></entry>'),
        ("</entry>", '<content type="image/png" src="https://watch.example/1.png"/></entry>'),
        ("</entry>", '<more xmlns="https://watch.example/ns" a="b">x<y/></more></entry>'),
        ("<feed ", '<feed xml:lang="zh-Hans" '),
        ("10:00:00Z", "10:00:00.123456+08:00"),
        ("/></entry>", ' rel="version-history" hreflang="en" type="text/html"/></entry>'),
        (ENTRY, ""),
    ],
)
def test_what_atom_allows(old: str, new: str) -> None:
    assert is_allowed(FEED)
    assert is_allowed(FEED.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<title>All</title>", ""),
        ("<title>All</title>", "<title>All</title><title>All</title>"),
        ("<title>All</title>", "<title><b>All</b></title>"),
        ("<title>All</title>", '<title type="text/plain">All</title>'),
        ("<title>All</title>", "<name>All</name><title>All</title>"),
        ("<id>tag:watch.example,2026:1</id>", ""),
        ("2026-03-01T10:00:00Z", "2026-03-01"),
        ("2026-03-01T10:00:00Z", "Sun, 01 Mar 2026 10:00:00 GMT"),
        ("<author><name>Watch</name></author>", "<author>Watch</author>"),
        ("<author><name>Watch</name></author>", "<author><name>Watch</name><email>nobody</email></author>"),
        (' href="https://watch.example/1"', ""),
        (' href="https://watch.example/1"', ' href="https://watch.example/1" href-lang="en"'),
        ("</entry>", '<content type="image/png" src="https://watch.example/1.png">x</content></entry>'),
        ("</entry>", "<content>x</content><content>y</content></entry>"),
        ("</entry>", "<category/></entry>"),
        ("</entry>", "text beside</entry>"),
        ("<feed ", '<feed version="1.0" '),
        ("<feed ", '<feed xml:lang="Chinese (simplified)" '),
        ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"),
    ],
)
def test_what_atom_forbids(old: str, new: str) -> None:
    assert not is_allowed(FEED.replace(old, new))
