"""What subscribers wish to be told: whether a change is of it, and wishes as kept text and back. No database."""

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, get_args

from store.mailing.model import NotUsableError, ToldChange, Wishes
from store.model import ChangeType, Significance
from store.selection import FIELDS, Field

MAX_SLUGS = 100
"""Of one field."""
MAX_WORDS = 20
MAX_LENGTH = 200
"""Of a slug or a word."""

_RANK: dict[str, int] = {"low": 0, "medium": 1, "high": 2}
_TYPES: tuple[ChangeType, ...] = get_args(ChangeType)
_LATIN = "0-9A-Za-zÀ-ÖØ-öø-ɏ"


def matches(wishes: Wishes, told: ToldChange) -> bool:
    """Whether a change is of what is wished for.

    Whoever wishes for nothing in particular gets everything; naming more values of a field never gives less, naming
    another field never gives more. A word in Latin letters stands for itself and not for a part of another one; Han
    characters are found wherever they stand.
    """
    change = told.change
    if wishes.types and change.type not in wishes.types:
        return False
    if change.type in ("edited", "reverted") and _RANK[change.significance] < _RANK[wishes.least]:
        return False
    for field, slugs in wishes.facets.items():
        if slugs and not any((field, slug) in told.slices for slug in slugs):
            return False
    return not wishes.words or _holds(_folded(told.text), wishes.words)


def checked(wishes: Wishes) -> Wishes:
    """The same wishes in their plain form: no empty fields, words as they are compared. Raises NotUsableError."""
    facets: dict[Field, frozenset[str]] = {}
    for field in FIELDS:
        slugs = wishes.facets.get(field, frozenset())
        if len(slugs) > MAX_SLUGS:
            raise NotUsableError(f"At most {MAX_SLUGS} {field} can be chosen; choose none to be told of all.")
        if not all(_is_plain(slug) for slug in slugs):
            raise NotUsableError(f"One of the {field} that were chosen cannot be one.")
        if slugs:
            facets[field] = frozenset(slugs)
    if set(wishes.facets) - set(FIELDS):
        raise NotUsableError(f"There is no such field: it is one of {', '.join(FIELDS)}.")
    words = tuple(dict.fromkeys(word for word in map(_folded, wishes.words) if word))
    if len(words) > MAX_WORDS or any(len(word) > MAX_LENGTH for word in words):
        raise NotUsableError(f"At most {MAX_WORDS} words of at most {MAX_LENGTH} characters can be chosen.")
    if not wishes.types <= set(_TYPES):
        raise NotUsableError(f"The types of change are {', '.join(_TYPES)}.")
    if wishes.least not in get_args(Significance):
        raise NotUsableError("The least significance is one of low, medium, high.")
    return Wishes(facets=facets, words=words, types=wishes.types, least=wishes.least)


def wishes_to_json(wishes: Wishes) -> str:
    """The wishes as text: equal for equal wishes. What asks for everything is left out."""
    kept: dict[str, Any] = {}
    if facets := {field: sorted(wishes.facets[field]) for field in FIELDS if wishes.facets.get(field)}:
        kept["facets"] = facets
    if wishes.words:
        kept["words"] = list(wishes.words)
    if wishes.types:
        kept["types"] = sorted(wishes.types)
    if wishes.least != "low":
        kept["least"] = wishes.least
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=2000)
def wishes_from_json(text: str) -> Wishes:
    """The wishes that a text says, whoever wrote it. Raises NotUsableError."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise NotUsableError("The wishes are no JSON.") from None
    if not isinstance(said, dict):
        raise NotUsableError("The wishes are no JSON object.")
    if said.keys() - {"facets", "words", "types", "least"}:
        raise NotUsableError("Wishes have facets, words, types and least, and nothing else.")
    facets, words, types = said.get("facets", {}), said.get("words", []), said.get("types", [])
    if not isinstance(facets, dict) or not all(map(_are_texts, (words, types, *facets.values()))):
        raise NotUsableError("The wishes name each field with a list of texts.")
    least = said.get("least", "low")
    named = {field: frozenset(slugs) for field, slugs in facets.items()}
    return checked(Wishes(facets=named, words=tuple(words), types=frozenset(types), least=least))


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(each, str) for each in values)


def _is_plain(slug: str) -> bool:
    return 0 < len(slug) <= MAX_LENGTH and slug.isprintable() and not any(each.isspace() for each in slug)


@lru_cache(maxsize=512)
def _folded(text: str) -> str:
    """Text as it is compared: one form of each character, no cases, one blank between words."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", plain).split())


def _holds(text: str, words: Iterable[str]) -> bool:
    # Looking for a plain text is some hundred times faster, and mostly finds nothing.
    return any(word in text and _whole(word).search(text) for word in map(_folded, words))


@lru_cache(maxsize=2000)
def _whole(word: str) -> re.Pattern[str]:
    before = rf"(?<![{_LATIN}])" if re.match(f"[{_LATIN}]", word) else ""
    after = rf"(?![{_LATIN}])" if re.search(f"[{_LATIN}]$", word) else ""
    return re.compile(before + re.escape(word) + after)
