"""Which parts of a statement differ, and how many words."""

from datetime import date as Day

import pytest

from store.model import Attachment, Image, Paragraph, StatedDate, Statement
from store.textdiff import compare_statements


def statement(
    *,
    title: str = "Remarks at the Lake Meeting",
    subtitle: str = "",
    date: StatedDate | None = None,
    texts: tuple[str, ...] = ("Mr. President,", "The lake is calm and the boats are ready."),
    images: tuple[Image, ...] = (),
    attachments: tuple[Attachment, ...] = (),
    doc_id: str = "100",
) -> Statement:
    return Statement(
        site="un",
        doc_id=doc_id,
        language="en",
        title=title,
        subtitle=subtitle,
        date=date or StatedDate(text="2021-05-24", date=Day(2021, 5, 24)),
        paragraphs=tuple(Paragraph(text=text, html=text) for text in texts),
        images=images,
        attachments=attachments,
    )


MAP = Attachment(url="https://site.example/files/P02021.pdf", label="Map")
MOVED_MAP = Attachment(url="https://site.example/other/P02021.pdf?v=2", label="Map")


@pytest.mark.parametrize(
    ("new", "changed"),
    [
        (statement(), ()),
        (statement(doc_id="101"), ()),
        (statement(title="Remarks at the River Meeting"), ("title",)),
        (statement(subtitle="As delivered"), ("subtitle",)),
        (statement(date=StatedDate(text="2021-05-25", date=Day(2021, 5, 25))), ("date",)),
        (statement(date=StatedDate(text="24 May 2021", date=Day(2021, 5, 24), source="listing")), ()),
        (statement(date=StatedDate(text="soon")), ("date",)),
        (statement(texts=("Mr. President,",)), ("text",)),
        (statement(images=(Image(url="https://site.example/lake.jpg", alt="The lake"),)), ("images",)),
        (statement(attachments=(MAP,), title="Other"), ("title", "attachments")),
    ],
)
def test_only_the_parts_that_differ_are_there(new: Statement, changed: tuple[str, ...]) -> None:
    assert compare_statements(statement(), new).changed == changed
    assert compare_statements(new, statement()).changed == changed


def test_files_are_compared_by_label_and_name() -> None:
    assert not compare_statements(statement(attachments=(MAP,)), statement(attachments=(MOVED_MAP,))).parts
    chart = Attachment(url="https://site.example/files/%E8%A1%A8.pdf", label="")
    (part,) = compare_statements(statement(attachments=(MAP,)), statement(attachments=(MAP, chart))).parts
    assert ["".join(span.text for span in block.spans) for block in part.blocks] == ["Map (P02021.pdf)", "表.pdf"]
    assert [block.kind for block in part.blocks] == ["equal", "inserted"]


def test_the_date_shows_time_and_zone() -> None:
    new = statement(date=StatedDate(text="2021-05-24 16:00", date=Day(2021, 5, 24), time="16:00", zone="Asia/Shanghai"))
    (part,) = compare_statements(statement(), new).parts
    (block,) = part.blocks
    assert part.name == "date"
    assert [(span.op, span.text) for span in block.spans] == [
        ("equal", "2021-05-24"),
        ("insert", " 16:00 (Asia/Shanghai)"),
    ]


def test_words_are_counted_over_all_parts_and_moves_are_none() -> None:
    old = statement(texts=("One fine day", "Two fine days", "船已经备好", "The end."))
    new = statement(title="Remarks at the Meeting", texts=("Two fine days", "船都已备好了", "The end.", "One fine day"))
    diff = compare_statements(old, new)
    assert (diff.inserted_words, diff.deleted_words) == (2, 2)
    back = compare_statements(new, old)
    assert (back.inserted_words, back.deleted_words) == (2, 2)
    assert any(block.moved is not None for part in diff.parts for block in part.blocks)
