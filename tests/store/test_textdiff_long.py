"""How texts are compared that are too long, or too finely divided, for everything in them to be looked at."""

import random
from collections.abc import Callable
from itertools import accumulate
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.textdiff import compare_paragraphs, compare_text, estimate, tokenize
from store.textdiff.tokens import pieces
from tests.store.differing import LAMPS, PARAGRAPHS, RIVER, TEXT, marked, side

WORDS = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("ado", "elu", "ira", "omen", "ust")]


def several_edits(paragraphs: int, words: int) -> list[str]:
    """The paragraphs that `spoken` makes of the first seeds, every twelfth word replaced."""
    edited = ([*spoken(seed, words)] for seed in range(paragraphs))
    return [" ".join("changed" if at % 12 == 5 else word for at, word in enumerate(each)) for each in edited]


def spoken(seed: int, count: int) -> list[str]:
    return random.Random(seed).choices(WORDS, k=count)


def test_a_very_long_paragraph_shows_the_single_words_replaced() -> None:
    """20,000 tokens a side, past what is matched exactly, and no word that occurs once to hold on to."""
    old = spoken(1, 10_000)
    new = list(old)
    for at in range(50, 10_000, 200):
        new[at] = "changed"
    spans = compare_text(" ".join(old), " ".join(new))
    assert sum(span.op == "insert" for span in spans) == 50
    assert {span.text for span in spans if span.op == "insert"} == {"changed"}


def test_a_long_insertion_is_found_between_words_that_occur_once() -> None:
    old, added = spoken(1, 6_000), spoken(2, 5_000)
    old[2_999:3_001] = ["harbourmaster", "lighthouse"]
    new = [*old[:100], "quite", *old[100:3_000], *added, *old[3_000:5_900], *old[5_950:]]
    spans = compare_text(" ".join(old), " ".join(new))
    assert [(span.op, len(span.text.split())) for span in spans if span.op != "equal"] == [
        ("insert", 1),
        ("insert", 5_000),
        ("delete", 50),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (lambda: ["peace " * 10_000], lambda: ["peace " * 9_000 + "quiet " * 900]),
        (lambda: [" ".join(spoken(1, 10_000))], lambda: [" ".join(spoken(2, 10_000))]),
        (lambda: spoken(1, 5_000), lambda: spoken(2, 5_000)),
        (lambda: [chr(0x4E00 + at) for at in range(3_000)], lambda: [chr(0x5E00 - at) for at in range(6_000)]),
        (lambda: ["".join(spoken(1, 5_000))[::-1]], lambda: [".,;:" * 10_000]),
        (lambda: [""] * 3_000, lambda: [""] * 1_000),
        (lambda: spoken(1, 3_000), lambda: spoken(1, 3_000)[::-1]),
        (lambda: ["e\u0301" * 20_000], lambda: ["e\u0301a" * 15_000]),
        (lambda: ["a b " * 9_000, RIVER], lambda: [LAMPS, "a b " * 4_000 + "b " + "a b " * 5_000]),
        (lambda: [" ".join(spoken(seed, 60)) for seed in range(90)], lambda: several_edits(90, 60)),
    ],
    ids=[
        "one word",
        "rewritten",
        "one-word paragraphs",
        "shuffled characters",
        "no blanks",
        "empty paragraphs",
        "reversed one-word paragraphs",
        "accents",
        "letters",
        "edited everywhere",
    ],
)
def test_the_longest_texts_keep_the_laws(old: Callable[[], list[str]], new: Callable[[], list[str]]) -> None:
    before, after = old(), new()
    blocks = compare_paragraphs(before, after)
    back = compare_paragraphs(after, before)
    assert {(block.old, block.new) for block in blocks} == {(block.new, block.old) for block in back}
    assert [side(block.spans, "insert") for block in blocks if block.old is not None] == before
    assert [side(block.spans, "delete") for block in blocks if block.new is not None] == after


def test_a_text_edited_everywhere_still_shows_the_single_words() -> None:
    old = [" ".join(spoken(seed, 60)) for seed in range(90)]
    blocks = compare_paragraphs(old, several_edits(90, 60))
    assert [block.kind for block in blocks] == ["changed"] * 90
    inserted = [span.text for block in blocks for span in block.spans if span.op == "insert"]
    assert inserted.count("changed") > 300


