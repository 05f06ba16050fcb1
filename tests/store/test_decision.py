"""What a look means: a table of cases, and the laws that hold for any history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.canonical import text_sha256
from store.decision import Intent, Known, Seen, decide, significance_of
from store.model import Significance, Statement
from tests.store.world import START, a_statement

OLD = a_statement("1001", "The harbour opens at eight.")
NEW = a_statement("1001", "The harbour opens at nine.")
TITLED = replace(NEW, title="Remarks on tea")


def known_after(texts: Sequence[Statement], *, baseline: bool = False) -> Known:
    """What is known once these were seen one after the other, none like the one before."""
    if not texts:
        return Known(key="un-1001", baseline=baseline)
    return Known(
        key="un-1001",
        baseline=baseline,
        version=len(texts),
        text_sha256=text_sha256(texts[-1]),
        content=texts[-1],
        earlier={text_sha256(each): number for number, each in enumerate(texts, start=1)},
    )


def look(statement: Statement) -> Seen:
    return Seen(statement=statement, text_sha256=text_sha256(statement))


@pytest.mark.parametrize(
    ("before", "baseline", "now_said", "expected"),
    [
        ((), False, OLD, ("add_version", 1, "new", None, False, "high", ())),
        ((), True, OLD, ("add_version", 1, "new", None, True, "high", ())),
        ((OLD,), False, OLD, ("confirm_version", 1, None, 1, False, "low", ())),
        ((OLD,), True, OLD, ("confirm_version", 1, None, 1, False, "low", ())),
        ((OLD,), False, NEW, ("add_version", 2, "edited", 1, False, "high", ("text",))),
        # An edit of a baseline statement is news, though the statement itself was none.
        ((OLD,), True, TITLED, ("add_version", 2, "edited", 1, False, "high", ("title", "text"))),
        ((OLD, NEW), False, OLD, ("add_version", 3, "reverted", 2, False, "high", ("text", "back to version 1"))),
        ((OLD, NEW, OLD), False, NEW, ("add_version", 4, "reverted", 3, False, "high", ("text", "back to version 2"))),
        ((OLD, NEW, OLD), False, TITLED, ("add_version", 4, "edited", 3, False, "high", ("title", "text"))),
        (
            (OLD, NEW, OLD, NEW),
            False,
            OLD,
            ("add_version", 5, "reverted", 4, False, "high", ("text", "back to version 3")),
        ),
        (
            (OLD,),
            False,
            replace(OLD, attachments=()),
            ("add_version", 2, "edited", 1, False, "medium", ("attachments",)),
        ),
        ((OLD,), False, replace(OLD, images=()), ("add_version", 2, "edited", 1, False, "low", ("images",))),
        ((OLD,), False, replace(OLD, template="classic"), ("confirm_version", 1, None, 1, False, "low", ())),
    ],
)
def test_what_a_look_means(
    before: Sequence[Statement], baseline: bool, now_said: Statement, expected: tuple[object, ...]
) -> None:
    intent = decide(known_after(before, baseline=baseline), look(now_said), START)
    assert (
        intent.action,
        intent.version,
        intent.change,
        intent.from_version,
        intent.baseline,
        intent.significance,
        intent.reasons,
    ) == expected
    assert intent.at == START
    assert intent.why


@given(st.lists(st.sampled_from((OLD, NEW, TITLED)), min_size=1, max_size=12), st.booleans())
def test_each_text_that_differs_from_the_last_is_one_change(seen: list[Statement], baseline: bool) -> None:
    history: list[Statement] = []
    for statement in seen:
        intent = decide(known_after(history, baseline=baseline), look(statement), START)
        if history and history[-1] == statement:
            assert (intent.action, intent.version, intent.change) == ("confirm_version", len(history), None)
            continue
        expected = "new" if not history else "reverted" if statement in history else "edited"
        assert (intent.action, intent.version, intent.change) == ("add_version", len(history) + 1, expected)
        assert intent.baseline == (baseline and not history)
        history.append(statement)


@given(st.datetimes(timezones=st.just(UTC)), st.lists(st.sampled_from((OLD, NEW)), max_size=3))
def test_time_decides_nothing(moment: datetime, history: list[Statement]) -> None:
    def outcome(at: datetime) -> Intent:
        return replace(decide(known_after(history), look(TITLED), at), at=START)

    assert outcome(moment) == outcome(START)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("title",), "high"),
        (("images", "text"), "high"),
        (("date",), "medium"),
        (("subtitle", "attachments"), "medium"),
        (("subtitle", "images"), "low"),
        ((), "low"),
    ],
)
def test_what_is_said_weighs_most(parts: tuple[str, ...], expected: Significance) -> None:
    assert significance_of(parts) == expected
