import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import ExtractionError, extract_statement, extractor_id
from crawler.profile import load_profile
from crawler.urls import SiteUrls
from store.model import Attachment, Image, StatedDate, Statement
from tests.crawler.pages import ARTICLE, BASE, LINES, LIST, TITLE, capture, classic, view

PROFILE = load_profile("china-mission-un")
PARAGRAPHS = "".join(f"<P style='FONT-SIZE: 14px'>{line} </P>\n" for line in LINES)
FOLDER = ARTICLE.rpartition("/")[0]


def extract(body: str, **answer: str) -> Statement:
    return extract_statement(PROFILE, capture(body, **answer))  # type: ignore[arg-type]


def test_all_of_a_statement() -> None:
    statement = extract(
        view(
            f'&nbsp; \n{PARAGRAPHS}<P align=center><IMG alt=" At  sea " src="./W01.jpg" OLDSRC="W00.jpg"></P>'
            '<P><img oldsrc="W02.jpg"><img src="data:image/png;base64,AA"><a href="./P01.pdf">Full text</a></P>',
            subtitle="(20 May 2024)",
            appendix='<li><a href="./P02.docx">Annex&nbsp;1</a></li><li><a href="./P03.bin"></a></li>',
        )
    )
    assert statement == Statement(
        site="un",
        doc_id="11303456",
        language="en",
        title=TITLE,
        subtitle="(20 May 2024)",
        date=StatedDate(text="2024-05-20 16:30", date=date(2024, 5, 20), time="16:30", zone="America/New_York"),
        paragraphs=statement.paragraphs,
        images=(Image(url=f"{FOLDER}/W01.jpg", alt="At sea"), Image(url=f"{FOLDER}/W02.jpg")),
        attachments=(
            Attachment(
                url=f"{FOLDER}/P02.docx",
                label="Annex 1",
                media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            Attachment(url=f"{FOLDER}/P03.bin", label="P03.bin"),
            Attachment(url=f"{FOLDER}/P01.pdf", label="Full text", media_type="application/pdf"),
        ),
        section="eng/hyyfy",
        crumbs=("Home", "Seas & Weather"),
        template="view",
    )
    assert [paragraph.text for paragraph in statement.paragraphs] == [*LINES, "Full text"]
    assert extractor_id(PROFILE) == "china-mission-un/1"


def said(statement: Statement) -> tuple[object, ...]:
    return statement.title, statement.subtitle, statement.date, statement.paragraphs, statement.crumbs


@given(st.lists(st.text(st.sampled_from("ab 主席。&<“．\n\u00a0\u3000"), min_size=1), min_size=1, max_size=6))
def test_both_templates_say_the_same(lines: list[str]) -> None:
    lines = ["Mr. President,", *(escape(line) for line in lines)]
    subtitle = "(20 May 2024)"
    new = view("".join(f"<p>{line}</p>\n" for line in lines), subtitle=subtitle)
    modern = view(f'<div class="trs_editor_view TRS_UEDITOR"><p>{"</p><p>".join(lines)}</p></div>', subtitle=subtitle)
    old = classic("<br><br>\n".join(lines), subtitle=subtitle)
    assert extract(old).template == "classic"
    assert said(extract(new)) == said(extract(modern)) == said(extract(old))


NOISES: dict[str, Callable[[str], str]] = {
    "line ends": lambda page: page.replace("\n", "\r\n"),
    "nbsp": lambda page: page.replace("two briefers", "two&nbsp;briefers").replace("President,", "President,\u00a0 "),
    "entities": lambda page: page.replace("“", "&ldquo;").replace("．", "&#xFF0E;").replace("tides", "&#116;ides"),
    "comments": lambda page: page.replace("</P>", "<!-- c --></P><!-- d -->"),
    "attributes": lambda page: page.replace("<P style='FONT-SIZE: 14px'>", '<p data-x=1 class="a" style="">'),
    "wrappers": lambda page: page.replace(LINES[1], f"<FONT face=Arial><span>{LINES[1]}</span></FONT>"),
    "zero width": lambda page: page.replace("briefers", "brief\u200bers\ufeff"),
    "frame": lambda page: page.replace("<ul class", "<p>Counter 4711</p><ul class").replace("Address", "Elsewhere"),
    "menu": lambda page: page.replace('<li><a href="/eng/">Home', '<li><a href="/eng/new/">New'),
}


def test_each_noise_is_heard() -> None:
    page = view(PARAGRAPHS)
    assert all(noise(page) != page for noise in NOISES.values())


@given(st.lists(st.sampled_from(sorted(NOISES)), unique=True))
def test_noise_changes_nothing(names: list[str]) -> None:
    page = view(PARAGRAPHS)
    expected = extract(page)
    for name in names:
        page = NOISES[name](page)
    assert extract(page) == expected


def test_chinese_statements() -> None:
    page = f"{BASE}/hyyfy/202405/t20240521_11303457.htm"
    body = "<p>　　主席先生，</p><p>　　我感谢两位\n通报人。</p>"
    for encoding in ("utf-8", "gb18030"):
        source = view(body, title="林大使在联合国的发言", date="2024年5月20日", subtitle="（二〇二四年五月二十日）")
        found = extract_statement(PROFILE, capture(source.replace("UTF-8", encoding).encode(encoding), page=page))
        assert (found.language, found.section, found.title) == ("zh-Hans", "hyyfy", "林大使在联合国的发言")
        assert found.text == "主席先生，\n\n我感谢两位通报人。"
        assert found.date == StatedDate(text="2024年5月20日", date=date(2024, 5, 20), zone="America/New_York")


@pytest.mark.parametrize(
    ("printed", "subtitle", "first", "text", "day", "source"),
    [
        ("2024-05-20 00:00", "", "x", "2024-05-20 00:00", date(2024, 5, 20), "page"),
        ("", "(18 May 2024)", "19 May 2024", "(18 May 2024)", date(2024, 5, 18), "page"),
        ("", "", "New York, 19 May 2024", "New York, 19 May 2024", date(2024, 5, 19), "page"),
        ("2024-13-45 10:00", "(18 May 2024)", "x", "2024-13-45 10:00", date(2024, 5, 18), "page"),
        ("2024-13-45 10:00", "", "On 19 May 2024 it rained.", "2024-13-45 10:00", date(2024, 5, 21), "url"),
        ("", "", "x", "", date(2024, 5, 21), "url"),
    ],
)
def test_where_the_date_is_read(printed: str, subtitle: str, first: str, text: str, day: date, source: str) -> None:
    found = extract(view(f"<p>{first}</p><p>More.</p>", date=printed, subtitle=subtitle)).date
    assert (found.text, found.date, found.source) == (text, day, source)


def test_no_date_anywhere() -> None:
    found = extract(view("<p>x</p>", date="soon"), page=f"{BASE}/eng/hyyfy/t1878269.htm").date
    assert found == StatedDate(text="soon", zone="America/New_York", source="none")


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        ('<h3 class="view-title">', "<h3>", TITLE),
        ('<h3 class="view-title">\n    Remarks by', '<h3 class="view-title">Remarks<br>by', TITLE),
        ('<h3 class="view-title">', "<meta name=ArticleTitle content='Given'><h3>", "Given"),
    ],
)
def test_where_the_title_is_read(old: str, new: str, title: str) -> None:
    page = view(PARAGRAPHS)
    assert old in page
    assert extract(page.replace(old, new)).title == title