def test_of_too_many_marks_in_a_long_text_the_longer_runs_stay_equal() -> None:
    """Every third word of 10,000 replaced, then fewer and fewer: some 700 marks for 50 KB."""
    old = spoken(1, 10_000)
    paragraphs = [" ".join(old[at : at + 100]) for at in range(0, 10_000, 100)]
    new = ["changed" if random.Random(at).random() < 100 / (at + 300) else word for at, word in enumerate(old)]
    edited = [" ".join(new[at : at + 100]) for at in range(0, 10_000, 100)]
    for before, after in ((paragraphs, edited), ([" ".join(paragraphs)], [" ".join(edited)])):
        blocks = compare_paragraphs(before, after)
        spans = [span for block in blocks for span in block.spans]
        assert 300 < sum(span.op == "insert" for span in spans) < 800
        equal = sum(len(span.text) for span in spans if span.op == "equal")
        assert equal > 0.7 * sum(map(len, before))
        assert [side(block.spans, "insert") for block in blocks if block.old is not None] == before
        assert [side(block.spans, "delete") for block in blocks if block.new is not None] == after


def test_a_text_whose_every_blank_was_doubled_is_replaced() -> None:
    """10,000 marks would be no help."""
    old = " ".join(spoken(1, 10_000))
    assert [span.op for span in compare_text(old, old.replace(" ", "  "))] == ["delete", "insert"]
    assert [span.op for span in compare_text(old, old.replace(" bado", "  bado"))].count("insert") > 100


def test_in_a_long_text_edited_everywhere_paragraphs_are_looked_for_where_they_were_edited_and_moved() -> None:
    old = [" ".join(spoken(seed, 60)) for seed in range(90)]
    new = several_edits(90, 60)
    new[40:44] = [new[43], new[40], new[41], new[42]]
    pairs = [(block.old, block.new) for block in compare_paragraphs(old, new) if block.kind == "changed"]
    assert pairs == [(at, at + (40 <= at < 43)) for at in range(90) if at != 43]


def test_very_many_short_paragraphs_are_deleted_and_inserted_whole_beside_a_long_one_that_was_edited() -> None:
    old, new = [*spoken(1, 900), RIVER], [*spoken(2, 900), RIVER.replace("two", "five")]
    blocks = compare_paragraphs(old, new)
    assert {block.kind for block in blocks[:-1]} == {"equal", "deleted", "inserted"}
    assert "turns [-two-]{+five+} mills" in marked(blocks[-1].spans)


@given(PARAGRAPHS, PARAGRAPHS, st.sampled_from((0, 10**9)))
def test_the_ways_of_long_texts_keep_the_laws(old: list[str], new: list[str], density: int) -> None:
    with (
        patch("store.textdiff.manner.MANY", 0),
        patch("store.textdiff.manner.BYTES_A_WORD", density),
        patch("store.textdiff.manner.END", 1),
        patch("store.textdiff.manner.TIDY", 1),
        patch("store.textdiff.manner.BYTES_A_MARK", 30),
        patch("store.textdiff.pairing.LONG", 2),
        patch("store.textdiff.alignment.MANY", 2),
        patch("store.textdiff.alignment.LEAST", 5),
    ):
        blocks, back = compare_paragraphs(old, new), compare_paragraphs(new, old)
    assert [block.old for block in blocks if block.old is not None] == list(range(len(old)))
    assert [block.new for block in blocks if block.new is not None] == list(range(len(new)))
    assert [side(block.spans, "insert") for block in blocks if block.old is not None] == old
    assert [side(block.spans, "delete") for block in blocks if block.new is not None] == new
    assert blocks.old_texts() == old
    assert blocks.new_texts() == new
    assert all(block.kind == "equal" for block in blocks) == (old == new)
    assert {(block.old, block.new, block.moved) for block in blocks} == {
        (block.new, block.old, block.moved) for block in back
    }


@given(PARAGRAPHS, PARAGRAPHS)
def test_more_different_words_than_there_are_characters_keep_the_laws(old: list[str], new: list[str]) -> None:
    with patch("store.textdiff.matching.CODES", range(3, 7)):
        blocks = compare_paragraphs(old, new)
    assert [side(block.spans, "insert") for block in blocks if block.old is not None] == old
    assert [side(block.spans, "delete") for block in blocks if block.new is not None] == new


@given(st.lists(TEXT, max_size=8).map("".join))
def test_pieces_joined_are_the_text_and_end_where_tokens_end(text: str) -> None:
    ends = set(accumulate(map(len, tokenize(text))))
    assert "".join(pieces(text)) == text
    assert ends.issuperset(accumulate(map(len, pieces(text))))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (RIVER, 19),
        ("各方应当坚持对话协商，妥善解决分歧。", 18),
        ("...,,,", 6),
        ("a b c d", 4),
        ("Привет мир", 2),
        ("", 0),
    ],
)
def test_tokens_are_estimated_without_being_found(text: str, tokens: int) -> None:
    assert estimate(text) == pytest.approx(tokens, abs=2)
    assert sum(not token.isspace() for token in tokenize(text)) == pytest.approx(tokens, abs=2)
