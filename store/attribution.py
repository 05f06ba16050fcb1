"""Who spoke, where, in what form and about which documents, as frozen records (read by `store.facets`).

Every text in here is clean: one line, no control characters, bounded. Standard library only.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    name: str
    """In reading form, without titles: `Fu Cong`, `傅聪`."""
    role: str
    """As it was said, normalised: `Permanent Representative`; empty where nothing was said."""
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ:
    """A body of the United Nations: `security-council`."""

    slug: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The form of a text: `remarks`, `explanation-of-vote`."""

    slug: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A UN document symbol in canonical form, with its official page."""

    symbol: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What could be said for sure; the rest is empty."""

    speakers: tuple[Speaker, ...] = ()
    organ: Organ | None = None
    kind: Kind | None = None
    symbols: tuple[Symbol, ...] = ()


NOTHING_SAID = Facets()
