import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import ExtractionError
from crawler.extract.documents import decode, read_document
from tests.crawler.pages import capture

CHINESE = "<html><body><p>主席先生，我感谢两位通报人所作的通报。</p></body></html>"
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&b;&f;</r>"""
PUNCTUATION = "<html><body><p>Mr．President, thank you．</p></body></html>"


@pytest.mark.parametrize(
    ("body", "content_type", "text", "encoding"),
    [
        (CHINESE.encode(), "text/html; charset=utf-8", CHINESE, "utf-8"),
        (CHINESE.encode(), "text/html", CHINESE, "utf-8"),
        (CHINESE.encode(), "text/html; charset=gb2312", CHINESE, "utf-8"),
        (CHINESE.encode(), "text/html; charset=ISO-8859-1", CHINESE, "utf-8"),
        (CHINESE.encode(), "text/html; charset=no-such-thing", CHINESE, "utf-8"),
        (CHINESE.encode("gb18030"), "text/html; charset=GBK", CHINESE, "gb18030"),
        (CHINESE.encode("gb18030"), "text/html; charset=utf-8", CHINESE, "gb18030"),
        (CHINESE.encode("gb18030"), "", CHINESE, "gb18030"),
        (PUNCTUATION.encode("gb18030"), "text/html; charset=utf-8", PUNCTUATION, "gb18030"),
        (codecs.BOM_UTF8 + CHINESE.encode(), "text/html; charset=gbk", CHINESE, "utf-8"),
        (codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"), "", CHINESE, "utf-16"),
        (CHINESE.encode("big5", "replace"), "text/html; charset=big5", "", "big5"),
        (
            b"<p>caf\xe9 \x92</p>",
            "text/html; charset=iso-8859-1",
            "<p>caf\u00e9 \u2019</p>",
            "cp1252",
        ),
    ],
)
def test_encodings(body: bytes, content_type: str, text: str, encoding: str) -> None:
    found, name = decode(body, content_type)
    assert name == encoding
    assert found == text or not text


def test_the_page_may_name_its_encoding_itself() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">' + CHINESE
    assert decode(page.encode("gb18030")) == (page, "gb18030")


def test_a_broken_byte_does_not_turn_the_page_into_another_language() -> None:
    damaged = CHINESE.encode().replace("主".encode(), "主".encode()[:2], 1)
    text, encoding = decode(damaged, "text/html; charset=utf-8")
    assert encoding == "utf-8"
    assert text.count("\ufffd") == 1
    assert "席先生，我感谢" in text


@given(st.text(min_size=1), st.sampled_from(["utf-8", "gb18030"]))
def test_a_right_label_gives_the_text_back(text: str, encoding: str) -> None:
    page = "<html><body>主席先生" + text.replace("\ufeff", "")
    body = page.encode(encoding, "ignore")
    assert decode(body, f"text/html; charset={encoding}")[0] == body.decode(encoding)


@given(st.binary(), st.text(max_size=40))
def test_no_bytes_make_it_fail(body: bytes, content_type: str) -> None:
    text, encoding = decode(body, content_type)
    assert isinstance(text, str)
    codecs.lookup(encoding)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 <html>", "text/html"),
        (b"\x89PNG\r\n", ""),
        (b"<html></html>", "application/pdf"),
        (b'{"a": "<b>"}', "application/json"),
        (b"plain words", "text/plain"),
        (b"", "text/html"),
        (b" \n ", "text/html"),
    ],
)
def test_other_kinds_of_answer(body: bytes, content_type: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        read_document(capture(body, headers=[("content-type", content_type)] if content_type else []))
    assert caught.value.code == "not-html"


@pytest.mark.parametrize("media_type", ["text/html", "application/xml", "application/xhtml+xml"])
def test_entities_of_xml_are_words_whatever_the_answer_calls_itself(media_type: str) -> None:
    """All is read as HTML, which knows no entities of a page's own and opens no files."""
    tree = read_document(capture(ENTITIES, headers=[("content-type", media_type)])).tree
    assert tree.root is not None
    assert "&b;&f;" in tree.root.text()
