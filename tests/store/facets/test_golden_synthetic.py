"""The rules against titles and texts made up for them, in both languages: every form and every trap that is known."""

from datetime import date

import pytest

from store.facets import read_facets
from store.facets.kinds import KINDS
from store.model import Paragraph, StatedDate, Statement
from tests.store.facets.golden import FIELDS, Score, rows

ROWS = rows("golden_synthetic.tsv")


def _statement(row: dict[str, str]) -> Statement:
    paragraphs = row["text"].split("\\n") if row["text"] else []
    return Statement(
        site="un",
        doc_id="1",
        language=row["language"],
        title=row["title"],
        date=StatedDate(text=row["year"], date=date(int(row["year"]), 12, 31)),
        paragraphs=tuple(Paragraph(text=text, html="") for text in paragraphs),
        section=row["section"],
    )


@pytest.mark.parametrize("row", ROWS, ids=[row["title"][:60] for row in ROWS])
def test_a_title_reads_as_a_person_reads_it(row: dict[str, str]) -> None:
    score = Score()
    score.add(row["title"], row, read_facets(_statement(row)))
    assert score.disagreements == []


def test_the_titles_cover_every_kind_and_both_languages(scores: dict[str, Score]) -> None:
    scores["made-up titles"] = score = Score()
    for row in ROWS:
        score.add(row["title"], row, read_facets(_statement(row)))
    assert {row["kind"] for row in ROWS} - {""} == set(KINDS)
    assert {row["language"] for row in ROWS} == {"en", "zh-Hans"}
    assert len(ROWS) >= 100
    assert all(score.tallies[field].right > 10 for field in FIELDS)
