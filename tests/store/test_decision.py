"""What a look means: a table of cases, and the laws that hold for any history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.canonical import text_sha256
from store.decision import Intent, Known, Seen, Twin, decide
from store.model import Statement, StatementState
from store.significance import DEFAULT, classify
from tests.store.world import FERRIES, START, a_statement, page_of

OLD = a_statement("1001", "The harbour opens at eight.")
NEW = a_statement("1001", "The harbour opens at nine.")
TITLED = replace(NEW, title="Remarks on tea")
HERE, THERE = page_of(), page_of("1001", FERRIES)


def known_after(
    texts: Sequence[Statement],
    *,
    baseline: bool = False,
    state: StatementState = "live",
    page_gone: bool = False,
    twin: Twin | None = None,
) -> Known:
    """What is known once these were seen one after the other, none like the one before."""
    known = Known(key="un-1001", baseline=baseline, state=state, page=HERE, page_gone=page_gone, twin=twin)
    if not texts:
        return known
    return replace(
        known,
        version=len(texts),
        text_sha256=text_sha256(texts[-1]),
        content=texts[-1],
        earlier={text_sha256(each): number for number, each in enumerate(texts, start=1)},
    )


def look(statement: Statement, *, confirmed: bool = True, page: str = HERE, redirected: bool = False) -> Seen:
    return Seen(
        statement=statement,
        text_sha256=text_sha256(statement),
        page=page,
        redirected=redirected,
        confirmed=confirmed,
    )


def said(intent: Intent) -> tuple[object, ...]:
    assert intent.at == START
    assert intent.why
    return (
        intent.action,
        intent.version,
        intent.change,
        intent.from_version,
        intent.baseline,
        intent.significance,
        intent.reasons,
    )


LATER, EARLIER = "number: eight → nine", "number: nine → eight"
TITLE = "title: Remarks on the harbour → Remarks on tea"


@pytest.mark.parametrize(
    ("before", "baseline", "now_said", "expected"),
    [
        ((), False, OLD, ("add_version", 1, "new", None, False, "high", ())),
        ((), True, OLD, ("add_version", 1, "new", None, True, "high", ())),
        ((OLD,), False, OLD, ("confirm_version", 1, None, 1, False, "high", ())),
        ((OLD,), True, OLD, ("confirm_version", 1, None, 1, False, "high", ())),
        ((OLD,), False, NEW, ("add_version", 2, "edited", 1, False, "high", (LATER,))),
        # An edit of a baseline statement is news, though the statement itself was none.
        ((OLD,), True, TITLED, ("add_version", 2, "edited", 1, False, "high", (LATER, TITLE))),
        ((OLD, NEW), False, OLD, ("add_version", 3, "reverted", 2, False, "high", (EARLIER, "back to version 1"))),
        ((OLD, NEW, OLD), False, NEW, ("add_version", 4, "reverted", 3, False, "high", (LATER, "back to version 2"))),
        ((OLD, NEW, OLD), False, TITLED, ("add_version", 4, "edited", 3, False, "high", (LATER, TITLE))),
        (
            (OLD, NEW, OLD, NEW),
            False,
            OLD,
            ("add_version", 5, "reverted", 4, False, "high", (EARLIER, "back to version 3")),
        ),
        (
            (OLD,),
            False,
            replace(OLD, attachments=()),
            (
                "add_version",
                2,
                "edited",
                1,
                False,
                "medium",
                ("image or attachment: Timetable (P020260301.pdf) (removed)",),
            ),
        ),
        (
            (OLD,),
            False,
            replace(OLD, paragraphs=a_statement("1001", "The harbour opens at eight!").paragraphs),
            ("add_version", 2, "edited", 1, False, "low", ("punctuation: . → !",)),
        ),
        ((OLD,), False, replace(OLD, template="classic"), ("confirm_version", 1, None, 1, False, "high", ())),
    ],
)
def test_what_a_look_means(
    before: Sequence[Statement], baseline: bool, now_said: Statement, expected: tuple[object, ...]
) -> None:
    assert said(decide(known_after(before, baseline=baseline), look(now_said), START)) == expected


@pytest.mark.parametrize("redirected", [False, True])
@pytest.mark.parametrize("page", [HERE, THERE])
@pytest.mark.parametrize("state", ["live", "suspect", "removed"])
@pytest.mark.parametrize("before", [(OLD,), (OLD, NEW, OLD), (NEW, OLD)])
def test_a_text_that_differs_is_asked_for_again(
    before: Sequence[Statement], state: StatementState, page: str, redirected: bool
) -> None:
    known = known_after(before, state=state, page_gone=True)
    doubtful = decide(known, look(NEW, confirmed=False, page=page, redirected=redirected), START)
    assert said(doubtful)[:5] == ("ask_again", len(before), None, len(before), False)
    believed = decide(known, look(NEW, page=page, redirected=redirected), START)
    assert believed.action == "add_version"
    assert believed.change is not None


def test_what_was_not_known_and_what_is_the_same_need_no_second_look() -> None:
    for known in (known_after(()), known_after((OLD,)), known_after((OLD,), state="removed")):
        assert decide(known, look(OLD, confirmed=False), START) == decide(known, look(OLD), START)


@pytest.mark.parametrize(
    ("state", "page", "redirected", "page_gone", "now_said", "expected"),
    [
        # It was gone and is there again, wherever and with whatever text.
        ("removed", HERE, False, False, OLD, ("confirm_version", 1, "restored", 1, False, "high", ())),
        ("removed", HERE, False, False, NEW, ("add_version", 2, "restored", 1, False, "high", (LATER,))),
        ("removed", THERE, True, True, OLD, ("confirm_version", 1, "restored", 1, False, "high", ())),
        # It was only suspected to be gone: nothing to tell.
        ("suspect", HERE, False, False, OLD, ("confirm_version", 1, None, 1, False, "high", ())),
        ("suspect", HERE, False, False, NEW, ("add_version", 2, "edited", 1, False, "high", (LATER,))),
        # Its address leads elsewhere, or is named no longer.
        ("live", THERE, True, False, OLD, ("confirm_version", 1, "moved", 1, False, "high", (f"from {HERE}",))),
        ("live", THERE, False, True, OLD, ("confirm_version", 1, "moved", 1, False, "high", (f"from {HERE}",))),
        ("suspect", THERE, False, True, OLD, ("confirm_version", 1, "moved", 1, False, "high", (f"from {HERE}",))),
        ("live", THERE, True, False, NEW, ("add_version", 2, "moved", 1, False, "high", (f"from {HERE}", LATER))),
        # It stands in several sections, and was read in another one.
        ("live", THERE, False, False, OLD, ("confirm_version", 1, None, 1, False, "high", ())),
        ("live", HERE, False, True, OLD, ("confirm_version", 1, None, 1, False, "high", ())),
        ("live", HERE, True, True, OLD, ("confirm_version", 1, None, 1, False, "high", ())),
    ],
)
def test_gone_back_and_elsewhere(
    state: StatementState,
    page: str,
    redirected: bool,
    page_gone: bool,
    now_said: Statement,
    expected: tuple[object, ...],
) -> None:
    known = known_after((OLD,), state=state, page_gone=page_gone)
    assert said(decide(known, look(now_said, page=page, redirected=redirected), START)) == expected


@pytest.mark.parametrize(
    ("state", "baseline", "expected"),
    [
        ("live", False, ("new", True, ("same as un-7",), "un-7")),
        ("suspect", False, ("new", True, ("same as un-7",), "un-7")),
        ("removed", False, ("moved", False, ("from un-7",), None)),
        # While a section is being recorded nothing is told of it; that they are the same is known all the same.
        ("live", True, ("new", True, (), "un-7")),
        ("removed", True, ("new", True, (), "un-7")),
    ],
)
def test_the_same_under_another_id(state: StatementState, baseline: bool, expected: tuple[object, ...]) -> None:
    known = known_after((), baseline=baseline, twin=Twin(key="un-7", state=state))
    intent = decide(known, look(OLD), START)
    assert (intent.action, intent.version, intent.from_version) == ("add_version", 1, None)
    assert (intent.change, intent.baseline, intent.reasons, intent.duplicate_of) == expected


PARTS = (OLD, NEW, TITLED, replace(OLD, images=()), a_statement("1001", "The harbour opens at eight!"))


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=12), st.booleans())
def test_each_text_that_differs_from_the_last_is_one_change(seen: list[Statement], baseline: bool) -> None:
    history: list[Statement] = []
    for statement in seen:
        known = known_after(history, baseline=baseline)
        intent = decide(known, look(statement), START)
        if history and history[-1] == statement:
            assert (intent.action, intent.version, intent.change) == ("confirm_version", len(history), None)
            continue
        expected = "new" if not history else "reverted" if statement in history else "edited"
        assert (intent.action, intent.version, intent.change) == ("add_version", len(history) + 1, expected)
        assert intent.baseline == (baseline and not history)
        if history:
            judgement = classify(history[-1], statement)
            assert intent.reasons[: len(judgement.reasons)] == judgement.reasons
            assert intent.significance == judgement.significance
            assert intent.moves_updated == (expected == "reverted" or judgement.moves_updated)
            assert decide(known, look(statement, confirmed=False), START).action == "ask_again"
        history.append(statement)


def test_the_operators_terms_count() -> None:
    old, new = a_statement("1001", "Ferries and boats."), a_statement("1001", "Ships and boats.")
    plain, watched = (
        decide(known_after((old,)), look(new), START, terms) for terms in (DEFAULT, DEFAULT.with_extra(["ferries"]))
    )
    assert (plain.significance, watched.significance) == ("medium", "high")
    assert watched.reasons[0] == "sensitive term: ferries (removed)"


@given(st.datetimes(timezones=st.just(UTC)), st.lists(st.sampled_from((OLD, NEW)), max_size=3), st.booleans())
def test_time_decides_nothing(moment: datetime, history: list[Statement], confirmed: bool) -> None:
    def outcome(at: datetime) -> Intent:
        return replace(decide(known_after(history), look(TITLED, confirmed=confirmed), at), at=START)

    assert outcome(moment) == outcome(START)
