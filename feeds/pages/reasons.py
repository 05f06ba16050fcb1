"""The reasons of a change taken apart, so that a page can set old and new words as it sets them in a comparison."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.clean import title_text
from store.significance.judgement import ORDER

_NOTED = re.compile(r"(?P<words>.+) \((?P<note>added|removed|moved|[0-9]+ → [0-9]+)\)")
_NAMES = frozenset(ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What put an edit into its class. Clean text."""

    old: str = ""
    new: str = ""
    same: str = ""
    """Words that are told without being struck out or underlined."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason: `number`, with `80` → `84`; words alone where it has no tokens."""

    words: str
    tokens: tuple[Token, ...] = ()


def read_reasons(reasons: Sequence[str]) -> tuple[Reason, ...]:
    """The reasons of a change as `store.significance` writes them; any other one is words alone."""
    return tuple(_reason(title_text(reason)) for reason in reasons if title_text(reason))


def _reason(reason: str) -> Reason:
    name, colon, rest = reason.partition(": ")
    if not colon or name not in _NAMES:
        return Reason(words=reason)
    return Reason(words=name, tokens=tuple(_tokens(rest)))


def _tokens(rest: str) -> Iterator[Token]:
    for token in rest.split("; "):
        noted = _NOTED.fullmatch(token)
        if noted:
            words, note = noted["words"], noted["note"]
            match note:
                case "added":
                    yield Token(new=words, note=note)
                case "removed":
                    yield Token(old=words, note=note)
                case "moved":
                    yield Token(same=words, note=note)
                case _:
                    yield Token(same=words, note=f"{note} times")
        elif token.count(" → ") == 1:
            old, new = token.split(" → ")
            yield Token(old=old, new=new)
        elif token:
            yield Token(same=token)
