"""From two states of a statement to the classes of the edit: no model, no clock, the same answer every time."""

from collections import Counter
from collections.abc import Iterator

from store.canonical import parts_changed
from store.model import Image, Statement
from store.significance.folding import SEPARATOR
from store.significance.judgement import MOST_TOKENS, ORDER, ClassName, Finding, Judgement
from store.significance.paragraphs import read_paragraphs
from store.significance.passages import Passage
from store.significance.reading import Observation, read
from store.significance.terms import DEFAULT, SensitiveTerms
from store.significance.wordings import change, noted
from store.textdiff import Block, Part, PartName, StatementDiff, compare_statements

_PARTS: tuple[PartName, ...] = ("title", "subtitle", "date", "text", "images", "attachments")


def classify(old: Statement, new: Statement, terms: SensitiveTerms = DEFAULT) -> Judgement:
    """What kind of edit lies between two states, with its reasons; no finding exactly if no part differs.

    Every part that differs is named in at least one finding; a change that no rule is sure of is `wording`. Time grows
    with the length of what was changed.
    """
    diff = compare_statements(old, new)
    seen: dict[ClassName, dict[str, None]] = {}
    where: dict[ClassName, set[PartName]] = {}
    for part, found in _observations(diff, old, new, terms):
        seen.setdefault(found.name, {})[found.token] = None
        where.setdefault(found.name, set()).add(part)
    return Judgement(
        classes=tuple(
            Finding(
                name=name,
                tokens=tuple(seen[name])[:MOST_TOKENS],
                parts=tuple(part for part in _PARTS if part in where[name]),
            )
            for name in ORDER
            if name in seen
        )
    )


def _observations(
    diff: StatementDiff, old: Statement, new: Statement, terms: SensitiveTerms
) -> Iterator[tuple[PartName, Observation]]:
    told = set()
    for part in diff.parts:
        for found in _part(part, old, new):
            yield part.name, found
            told.add(part.name)
    yield from _terms(diff, terms)
    # The canonical form also tells apart what reads the same, such as a file's name and its escaped form.
    changed = {*diff.changed, *parts_changed(old, new)}
    for name in _PARTS:
        if name in changed and name not in told:
            yield name, Observation(_UNREADABLE.get(name, "wording"), "written differently")


_UNREADABLE: dict[PartName, ClassName] = {
    "date": "date",
    "images": "image or attachment",
    "attachments": "image or attachment",
}


def _part(part: Part, old: Statement, new: Statement) -> Iterator[Observation]:
    match part.name:
        case "text":
            yield from read_paragraphs(part.blocks)
        case "title" | "subtitle":
            yield from _line(part.blocks[0], title=part.name == "title")
        case "date":
            yield Observation("date", change(part.blocks[0].old_text, part.blocks[0].new_text))
        case "images" | "attachments":
            only_described = part.name == "images" and _files(old.images) == _files(new.images)
            name: ClassName = "image description" if only_described else "image or attachment"
            for block in part.blocks.differing():
                if block.moved is None or block.kind == "inserted":
                    before, after = block.old_text, block.new_text
                    token = change(before, after) if block.moved is None else noted(after, "moved")
                    yield Observation(name, token)


def _line(block: Block, *, title: bool) -> Iterator[Observation]:
    passage = Passage.compared(block.spans)
    found = list(read(passage, title=True))
    if title and any(seen.name not in ("punctuation", "typography") for seen in found):
        yield Observation("title", change(passage.old, passage.new))
        found = [seen for seen in found if seen.name != "wording"]
    yield from found


def _terms(diff: StatementDiff, terms: SensitiveTerms) -> Iterator[tuple[PartName, Observation]]:
    """The terms that stand in the whole statement more often or less often than before."""
    counts: dict[PartName, tuple[Counter[str], Counter[str]]] = {}
    words: dict[str, str] = {}
    """How the term is shown to a reader, by its letters."""
    for part in diff.parts:
        blocks = part.blocks.unmoved()
        counts[part.name] = Counter(), Counter()
        sides = blocks.old_texts(), blocks.new_texts()
        for counter, texts in zip(counts[part.name], sides, strict=True):
            for (term, word), count in Counter(terms.occurrences(SEPARATOR.join(texts))).items():
                key = term.replace("-", "").replace(" ", "")  # `ceasefire` and `cease-fire` are one
                counter[key] += count
                words.setdefault(key, word if "*" in term else term)
    for term, word in words.items():
        before = sum(old[term] for old, _ in counts.values())
        after = sum(new[term] for _, new in counts.values())
        if before != after:
            note = "removed" if not after else "added" if not before else f"{before} → {after}"
            for name, (old, new) in counts.items():
                if old[term] != new[term]:
                    yield name, Observation("sensitive term", noted(word, note))


def _files(images: tuple[Image, ...]) -> list[str]:
    return [image.url.partition("#")[0].partition("?")[0].rpartition("/")[2] or image.url for image in images]
