"""Edits of every part of a statement, the order of the classes, the laws that hold for any edit, and the term list."""

import json
from dataclasses import replace
from datetime import date as Day
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.canonical import PARTS, parts_changed
from store.model import Attachment, Image, Paragraph, StatedDate, Statement
from store.significance import DEFAULT, ORDER, ClassName, Judgement, SensitiveTerms, classify
from store.significance.folding import bare, bare_each
from store.textdiff import compare_statements


def statement(
    *texts: str,
    title: str = "Remarks at the Lake Meeting",
    subtitle: str = "",
    date: StatedDate | None = None,
    images: tuple[Image, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Statement:
    return Statement(
        site="un",
        doc_id="100",
        language="en",
        title=title,
        subtitle=subtitle,
        date=date or StatedDate(text="2021-05-24", date=Day(2021, 5, 24)),
        paragraphs=tuple(Paragraph(text=text, html=text) for text in texts),
        images=images,
        attachments=attachments,
    )


def names(judgement: Judgement) -> list[ClassName]:
    return [finding.name for finding in judgement.classes]


LAKE = Image(url="https://site.example/lake.jpg", alt="The lake")
MAP = Attachment(url="https://site.example/map.pdf", label="Map")
FIRST = "The lake is calm and the boats are ready to leave the harbour."
SECOND = "Our guests have brought bread, salt and songs from their villages."
THIRD = "Whatever the weather does, trade between the two shores grows."


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        (statement(FIRST), statement(FIRST, SECOND), (f"paragraph added: {SECOND} (added)",)),
        (statement(FIRST, SECOND), statement(SECOND), (f"paragraph removed: {FIRST} (removed)",)),
        (statement(FIRST, SECOND, THIRD), statement(THIRD, FIRST, SECOND), (f"paragraph moved: {THIRD} (moved)",)),
        (statement(f"{FIRST} {SECOND}"), statement(FIRST, SECOND), ("typography: paragraph break moved",)),
        (statement(FIRST, f"{SECOND[:-1]}; {THIRD}"), statement(FIRST, SECOND, THIRD), None),
        (
            statement(f"{FIRST} {SECOND}"),
            statement(FIRST.replace("calm", "quiet"), SECOND),
            ("wording: calm → quiet", "typography: paragraph break (added)"),
        ),
        (statement("MR. PRESIDENT,"), statement(FIRST, "Mr. President,"), None),
        (
            statement(title="Remarks at the Lake Meeting"),
            statement(title="Remarks at the River Meeting"),
            ("title: Remarks at the Lake Meeting → Remarks at the River Meeting",),
        ),
        (
            statement(title="Remarks by Ambassador Fen Lu"),
            statement(title="Remarks by Ambassador Tao Mi"),
            (
                "name or title: Ambassador Fen Lu → Ambassador Tao Mi",
                "title: Remarks by Ambassador Fen Lu → Remarks by Ambassador Tao Mi",
            ),
        ),
        (statement(title="LAKE SONGS"), statement(title="Lake Songs"), ("typography: LAKE SONGS → Lake Songs",)),
        (statement(), statement(subtitle="(23 March 2004)"), ("date: 23 March 2004 (added)",)),
        (
            statement(),
            statement(date=StatedDate(text="2021-05-25", date=Day(2021, 5, 25))),
            ("date: 2021-05-24 → 2021-05-25",),
        ),
        (
            statement(date=StatedDate(text="2021-05-24", date=Day(2021, 5, 24), source="url")),
            statement(),
            ("date: written differently",),
        ),
        (statement(), statement(images=(LAKE,)), ("image or attachment: The lake (lake.jpg) (added)",)),
        (
            statement(images=(LAKE,)),
            statement(images=(replace(LAKE, alt="A lake"),)),
            ("image description: The lake (lake.jpg) → A lake (lake.jpg)",),
        ),
        (
            statement(attachments=(MAP,)),
            statement(attachments=(replace(MAP, label="Chart"),)),
            ("image or attachment: Map (map.pdf) → Chart (map.pdf)",),
        ),
        (
            statement(attachments=(replace(MAP, url="https://site.example/a%20b.pdf"),)),
            statement(attachments=(replace(MAP, url="https://site.example/a b.pdf"),)),
            ("image or attachment: written differently",),
        ),
    ],
)
def test_parts_and_paragraphs(old: Statement, new: Statement, reasons: tuple[str, ...] | None) -> None:
    judgement = classify(old, new)
    if reasons is None:
        assert "rewrite" not in names(judgement)
        assert {"paragraph added", "punctuation", "typography"} & {*names(judgement)}
    else:
        assert judgement.reasons == reasons


