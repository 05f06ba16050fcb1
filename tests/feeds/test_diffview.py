"""What readers, terminals, feed readers and programs get to see of a word diff."""

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.diffview import diff_html, diff_json, diff_terminal, diff_text
from store.model import Paragraph, Statement
from store.textdiff import StatementDiff, compare_statements

TEXTS = st.lists(st.text(st.characters(exclude_categories=()), max_size=20), max_size=6)


def statement(*texts: str, title: str = "Remarks") -> Statement:
    return Statement(
        site="un",
        doc_id="100",
        language="en",
        title=title,
        paragraphs=tuple(Paragraph(text=text, html="") for text in texts),
    )


def compared(old: list[str], new: list[str]) -> StatementDiff:
    return compare_statements(statement(*old), statement(*new))


LINES = [f"Line {name} of the long report stands as it was." for name in ("one", "two", "three", "four", "five", "six")]
EDITED = compare_statements(
    statement(*LINES, title="Remarks on lakes"),
    statement(*LINES[:3], LINES[3].replace("long", "short"), *LINES[4:], "A closing line.", title="Remarks on rivers"),
)
MOVED = compared([LINES[0], "Two boats.", "Two oars."], ["Two boats.", "Two oars.", LINES[0]])


def test_plain_text_marks_words_and_elides_what_is_unchanged() -> None:
    assert diff_text(EDITED) == (
        "TITLE\n\n"
        "Remarks on [-lakes-]{+rivers+}\n\n"
        "TEXT\n\n"
        "[...] 2 unchanged paragraphs\n\n"
        "Line three of the long report stands as it was.\n\n"
        "Line four of the [-long-]{+short+} report stands as it was.\n\n"
        "Line five of the long report stands as it was.\n\n"
        "Line six of the long report stands as it was.\n\n"
        "{+A closing line.+}\n"
    )


@pytest.mark.parametrize(
    ("context", "elisions"),
    [
        (0, ["3 unchanged paragraphs", "2 unchanged paragraphs"]),
        (2, ["1 unchanged paragraph"]),
        (3, []),
        (99, []),
    ],
)
def test_context_is_how_much_unchanged_text_stays(context: int, elisions: list[str]) -> None:
    assert re.findall(r"\[\.\.\.\] (.*)", diff_text(EDITED, context)) == elisions
    assert re.findall(r"… (.*?) …", diff_html(EDITED, context)) == elisions


def test_moved_paragraphs_are_told_from_new_ones() -> None:
    assert f"[-{LINES[0]}-] (moved to paragraph 3)" in diff_text(MOVED)
    assert f"{{+{LINES[0]}+}} (moved from paragraph 1)" in diff_text(MOVED)
    assert diff_html(MOVED).count("(moved ") == 2


def test_nothing_is_shown_of_equal_statements() -> None:
    same = compared(LINES, LINES)
    assert (diff_text(same), diff_terminal(same), diff_html(same), diff_json(same)) == ("", "", "", [])


@given(TEXTS, TEXTS)
def test_no_control_of_a_page_reaches_a_terminal(old: list[str], new: list[str]) -> None:
    diff = compared(old, new)
    for shown in (diff_text(diff), re.sub("\x1b\\[[0-9;]+m", "", diff_terminal(diff))):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
        shown.encode()


def test_escapes_of_a_page_are_shown_and_not_obeyed() -> None:
    diff = compared(["The lamp is on."], ["The \x1b[31mred\x1b[0m \u202elamp\u202c is\u009d on."])
    assert diff_text(diff).endswith("The {+\\x1b[31mred\\x1b[0m \\u202e+}lamp{+\\u202c+} is{+\\x9d+} on.\n")
    assert "\x1b[31m" not in diff_terminal(diff)
    assert "\x1b[4;32m\\x1b[31mred\\x1b[0m \\u202e\x1b[0mlamp" in diff_terminal(diff)


def test_marks_in_a_page_cannot_be_taken_for_ours() -> None:
    shown = diff_text(compared(["It said [-no-] and left."], ["It said [-no-] and {+yes+} left."]))
    assert "It said [\\-no-\\] and {+{\\+yes+\\} +}left." in shown


def test_a_change_of_blanks_is_visible() -> None:
    assert "two[-\\xa0-]{+ +}boats" in diff_text(compared(["two\xa0boats"], ["two boats"]))


def test_html_reads_without_style_sheet_or_colour() -> None:
    page = diff_html(EDITED, base_language="en-GB")
    assert page.startswith('<div lang="en-GB"><h3 lang="en">Title</h3>')
    assert re.search(r'<del style="[^"]*line-through"[^>]*>long</del>', page)
    assert re.search(r'<ins style="[^"]*underline"[^>]*>short</ins>', page)


@given(TEXTS, TEXTS)
def test_html_is_well_formed_xml_and_says_what_both_sides_say(old: list[str], new: list[str]) -> None:
    diff = compared(old, new)
    page = diff_html(diff, context=99)
    if not page:
        assert old == new
        return
    root = ElementTree.fromstring(page)
    assert {element.tag for element in root.iter()} <= {"div", "h3", "p", "ins", "del", "em", "br"}
    letters = "".join(
        re.findall("[a-zA-Z0-9]", "".join(span.text for block in diff.parts[0].blocks for span in block.spans))
    )
    for note in root.iter("em"):
        note.text = ""
    spoken = "".join("".join(paragraph.itertext()) for paragraph in root.iter("p"))
    assert "".join(re.findall("[a-zA-Z0-9]", re.sub(r"\[U\+[0-9A-F]{4}\]", "", spoken))) == letters


def test_markup_of_a_page_is_text() -> None:
    page = diff_html(compared(["Safe."], ['Safe. <script>x</script> &lt;b onload="y"> ]]>']))
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt; &amp;lt;b" in page
    assert "]]&gt;" in page


@given(st.integers(2_000, 6_000), st.lists(st.integers(0, 900), min_size=1, max_size=8), st.sampled_from("a议&👋"))
def test_html_keeps_its_limit_and_says_so(limit: int, sizes: list[int], letter: str) -> None:
    diff = compared([], [f"{letter * 3} " * size + str(at) for at, size in enumerate(sizes)])
    page = diff_html(diff, limit=limit)
    assert len(page.encode()) <= limit
    ElementTree.fromstring(page)
    whole = diff_html(diff, limit=1_000_000)
    assert ("left out" in page) == (page != whole)
    assert "left out" not in whole


def test_a_paragraph_past_the_limit_is_cut_between_words() -> None:
    page = diff_html(compared(["start"], ["start " + "harbour " * 5_000, "The end."]), limit=3_000)
    assert 2_400 < len(page.encode()) <= 3_000
    assert "harbour </ins></p>" in page
    assert "2 changed paragraphs left out or cut short" in page


def test_a_limit_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="2000 bytes"):
        diff_html(EDITED, limit=100)


def test_plain_data_survives_json_and_holds_both_sides() -> None:
    parts = diff_json(compared(["The lamp \ud800 is on."], ["The lamp is off."]))
    assert json.loads(json.dumps(parts, ensure_ascii=False).encode()) == parts
    (block,) = parts[0]["blocks"]
    assert (parts[0]["part"], block["kind"], block["old"], block["new"], block["moved"]) == (
        "text",
        "changed",
        0,
        0,
        None,
    )
    for without, text in (("insert", "The lamp \ufffd is on."), ("delete", "The lamp is off.")):
        assert "".join(span["text"] for span in block["spans"] if span["op"] != without) == text
