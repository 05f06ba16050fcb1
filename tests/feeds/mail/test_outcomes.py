"""A statement is told once, by what its changes come to."""

from dataclasses import replace

import pytest

from feeds.mail.outcomes import Outcome, outcomes
from store.mailing.model import ToldChange
from store.model import ChangeRecord, ChangeType, Significance
from tests.feeds.fakes import START, STEP


def a_change(
    number: int,
    kind: ChangeType,
    versions: tuple[int | None, int | None],
    statement: str = "un-1",
    significance: Significance = "high",
    reasons: tuple[str, ...] = (),
) -> ToldChange:
    change = ChangeRecord(
        id=number,
        type=kind,
        statement=statement,
        site="un",
        language="en",
        title=f"Title {number}",
        page="https://mission.example/1.htm",
        detected=START + number * STEP,
        from_version=versions[0],
        to_version=versions[1],
        significance=significance,
        reasons=reasons,
        baseline=False,
        hash="0" * 64,
    )
    return ToldChange(change=change, slices=frozenset(), text="")


def only(*told: ToldChange) -> Outcome:
    [outcome] = outcomes(told)
    return outcome


def test_five_edits_are_one_with_the_whole_difference() -> None:
    outcome = only(*(a_change(number, "edited", (number, number + 1)) for number in (5, 3, 1, 4, 2)))
    assert (outcome.kind, outcome.before, outcome.after, outcome.counts) == ("edited", 1, 6, {"edited": 5})
    assert outcome.last.title == "Title 5"


NEW, EDIT, BACK = a_change(1, "new", (None, 1)), a_change(2, "edited", (1, 2)), a_change(3, "reverted", (2, 3))
GONE, THERE = a_change(4, "removed", (None, None)), a_change(5, "restored", (3, 3))
THERE_EDITED, MOVED = a_change(5, "restored", (3, 4)), a_change(6, "moved", (3, 3))
TO_FIRST = a_change(3, "reverted", (2, 3), reasons=("wording", "back to version 1"))


@pytest.mark.parametrize(
    ("told", "kind", "differs"),
    [
        ((NEW,), "new", False),
        ((NEW, EDIT), "new", True),
        ((NEW, EDIT, GONE), "removed", True),
        ((NEW, GONE, THERE), "new", True),
        ((EDIT, GONE), "removed", True),
        ((EDIT, BACK), "edited", True),
        ((EDIT, TO_FIRST), "reverted", True),
        ((BACK,), "reverted", True),
        ((GONE,), "removed", False),
        ((GONE, THERE), "restored", False),
        ((THERE,), "restored", False),
        ((THERE_EDITED,), "restored", True),
        ((MOVED,), "moved", False),
        ((EDIT, MOVED), "edited", True),
        ((BACK, MOVED), "reverted", True),
    ],
)
def test_what_changes_come_to(told: tuple[ToldChange, ...], kind: ChangeType, differs: bool) -> None:
    assert (only(*told).kind, only(*told).differs) == (kind, differs)


def test_what_is_told_nowhere_else_stands_first_and_looks_stand_behind_the_new() -> None:
    told = [
        a_change(1, "edited", (1, 2), "un-looks", "low"),
        a_change(2, "new", (None, 1), "un-new"),
        a_change(3, "edited", (1, 2), "un-medium", "medium"),
        a_change(4, "edited", (1, 2), "un-older"),
        a_change(5, "removed", (None, None), "un-gone"),
        a_change(6, "edited", (1, 2), "un-newer"),
        a_change(7, "moved", (1, 1), "un-moved"),
        a_change(8, "new", (None, 1), "un-newest"),
        a_change(9, "new", (None, 1), "un-twice"),
        a_change(10, "edited", (1, 2), "un-twice"),
    ]
    expected = ["newer", "older", "medium", "gone", "twice", "newest", "new", "looks", "moved"]
    assert [outcome.key.removeprefix("un-") for outcome in outcomes(told)] == expected
    assert outcomes(reversed(told)) == outcomes(told)


def test_one_low_edit_among_others_does_not_hide_them() -> None:
    high, low = a_change(1, "edited", (1, 2)), a_change(2, "edited", (2, 3), significance="low")
    assert only(high, low).group == "edited"
    assert only(low).group == "looks"
    assert only(replace(low, change=replace(low.change, type="reverted"))).group == "reverted"
