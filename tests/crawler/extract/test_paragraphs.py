from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.links import PageLinks
from crawler.extract.paragraphs import read_paragraphs
from crawler.extract.text import normalise_text
from crawler.profile import load_profile
from crawler.urls import SiteUrls
from store.model import Paragraph
from tests.crawler.pages import ARTICLE, BASE

LINKS = PageLinks(SiteUrls(load_profile("china-mission-un")), ARTICLE)


def read(html: str) -> list[Paragraph]:
    root = LexborHTMLParser(f'<div id="root">{html}</div>').css_first("#root")
    assert root is not None
    return read_paragraphs(root, LINKS)


def texts(html: str) -> list[str]:
    return [paragraph.text for paragraph in read(html)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("&nbsp; \n<P>One.</P>\n<P> Two. </P>\n<P>&nbsp;</P>", ["One.", "Two."]),
        ("<P><BR>One.</P>", ["One."]),
        ("One.<br><br>Two.<br/>\nThree.", ["One.", "Two.", "Three."]),
        ("bare<p>One.</p>bare <b>too</b><p>Two.", ["bare", "One.", "bare too", "Two."]),
        ("<div>One.<div>Two.</div>Three.</div>", ["One.", "Two.", "Three."]),
        ("<ul><li>One.<li>Two.</ul><blockquote>Three.</blockquote>", ["One.", "Two.", "Three."]),
        ("<table><tr><td>One<td>Two<tr><td>Three</table>", ["One", "Two", "Three"]),
        ("<h2>Head</h2><pre>a\n  b</pre><hr>end", ["Head", "a b", "end"]),
        ("<p>One<!-- no --> and<script>no()</script> two<style>p{}</style></p>", ["One and two"]),
        ("<p>One<noscript>no</noscript><button>no</button><template>no</template></p>", ["One"]),
        ("<p>One, <span>t</span>wo <span></span>three</p>", ["One, two three"]),
        ("<font><p>One</p><p>Two</p></font>", ["One", "Two"]),
        ("<p>主席\n<b>先生</b>\n，</p>", ["主席先生，"]),
        ("<p>\u3000\u3000主席，\r\n 感谢 S/2023/646\n号</p>", ["主席，感谢 S/2023/646 号"]),
        ('<p style="display:none">Hidden</p><p hidden>too</p>', ["Hidden", "too"]),
        ("", []),
        ("<p><img src=x></p><p> &nbsp;&#8203;</p>", []),
    ],
)
def test_where_paragraphs_begin_and_end(html: str, expected: list[str]) -> None:
    assert texts(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a <b>bold</b> <i>i</i>", "a <strong>bold</strong> <em>i</em>"),
        ("a<b> bold </b>b", "a <strong>bold</strong> b"),
        ("<b>one</b><strong>two</strong>", "<strong>onetwo</strong>"),
        ("<b>one <b>two</b></b>", "<strong>one two</strong>"),
        ("<b></b>text<i> </i>", "text"),
        ("<b>a<i>b</b>c</i>", "<strong>a<em>b</em></strong><em>c</em>"),
        ("x<sub>2</sub><sup>n</sup><u>u</u><strike>s</strike>", "x<sub>2</sub><sup>n</sup><u>u</u><s>s</s>"),
        ("1 &lt; 2 &amp;&amp; <b onclick=x()>y</b>", "1 &lt; 2 &amp;&amp; <strong>y</strong>"),
        ("<font color=red><span>plain</span></font>", "plain"),
        ('<a href="../x.htm">l</a>', f'<a href="{BASE}/eng/hyyfy/x.htm">l</a>'),
        ('<a href="http://un.china-mission.gov.cn/eng/?a">l</a>', f'<a href="{BASE}/eng/">l</a>'),
        (
            '<a href="HTTPS://Example.org/a?b=1&c=%20 d#e">l</a>',
            '<a href="https://example.org/a?b=1&amp;c=%20%20d#e">l</a>',
        ),
        (
            '<a href="https://example.org/\'&quot;><script>">l</a>',
            '<a href="https://example.org/&#x27;%22%3E%3Cscript%3E">l</a>',
        ),
        ('<a href="mailto:office@example.org">l</a>', '<a href="mailto:office@example.org">l</a>'),
        ('<a href="javascript:alert(1)">l</a>', "l"),
        ('<a href="&#1;javascript:alert(1)">l</a>', "l"),
        ('<a href="java\nscript:alert(1)">l</a>', "l"),
        ('<a href="data:text/html,x">l</a><a href="file:///c:/x">m</a>', "lm"),
        ('<a href="http://user:pw@example.org/">l</a><a href="http://[x/">m</a><a>n</a>', "lmn"),
        ('<a href="#_ftn1">1</a><a name="top">t</a>', "1t"),
    ],
)
def test_clean_html(html: str, expected: str) -> None:
    assert [paragraph.html for paragraph in read(f"<p>{html}</p>")] == [expected]


def test_marks_that_span_paragraphs_are_closed_and_opened_again() -> None:
    found = read("<b>One<p>Two <i>three<br>four</i></p></b>five")
    assert [paragraph.html for paragraph in found] == [
        "<strong>One</strong>",
        "<strong>Two <em>three</em></strong>",
        "<strong><em>four</em></strong>",
        "five",
    ]


def test_junk_is_passed_over_wherever_it_stands() -> None:
    root = LexborHTMLParser("<div id=r><p>a<b class=x>b<i class=x>c</i></b><i>d</i></p><p class=x>e</p>f</div>")
    node = root.css_first("#r")
    assert node is not None
    junk = {each.mem_id for each in root.css(".x")}
    assert [each.html for each in read_paragraphs(node, LINKS, junk)] == ["a<em>d</em>", "f"]


def test_deep_and_long_pages_neither_recurse_nor_crash() -> None:
    assert texts("<div>" * 1_500 + "deep" + "</div>" * 1_500) == ["deep"]
    assert texts("<sub><sup>" * 20 + "x")[0] == "x"
    assert len(texts("<p>Some words of text.</p>" * 100_000)) == 100_000


FRAGMENTS = st.recursive(
    st.text(st.sampled_from("ab 主。&<>\"'\n\u00a0\u3000\u200b")).map(lambda text: escape(text)),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["p", "b", "i", "font", "div", "sup", "a href='/eng/x.htm'", "li", "strong", "span"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(FRAGMENTS)
def test_text_and_html_say_the_same(fragment: str) -> None:
    for paragraph in read(fragment):
        node = LexborHTMLParser(f"<p>{paragraph.html}</p>").css_first("p")
        assert node is not None
        assert node.text() == paragraph.text == normalise_text(paragraph.text)
        assert paragraph.text
        assert {each.tag for each in node.traverse()} <= {"p", "strong", "em", "sup", "a"}


@given(FRAGMENTS)
def test_clean_html_is_a_fixed_point(fragment: str) -> None:
    found = read(fragment)
    assert read("".join(f"<p>{paragraph.html}</p>" for paragraph in found)) == found
