"""The query of a timeline's address as a selection, or one sentence that says what is wrong with it."""

import re
from collections.abc import Mapping
from datetime import date as Day
from types import MappingProxyType
from typing import get_args
from urllib.parse import parse_qsl

from feeds.clean import title_text
from feeds.permalinks import QUERY_NAMES
from store.model import ChangeType
from store.selection import FIELDS, Field, Selection

TYPES: tuple[ChangeType, ...] = get_args(ChangeType)
LONGEST = 1000
"""Bytes of a query: the addresses of our own pages have a tenth of it."""
_FIELDS: Mapping[str, Field] = {name: field for field, name in QUERY_NAMES.items()}
_NAMES = (*_FIELDS, "type", "since", "until")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class QueryError(ValueError):
    """A query that cannot be answered; the message is a sentence for the visitor."""


def read_query(query: bytes, given: Mapping[str, str] = MappingProxyType({})) -> Selection:
    """What is asked for, besides the parameters that the path stands for. A slug that nothing has is no error.

    Raises:
        QueryError: A parameter that does not exist or comes twice, or a value that it cannot have.
    """
    if len(query) > LONGEST:
        raise QueryError("This address is too long.")
    asked = dict(given)
    # Bytes that are no UTF-8 become U+FFFD, as in paths.
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace"):
        if name not in _NAMES:
            raise QueryError(f"There is no filter “{_shown(name)}”: the filters are {', '.join(_NAMES)}.")
        if name in asked:
            raise QueryError(f"The filter “{name}” is named twice; once is enough.")
        if not value:
            raise QueryError(f"The filter “{name}” needs a value.")
        asked[name] = value
    since, until = (_day(name, asked.get(name)) for name in ("since", "until"))
    if since is not None and until is not None and since > until:
        raise QueryError("The day in “since” is after the day in “until”, so that no day is between.")
    return Selection(
        facets=tuple((field, asked[QUERY_NAMES[field]]) for field in FIELDS if QUERY_NAMES[field] in asked),
        type=_type(asked.get("type")),
        since=since,
        until=until,
    )


def day_of(text: str) -> Day | None:
    """The day that `YYYY-MM-DD` names, or None if there is none."""
    if _DAY.fullmatch(text) is None:
        return None  # the standard library reads more forms than one
    try:
        return Day.fromisoformat(text)
    except ValueError:
        return None


def _day(name: str, value: str | None) -> Day | None:
    if value is None:
        return None
    day = day_of(value)
    if day is None:
        raise QueryError(f"“{_shown(value)}” in “{name}” is no day: days are written as 2026-03-31.")
    return day


def _type(value: str | None) -> ChangeType | None:
    if value is None:
        return None
    for each in TYPES:
        if each == value:
            return each
    raise QueryError(f"“{_shown(value)}” is no type of change: the types are {', '.join(TYPES)}.")


def _shown(text: str) -> str:
    return title_text(text, 60)
