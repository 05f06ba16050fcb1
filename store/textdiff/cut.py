"""Texts cut into the words that are compared, and the edges of these, where a mark may begin or end."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from store.textdiff.matching import NOTHING, coding
from store.textdiff.tokens import is_plain, plain_units, units

Edge = int
"""Word `i` is what lies between the edges `2 * i` and `2 * i + 1`; then comes white space, perhaps none."""


CHARACTERS_A_WORD = 5


class Place(NamedTuple):
    """Where a text stands among the words of all."""

    first: int
    """The empty word before it."""
    end: int


class Cut:
    """The texts of one side as words, each with the white space behind it; before each text stands an empty one."""

    def __init__(self, units: list[str], codes: str, places: list[Place], text: str, wide: bool = False) -> None:
        """Some units are pieces of several words if `wide`."""
        self.units = units
        """The words with the white space behind them; joined they are the texts."""
        self.codes = codes
        """A character for each: the same for the same word, whatever white space is behind it."""
        self.places = places
        """Of each text."""
        self.text = text
        """The texts, joined."""
        self.wide = wide

    @cached_property
    def starts(self) -> list[int]:
        """Where in the text each begins."""
        return list(accumulate(map(len, self.units), initial=0))

    def word(self, at: int, place: Place) -> str:
        """The word at that place; none behind the last of a text."""
        return self.units[at].rstrip() if at < place.end else ""

    def count(self, start: int, end: int) -> int:
        """How many words there are from one place to another, in pieces of several about as many as have room."""
        if not self.wide or start >= end:
            return end - start
        return max(end - start, (self.starts[end] - self.starts[start]) // CHARACTERS_A_WORD)

    def length(self, place: Place) -> int:
        """How many characters the text has that stands there."""
        return self.starts[place.end] - self.starts[place.first]

    def text_of(self, place: Place) -> str:
        """The text that stands there."""
        return self.text[self.starts[place.first] : self.starts[place.end]]

    def at(self, edge: Edge) -> int:
        """Where in the text the edge is."""
        if edge & 1:
            return self.starts[edge >> 1] + len(self.units[edge >> 1].rstrip())
        return self.starts[edge >> 1]

    def ahead(self, edge: Edge, place: Place) -> Iterator[str]:
        """Words and white space from an edge on."""
        for at in range(edge >> 1, place.end):
            unit = self.units[at]
            word = unit.rstrip()
            if word and edge <= 2 * at:
                yield word
            if len(word) < len(unit):
                yield unit[len(word) :]

    def back(self, edge: Edge, place: Place) -> Iterator[str]:
        """Words and white space before an edge, the last first."""
        at = edge >> 1
        if edge & 1 and (word := self.units[at].rstrip()):
            yield word
        for before in range(at - 1, place.first - 1, -1):
            unit = self.units[before]
            word = unit.rstrip()
            if len(word) < len(unit):
                yield unit[len(word) :]
            if word:
                yield word


def blank(unit: str) -> str:
    """The white space behind a word."""
    return unit[len(unit.rstrip()) :]


BEGIN = "\0"
"""Put before each text, a word of its own; texts that have it are cut one by one."""
SAMPLE = 5000
"""Characters by which is seen whether it may be worth a look how often each is repeated."""
REPEATED = 8
"""How often at least if each is to be cut once only; natural texts are quicker cut as they stand."""


class Cutter:
    """Cuts the texts of one comparison: in all of them the same word has the same code."""

    def __init__(self) -> None:
        self._codes = coding()
        self._begin = self._codes[BEGIN]

    def cut(self, texts: Sequence[str]) -> Cut:
        """The texts in their words."""
        whole = "".join([f"{BEGIN}{text}" for text in texts])
        if whole.count(BEGIN) != len(texts) or not is_plain(whole):
            return self._cut(list(map(units, texts)))
        # All at once is quicker than hundreds of paragraphs one by one.
        found, codes = self._repeated(whole) or self._read(whole)
        places = _places(map(len, codes.split(self._begin)[1:]), 1)
        for place in places:
            found[place.first] = found[place.first][1:]
        return Cut(found, codes.replace(self._begin, NOTHING), places, whole.replace(BEGIN, ""))

    def joined(self, texts: list[list[str]]) -> Cut:
        """The texts which these units make when they are joined; among them may be pieces of several words."""
        return self._cut(texts, wide=True)

    def _cut(self, texts: list[list[str]], wide: bool = False) -> Cut:
        found = list(chain.from_iterable(texts))
        return Cut(found, self._coded(found), _places(map(len, texts)), "".join(found), wide)

    def _read(self, text: str) -> tuple[list[str], str]:
        found = plain_units(text)
        return found, self._coded(found)

    def _repeated(self, text: str) -> tuple[list[str], str] | None:
        """The units and codes of a text in which the same few things stand between blanks; these are cut once."""
        sample = text[:SAMPLE].split(" ")
        if len(set(sample)) * REPEATED > len(sample):
            return None
        *pieces, last = text.split(" ")
        different = dict.fromkeys(pieces)
        if len(different) * REPEATED > len(pieces) or not all(different) or last[:1].isspace():
            return None
        if any(each[0].isspace() for each in different):  # which belongs to the word before
            return None
        known = {each: self._read(f"{each} ") for each in different}
        known_units = {each: found for each, (found, _) in known.items()}
        known_codes = {each: codes for each, (_, codes) in known.items()}
        found, codes = self._read(last)
        return (
            [*chain.from_iterable(map(known_units.__getitem__, pieces)), *found],
            "".join(map(known_codes.__getitem__, pieces)) + codes,
        )

    def _coded(self, found: list[str]) -> str:
        return "".join(map(self._codes.__getitem__, map(str.rstrip, found)))


def _places(sizes: Iterable[int], more: int = 0) -> list[Place]:
    """The places of texts of so many units and some more each."""
    ends = accumulate((size + more for size in sizes), initial=0)
    return [Place(first, end) for first, end in pairwise(ends)]
