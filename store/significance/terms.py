"""Sensitive terms: words whose coming or going a reader is told of first."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from store.significance.folding import fold
from store.significance.vocabulary import alternatives

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveTerms:
    """A list of terms, English and Chinese.

    A term with a Chinese character matches anywhere. Any other matches whole words in any case, `*` at the end of a
    word any ending of it, and a blank also a hyphen. Of terms that overlap in a text the longest counts.
    """

    words: tuple[str, ...]

    def with_extra(self, words: Iterable[str]) -> "SensitiveTerms":
        """These terms and others. ValueError for a term without a letter or digit, which would match everywhere."""
        extra = tuple(" ".join(word.split()) for word in words)
        for word in extra:
            if not any(character.isalnum() for character in word):
                raise ValueError(f"A sensitive term needs at least one letter or digit, which {word!r} has not.")
        return SensitiveTerms(words=tuple(dict.fromkeys((*self.words, *extra))))

    def occurrences(self, text: str) -> Iterator[tuple[str, str]]:
        """Each occurrence in order: the term as listed, and the words of the text, in lower case, that it matched."""
        folded = fold(text)
        for pattern in _compiled(self.words):
            for found in pattern.finditer(folded):
                yield _term(self.words, found[0]), found[0]


@lru_cache(maxsize=16)
def _compiled(words: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """A pattern for the terms of each script; none for a script without terms."""
    han = {fold(word).replace("*", "") for word in words if _HAN.search(word)}
    others = {fold(word).replace("-", " ") for word in words if not _HAN.search(word)}
    sources = (alternatives(han), alternatives(others, after=r"(?<!\w.)") + r"(?!\w)" if others else "")
    return tuple(re.compile(source) for source in sources if source)


@lru_cache(maxsize=4096)
def _term(words: tuple[str, ...], matched: str) -> str:
    """The term that matched these words: the longest of those that could."""
    return max((word for word in words if _fits(word, matched)), key=len)


def _fits(word: str, matched: str) -> bool:
    folded = fold(word).replace("-", " ")
    if _HAN.search(word):
        return folded.replace("*", "") == matched.replace("-", " ")
    return re.fullmatch(re.escape(folded).replace(r"\*", r"\w*"), matched.replace("-", " ")) is not None


def _shipped() -> SensitiveTerms:
    listed = tomllib.loads(resources.files("store.significance").joinpath("terms.toml").read_text("utf-8"))
    return SensitiveTerms(words=()).with_extra((*listed["english"], *listed["chinese"]))


DEFAULT = _shipped()
"""The terms of `terms.toml`."""
