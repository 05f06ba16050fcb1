"""Edits: each does what its name says, to any statement, and can be taken back."""

from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missionwatch.replica.edits import EDITS, edited
from missionwatch.replica.sections import CATALOGUE
from missionwatch.replica.statements import Content, clean, compose

TEXTS = ("paragraph_added", "paragraph_removed", "paragraph_moved")
FIELDS = ("title", "subtitle", "date", "time")


def statement(doc_id: int, section: str) -> Content:
    day = date(2024, 5, 6)
    return compose(1, str(doc_id), CATALOGUE[section], day, day)


@given(
    doc_id=st.integers(8_400_000, 12_000_000),
    section=st.sampled_from(["eng/hyyfy", "hyyfy"]),
    how=st.sampled_from([how for how in EDITS if how != "han"]),
    draw=st.integers(0, 10_000),
)
def test_an_edit_changes_its_part_and_leaves_clean_text(doc_id: int, section: str, how: str, draw: int) -> None:
    before = statement(doc_id, section)
    after = edited(before, how, Random(draw))
    assert after != before
    texts = (after.title, after.subtitle, *after.paragraphs)
    assert all(text == clean(text) for text in texts)
    assert all(after.paragraphs)
    if how in FIELDS:
        assert after.paragraphs == before.paragraphs
        assert [name for name in FIELDS if getattr(after, name) != getattr(before, name)] == [how]
    elif how in TEXTS:
        growth = {"paragraph_added": 1, "paragraph_removed": -1, "paragraph_moved": 0}[how]
        assert len(after.paragraphs) == len(before.paragraphs) + growth
        if not growth:
            assert sorted(after.paragraphs) == sorted(before.paragraphs)
    elif how in ("image", "attachment"):
        assert after.paragraphs == before.paragraphs
        assert (after.images, after.attachments) != (before.images, before.attachments)
    else:
        pairs = list(zip(before.paragraphs, after.paragraphs, strict=True))
        assert sum(old != new for old, new in pairs) == 1


@given(doc_id=st.integers(8_400_000, 12_000_000), draw=st.integers(0, 10_000))
def test_a_han_edit_exchanges_one_character(doc_id: int, draw: int) -> None:
    before = statement(doc_id, "hyyfy")
    after = edited(before, "han", Random(draw))
    (pair,) = [(a, b) for a, b in zip(before.paragraphs, after.paragraphs, strict=True) if a != b]
    assert sum(a != b for a, b in zip(*pair, strict=True)) == 1


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("han", "no Han character"),
        ("spelling", "no edit is called 'spelling'"),
        (lambda paragraphs: paragraphs, "changes nothing"),
        (lambda paragraphs: [" ", ""], "leaves no paragraph"),
    ],
)
def test_an_edit_without_effect_is_refused(how: "str | Callable[[tuple[str, ...]], list[str]]", message: str) -> None:
    with pytest.raises(ValueError, match=message):
        edited(statement(9_000_000, "eng/hyyfy"), how, Random(1))


def test_a_text_function_gets_the_paragraphs_and_its_result_is_cleaned() -> None:
    before = statement(9_000_001, "eng/hyyfy")
    after = edited(before, lambda paragraphs: ["One  line.\u00a0", *paragraphs], Random(1))
    assert after.paragraphs == ("One line.", *before.paragraphs)
