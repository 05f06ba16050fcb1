"""Both languages say the same things."""

from datetime import UTC, date, datetime
from string import Formatter

import pytest

from feeds.mail.chinese import CHINESE
from feeds.mail.english import ENGLISH
from feeds.mail.wording import Wording
from store.significance import ORDER


def names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_the_tables_have_the_same_sentences_with_the_same_values() -> None:
    assert {name for name in CHINESE if not name.startswith("class.")} == set(ENGLISH)
    for name, sentence in ENGLISH.items():
        assert names(CHINESE[name]) | {"number"} == names(sentence) | {"number"}, name


def test_numbers_have_both_forms() -> None:
    ones = {name.removesuffix(".one") for name in ENGLISH if name.endswith(".one")}
    assert ones == {name.removesuffix(".many") for name in ENGLISH if name.endswith(".many")}


def test_every_class_of_edits_has_a_chinese_name() -> None:
    assert {name.removeprefix("class.") for name in CHINESE if name.startswith("class.")} >= set(ORDER)
    assert Wording("zh").reason("number") == "数字"
    assert Wording("en").reason("number") == "number"
    assert Wording("zh").reason("something unheard of") == "something unheard of"


def test_moments_are_in_the_zone() -> None:
    moment = datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
    assert Wording("en", "Asia/Shanghai").moment(moment) == "3 March 2026, 01:05"
    assert Wording("zh", "America/New_York").moment(moment) == "2026年3月2日 12:05"
    assert Wording("en").span(moment, moment.replace(hour=18)) == "2 March 2026, 17:05 – 18:05"
    assert Wording("zh").day(date(2026, 3, 2)) == "2026年3月2日"
    assert (Wording("en").weekday(0), Wording("zh").weekday(6)) == ("Monday", "星期日")


def test_values_are_never_read_as_names() -> None:
    assert (
        Wording("en").say("label", label="{value}", value="{0} {label.__class__}") == "{value}: {0} {label.__class__}"
    )


def test_a_zone_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        Wording("en", "Europe/Nowhere")
