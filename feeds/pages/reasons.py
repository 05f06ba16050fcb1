"""The reasons of a change taken apart, so that a page can set old and new words as it sets them in a comparison."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.clean import title_text
from store.significance.judgement import ORDER

_NOTED = re.compile(r"(?P<words>.+) \((?P<note>added|removed|moved|[0-9]+ → [0-9]+)\)")
_BARE = frozenset({"…", "blanks changed"})
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
    words = ""
    for piece in rest.split("; "):
        words += piece
        token = _token(words)
        if token is None:
            words += "; "  # the words themselves had a semicolon
            continue
        yield token
        words = ""
    if words:
        yield Token(same=words.removesuffix("; "))


def _token(words: str) -> Token | None:
    noted = _NOTED.fullmatch(words)
    if noted:
        match noted["note"]:
            case "added":
                return Token(new=noted["words"], note="added")
            case "removed":
                return Token(old=noted["words"], note="removed")
            case "moved":
                return Token(same=noted["words"], note="moved")
        return Token(same=noted["words"], note=f"{noted['note']} times")
    old, arrow, new = words.partition(" → ")
    if arrow and old and new:
        return Token(old=old, new=new)
    return Token(same=words) if words in _BARE else None
