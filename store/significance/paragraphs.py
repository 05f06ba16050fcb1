"""What an edit did to the paragraphs of a statement: added, removed, moved, rewritten, divided or changed inside."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from store.significance.folding import bare, depth
from store.significance.passages import Passage
from store.significance.reading import Observation, read
from store.significance.wordings import change, noted
from store.textdiff import Block, compare_text

REWRITTEN = 0.4
"""A paragraph that keeps a smaller share of its text was rewritten; `store.textdiff` draws the same line."""


def read_paragraphs(blocks: Sequence[Block]) -> Iterator[Observation]:
    """What happened to each paragraph, in order."""
    for equal, run in groupby(blocks, key=lambda block: block.kind == "equal"):
        if not equal:
            yield from _read_run(list(run))


def _read_run(run: list[Block]) -> Iterator[Observation]:
    """A run of paragraphs of which none stayed as it was."""
    for block in run:
        if block.moved is not None and block.kind == "inserted":
            yield Observation("paragraph moved", noted(_text(block, "delete"), "moved"))
    run = [block for block in run if block.moved is None]
    if (rebroken := _rebroken(run)) is not None:
        yield Observation("typography", "paragraph break moved")
        if depth(rebroken.old, rebroken.new) == "punctuation":
            yield from read(rebroken)
        return
    yield from _Run(run).read()


def _rebroken(run: list[Block]) -> Passage | None:
    """The run as one passage if its text is the same but for punctuation and other breaks between the paragraphs."""
    if len(run) < 2 or all(block.kind == "changed" for block in run):
        return None
    old = " ".join(_text(block, "insert") for block in run if block.kind != "inserted")
    new = " ".join(_text(block, "delete") for block in run if block.kind != "deleted")
    counts = [sum(block.kind != kind for block in run) for kind in ("inserted", "deleted")]
    return Passage.replaced(old, new) if counts[0] != counts[1] and bare(old) == bare(new) else None


class _Run:
    """Changed, deleted and inserted paragraphs that stand together."""

    def __init__(self, run: list[Block]) -> None:
        self._run = run
        self._broken: dict[int, Passage] = {}
        """Paragraphs that were cut off, or put on, the end or beginning of one that was changed, with that piece."""

    def read(self) -> Iterator[Observation]:
        passages = {
            index: Passage.compared(each.spans) for index, each in enumerate(self._run) if each.kind == "changed"
        }
        skipped = {index: frozenset(self._breaks(index, passage)) for index, passage in passages.items()}
        deleted: list[str] = []
        inserted: list[str] = []
        for index, block in enumerate(self._run):
            if index in self._broken:
                note = "added" if block.kind == "inserted" else "removed"
                yield Observation("typography", f"paragraph break ({note})")
                yield from read(self._broken[index])
            elif block.kind == "deleted":
                deleted.append(_text(block, "insert"))
            elif block.kind == "inserted":
                inserted.append(_text(block, "delete"))
            else:
                yield from _replaced(deleted, inserted)
                deleted, inserted = [], []
                yield from _changed(passages[index], skipped[index])
        yield from _replaced(deleted, inserted)

    def _breaks(self, index: int, passage: Passage) -> Iterator[int]:
        """The numbers of the hunks that are much the same as the paragraph before or after."""
        last = len(passage.hunks) - 1
        first_hunk, last_hunk = passage.hunks[0], passage.hunks[last]
        if first_hunk.old.start == first_hunk.new.start == 0 and self._breaks_at(
            index - 1, *passage.pieces(first_hunk)
        ):
            yield 0
        at_end = last_hunk.old.end == len(passage.old) and last_hunk.new.end == len(passage.new)
        if at_end and self._breaks_at(index + 1, *passage.pieces(last_hunk)):
            yield last

    def _breaks_at(self, index: int, old: str, new: str) -> bool:
        wanted = "inserted" if old else "deleted"
        if (old and new) or not 0 <= index < len(self._run) or self._run[index].kind != wanted or index in self._broken:
            return False
        text = "".join(span.text for span in self._run[index].spans)
        spans = compare_text(old.strip(), text) if old else compare_text(text, new.strip())
        if not any(span.op == "equal" and bare(span.text) for span in spans):
            return False
        self._broken[index] = Passage.compared(spans)
        return True


def _text(block: Block, without: str) -> str:
    return "".join(span.text for span in block.spans if span.op != without)


def _changed(passage: Passage, skipped: frozenset[int]) -> Iterator[Observation]:
    gone = sum(hunk.old.end - hunk.old.start for hunk in passage.hunks)
    kept = 2 * (len(passage.old) - gone)
    observations = list(read(passage, skipped=skipped))
    if kept < REWRITTEN * (len(passage.old) + len(passage.new)) and any(
        seen.name == "wording" for seen in observations
    ):
        yield Observation("rewrite", change(passage.old, passage.new))
    yield from observations


def _replaced(deleted: list[str], inserted: list[str]) -> Iterator[Observation]:
    """Paragraphs for others: pairs with the same letters first, then one after the other; the rest came or went."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for index, text in reversed(list(enumerate(inserted))):
        waiting[bare(text)].append(index)
    left = []
    paired = set()
    for text in deleted:
        if partners := waiting[bare(text)]:
            paired.add(partners[-1])
            yield from read(Passage.replaced(text, inserted[partners.pop()]))
        else:
            left.append(text)
    right = [text for index, text in enumerate(inserted) if index not in paired]
    for old, new in zip(left, right, strict=False):
        seen = list(read(Passage.replaced(old, new)))
        if any(each.name == "wording" for each in seen):
            yield Observation("rewrite", change(old, new))
        yield from (each for each in seen if each.name != "wording")
    yield from (Observation("paragraph removed", change(text, "")) for text in left[len(right) :])
    yield from (Observation("paragraph added", change("", text)) for text in right[len(left) :])
