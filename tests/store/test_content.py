"""Any statement comes back from its stored bytes as it was."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from store.content import dump, load
from store.model import Attachment, Image, Paragraph, StatedDate, Statement

TEXT = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ("\ud83d", "\ud83d\ude00", "\x0b", "\x00", "<b>&amp;</b>", "\r\n\u2028", "会议")
)
PARAGRAPHS = st.builds(Paragraph, text=TEXT, html=TEXT) | TEXT.map(lambda text: Paragraph(text=text, html=text))
STATEMENTS = st.builds(
    Statement,
    site=TEXT,
    doc_id=TEXT,
    language=st.sampled_from(("en", "zh-Hans")),
    title=TEXT,
    subtitle=TEXT,
    date=st.builds(
        StatedDate,
        text=TEXT,
        date=st.none() | st.dates(),
        time=st.none() | st.just("09:30"),
        zone=st.sampled_from(("UTC", "America/New_York")),
        source=st.sampled_from(("page", "listing", "url", "none")),
    ),
    paragraphs=st.lists(PARAGRAPHS, max_size=4).map(tuple),
    images=st.lists(st.builds(Image, url=TEXT, alt=TEXT), max_size=2).map(tuple),
    attachments=st.lists(st.builds(Attachment, url=TEXT, label=TEXT, media_type=TEXT), max_size=2).map(tuple),
    section=TEXT,
    crumbs=st.lists(TEXT, max_size=3).map(tuple),
    template=TEXT,
)


@given(STATEMENTS)
def test_content_comes_back(statement: Statement) -> None:
    assert load(dump(statement)) == statement


def test_plain_paragraphs_are_written_once() -> None:
    sentence = "Tea & cake are served <at eight>."
    escaped = sentence.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    statement = Statement(
        site="un",
        doc_id="1",
        language="en",
        title="Tea",
        date=StatedDate(text="", date=date(1, 1, 1)),
        paragraphs=(Paragraph(text=sentence, html=escaped),),
    )
    assert dump(statement).count(b"cake") == 1
    assert load(dump(statement)) == statement
