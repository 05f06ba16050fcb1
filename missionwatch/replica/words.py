"""The vocabulary of the synthetic statements, read from the word lists that ship beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from string import Formatter

_FILES = {"en": "english.toml", "zh-Hans": "chinese.toml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ:
    """A body of the organisation: what it is called, how its chair is addressed, what it talks about."""

    name: str
    chairs: tuple[str, ...]
    topics: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one language; sentences hold slots in braces."""

    people: tuple[str, ...]
    roles: tuple[str, ...]
    functions: tuple[str, ...]
    briefers: tuple[str, ...]
    organs: Mapping[str, Organ]
    slots: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, tuple[str, ...]]

    def fill(self, rng: Random, sentence: str, facts: Mapping[str, str]) -> str:
        """The sentence with each slot filled: from `facts`, else by a drawn word of that slot."""
        out = []
        for literal, slot in _parts(sentence):
            out.append(literal)
            if slot:
                out.append(facts.get(slot) or self._draw(rng, slot))
        return "".join(out)

    def _draw(self, rng: Random, slot: str) -> str:
        words = self.slots.get(slot)
        if words:
            return words[int(rng.random() * len(words))]
        low, high = _NUMBERS[slot]
        number = low + int(rng.random() * (high - low))
        if slot == "percent":
            return f"{number / 10:.1f}"
        return f"S/{2005 + number % 21}/{number}" if slot == "symbol" else str(number)


_NUMBERS = {
    "count": (3, 97),
    "percent": (31, 941),
    "year": (1996, 2021),
    "resolution": (1200, 2791),
    "symbol": (11, 999),
}


@cache
def _parts(sentence: str) -> tuple[tuple[str, str], ...]:
    return tuple((literal, slot or "") for literal, slot, _, _ in Formatter().parse(sentence))


@cache
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of `en` or `zh-Hans`; KeyError for any other language."""
    text = files("missionwatch.replica").joinpath("words", _FILES[language]).read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    return Vocabulary(
        people=tuple(raw["people"]),
        roles=tuple(raw["roles"]),
        functions=tuple(raw["functions"]),
        briefers=tuple(raw["briefers"]),
        organs={
            key: Organ(
                name=organ["name"],
                chairs=tuple(organ["chairs"]),
                topics=tuple(organ["topics"]),
                titles=tuple(organ["titles"]),
            )
            for key, organ in raw["organs"].items()
        },
        slots={key: tuple(words) for key, words in raw["slots"].items()} | {"briefer": tuple(raw["briefers"])},
        sentences={key: tuple(words) for key, words in raw["sentences"].items()},
    )
