"""What the rows of a comparison promise as a sequence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.textdiff import Blocks, compare_paragraphs

PARAGRAPHS = st.lists(
    st.sampled_from(("", " ", "The lake froze.", "The lake froze in May.", "Two boats sailed.", "A new pier stands.")),
    max_size=8,
)


@given(PARAGRAPHS, PARAGRAPHS, st.integers(-20, 20), st.integers(-20, 20), st.sampled_from((-2, -1, 1, 3)))
def test_rows_are_reached_by_place_as_in_a_tuple(
    old: list[str], new: list[str], start: int, stop: int, step: int
) -> None:
    blocks = compare_paragraphs(old, new)
    rows = tuple(blocks)
    assert len(blocks) == len(rows)
    assert tuple(blocks[place] for place in range(-len(rows), len(rows))) == rows * 2
    assert tuple(blocks[start:stop:step]) == rows[start:stop:step]
    for place in (len(rows), -len(rows) - 1):
        with pytest.raises(IndexError):
            blocks[place]


@given(PARAGRAPHS, PARAGRAPHS)
def test_parts_of_a_comparison_hold_its_rows_in_order(old: list[str], new: list[str]) -> None:
    blocks = compare_paragraphs(old, new)
    differing = [block for block in blocks if block.kind != "equal"]
    assert list(blocks.differing()) == differing
    assert list(blocks.unmoved()) == [block for block in differing if block.moved is None]
    assert [block for gap in blocks.gaps() for block in gap] == differing
    assert all(block.kind != "equal" for gap in blocks.gaps() for block in gap)
    assert blocks.old_texts() == [block.old_text for block in blocks if block.old is not None]
    assert blocks.new_texts() == [block.new_text for block in blocks if block.new is not None]


def test_gaps_end_at_a_paragraph_that_stayed() -> None:
    blocks = compare_paragraphs(
        ["The lake froze.", "Two boats sailed.", "A new pier stands."],
        ["The lake froze in May.", "Two boats sailed.", "A pier stands.", "It rained."],
    )
    assert [[block.kind for block in gap] for gap in blocks.gaps()] == [["changed"], ["changed", "inserted"]]


def test_nothing_is_false_and_has_no_rows() -> None:
    assert not Blocks()
    assert list(Blocks()) == []
    assert compare_paragraphs([], []) == Blocks()
