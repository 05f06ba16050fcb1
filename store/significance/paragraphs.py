"""What an edit did to the paragraphs of a statement: added, removed, moved, rewritten, divided or changed inside."""

from collections import defaultdict
from collections.abc import Iterator

from store.significance.folding import SEPARATOR, bare, bare_each, depth
from store.significance.judgement import MOST_TOKENS
from store.significance.passages import Passage
from store.significance.reading import Observation, read
from store.significance.wordings import change, noted
from store.textdiff import Blocks, compare_text, estimate

MANY = 1000
"""Paragraphs that differ, beyond which their order and their pairs are not worth a look."""

# Passages with about so many words and marks on both sides, those of a statement of 100 KB of which every paragraph was
# edited, are read with all that stands around a change, which takes some 100 ms; each counts for some more, since also
# the shortest takes its time. A tenth of that would be quicker, but missed a negation in a real text of 55 KB. Of the
# others only what was changed is read, by itself, many at once; beyond ROUGHLY so much was changed that the statement
# counts as rewritten there.
CLOSELY = 40_000
ROUGHLY = 20_000
LEAST_WORDS = 25
AT_ONCE = 250

REWRITTEN = 0.4
"""A paragraph that keeps a smaller share of its text was rewritten; `store.textdiff` draws the same line."""


def read_paragraphs(blocks: Blocks) -> Iterator[Observation]:
    """What happened to each paragraph, in order; of thousands as if they stood together, and not of each."""
    reader = _Reader()
    differing = blocks.differing()
    for gap in blocks.gaps() if len(differing) <= MANY else [differing]:
        yield from _read_gap(gap, reader)
    yield from reader.rest()


class _Reader:
    """Reads passages closely as long as there is time, and what was changed in the others at the end."""

    def __init__(self) -> None:
        self._left = CLOSELY
        self._rewrites = 0
        self._later: list[tuple[str, str]] = []

    def has_time(self, passage: Passage) -> bool:
        """Whether the passage can be read closely; if so, it has to be."""
        size = LEAST_WORDS + estimate(f"{passage.old}\n{passage.new}")
        if size > self._left:
            return False
        self._left -= size
        return True

    def read(self, passage: Passage, skipped: frozenset[int] = frozenset()) -> Iterator[Observation]:
        """What an edit did to the passage, or nothing yet."""
        if self.has_time(passage):
            yield from read(passage, skipped=skipped)
        else:
            self.put_off(passage, skipped)

    def put_off(self, passage: Passage, skipped: frozenset[int] = frozenset()) -> None:
        """Keeps what was changed in the passage for the end."""
        pieces = [passage.pieces(hunk) for index, hunk in enumerate(passage.hunks) if index not in skipped]
        if pieces:
            self._later.append((SEPARATOR.join(old for old, _ in pieces), SEPARATOR.join(new for _, new in pieces)))

    def rewrite(self, old: str, new: str) -> Iterator[Observation]:
        """That a paragraph was replaced by another which does not have the same letters."""
        self._rewrites += 1
        if self._rewrites <= MOST_TOKENS:
            yield Observation("rewrite", change(old, new))

    def rest(self) -> Iterator[Observation]:
        """What edits did to the passages that were put off."""
        left = ROUGHLY
        start = 0
        while start < len(self._later) and left > 0:
            end, size = start, 0
            while end < len(self._later) and size < AT_ONCE:
                size += 5 + sum(map(estimate, self._later[end]))
                end += 1
            left -= size
            yield from read(Passage.joined(self._later[start:end]))
            start = end
        if start < len(self._later):
            passage = Passage.joined(self._later[start:])
            if bare(passage.old) != bare(passage.new):
                yield from self.rewrite(passage.old, passage.new)
            else:
                yield from read(Passage.replaced(passage.old, passage.new))


def _read_gap(gap: Blocks, reader: _Reader) -> Iterator[Observation]:
    """Paragraphs that stand together, of which none stayed as it was."""
    moved = [run.news[0] for run in gap.runs if run.moved is not None and run.news]
    yield from (Observation("paragraph moved", noted(text, "moved")) for text in moved[:MOST_TOKENS])
    unmoved = gap.unmoved()
    if (rebroken := _rebroken(unmoved)) is not None:
        yield Observation("typography", "paragraph break moved")
        if depth(rebroken.old, rebroken.new) == "punctuation":
            yield from reader.read(rebroken)
    elif any(run.kind == "changed" for run in unmoved.runs):
        yield from _Gap(unmoved, reader).read()
    else:
        yield from _replaced(unmoved.old_texts(), unmoved.new_texts(), reader)


