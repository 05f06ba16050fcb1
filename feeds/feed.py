"""What all feed formats share: feeds and entries, clean already, with every time set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from feeds.permalinks import Format
from store.attribution import NOTHING_SAID, Facets
from store.model import ChangeType

NoticeType = Literal["not-read", "read-again"]
Relation = tuple[str, str]
"""A link relation and an absolute address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What an entry is about: a term in a scheme (a URI), with a label for readers."""

    scheme: str
    term: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The facts behind an entry, for programs (JSON Feed's `_missionwatch`)."""

    type: Literal["statement"] | ChangeType | NoticeType
    statement: str | None = None
    """The statement's key; None for a notice."""
    versions: tuple[int, ...] = ()
    """The version shown, or those before and after."""
    reasons: tuple[str, ...] = ()
    significance: str | None = None
    """Of a change."""
    hash: str | None = None
    """Of the text (statement) or of the line in the change log (change); None for a notice."""
    facets: Facets = NOTHING_SAID
    """Of a statement, as today's rules read it: an entry about a change holds nothing that may be read otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. Text is plain and clean, HTML is clean, addresses are absolute, times are aware and in UTC."""

    id: str
    title: str
    link: str
    via: str | None
    """The page on the watched site."""
    published: datetime
    updated: datetime
    moment: datetime
    """By which the entry stands among others: detection of a change, first sight of a statement."""
    author: str
    language: str
    categories: tuple[Category, ...]
    relations: tuple[Relation, ...] = ()
    """To the statement's versions (RFC 5829)."""
    summary: str
    html: str
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feed:
    """A feed document without its entries, in no format yet. Each is equal to itself alone."""

    id: str
    title: str
    subtitle: str
    home: str
    """The page about it."""
    selves: Mapping[Format, str]
    """Its own address in each format that it has."""
    relations: tuple[Relation, ...] = ()
    """To the other documents of the same feed, which are Atom (RFC 5005)."""
    hubs: tuple[str, ...] = ()
    """WebSub hubs that are told when it changes."""
    archived: bool = False
    """Whether the document is an archive (RFC 5005 §4)."""
