import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from feeds.clean import ILLEGAL_IN_XML, LONE_SURROGATE, safe_html, safe_link, title_text, xml_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))
MARKUP = st.lists(
    st.sampled_from(
        [
            "<b>",
            "</b>",
            "<a href='https://a.example/'>",
            "<a href='javascript:x()'>",
            "<img src=x onerror=y>",
            "</a>",
            "<script>",
            "</script>",
            "<svg onload=x>",
            "<!--",
            "-->",
            "]]>",
            "&#11;",
            "&lt;",
            "&",
            "\x0b",
            "\ud800",
            "<",
            "<ins style='background:red;position:fixed'>",
            "</ins>",
            "<style>",
            "<p onclick=x>",
            "<iframe srcdoc='",
            "'>",
        ]
    )
    | ANY_TEXT
).map("".join)
ACTIVE = "script, style, iframe, object, embed, form, input, img, svg, math, link, meta, base, video, audio"


@given(ANY_TEXT)
def test_clean_text_fits_into_xml_and_utf8_and_stays_as_it_is(text: str) -> None:
    clean = xml_text(text)
    element = etree.Element("t")
    element.text = clean
    assert etree.fromstring(etree.tostring(element)).text == (clean or None)
    assert xml_text(clean) == clean
    legal = ILLEGAL_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    assert clean == LONE_SURROGATE.sub("\ufffd", legal)


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("  Remarks \r\n on\tharbours ", "Remarks on harbours"),
        ("bell\x07 and tab\x0b end", "bell and tab end"),
        ("right\u202eot-tfel\u202c\u200f", "rightot-tfel"),
        ("a\ud800b", "a\ufffdb"),
        ("<script>x</script> & <b>", "＜script>x＜/script> & ＜b>"),
        ("5 < 6 > 4", "5 < 6 > 4"),
        ("一\u2028二", "一 二"),
        ("x" * 600, "x" * 499 + "…"),
    ],
)
def test_titles_are_one_line_of_plain_text(raw: str, title: str) -> None:
    assert title_text(raw) == title
    assert title_text(title) == title


@given(MARKUP, st.booleans())
def test_safe_html_holds_nothing_active_whatever_comes_in(html: str, own: bool) -> None:
    clean = safe_html(html, own_marks=own)
    tree = LexborHTMLParser(f"<div>{clean}</div>")
    assert not [node.tag for node in tree.css(ACTIVE) if node.tag not in ("meta", "link")]
    for node in tree.css("div *"):
        attributes = node.attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert own or "style" not in attributes
        if (href := attributes.get("href")) is not None:
            assert href.startswith(("https://", "http://", "mailto:"))
            assert attributes.get("rel") == "noopener noreferrer nofollow"
    assert xml_text(clean) == clean


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<script>alert(1)</script>kept", "kept"),
        ('<a href="/relative">x</a>', '<a rel="noopener noreferrer nofollow">x</a>'),
        ('<a href="//host/x">x</a>', '<a rel="noopener noreferrer nofollow">x</a>'),
        ('<a href="http:x">x</a>', '<a rel="noopener noreferrer nofollow">x</a>'),
        ('<a href="mailto:d@x.example">x</a>', '<a href="mailto:d@x.example" rel="noopener noreferrer nofollow">x</a>'),
        ('<ins style="color:red">x</ins>', "<ins>x</ins>"),
        ("a&#11;b&#xD800;]]>", "ab\ufffd]]&gt;"),
        ('<img src="https://x.example/p.gif">text', "text"),
    ],
)
def test_safe_html_of_a_page(html: str, clean: str) -> None:
    assert safe_html(html) == clean


def test_own_marks_keep_only_the_properties_that_mark() -> None:
    html = '<del style="background-color:#fee;position:fixed;background-image:url(http://x.example/)">x</del>'
    assert safe_html(html, own_marks=True) == '<del style="background-color:#fee">x</del>'


@pytest.mark.parametrize(
    ("url", "ok"),
    [
        ("https://a.example/x", True),
        ("http://a.example", True),
        ("mailto:desk@a.example", True),
        ("HTTPS://a.example/x", True),
        ("https:/a.example", False),
        ("//a.example/x", False),
        ("/x", False),
        ("java\nscript:x", False),
        ("javascript:x", False),
        ("data:text/html,x", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_only_absolute_web_and_mail_addresses_are_links(url: str, ok: bool) -> None:
    assert safe_link(url) == (url if ok else None)
