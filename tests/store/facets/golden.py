"""What a person says of titles, and how far the rules agree: precision and recall, field by field.

In the golden files a field holds values between semicolons, of which one with `?` may be said and need not.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from store.facets import Facets

FIELDS = ("speakers", "roles", "organ", "kind", "symbols")
HERE = Path(__file__).parent


@dataclass(slots=True)
class Tally:
    """How often one field was right."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what was said, the share that is so; 1 if nothing was said."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of what is so, the share that was said; 1 if there was nothing to say."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(slots=True)
class Score:
    """The tallies of all fields over many readings, and every disagreement as a line."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    disagreements: list[str] = field(default_factory=list)
    readings: int = 0

    def add(self, name: str, row: dict[str, str], facets: Facets) -> None:
        """Counts one reading against what a person says."""
        self.readings += 1
        said, so = _said(facets), _so(row)
        for each, tally in self.tallies.items():
            surely = {value for value in so[each] if not value.endswith("?")}
            perhaps = {value.removesuffix("?") for value in so[each]}
            wrong, missed = said[each] - perhaps, surely - said[each]
            tally.right += len(said[each] & surely)
            tally.wrong += len(wrong)
            tally.missed += len(missed)
            if wrong or missed:
                self.disagreements.append(f"{name} {each}: said {sorted(wrong)} instead of {sorted(missed)}")

    def table(self) -> Iterator[str]:
        """One line a field."""
        for name, tally in self.tallies.items():
            yield (
                f"{name:<9} precision {tally.precision:.3f}  recall {tally.recall:.3f}"
                f"  ({tally.right} right, {tally.wrong} wrong, {tally.missed} missed)"
            )


SCORES: pytest.StashKey[dict[str, Score]] = pytest.StashKey()


def rows(name: str) -> list[dict[str, str]]:
    """The lines of a golden file by column."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _said(facets: Facets) -> dict[str, set[str]]:
    return {
        "speakers": {speaker.name for speaker in facets.speakers},
        "roles": {f"{speaker.name}={speaker.role}" for speaker in facets.speakers if speaker.role},
        "organ": {facets.organ.slug} if facets.organ else set(),
        "kind": {facets.kind.slug} if facets.kind else set(),
        "symbols": {symbol.symbol for symbol in facets.symbols},
    }


def _so(row: dict[str, str]) -> dict[str, set[str]]:
    pairs = _values(row["speakers"])
    return {
        "speakers": {pair.partition("=")[0] for pair in pairs},
        "roles": {pair for pair in pairs if not pair.endswith("=")},
        "organ": _values(row["organ"]),
        "kind": _values(row["kind"]),
        "symbols": _values(row["symbols"]),
    }


def _values(text: str) -> set[str]:
    return set(filter(None, text.split(";")))
