"""The rows of a comparison page: one markup that style sheets show inline or side by side, in parts or whole."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from feeds.clean import LONE_SURROGATE
from store.textdiff import Block, Part, Span, StatementDiff

CONTEXT = 1
"""Unchanged paragraphs shown beside a change; the rest of a run is folded."""
# What turns the order of letters round would do it to our marks as well.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Inside a mark, what cannot be seen is named: else the mark would show nothing.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_ODD_BLANK = re.compile(r"[^\S \n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One paragraph of a comparison. Numbers count from 1."""

    kind: str
    """`equal`, `changed`, `inserted` or `deleted`."""
    spans: tuple[Span, ...]
    old: int | None
    new: int | None
    moved: int | None
    """For a moved paragraph its number on the other side."""

    @property
    def anchor(self) -> str:
        return f"o{self.old}" if self.new is None else f"n{self.new}"

    @property
    def other(self) -> str:
        """Anchor of a moved paragraph's other place."""
        return f"o{self.moved}" if self.old is None else f"n{self.moved}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Rows one after another; a folded one is shown only when everything is."""

    rows: tuple[Row, ...]
    folded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A part of the statement that differs."""

    name: str
    runs: tuple[Run, ...]


def comparisons(diff: StatementDiff) -> tuple[Comparison, ...]:
    """The parts that differ, in the order of the page."""
    return tuple(Comparison(name=part.name, runs=tuple(_runs(part))) for part in diff.parts)


def _runs(part: Part) -> Iterator[Run]:
    runs = [(equal, list(run)) for equal, run in groupby(part.blocks, lambda block: block.kind == "equal")]
    for position, (equal, run) in enumerate(runs):
        before = CONTEXT if position > 0 else 0
        after = CONTEXT if position < len(runs) - 1 else 0
        if not equal or len(run) <= before + after + 1:
            yield _run(run, folded=False)
            continue
        end = len(run) - after
        if before:
            yield _run(run[:before], folded=False)
        yield _run(run[before:end], folded=True)
        if after:
            yield _run(run[end:], folded=False)


def _run(blocks: Sequence[Block], *, folded: bool) -> Run:
    return Run(rows=tuple(_row(block) for block in blocks), folded=folded)


def _row(block: Block) -> Row:
    return Row(
        kind=block.kind,
        spans=tuple(Span(op=span.op, text=_shown(span)) for span in block.spans),
        old=_number(block.old),
        new=_number(block.new),
        moved=_number(block.moved),
    )


def _number(place: int | None) -> int | None:
    return None if place is None else place + 1


def _shown(span: Span) -> str:
    text = LONE_SURROGATE.sub("\ufffd", span.text)
    if span.op == "equal":
        return _TURNING.sub(_named, text)
    text = _UNSEEN.sub(_named, text)
    return _ODD_BLANK.sub(_named, text) if text.isspace() else text


def _named(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"
