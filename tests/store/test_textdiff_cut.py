"""How texts are cut into the words that are compared."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from store.textdiff.cut import Cut, Cutter
from store.textdiff.tokens import is_plain, tokenize, units
from tests.store.differing import TEXT

PROSE = st.lists(st.sampled_from(("the", "plan,", "2,758", "(S/1)", "会议", "don’t")), max_size=20).map(" ".join)
REPEATING = "the plan " * 10
"""A sample after which texts are cut by what was there before, and not anew."""


@given(TEXT | PROSE)
def test_units_joined_are_the_text_and_hold_its_tokens(text: str) -> None:
    found = units(text)
    assert "".join(found) == text
    assert not found[0].strip()
    assert [unit.rstrip() for unit in found[1:]] == [token for token in tokenize(text) if not token.isspace()]


@given(TEXT | PROSE, TEXT | PROSE)
def test_a_text_is_cut_in_the_same_way_whether_its_words_were_there_before_or_not(one: str, other: str) -> None:
    anew, known = Cutter("", plain=True), Cutter(REPEATING, plain=is_plain(one + other))
    for text in (one, other, one):
        assert known.cut(text).units == anew.cut(text).units
        assert known.cut(text).codes == anew.cut(text).codes


@given(TEXT | PROSE, TEXT | PROSE)
def test_the_same_words_have_the_same_codes(one: str, other: str) -> None:
    cutter = Cutter(REPEATING, plain=is_plain(one + other))
    coded = [
        (unit.rstrip(), code)
        for cut in (cutter.cut(one), cutter.cut(other))
        for unit, code in zip(cut.units[1:], cut.codes, strict=True)
    ]
    assert all(
        (word == other_word) == (code == other_code) for (word, code), (other_word, other_code) in product(coded, coded)
    )


@given(TEXT | PROSE, st.data())
def test_what_stands_between_two_edges_are_its_tokens(text: str, data: st.DataObject) -> None:
    cut: Cut = Cutter("", plain=True).cut(text)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, 2 * len(cut.units))] * 2)))
    tokens = list(cut.tokens(start, end))
    assert cut.between(start, end) == "".join(token for _, token in tokens)
    assert [word for word in cut.words(start, end) if word] == [token for edge, token in tokens if edge % 2 == 0]
    assert all(cut.between(edge, end).startswith(token) for edge, token in tokens)
