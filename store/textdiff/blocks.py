"""The rows of a comparison: what became of each paragraph."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, groupby
from typing import Literal, NamedTuple, overload

from store.textdiff.words import Op, Span

BlockKind = Literal["equal", "changed", "inserted", "deleted"]

_OPS: dict[BlockKind, Op] = {"equal": "equal", "inserted": "insert", "deleted": "delete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph of a comparison.

    `old` and `new` are its places among the paragraphs of each side, counted from 0; None where a side has it not.
    """

    kind: BlockKind
    old: int | None
    new: int | None
    spans: tuple[Span, ...]
    """Without spans: an empty paragraph."""
    moved: int | None = None
    """For a paragraph that is the same on both sides in another order: its place on the other side."""

    @property
    def old_text(self) -> str:
        """The paragraph as the old side has it; empty if it has it not."""
        return "".join(span.text for span in self.spans if span.op != "insert")

    @property
    def new_text(self) -> str:
        """The paragraph as the new side has it; empty if it has it not."""
        return "".join(span.text for span in self.spans if span.op != "delete")


class Run(NamedTuple):
    """Paragraphs that stand together and of which the same is to be said; one that was changed or moved is alone."""

    kind: BlockKind
    old: int
    """The place of the first on the old side, and of a side that has it not where it would stand."""
    new: int
    olds: Sequence[str]
    """The paragraphs as the old side has them; none if it has them not."""
    news: Sequence[str]
    spans: tuple[Span, ...] = ()
    """Of one that was changed."""
    moved: int | None = None

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.olds or self.news)

    def block(self, at: int) -> Block:
        """The paragraph at that place of the run."""
        spans = self.spans
        if self.kind != "changed":
            text = (self.olds or self.news)[at]
            spans = (Span(_OPS[self.kind], text),) if text else ()
        old = self.old + at if self.olds else None
        new = self.new + at if self.news else None
        return Block(kind=self.kind, old=old, new=new, spans=spans, moved=self.moved)


@dataclass(frozen=True, slots=True)
class Blocks(Sequence[Block]):
    """One block a paragraph, in reading order, each made when it is looked at.

    A page may have 60,000 paragraphs: to make a block of each would take longer than to compare them.
    """

    runs: tuple[Run, ...] = ()
    _ends: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ends", tuple(accumulate([len(run.olds or run.news) for run in self.runs])))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Block]:
        return (run.block(at) for run in self.runs for at in range(run.size))

    @overload
    def __getitem__(self, index: int) -> Block: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Block]: ...

    def __getitem__(self, index: int | slice) -> Block | Sequence[Block]:
        places = range(len(self))[index]
        if isinstance(places, range):
            return [self[place] for place in places]
        run = bisect_right(self._ends, places)
        return self.runs[run].block(places - self._ends[run] + self.runs[run].size)

    def old_texts(self) -> list[str]:
        """The paragraphs as the old side has them."""
        return list(chain.from_iterable(run.olds for run in self.runs))

    def new_texts(self) -> list[str]:
        """The paragraphs as the new side has them."""
        return list(chain.from_iterable(run.news for run in self.runs))

    def differing(self) -> "Blocks":
        """Those that are not equal."""
        return Blocks(tuple(run for run in self.runs if run.kind != "equal"))

    def unmoved(self) -> "Blocks":
        """Those that are neither equal nor only elsewhere on the other side."""
        return Blocks(tuple(run for run in self.runs if run.kind != "equal" and run.moved is None))

    def gaps(self) -> Iterator["Blocks"]:
        """What stands together of those that are not equal."""
        grouped: Iterable[tuple[bool, Iterator[Run]]] = groupby(self.runs, key=lambda run: run.kind == "equal")
        return (Blocks(tuple(runs)) for equal, runs in grouped if not equal)
