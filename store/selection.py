"""Ways to look at a part of the archive: by site, section, speaker, organ, kind or language, by type of change, by day.

The names are those of the addresses (`/feeds/speakers/…`, `/organs/…`). Slugs come from facts that do not move (a
section's path, a speaker's name), so an address stays when labels or rules get better. Standard library only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from typing import Literal, get_args

from store.model import ChangeType

Field = Literal["sites", "sections", "speakers", "organs", "kinds", "languages"]
FIELDS: tuple[Field, ...] = get_args(Field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One value of a field, with how much of the archive has it."""

    field: Field
    slug: str
    """One segment of an address: letters, digits, `-`, `_`; Han characters where a name has no Latin form."""
    label: str
    """For readers, as in the page or the rules; clean it on the way out like all text from pages."""
    statements: int = 0
    changes: int = 0
    """Changes that were news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is asked for: every condition has to hold. The default asks for everything."""

    facets: tuple[tuple[Field, str], ...] = ()
    """(field, slug), at most one of a field, in the order of FIELDS."""
    type: ChangeType | None = None
    """Of changes; for statements: those that have had such a change (baselines do not count)."""
    since: Day | None = None
    """First day: of detection in UTC for changes, the stated day for statements."""
    until: Day | None = None
    """Last day, itself included."""

    def __post_init__(self) -> None:
        order = [FIELDS.index(field) for field, _ in self.facets]
        if order != sorted(set(order)):
            raise ValueError(f"fields have to be in order, each once: {self.facets!r}")


ALL = Selection()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """A day on which something is to be seen: changes detected (UTC) or statements dated."""

    day: Day
    changes: int
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a published statement hangs on: while it is the same, so is everything published about the statement."""

    stamp: str
    """Opaque. Looks without a finding move it at most once a day, since pages tell the last look by the day."""
    slices: tuple[tuple[Field, str], ...]
    """The (field, slug) it belongs to, sorted."""
    days: tuple[Day, ...]
    """Days whose pages name it: its stated day, and the days (UTC) of its news; sorted."""
    stated: Day | None = None
    said: str = ""
    """Opaque: of who speaks, where and in what form, which lists say of each change of the statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The marks that may be others than before."""

    state: str
    """Opaque; to be given with the next question."""
    marks: Mapping[str, Mark]
    """By key. Some may be as they were."""
    is_all: bool
    """Whether these are all there are, since nothing could be told of what was before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A time in which a site, or a section of it, could not be read for longer than promised.

    From facts of past runs alone, so that the same archive tells the same; see `store.freshness` for the promise.
    """

    id: int
    """Of the incident."""
    site: str
    section: str
    """Path, or empty for the whole site."""
    since: datetime
    """When the incident was opened."""
    told: datetime
    """When the promise was broken: no entry about it is older."""
    ended: datetime | None
    """None while it lasts."""
    detail: str


def section_slug(site: str, path: str) -> str:
    """The slug of a section: `un-eng-hyyfy`. Two sections never share one: a `-` of the path is doubled."""
    return "-".join(part.replace("-", "--") for part in (site, *path.strip("/").split("/")))