def _rebroken(gap: Blocks) -> Passage | None:
    """The gap as one passage if its text is the same but for punctuation and other breaks between the paragraphs."""
    olds, news = gap.old_texts(), gap.new_texts()
    if len(olds) == len(news):
        return None
    old, new = " ".join(olds), " ".join(news)
    return Passage.replaced(old, new) if bare(old) == bare(new) else None


class _Gap:
    """Changed, deleted and inserted paragraphs that stand together."""

    def __init__(self, gap: Blocks, reader: _Reader) -> None:
        self._gap = list(gap)
        self._reader = reader
        self._broken: dict[int, Passage] = {}
        """Paragraphs that were cut off, or put on, the end or beginning of one that was changed, with that piece."""

    def read(self) -> Iterator[Observation]:
        passages = {
            index: Passage.compared(each.spans) for index, each in enumerate(self._gap) if each.kind == "changed"
        }
        skipped = {index: frozenset(self._breaks(index, passage)) for index, passage in passages.items()}
        deleted: list[str] = []
        inserted: list[str] = []
        for index, block in enumerate(self._gap):
            if index in self._broken:
                note = "added" if block.kind == "inserted" else "removed"
                yield Observation("typography", f"paragraph break ({note})")
                yield from self._reader.read(self._broken[index])
            elif block.kind == "deleted":
                deleted.append(block.old_text)
            elif block.kind == "inserted":
                inserted.append(block.new_text)
            else:
                yield from _replaced(deleted, inserted, self._reader)
                deleted, inserted = [], []
                yield from _changed(passages[index], skipped[index], self._reader)
        yield from _replaced(deleted, inserted, self._reader)

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
        if (old and new) or not 0 <= index < len(self._gap) or self._gap[index].kind != wanted or index in self._broken:
            return False
        text = self._gap[index].old_text or self._gap[index].new_text
        spans = compare_text(old.strip(), text) if old else compare_text(text, new.strip())
        if not any(span.op == "equal" and bare(span.text) for span in spans):
            return False
        self._broken[index] = Passage.compared(spans)
        return True


def _changed(passage: Passage, skipped: frozenset[int], reader: _Reader) -> Iterator[Observation]:
    gone = sum(hunk.old.end - hunk.old.start for hunk in passage.hunks)
    kept = 2 * (len(passage.old) - gone)
    little = kept < REWRITTEN * (len(passage.old) + len(passage.new))
    if not reader.has_time(passage):
        reader.put_off(passage, skipped)
        if little and len(skipped) < len(passage.hunks) and bare(passage.old) != bare(passage.new):
            yield from reader.rewrite(passage.old, passage.new)
        return
    observations = list(read(passage, skipped=skipped))
    if little and any(seen.name == "wording" for seen in observations):
        yield Observation("rewrite", change(passage.old, passage.new))
    yield from observations


def _replaced(deleted: list[str], inserted: list[str], reader: _Reader) -> Iterator[Observation]:
    """Paragraphs for others: pairs with the same letters first, then one after the other; the rest came or went."""
    same: list[tuple[str, str]] = []
    left, right = deleted, inserted
    if len(deleted) + len(inserted) <= MANY:
        same, left, right = _same_letters(deleted, inserted)
    for old, new in same:
        if old == new:  # of very many short paragraphs the comparison does not say which were moved
            yield Observation("paragraph moved", noted(new, "moved"))
        else:
            yield from reader.read(Passage.replaced(old, new))
    for old, new in zip(left, right, strict=False):
        passage = Passage.replaced(old, new)
        if not reader.has_time(passage):
            yield from reader.rewrite(old, new)
            break
        seen = list(read(passage))
        if any(each.name == "wording" for each in seen):
            yield Observation("rewrite", change(old, new))
        yield from (each for each in seen if each.name != "wording")
    yield from (Observation("paragraph removed", change(text, "")) for text in left[len(right) :][:MOST_TOKENS])
    yield from (Observation("paragraph added", change("", text)) for text in right[len(left) :][:MOST_TOKENS])


def _same_letters(deleted: list[str], inserted: list[str]) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """The pairs with the same letters, and of each side the rest."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for index, letters in reversed(list(enumerate(bare_each(inserted)))):
        waiting[letters].append(index)
    pairs = []
    left = []
    paired = set()
    for text, letters in zip(deleted, bare_each(deleted), strict=True):
        if partners := waiting.get(letters):
            paired.add(partners[-1])
            pairs.append((text, inserted[partners.pop()]))
        else:
            left.append(text)
    return pairs, left, [text for index, text in enumerate(inserted) if index not in paired]