def test_the_fallback_template() -> None:
    found = extract(
        "<html><head><meta name='ArticleTitle' content='Given'><meta name='PubDate' content='2024-05-20 09:00'></head>"
        f"<body><div class='TRS_Editor'>{PARAGRAPHS}</div></body></html>"
    )
    assert (found.template, found.title, found.date.time, len(found.paragraphs)) == ("fallback", "Given", "09:00", 4)


def test_lines_of_the_frame_do_not_belong_to_the_text() -> None:
    body = f"Print<p>Print</p>{PARAGRAPHS}<p>Suggest to a friend</p><p><a class=print>Share</a></p>Print"
    assert [paragraph.text for paragraph in extract(view(body)).paragraphs] == list(LINES)
    inside = extract(view(f"<p>One</p><p>Print</p>{PARAGRAPHS}")).paragraphs
    assert [paragraph.text for paragraph in inside] == ["One", "Print", *LINES]


def test_a_statement_of_one_picture_or_file_is_not_empty() -> None:
    assert extract(view('<p><img src="W1.jpg"></p>')).paragraphs == ()
    assert extract(view("", appendix='<li><a href="P1.pdf">Text</a></li>')).attachments[0].label == "Text"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (view(""), "layout-changed"),
        (view("<p>&nbsp;</p><script>x()</script><div class=print>Print</div>"), "layout-changed"),
        (view(PARAGRAPHS).replace("view-txt", "text"), "layout-changed"),
        (view(PARAGRAPHS, title=" ").replace("_Name of the Site", ""), "layout-changed"),
        (view("<div>" * 100_000), "layout-changed"),
        ("<html><body><h1>A new design</h1><p>Words</p></body></html>", "layout-changed"),
    ],
)
def test_what_cannot_be_read_is_never_an_empty_statement(page: str, code: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        extract(page)
    assert caught.value.code == code
    assert re.fullmatch(rf"{code}: .+", str(caught.value))


def test_an_address_without_document_id() -> None:
    with pytest.raises(ExtractionError) as caught:
        extract(view(PARAGRAPHS), page=f"{LIST}about.htm")
    assert caught.value.code == "no-document-id"


def test_a_replica_gives_the_same_statement() -> None:
    there = "http://127.0.0.1:8123"
    page = view(f'{PARAGRAPHS}<p><a href="{there}/eng/x.htm">x</a><img src="{there}/images/a.png"></p>')
    found = extract(page, url=ARTICLE.replace(BASE, there))
    assert found == extract(page.replace(there, BASE))
    elsewhere = "http://mirror.example:8080"
    mirrored = capture(page, url=ARTICLE.replace(BASE, elsewhere))
    urls = SiteUrls(PROFILE, elsewhere)
    assert replace(extract_statement(PROFILE, mirrored, urls), paragraphs=(), images=()) == replace(
        found, paragraphs=(), images=()
    )


def test_a_statement_that_moved_is_of_the_section_that_answered() -> None:
    found = extract(view(PARAGRAPHS), url=f"{BASE}/eng/other/202405/t20240521_11303456.htm")
    assert found.section == "eng/other"
