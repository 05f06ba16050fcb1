"""How texts are cut into the words that are compared."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from store.textdiff.cut import Cutter
from store.textdiff.tokens import tokenize, units
from tests.store.differing import TEXT

PROSE = st.lists(st.sampled_from(("the", "plan,", "2,758", "(S/1)", "会议", "don’t")), max_size=20).map(" ".join)


@given(TEXT | PROSE)
def test_units_joined_are_the_text_and_hold_its_tokens(text: str) -> None:
    found = units(text)
    assert "".join(found) == text
    assert not found[0].strip()
    assert [unit.rstrip() for unit in found[1:]] == [token for token in tokenize(text) if not token.isspace()]


@given(st.lists(TEXT | PROSE, max_size=4))
def test_texts_cut_together_keep_their_places(texts: list[str]) -> None:
    cut = Cutter().cut(texts)
    assert [cut.text_of(place) for place in cut.places] == texts
    assert [cut.units[place.first].strip() for place in cut.places] == [""] * len(texts)
    assert [cut.length(place) for place in cut.places] == list(map(len, texts))


@given(st.lists(TEXT | PROSE, min_size=1, max_size=3))
def test_texts_that_repeat_their_words_are_cut_as_others_are(texts: list[str]) -> None:
    often = [" ".join([text] * 30) for text in texts]
    cut = Cutter().cut(often)
    assert cut.units == [unit for text in often for unit in units(text)]
    assert [cut.text_of(place) for place in cut.places] == often
    pairs = set(zip(map(str.rstrip, cut.units), cut.codes, strict=True))
    assert len(pairs) == len({word for word, _ in pairs}) == len({code for _, code in pairs})


@given(TEXT | PROSE, TEXT | PROSE)
def test_the_same_words_have_the_same_codes(one: str, other: str) -> None:
    cutter = Cutter()
    coded = [
        (unit.rstrip(), code)
        for cut in (cutter.cut([one]), cutter.cut([other]))
        for unit, code in zip(cut.units, cut.codes, strict=True)
    ]
    assert all(
        (word == other_word) == (code == other_code) for (word, code), (other_word, other_code) in product(coded, coded)
    )


@given(st.lists(TEXT | PROSE, min_size=1, max_size=3), st.data())
def test_what_stands_before_and_behind_an_edge_are_the_tokens_of_the_text(
    texts: list[str], data: st.DataObject
) -> None:
    cut = Cutter().cut(texts)
    place = data.draw(st.sampled_from(cut.places))
    edge = data.draw(st.integers(2 * place.first, 2 * place.end))
    before, behind = list(cut.back(edge, place))[::-1], list(cut.ahead(edge, place))
    assert "".join(before) == cut.text[cut.at(2 * place.first) : cut.at(edge)]
    assert "".join(behind) == cut.text[cut.at(edge) : cut.at(2 * place.end)]
    assert [*before, *behind] == tokenize(cut.text_of(place))
