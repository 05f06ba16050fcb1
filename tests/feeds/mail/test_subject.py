"""Subjects: one printable line of at most 78 characters that names the first statement."""

import pytest
from hypothesis import given, settings

from feeds.mail.subject import COUNTS_LIMIT, LIMIT, counts_line, short_counts, shortened, subject
from feeds.mail.wording import Wording
from store.model import ChangeType
from tests.feeds.mail.letters import TITLES

ENGLISH, CHINESE = Wording("en"), Wording("zh")


@given(TITLES)
@settings(deadline=None)
def test_it_is_one_short_printable_line(title: str) -> None:
    for wording in (ENGLISH, CHINESE):
        line = subject(short_counts({"edited": 3, "new": 12}, wording), title, "un-1001", wording)
        assert 0 < len(line) <= LIMIT
        assert line.isprintable()
        assert line == " ".join(line.split())


def test_it_says_what_happened_and_names_the_first() -> None:
    counts = counts_line({"edited": 3, "new": 2}, ENGLISH)
    assert subject(counts, "Remarks on the harbour", "un-1", ENGLISH) == "3 edited, 2 new: Remarks on the harbour"
    assert subject(counts_line({"new": 2}, CHINESE), "港口", "un-1", CHINESE) == "新增2：港口"


def test_a_title_that_says_nothing_gives_way_to_the_key() -> None:
    assert subject("1 new", "\u202e\0 ", "un-1001", ENGLISH) == "1 new: un-1001"


def test_many_counts_leave_room_for_the_title() -> None:
    types: tuple[ChangeType, ...] = ("edited", "reverted", "removed", "restored", "new", "moved")
    counts = dict.fromkeys(types, 12)
    assert counts_line(counts, ENGLISH) == ("12 edited, 12 reverted, 12 removed, 12 restored, 12 new, 12 moved")
    assert short_counts(counts, ENGLISH) == "12 edited, 12 reverted, 48 more"
    assert len(short_counts(counts, ENGLISH)) <= COUNTS_LIMIT


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("four words of text", 12, "four words…"),
        ("fourwordsoftext", 9, "fourword…"),
        ("港口八点开放船只每小时出发", 6, "港口八点开…"),
        ("fits", 4, "fits"),
        ("abcdefe\u0301xyz", 8, "abcdef…"),
    ],
)
def test_it_is_cut_between_words_and_never_before_an_accent(text: str, limit: int, cut: str) -> None:
    assert shortened(text, limit) == cut
