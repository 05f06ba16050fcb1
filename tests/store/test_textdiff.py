"""Laws of the word diff over any text, and how it marks what people edit."""

from collections.abc import Iterable

import pytest
from hypothesis import given

from store.textdiff import Block, Span, compare_paragraphs, compare_text, count_words, tokenize
from tests.store.differing import BREAD, LAMPS, PARAGRAPHS, RIVER, TEXT, marked, side


def flipped(spans: Iterable[Span]) -> list[tuple[str, str]]:
    """The spans with insertions as deletions, each run of changes deletion first."""
    other = {"equal": "equal", "insert": "delete", "delete": "insert"}
    found: list[tuple[str, str]] = []
    for span in spans:
        found.append((other[span.op], span.text))
        if [op for op, _ in found[-2:]] == ["insert", "delete"]:
            found[-2:] = found[:-3:-1]
    return found


@given(TEXT)
def test_tokens_joined_are_the_text(text: str) -> None:
    tokens = tokenize(text)
    assert "".join(tokens) == text
    assert all(tokens)


@given(TEXT, TEXT)
def test_spans_hold_both_texts(old: str, new: str) -> None:
    spans = compare_text(old, new)
    assert side(spans, "insert") == old
    assert side(spans, "delete") == new
    assert all(span.text for span in spans)
    assert all(span.op == "equal" for span in spans) == (old == new)
    assert spans == compare_text(old, new)
    assert flipped(spans) == [(span.op, span.text) for span in compare_text(new, old)]


@given(TEXT, TEXT)
def test_no_token_is_split(old: str, new: str) -> None:
    for text, other in ((old, "insert"), (new, "delete")):
        ends = {0}
        for token in tokenize(text):
            ends.add(max(ends) + len(token))
        at = 0
        for span in compare_text(old, new):
            if span.op != other:
                assert at in ends
                at += len(span.text)


@given(PARAGRAPHS, PARAGRAPHS)
def test_blocks_hold_both_sides_in_order(old: list[str], new: list[str]) -> None:
    blocks = compare_paragraphs(old, new)
    assert [block.old for block in blocks if block.old is not None] == list(range(len(old)))
    assert [block.new for block in blocks if block.new is not None] == list(range(len(new)))
    for block in blocks:
        if block.old is not None:
            assert side(block.spans, "insert") == old[block.old]
        if block.new is not None:
            assert side(block.spans, "delete") == new[block.new]
        if block.old is None:
            assert block.kind == "inserted"
            assert block.new is not None
            assert block.moved is None or new[block.new] == old[block.moved]
        elif block.new is None:
            assert block.kind == "deleted"
            assert block.moved is None or old[block.old] == new[block.moved]
        else:
            assert block.kind == ("equal" if {span.op for span in block.spans} <= {"equal"} else "changed")
            assert block.moved is None
    assert all(block.kind == "equal" for block in blocks) == (old == new)
    assert blocks == compare_paragraphs(old, new)


