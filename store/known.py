"""What is known of a section, a statement and a page before a crawl asks for them."""

from dataclasses import dataclass
from datetime import datetime

from store.model import StatementState


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSection:
    page_count: int
    items: int
    """How many statements it was last seen to name, over all its pages."""
    baselined: bool
    """Whether all of its listing pages were read once in one walk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStatement:
    page: str
    """Its address: the one asked for when it is looked at again."""
    recorded: bool
    """False for one that a listing names but whose page could not be read yet."""
    sections: tuple[str, ...]
    places: tuple[str, ...]
    """All addresses under which listings name it now."""
    state: StatementState
    missing_last: datetime | None
    checked: datetime | None
    """When its address last answered."""
    problem: str | None
    """What was wrong with the last look; None if it was well."""
    fresh: datetime
    """When it was published or last changed, whichever is later."""
    edits: int
    due: bool = False
    """Whether a listing has shown another line for it since its page was last read."""

    @property
    def is_open(self) -> bool:
        """Whether it waits to be read, whenever its next look would be."""
        return not self.recorded or self.due or self.state == "suspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    etag: str | None
    last_modified: str | None
    host: str | None
    """The host that gave them, where that is not the page's own."""
    streak: int
    """How many times in a row they brought "not modified"."""
