"""Names: what is one, in which order it is given, and that its slug is good for an address for ever."""

import re

import pytest

from store.facets.names import HAN_NAME, latin_name, slug_of
from store.facets.persons import PERSONS


@pytest.mark.parametrize(
    ("printed", "name", "slug"),
    [
        ("Qiao Wenlan", "Qiao Wenlan", "qiao-wenlan"),
        ("QIAO Wenlan", "Qiao Wenlan", "qiao-wenlan"),
        ("QIAO WENLAN", "Qiao Wenlan", "qiao-wenlan"),
        ("Wenlan QIAO", "Qiao Wenlan", "qiao-wenlan"),
        ("Wenlan Qiao", "Qiao Wenlan", "qiao-wenlan"),
        ("Ouyang Rui'an", "Ouyang Rui'an", "ouyang-ruian"),
        ("OUYANG RUI'AN", "Ouyang Rui'an", "ouyang-ruian"),
        ("Wu Hai-tao", "Wu Hai-tao", "wu-hai-tao"),
        ("Lü Songyuan", "Lü Songyuan", "lyu-songyuan"),
        ("Lyu Songyuan", "Lyu Songyuan", "lyu-songyuan"),
        ("Tian Ni", "Tian Ni", "tian-ni"),
    ],
)
def test_a_name_is_read(printed: str, name: str, slug: str) -> None:
    assert latin_name(*printed.split()) == name
    assert slug_of(name) == slug


@pytest.mark.parametrize(
    "words",
    [
        *(
            "Human Rights",
            "Security Council",
            "Hong Kong",
            "Tai Wan",
            "Third Committee",
            "Chinese Delegation",
            "Mara Lindqvist",
        ),
        *("Halvard Brenne", "Wang Lindqvist", "Li Yishanat", "United Nations", "Zhang Strength", "Li -", "X Y"),
    ],
)
def test_two_other_words_are_no_name(words: str) -> None:
    assert latin_name(*words.split()) is None


def test_every_known_person_is_a_name_in_both_languages_and_has_one_slug() -> None:
    for latin, han in PERSONS.items():
        assert latin_name(*latin.split()) == latin
        assert re.fullmatch(HAN_NAME, han)
        assert slug_of(latin) == slug_of(han) == latin.casefold().replace(" ", "-")
    assert len(set(PERSONS.values())) == len(PERSONS)


def test_an_unknown_chinese_name_has_a_slug_of_its_own() -> None:
    assert slug_of("乔文澜") == "han-4e54-6587-6f9c"
    assert slug_of("乔文澜") != slug_of("乔文蓝")
