"""What an edit did to one passage: the classes of each changed stretch, with the words that show it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from store.significance.dates import dates
from store.significance.features import Feature, Range, by_hunk, tokens, unmatched
from store.significance.folding import Depth, bare, depth, fold
from store.significance.judgement import MOST_TOKENS, ClassName
from store.significance.names import is_headline, names
from store.significance.negation import negations
from store.significance.numbers import numbers
from store.significance.passages import REACH, Hunk, Passage, near
from store.significance.quotation import is_marks, quotations
from store.significance.wordings import change, noted

# Of a longer passage that was replaced, numbers and names that came and went would only repeat that it was.
SHORT = 200

_KINDS: dict[Depth, tuple[ClassName, ...]] = {
    "typography": (),
    "spacing": ("negation", "number"),  # `not able` and `notable`, `10 5` and `105`
    "punctuation": ("number", "date", "quotation"),  # `1.5` and `15`, marks put round a word
    "words": ("negation", "number", "date", "name or title", "quotation"),
}
_SURFACE: dict[Depth, ClassName] = {
    "typography": "typography",
    "spacing": "typography",
    "punctuation": "punctuation",
    "words": "wording",
}


class Observation(NamedTuple):
    """A class, and the words that show it."""

    name: ClassName
    token: str


def read(passage: Passage, *, title: bool = False, skipped: frozenset[int] = frozenset()) -> Iterator[Observation]:
    """What each hunk of the passage did, in order; nothing only for what was told with an earlier hunk, such as
    the second of two quotation marks.

    In a title capitals show no names. Skipped are hunks, by number, that are told of elsewhere.
    """
    depths = [depth(*passage.pieces(hunk)) for hunk in passage.hunks]
    moved = passage.moved()
    found: dict[ClassName, tuple[_Touched, _Touched]] = {}
    if not passage.whole or max(len(passage.old), len(passage.new)) <= SHORT or "words" not in depths:
        found = _features(passage, {name for found in depths for name in _KINDS[found]}, title)
    quoted = False
    gone: list[Feature] = []
    come: list[Feature] = []
    for index, hunk in enumerate(passage.hunks):
        old, new = passage.pieces(hunk)
        if index in skipped:
            continue
        if index in moved:
            if old:
                yield Observation("wording", noted(old, "moved"))
            continue
        # A date may reach over several hunks; what was told of it with the first holds for the others.
        gone = [feature for feature in gone if feature.end > hunk.old.start]
        come = [feature for feature in come if feature.end > hunk.new.start]
        silent = not gone and not come
        for name in _KINDS[depths[index]]:
            before, after = found.get(name, ({}, {}))
            if index not in before and index not in after:
                continue
            left, right = unmatched(before.get(index, ()), after.get(index, ()))
            if name == "name or title":
                left, right = _not_nearby(left, right, passage, hunk)
            if left or right:
                yield from (Observation(name, token) for token in tokens(left, right))
                silent = False
                quoted = quoted or name == "quotation"
                gone += left
                come += right
        if depths[index] == "words":
            if bare(_rest(passage.old, hunk.old, gone)) != bare(_rest(passage.new, hunk.new, come)) or silent:
                yield Observation("wording", change(old, new))
        elif silent and not (quoted and is_marks(old or new)):
            yield Observation(_SURFACE[depths[index]], change(old, new))


_Touched = Mapping[int, Sequence[Feature]]
_Find = Callable[[str, int, int], Iterable[Feature]]


def _features(passage: Passage, wanted: set[ClassName], title: bool) -> dict[ClassName, tuple[_Touched, _Touched]]:
    if not wanted:
        return {}
    before = _side(passage.old, [hunk.old for hunk in passage.hunks], wanted, title)
    after = _side(passage.new, [hunk.new for hunk in passage.hunks], wanted, title)
    return {name: (before[name], after[name]) for name in wanted}


def _side(text: str, changed: list[Range], wanted: set[ClassName], title: bool) -> dict[ClassName, _Touched]:
    """What the rules find near the changes of one side, by class and hunk."""
    areas = list(near(changed, len(text)))

    def found(find: _Find) -> list[Feature]:
        return [feature for area in areas for feature in find(text, *area)]

    days = found(dates)
    headline = title or is_headline(text)
    every: dict[ClassName, Callable[[], list[Feature]]] = {
        "negation": lambda: found(lambda text, start, end: negations(text, start, end, changed)),
        "number": lambda: found(lambda text, start, end: numbers(text, start, end, days)),
        "date": lambda: days,
        "name or title": lambda: found(lambda text, start, end: names(text, start, end, headline=headline, dates=days)),
        "quotation": lambda: list(quotations(text)),
    }
    return {name: by_hunk(find(), changed) for name, find in every.items() if name in wanted}


def _not_nearby(
    left: list[Feature], right: list[Feature], passage: Passage, hunk: Hunk
) -> tuple[list[Feature], list[Feature]]:
    """Without names that stand as often on both sides, in whatever case: a capital only came with a new sentence."""
    if not 0 < len(left) + len(right) <= MOST_TOKENS:
        return left, right  # where so many came or went, none is shown that may have stayed
    before = fold(passage.old[max(0, hunk.old.start - REACH) : hunk.old.end + REACH])
    after = fold(passage.new[max(0, hunk.new.start - REACH) : hunk.new.end + REACH])

    def differs(feature: Feature) -> bool:
        return _count(before, feature.key) != _count(after, feature.key)

    return [*filter(differs, left)], [*filter(differs, right)]


def _count(text: str, name: str) -> int:
    """How often the name stands in the text as a whole; `PR` does not stand in `DPR`."""
    count = 0
    at = text.find(name)
    while at >= 0:
        around = text[max(0, at - 1) : at] + text[at + len(name) : at + len(name) + 1]
        count += not (name.isascii() and any(map(str.isalnum, around)))
        at = text.find(name, at + 1)
    return count


def _rest(text: str, piece: Range, told: list[Feature]) -> str:
    """The changed stretch without what was told of it."""
    rest = []
    at = piece.start
    for feature in sorted(told):
        if feature.start > at:
            rest.append(text[at : min(feature.start, piece.end)])
        at = max(at, feature.end)
    return "".join((*rest, text[at : piece.end]))
