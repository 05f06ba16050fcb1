"""What a statement is said to be: who speaks, where, what kind of text it is, which documents it names.

Read by `store.facets`. Every text in here is clean: one line, no control characters, bounded. Standard library only.
"""

from dataclasses import dataclass

MAX_NAME = 80
MAX_ROLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A person who speaks or signs."""

    name: str
    """Family name first, as in `Fu Cong`; in a Chinese title as printed, `傅聪`. At most 80 characters."""
    role: str = ""
    """In what capacity, in one of the forms of `store.facets.roles`; empty if none is printed. At most 120."""
    slug: str
    """`[a-z0-9-]+`. The same for both languages if the person is one of `store.facets.persons`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organ:
    """The body in whose meeting it was said."""

    slug: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What sort of text it is."""

    slug: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A document of the United Nations, by its official symbol."""

    symbol: str
    """In its canonical form, without blanks: `S/RES/2231(2015)`. ASCII only."""
    url: str
    """Its page at the United Nations, in the language of the statement. Built from the symbol alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """All of it; empty or None where no rule is sure."""

    speakers: tuple[Speaker, ...] = ()
    organ: Organ | None = None
    kind: Kind | None = None
    symbols: tuple[Symbol, ...] = ()
    """In the order of their first mention, each once."""


NOTHING_SAID = Facets()