@pytest.mark.parametrize(
    ("new", "significance", "moves_updated"),
    [
        (statement(FIRST.replace("is calm", "is not calm")), "high", True),
        (statement(FIRST.replace("calm", "still")), "medium", True),
        (statement(FIRST, images=(LAKE,)), "medium", True),
        (statement(FIRST.replace(".", "!")), "low", False),
        (statement(FIRST.upper()), "low", False),
        (statement(FIRST), "low", False),
    ],
)
def test_the_first_class_decides(new: Statement, significance: str, moves_updated: bool) -> None:
    judgement = classify(statement(FIRST), new)
    assert (judgement.significance, judgement.moves_updated) == (significance, moves_updated)


def test_the_documentation_has_the_same_order() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "significance.md").read_text("utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("|")]
    assert [row for row in rows if row in ORDER] == list(ORDER)


def test_findings_stand_in_order_with_their_parts() -> None:
    old = statement("We thank 80 guests.", "They said, “the lake is calm”.", title="Remarks on 3 Lakes")
    new = statement("We did not thank 84 guests!", "They said, “the lake is deep”.", title="Remarks on 4 Lakes")
    judgement = classify(old, new)
    assert names(judgement) == ["negation", "number", "quotation", "title", "wording", "punctuation"]
    assert [ORDER.index(name) for name in names(judgement)] == sorted(map(ORDER.index, names(judgement)))
    number = judgement.classes[1]
    assert number.tokens == ("3 → 4", "80 → 84")
    assert number.parts == ("title", "text")


def test_a_term_that_only_moved_is_none() -> None:
    old = statement("We condemn the storm.", "The lake is calm and the boats are ready.")
    new = statement("We saw the storm.", "The lake is calm and the boats are ready. We condemn it.")
    assert "sensitive term" not in names(classify(old, new))
    again = statement("We condemn the storm and condemn it.", "The lake is calm and the boats are ready.")
    assert "sensitive term: condemn (1 → 2)" in classify(old, again).reasons


def test_an_operator_extends_the_terms() -> None:
    terms = DEFAULT.with_extra(["lake song*", "渔船"])
    old, new = statement("We sang a song."), statement("We sang lake-songs.")
    assert names(classify(old, new)) == ["wording"]
    assert classify(old, new, terms).reasons[0] == "sensitive term: lake-songs (added)"
    assert (
        classify(statement("湖上有船。"), statement("湖上有渔船。"), terms).reasons[0] == "sensitive term: 渔船 (added)"
    )
    assert terms.with_extra(["渔船"]) == terms
    for blank in ("", "  ", "*"):
        with pytest.raises(ValueError, match="at least one letter or digit"):
            DEFAULT.with_extra([blank])


def test_terms_are_whole_words_in_english() -> None:
    terms = SensitiveTerms(words=()).with_extra(["war", "one china", "one china principle"])
    found = terms.occurrences("War, not warm or softwar; the One-China principle and one China.")
    assert list(found) == [("war", "war"), ("one china principle", "one-china principle"), ("one china", "one china")]
    assert not list(SensitiveTerms(words=()).occurrences("war"))


@pytest.mark.parametrize("piece", ["亿", "一亿", "hundred ", "9", "“", "Mr. Lu ", "不", "S/", "19 May "])
def test_endless_repetition_is_read_too(piece: str) -> None:
    text = f"1{piece * 2000}"
    assert classify(statement(text), statement(f"{text} 84")).moves_updated


LONG = [f"{FIRST} {SECOND} Boat {number} of the fleet left the harbour at noon. {THIRD}" for number in range(200)]


def everywhere(old: str, new: str) -> list[str]:
    """LONG with as small an edit in each paragraph."""
    return [text.replace(old, new) for text in LONG]


@pytest.mark.parametrize(
    ("last", "name", "token"),
    [
        ("The boats will not sail.", "negation", "not (added)"),
        ("The boats will sail with 85 guests.", "number", "84 → 85"),
        ("The boats will sail with 84 guests of Ambassador Fen Lu.", "name or title", "Ambassador Fen Lu (added)"),
    ],
)
def test_a_fact_at_the_end_of_a_text_that_was_edited_everywhere_is_found(
    last: str, name: ClassName, token: str
) -> None:
    before = "The boats will sail." if name == "negation" else "The boats will sail with 84 guests."
    judgement = classify(statement(*LONG, before), statement(*everywhere("calm", "quiet"), last))
    (finding,) = (finding for finding in judgement.classes if finding.name == name)
    assert finding.tokens == (token,)


def test_marks_alone_are_marks_alone_in_the_longest_text() -> None:
    judgement = classify(statement(*LONG), statement(*everywhere("bread, salt", "bread; salt")))
    assert names(judgement) == ["punctuation"]


@given(
    st.lists(
        st.text(alphabet="aB1 2.,-\u2019\u00e9e\u0301\x00\x01\x02\u00ad\uf900\u1100\u1161会，", max_size=6), max_size=6
    )
)
def test_texts_are_folded_together_as_each_by_itself(texts: list[str]) -> None:
    assert bare_each(texts) == [bare(text) for text in texts]


def test_thousands_of_paragraphs_for_others_are_rewrites_that_read_well() -> None:
    old, new = [f"Old line {number:o}" for number in range(3_000)], [f"New text {number:o}" for number in range(2_000)]
    judgement = classify(statement(*old), statement(*new))
    assert names(judgement) == ["paragraph removed", "rewrite"]
    assert not any("\ufffd" in token or "\2" in token for finding in judgement.classes for token in finding.tokens)


WORDS = st.sampled_from((
    "the", "The", "lake", "not", "no", "never", "80", "84", "1,000", "1.5", "eighty", "first", "May", "2009", "19",
    "November", "5%", "“", "”", "‘", "’", "\"", "《", "》", "-", "–", ".", ",", "，", "。", "!", "n't", "Mr.",
    "Ambassador", "Fen", "Lu", "China", "veto", "S/2030/64", "（", "）", "不", "没有", "无论", "我们", "同意", "一",
    "八十", "百分之", "第", "年", "三", "月", "五", "日", "王明", "大使", "谴责", "\u200b", "\u202e", "é", "ﬁ", "²",
    "\ud800", "\x0b", "A", "a", "I", "II", "Chapter",
))  # fmt: skip
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.lists(WORDS, max_size=8).map("".join) | st.text(max_size=12)
FILES = st.sampled_from(["a.jpg", "b.jpg?v=1", "c%20d.jpg", "c d.jpg"])
DATES = st.builds(
    StatedDate,
    text=TEXTS,
    date=st.none() | st.just(Day(2021, 5, 24)) | st.just(Day(2021, 5, 25)),
    time=st.none() | st.just("16:00"),
    source=st.sampled_from(["page", "url", "none"]),
)
STATEMENTS = st.builds(
    lambda texts, title, subtitle, date, images, files: statement(
        *texts,
        title=title,
        subtitle=subtitle,
        date=date,
        images=tuple(Image(url=url, alt=alt) for url, alt in images),
        attachments=tuple(Attachment(url=url, label=label) for url, label in files),
    ),
    st.lists(TEXTS, max_size=4),
    TEXTS,
    TEXTS,
    DATES,
    st.lists(st.tuples(FILES, TEXTS), max_size=2),
    st.lists(st.tuples(FILES, TEXTS), max_size=2),
)


@given(STATEMENTS, STATEMENTS)
def test_nothing_that_differs_is_passed_over_in_silence(old: Statement, new: Statement) -> None:
    judgement = classify(old, new)
    named = {part for finding in judgement.classes for part in finding.parts}
    assert named == {*compare_statements(old, new).changed, *parts_changed(old, new)} <= {*PARTS}
    assert classify(old, new) == judgement
    assert not classify(old, old).classes


@given(STATEMENTS, STATEMENTS)
def test_reasons_are_short_and_safe_to_print(old: Statement, new: Statement) -> None:
    judgement = classify(old, new)
    for finding, reason in zip(judgement.classes, judgement.reasons, strict=True):
        assert 0 < len(finding.tokens) <= 8
        assert all(0 < len(token) <= 80 and token.isprintable() and token == token.strip() for token in finding.tokens)
        assert reason.startswith(f"{finding.name}: ")
    assert json.loads(json.dumps(judgement.reasons, ensure_ascii=False).encode()) == list(judgement.reasons)


@given(st.lists(WORDS, max_size=20), st.data())
def test_looks_alone_never_move_updated(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    if data.draw(st.booleans()):
        other = text.upper() if text.upper().lower() == text.lower() else text
    else:
        other = text.replace("–", "-").replace("“", '"').replace("”", '"').replace("’", "'")
    assert not classify(statement(text), statement(other)).moves_updated


def test_it_can_be_had_after_its_first_use() -> None:
    same = statement("The harbour opens at eight.")
    assert classify(same, same).significance == "low"
    from store.significance import classify as again  # a module that is loaded late asks for it now

    assert classify(same, same).significance == again(same, same).significance == "low"
