"""Differences for a small window: the changed parts, whole words, bounded whatever the texts are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.mail.passages import AROUND, LONGEST, MOST, MOST_SPANS, ROOM, SKIPPED, passages, words_of
from feeds.mail.rendering import spans_html
from store.textdiff import Span, compare_statements
from tests.feeds.fakes import a_statement

LONG = " ".join(f"word{number}" for number in range(400))


def between(old: list[str], new: list[str]) -> list[str]:
    found = passages(compare_statements(a_statement(paragraphs=old), a_statement(paragraphs=new)))
    return [words_of(each.spans) for each in found.shown]


def test_only_what_changed_is_shown_with_some_words_around() -> None:
    [said] = between(["Same.", f"{LONG} eighty {LONG}", "Same."], ["Same.", f"{LONG} ninety {LONG}", "Same."])
    assert said.startswith(SKIPPED)
    assert said.endswith(SKIPPED)
    assert "word399 [-eighty-]{+ninety+} word0 word1" in said
    assert len(said) < 2 * AROUND + 60
    assert not said.removeprefix(SKIPPED).startswith(" ")


def test_han_characters_need_fewer_around() -> None:
    text = "港口八点开放船只每小时出发一次" * 20
    [said] = between([f"{text}八十{text}"], [f"{text}九十{text}"])
    assert "[-八-]{+九+}十" in said
    assert len(said) < 110


def test_paragraphs_that_came_went_and_moved_are_named_so() -> None:
    rest = [f"Line {number} of the long report about quays." for number in range(4)]
    old = ["Moving line that stays the same.", *rest, "Gone for good, with its own words."]
    new = [*rest, "Moving line that stays the same.", "A new one is here, unlike any other: tides."]
    found = passages(compare_statements(a_statement(paragraphs=old), a_statement(paragraphs=new))).shown
    assert {(each.mark, each.number, each.moved) for each in found} == {
        ("deleted", 1, 5),
        ("inserted", 5, 1),
        ("deleted", 6, None),
        ("inserted", 6, None),
    }


def test_a_huge_difference_is_cut_and_counted() -> None:
    old = [f"{number} {LONG}" for number in range(60)]
    new = [f"{number} {LONG[::-1]}" for number in range(60)]
    found = passages(compare_statements(a_statement(paragraphs=old), a_statement(paragraphs=new)))
    assert 0 < len(found.shown) <= MOST
    assert len(found.shown) + found.more == 120
    assert sum(each.size for each in found.shown) <= ROOM
    assert all(each.cut for each in found.shown)
    assert all(len(span.text) <= LONGEST + len(SKIPPED) for each in found.shown for span in each.spans)


def test_a_paragraph_of_a_thousand_small_changes_is_cut_too() -> None:
    old = " ".join(f"the word{number} of x{number}" for number in range(1000))
    new = " ".join(f"the word{number} of y{number}" for number in range(1000))
    [passage] = passages(compare_statements(a_statement(paragraphs=[old]), a_statement(paragraphs=[new]))).shown
    assert len(passage.spans) <= MOST_SPANS + 1
    assert passage.cut


@given(st.text(max_size=400), st.text(max_size=400))
@settings(deadline=None)
def test_what_is_shown_of_short_texts_is_all_of_them(old: str, new: str) -> None:
    diff = compare_statements(a_statement(paragraphs=[old]), a_statement(paragraphs=[new]))
    found = passages(diff)
    assert found.more == 0
    assert bool(found.shown) == (old != new)
    for passage in found.shown:
        assert "<script" not in spans_html(passage.spans)


def test_marks_of_a_page_are_not_taken_for_ours() -> None:
    said = words_of([Span(op="equal", text="[-a-] {+b+}"), Span(op="insert", text="c+} d")])
    assert said == r"[\-a-\] {\+b+\}{+c+\} d+}"
