"""A moment to begin with, and changes as wishes are asked about them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from store.mailing.model import ToldChange
from store.model import ChangeRecord, ChangeType, Significance
from store.selection import Field

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def after(**time: float) -> datetime:
    """So long after `NOW`."""
    return NOW + timedelta(**time)


def a_told_change(
    *,
    slices: Sequence[tuple[Field, str]] = (),
    text: str = "Remarks on the harbour",
    type: ChangeType = "edited",
    significance: Significance = "high",
) -> ToldChange:
    record = ChangeRecord(
        id=1,
        type=type,
        statement="un-1",
        site="un",
        language="en",
        title=text[:80],
        page="https://mission.example/1",
        detected=NOW,
        from_version=1,
        to_version=2,
        significance=significance,
        reasons=(),
        baseline=False,
        hash="",
    )
    return ToldChange(change=record, slices=frozenset(slices), text=text)
