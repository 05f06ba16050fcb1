"""A word diff for a small window: the changed parts alone, each with a few words around, bounded in size."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from feeds.clean import xml_text
from feeds.pages.comparison import Row, comparisons
from feeds.phrases import HAN
from store.textdiff import PartName, Span, StatementDiff

Mark = Literal["changed", "inserted", "deleted"]

AROUND, AROUND_HAN = 90, 45
"""Characters of unchanged text kept on each side of a change."""
LONGEST = 1_200
"""Characters of one stretch of new or deleted text."""
ROOM = 6_000
"""Characters of all passages of a statement."""
MOST = 20
"""Passages of a statement."""
MOST_SPANS = 60
"""Of a passage."""
SKIPPED = " … "
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One changed part: a paragraph, the title, a file."""

    part: PartName
    number: int
    """Of the paragraph or file on the new side (on the old one for what is deleted), from 1."""
    mark: Mark
    moved: int | None
    """Its number on the other side, for a paragraph that is the same in another place."""
    spans: tuple[Span, ...]
    """Clean text; what was left out of it stands as an ellipsis."""
    cut: bool
    """Whether new or deleted words were left out of it."""

    @property
    def size(self) -> int:
        return sum(len(span.text) for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """The parts that are shown, in the order of the page, and how many more there are."""

    shown: tuple[Passage, ...]
    more: int = 0


def passages(diff: StatementDiff) -> Passages:
    """The changed parts of a difference; the first at least, the others while there is room."""
    found = list(_passages(diff))
    room, shown = ROOM, 0
    for passage in found[:MOST]:
        room -= passage.size
        if room < 0 and shown:
            break
        shown += 1
    return Passages(shown=tuple(found[:shown]), more=len(found) - shown)


def _passages(diff: StatementDiff) -> Iterator[Passage]:
    for part, comparison in zip(diff.parts, comparisons(diff), strict=True):
        for run in comparison.runs:
            for row in run.rows:
                if row.kind != "equal":
                    yield _passage(part.name, row)


def _passage(part: PartName, row: Row) -> Passage:
    mark: Mark = "inserted" if row.kind == "inserted" else "deleted" if row.kind == "deleted" else "changed"
    spans = [Span(op=span.op, text=xml_text(span.text)) for span in row.spans]
    kept: list[Span] = []
    cut = len(spans) > MOST_SPANS
    for place, span in enumerate(spans[:MOST_SPANS]):
        if span.op == "equal":
            text = _shortened(span.text, head=place > 0, tail=place < len(spans) - 1)
        else:
            text, whole = _beginning(span.text)
            cut = cut or not whole
        kept.append(Span(op=span.op, text=text))
    if len(spans) > MOST_SPANS:
        kept.append(Span(op="equal", text=SKIPPED))
    number = row.new if row.new is not None else row.old
    return Passage(part=part, number=number or 1, mark=mark, moved=row.moved, spans=tuple(kept), cut=cut)


def _shortened(text: str, *, head: bool, tail: bool) -> str:
    """Unchanged text with its end kept where a change follows, its beginning where one went before."""
    around = AROUND_HAN if HAN.search(text) else AROUND
    if len(text) <= around * (head + tail) + len(SKIPPED):
        return text
    before = text[:around]
    if (blank := _last_blank(before)) > around // 2:
        before = before[:blank]
    after = text[-around:]
    if (found := _BLANK.search(after)) and found.start() < around // 2:
        after = after[found.end() :]
    return f"{before if head else ''}{SKIPPED}{after if tail else ''}"


def _beginning(text: str) -> tuple[str, bool]:
    if len(text) <= LONGEST:
        return text, True
    kept = text[:LONGEST]
    if (blank := _last_blank(kept)) > LONGEST * 3 // 4:
        kept = kept[:blank]
    return f"{kept}{SKIPPED}", False


def _last_blank(text: str) -> int:
    return max(text.rfind(" "), text.rfind("\n"))


def words_of(spans: Sequence[Span]) -> str:
    """The text of a passage with `[-deleted-]` and `{+inserted+}`; what looks like such a mark gets a backslash."""
    return "".join(_marked(span) for span in spans)


_MARKS = {"delete": ("[-", "-]"), "insert": ("{+", "+}"), "equal": ("", "")}
_LIKE_A_MARK = re.compile(r"(?<=\[)(?=-)|(?<=-)(?=\])|(?<=\{)(?=\+)|(?<=\+)(?=\})")


def _marked(span: Span) -> str:
    before, after = _MARKS[span.op]
    text = _LIKE_A_MARK.sub(r"\\", span.text)
    return f"{before}{text}{after}"
