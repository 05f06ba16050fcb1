"""Wishes: nothing chosen is everything, more chosen of a field is never less, and another field is never more."""

import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.mailing.model import NotUsableError, ToldChange, Wishes
from store.mailing.wishes import MAX_SLUGS, MAX_WORDS, checked, matches, wishes_from_json, wishes_to_json
from store.model import ChangeType, Significance
from store.selection import FIELDS, Field
from tests.store.mailing.told import a_told_change

SLUGS = ("un", "un-eng-harbour", "ann", "港")
WORDS = ("harbour", "boat", "港口", "at eight", "café", "+")
TYPES = st.sampled_from(get_args(ChangeType))
LEAST = st.sampled_from(get_args(Significance))
FACETS = st.dictionaries(st.sampled_from(FIELDS), st.frozensets(st.sampled_from(SLUGS)))
WISHES = st.builds(
    Wishes, facets=FACETS, words=st.lists(st.sampled_from(WORDS)).map(tuple), types=st.frozensets(TYPES), least=LEAST
)
TOLD = st.builds(
    a_told_change,
    slices=st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(SLUGS))),
    text=st.lists(st.sampled_from((*WORDS, "and", "HARBOURS", "Ｂｏａｔ"))).map(" ".join),
    type=TYPES,
    significance=LEAST,
)


@given(TOLD)
def test_no_wish_is_everything(told: ToldChange) -> None:
    assert matches(Wishes(), told)
    assert matches(Wishes(facets=dict.fromkeys(FIELDS, frozenset())), told)


@given(WISHES, TOLD, st.sampled_from(FIELDS), st.sampled_from(SLUGS), st.sampled_from(WORDS), TYPES)
def test_more_of_a_field_is_never_less(
    wishes: Wishes, told: ToldChange, field: Field, slug: str, word: str, type: ChangeType
) -> None:
    had = wishes.facets.get(field, frozenset())
    more = [
        replace(wishes, facets={**wishes.facets, field: had | {slug} if had else had}),
        replace(wishes, words=(*wishes.words, word) if wishes.words else ()),
        replace(wishes, types=wishes.types | {type} if wishes.types else wishes.types),
        replace(wishes, least="low"),
    ]
    assert all(matches(each, told) for each in more) or not matches(wishes, told)


@given(WISHES, WISHES, TOLD)
def test_fields_are_joined_by_and(one: Wishes, other: Wishes, told: ToldChange) -> None:
    both = Wishes(
        facets={field: slugs for field, slugs in one.facets.items() if slugs},
        words=one.words,
        types=other.types,
        least=other.least,
    )
    parts = (Wishes(facets=one.facets), Wishes(words=one.words), Wishes(types=other.types), Wishes(least=other.least))
    assert matches(both, told) == all(matches(each, told) for each in parts)


@given(WISHES, TOLD)
def test_kept_wishes_come_back_and_ask_for_the_same(wishes: Wishes, told: ToldChange) -> None:
    plain = checked(wishes)
    assert wishes_from_json(wishes_to_json(plain)) == plain == checked(plain)
    assert matches(plain, told) == matches(wishes, told)
    mixed = replace(plain, facets=dict(reversed(list(plain.facets.items()))))
    assert wishes_to_json(mixed) == wishes_to_json(plain)


def test_the_least_significance_is_about_edits() -> None:
    high = Wishes(least="high")
    types: dict[ChangeType, bool] = {type: type not in ("edited", "reverted") for type in get_args(ChangeType)}
    for type, expected in types.items():
        assert matches(high, a_told_change(type=type, significance="medium")) == expected
        assert matches(high, a_told_change(type=type, significance="high"))


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("UN", "the un said", True),
        ("UN", "under the harbour", False),
        ("UN", "联合国UN大使", True),
        ("harbour", "HARBOUR.", True),
        ("harbour", "harbours", False),
        ("港", "海港口", True),
        ("at eight", "at\n eight", True),
        ("Boat", "ｂｏａｔ", True),
        ("straße", "STRASSE", True),
        ("café", "cafés", False),
        (".*", "anything", False),
        (".*", "a .* b", True),
        ("c++", "c++ and boats", True),
    ],
)
def test_words(word: str, text: str, expected: bool) -> None:
    assert matches(Wishes(words=(word,)), a_told_change(text=text)) == expected
    assert matches(checked(Wishes(words=(word,))), a_told_change(text=text)) == expected


REFUSED: dict[str, Any] = {
    "no JSON": "{",
    "deep": "[" * 100_000,
    "no object": "[]",
    "unknown": '{"colour": 1}',
    "unknown field": '{"facets": {"colours": ["red"]}}',
    "facets": '{"facets": ["un"]}',
    "text for a list": '{"facets": {"sites": "un"}}',
    "words": '{"words": "harbour"}',
    "number": '{"words": [1]}',
    "type": '{"types": ["exploded"]}',
    "least": '{"least": "none"}',
    "least of another kind": '{"least": {}}',
    "blank slug": '{"facets": {"sites": [" "]}}',
    "line end": '{"facets": {"sites": ["un\\n"]}}',
    "many": json.dumps({"facets": {"sites": [str(number) for number in range(MAX_SLUGS + 1)]}}),
    "many words": json.dumps({"words": [str(number) for number in range(MAX_WORDS + 1)]}),
    "long": json.dumps({"words": ["x" * 201]}),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_wished_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(NotUsableError) as caught:
        wishes_from_json(text)
    said = str(caught.value)
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 200


@given(st.text(), st.text())
def test_any_text_is_a_word_or_refused(word: str, text: str) -> None:
    try:
        plain = checked(Wishes(words=(word,)))
    except NotUsableError:
        return
    assert wishes_from_json(wishes_to_json(plain)) == plain
    wishes_to_json(plain).encode()
    if plain.words:
        assert matches(plain, a_told_change(text=f"{text} {word} {text}"))