@given(PARAGRAPHS, PARAGRAPHS)
def test_swapping_the_sides_swaps_the_blocks(old: list[str], new: list[str]) -> None:
    def facts(blocks: Iterable[Block]) -> set[tuple[int | None, int | None, int | None]]:
        return {(block.old, block.new, block.moved) for block in blocks}

    there, back = compare_paragraphs(old, new), compare_paragraphs(new, old)
    assert facts(there) == {(was, now, moved) for now, was, moved in facts(back)}


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("resolution 2758 (1,234.5)", ["resolution", " ", "2758", " ", "(", "1,234.5", ")"]),
        ("S/2023/646, A/C.3/78/L.5.", ["S/2023/646", ",", " ", "A/C.3/78/L.5", "."]),
        ("at 16:30 people's", ["at", " ", "16:30", " ", "people's"]),
        ("10月3日，Hall 5。", ["10", "月", "3", "日", "，", "Hall", " ", "5", "。"]),
        ("とカ한글", ["と", "カ", "한", "글"]),
        ("done.Then", ["done", ".", "Then"]),
        ("re\u0301sume\u0301 हिन्दी", ["re\u0301sume\u0301", " ", "हिन्दी"]),
        ("👩\u200d💻👋🏽🇫🇷🇩🇪1\ufe0f\u20e3", ["👩\u200d💻", "👋🏽", "🇫🇷", "🇩🇪", "1\ufe0f\u20e3"]),
        ("漢\U000e0100字 co\u00adop \ud83d\ude00", ["漢\U000e0100", "字", " ", "co\u00adop", " ", "\ud83d\ude00"]),
    ],
)
def test_tokens_are_what_a_reader_sees_as_one(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


def test_words_are_counted_in_both_scripts() -> None:
    assert count_words("Resolution 2758, read aloud。第2758号决议") == 9


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("under resolution 2758 today", "under resolution 2785 today", "under resolution [-2758-]{+2785+} today"),
        ("Mr. Alder Stone spoke", "Mr. Alden Stone spoke", "Mr. [-Alder-]{+Alden+} Stone spoke"),
        ("tea, milk and bread", "tea, milk, and bread", "tea, milk{+,+} and bread"),
        ("the large red gate", "the gate", "the [-large red -]gate"),
        ("One. Three.", "One. Two. Three.", "One. {+Two. +}Three."),
        ("One. Two.", "One. Two. Three four.", "One. Two.{+ Three four.+}"),
        ("Zwei. Drei.", "Eins. Zwei. Drei.", "{+Eins. +}Zwei. Drei."),
        (
            "各方应当坚持对话协商妥善解决分歧",
            "各方应当保持对话协商妥善解决分歧",
            "各方应当[-坚-]{+保+}持对话协商妥善解决分歧",
        ),
        ("花园很大，树很高。", "花园很大,树很高。", "花园很大[-，-]{+,+}树很高。"),
        ("甲说好。丙说好。", "甲说好。乙说好。丙说好。", "甲说好。{+乙说好。+}丙说好。"),
        (
            "会议于10月3日在Hall 5举行",
            "会议于10月4日在Hall 6举行",
            "会议于10月[-3-]{+4+}日在Hall [-5-]{+6+}举行",
        ),
        (
            "Papers S/2023/646 and S/2023/647 were read",
            "Papers S/2023/656 and S/2023/657 were read",
            "Papers [-S/2023/646-]{+S/2023/656+} and [-S/2023/647-]{+S/2023/657+} were read",
        ),
        ("a house of stone by the lake", "a house by the lake", "a house [-of stone -]by the lake"),
        (
            "they met in the garden of roses near the old bridge",
            "they met in the valley of lilies near the old bridge",
            "they met in the [-garden of roses-]{+valley of lilies+} near the old bridge",
        ),
        ("one\u3000two three four", "one two three four", "one[-\u3000-]{+ +}two three four"),
        ("Good morning", "各位早上好", "[-Good morning-]{+各位早上好+}"),
        ("", "new", "{+new+}"),
        ("", "", ""),
    ],
)
def test_marks_are_those_a_person_would_make(old: str, new: str, shown: str) -> None:
    assert marked(compare_text(old, new)) == shown


def rows(old: list[str], new: list[str]) -> list[tuple[str, int | None, int | None, int | None]]:
    return [(block.kind, block.old, block.new, block.moved) for block in compare_paragraphs(old, new)]


def test_an_edited_paragraph_beside_an_inserted_one_is_an_edit_and_an_insertion() -> None:
    old, new = [BREAD, RIVER], [BREAD, LAMPS, RIVER.replace("two mills", "five mills")]
    assert rows(old, new) == [("equal", 0, 0, None), ("inserted", None, 1, None), ("changed", 1, 2, None)]
    assert "turns [-two-]{+five+} mills" in marked(compare_paragraphs(old, new)[2].spans)


def test_paragraphs_that_share_little_are_replaced_whole() -> None:
    assert rows([RIVER], [LAMPS]) == [("deleted", 0, None, None), ("inserted", None, 0, None)]
    assert rows(["本次会议讨论道路与桥梁的维护计划。"], ["图书馆周末延长开放时间至晚上九点。"]) == [
        ("deleted", 0, None, None),
        ("inserted", None, 0, None),
    ]


def test_a_short_paragraph_taken_into_a_long_one_is_an_edit() -> None:
    assert [row[0] for row in rows([RIVER], [f"{RIVER} {LAMPS} {BREAD} {LAMPS}"])] == ["changed"]


def test_a_moved_paragraph_names_its_other_place() -> None:
    assert rows([RIVER, LAMPS, BREAD], [LAMPS, BREAD, RIVER]) == [
        ("deleted", 0, None, 2),
        ("equal", 1, 0, None),
        ("equal", 2, 1, None),
        ("inserted", None, 2, 0),
    ]
