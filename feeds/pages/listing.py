"""The feeds by field, as the feeds page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.pages.parts import Part, Parts
from store.selection import FIELDS, Field, Slice

SHOWN = 8
"""Slices of a field that are shown at once."""
FEWEST_FOLDED = 4
_HEADINGS: dict[Field, str] = {
    "sites": "By site",
    "sections": "By section",
    "speakers": "By speaker",
    "organs": "By organ",
    "kinds": "By kind of text",
    "languages": "By language",
}
_FOR_WHOM: dict[Field, str] = {
    "sites": "Everything of one site, if you follow only one of several.",
    "sections": "What is listed in one section of a site. A statement that is listed in two is in the feeds of both.",
    "speakers": "Statements whose speaker is named for sure. If you must miss nothing, take a section instead.",
    "organs": "Statements made in one body of the United Nations, as far as title or section say so.",
    "kinds": "Remarks, explanations of vote, rights of reply, joint statements and so on.",
    "languages": "If you read only one of the languages.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A slice with its two feeds."""

    part: Part
    statements: int
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedGroup:
    """The slices of one field, most statements first."""

    field: Field
    heading: str
    for_whom: str
    shown: tuple[Listed, ...]
    folded: tuple[Listed, ...]


def feed_groups(slices: Sequence[Slice], parts: Parts) -> tuple[FeedGroup, ...]:
    """One group for every field that has a slice: what people choose by first, sites last."""
    groups = []
    for field in (*FIELDS[1:], FIELDS[0]):
        listed = [
            Listed(part=parts.of_slice(each), statements=each.statements, changes=each.changes)
            for each in slices
            if each.field == field
        ]
        cut = SHOWN if len(listed) >= SHOWN + FEWEST_FOLDED else len(listed)
        if listed:
            groups.append(
                FeedGroup(
                    field=field,
                    heading=_HEADINGS[field],
                    for_whom=_FOR_WHOM[field],
                    shown=tuple(listed[:cut]),
                    folded=tuple(listed[cut:]),
                )
            )
    return tuple(groups)
