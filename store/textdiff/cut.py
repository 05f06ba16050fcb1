"""A text cut into the words that are compared, and the edges of these, where a mark may begin or end."""

from collections.abc import Callable, Iterator
from itertools import chain

from store.textdiff.matching import coding
from store.textdiff.tokens import SHORTEST, tokenize, units

Edge = int
"""Word `i` is what lies between the edges `2 * i` and `2 * i + 1`; then comes white space, perhaps none."""


class Cut:
    """A text as words, each with the white space behind it; before the first stands an empty one."""

    __slots__ = ("codes", "text", "units", "wide")

    def __init__(self, text: str, units: list[str], codes: str, wide: bool = False) -> None:
        self.text = text
        self.units = units
        """The words with the white space behind them; joined they are the text."""
        self.codes = codes
        """A character for each but the first: the same for the same word, whatever white space is behind it."""
        self.wide = wide
        """Whether among the words may be pieces of several."""

    def word(self, place: int) -> str:
        """The word with that code; none behind the last."""
        return self.units[place + 1].rstrip() if place < len(self.codes) else ""

    def count(self, start: int, end: int) -> int:
        """How many words there are from one place among the units to another: in a piece as many as blanks."""
        if not self.wide:
            return end - start
        return sum([_count(unit) if len(unit) >= SHORTEST else 1 for unit in self.units[start:end]])

    def words(self, start: Edge, end: Edge) -> list[str]:
        """The words between two edges."""
        return [unit.rstrip() for unit in self.units[start + 1 >> 1 : end + 1 >> 1]]

    def between(self, start: Edge, end: Edge) -> str:
        """The text between two edges."""
        if start >= end:
            return ""
        text = "".join(self.units[start >> 1 : end + 1 >> 1])
        if end & 1:
            text = text.rstrip()
        return text[len(self.units[start >> 1].rstrip()) :] if start & 1 else text

    def tokens(self, start: Edge, end: Edge) -> Iterator[tuple[Edge, str]]:
        """Words and white space between two edges, each with the edge where it begins."""
        for place in range(max(start, 0) >> 1, min(end + 1 >> 1, len(self.units))):
            unit = self.units[place]
            word = unit.rstrip()
            if word and start <= 2 * place:
                yield 2 * place, word
            if len(word) < len(unit) and 2 * place + 1 < end:
                yield 2 * place + 1, unit[len(word) :]


def blank(unit: str) -> str:
    """The white space behind a word."""
    return unit[len(unit.rstrip()) :]


def _count(piece: str) -> int:
    return max(1, len(piece) // 2 if piece > "\u2e80" else piece.count(" "))


class Cutter:
    """Cuts the texts of one comparison: in all of them the same word has the same code."""

    def __init__(self, sample: str, plain: bool) -> None:
        """`sample` is part of the texts, which are `plain` if no character in them continues the one before.

        Where most words come again, what stands between blanks is cut once and then known; where most are new, that
        would take longer than to cut every text anew.
        """
        self._code = coding().__getitem__
        parts = sample.split()
        self._known = _Known(self._code) if plain and 2 * len(set(parts)) < len(parts) else None

    def cut(self, text: str) -> Cut:
        """The text in its words."""
        if self._known is not None:
            rest = text.lstrip()
            parts = rest.split()
            if " ".join(parts) == rest.rstrip():
                found = [text[: len(text) - len(rest)], *chain.from_iterable(map(self._known.__getitem__, parts))]
                if parts:
                    found[-1] = found[-1][:-1] + rest[len(rest.rstrip()) :]
                return Cut(text, found, "".join(map(self._known.codes.__getitem__, parts)))
        return self.joined(text, units(text))

    def joined(self, text: str, found: list[str], wide: bool = False) -> Cut:
        """The text, which is what these units make when they are joined."""
        words = map(str.rstrip, found)
        next(words)
        return Cut(text, found, "".join(map(self._code, words)), wide)


class _Known(dict[str, list[str]]):
    """For what stands between blanks its words, a blank behind the last: most of a text was there before."""

    def __init__(self, code: Callable[[str], str]) -> None:
        super().__init__()
        self.codes: dict[str, str] = {}
        self._code = code

    def __missing__(self, part: str) -> list[str]:
        if part.isascii() and part.isalnum():
            self.codes[part] = self._code(part)
            self[part] = words = [part + " "]
            return words
        words = tokenize(part)
        self.codes[part] = "".join(map(self._code, words))
        words[-1] += " "
        self[part] = words
        return words
