"""Addresses and ids of everything published (docs: the paths are part of the contract, the ids are for ever)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

from store.selection import Field, Selection

Format = Literal["atom", "rss", "json"]
FeedName = Literal["statements", "changes"]
FORMATS: tuple[Format, ...] = ("atom", "rss", "json")
FEEDS: tuple[FeedName, ...] = ("statements", "changes")

AUTHORITY = "missionwatch.invalid,2026"
"""Who mints the ids (RFC 4151): a name and a year, neither of which may ever be altered.

A feed reader knows an entry by its id alone, so an id may hang on nothing that moves: the address of an installation
moves, and so does the watched host. `.invalid` is reserved (RFC 2606): nobody can register the name and mint others.
"""


QUERY_NAMES: dict[Field, str] = {
    "sites": "site",
    "sections": "section",
    "speakers": "speaker",
    "organs": "organ",
    "kinds": "kind",
    "languages": "language",
}
"""Field → name of the query parameter, where conditions are combined."""


def feed_path(name: FeedName, part: tuple[Field, str] | None = None) -> str:
    """`changes`, or `speakers/fu-cong/changes`: the path of a feed below `/feeds/` without its ending."""
    return name if part is None else f"{part[0]}/{_part(part[1])}/{name}"


def statement_id(site: str, doc_id: str) -> str:
    """The id of a statement's entry: made from site and document id, whatever title, path or layout become."""
    return f"tag:{AUTHORITY}:missionwatch:statement:{_part(site)}:{_part(doc_id)}"


def change_id(number: int) -> str:
    """The id of a change's entry."""
    return f"tag:{AUTHORITY}:missionwatch:change:{number}"


def silence_id(number: int, *, ended: bool = False) -> str:
    """The id of the entry about a silence, or of the one about its end."""
    return f"tag:{AUTHORITY}:missionwatch:silence:{number}{':ended' if ended else ''}"


def scheme_id(name: str) -> str:
    """The scheme of an entry's category: a field, or `types`, `significances`, `notices`."""
    return f"tag:{AUTHORITY}:missionwatch:{name}"


def feed_id(name: str) -> str:
    """The id of a feed, the same in every format."""
    return f"tag:{AUTHORITY}:missionwatch:feed:{_part(name)}"


@dataclass(frozen=True, slots=True)
class Permalinks:
    """Addresses below a base: absolute with `publish.base_url` (feeds), from the root with its path (pages)."""

    base: str

    @classmethod
    def absolute(cls, base_url: str) -> "Permalinks":
        """Absolute addresses.

        Raises:
            ValueError: Not an `http` or `https` address of a host, or one with a query or fragment.
        """
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"publish.base_url is no plain http or https address: {base_url!r}")
        return cls(base_url.rstrip("/"))

    def from_root(self) -> "Permalinks":
        """The same addresses without scheme and host, so that a page works under any name of its server."""
        return Permalinks(urlsplit(self.base).path.rstrip("/"))

    def home(self) -> str:
        return f"{self.base}/"

    def feeds(self) -> str:
        return f"{self.base}/feeds/"

    def feed(self, name: FeedName, kind: Format, part: tuple[Field, str] | None = None) -> str:
        """A feed of everything, or of one (field, slug)."""
        return f"{self.base}/feeds/{feed_path(name, part)}.{kind}"

    def archive(self, name: FeedName, number: int, part: tuple[Field, str] | None = None) -> str:
        """A document of older entries (RFC 5005), in Atom; numbers rise from 1, the oldest."""
        return f"{self.base}/feeds/archive/{feed_path(name, part)}/{number}.atom"

    def opml(self) -> str:
        return f"{self.base}/feeds/opml.xml"

    def status(self) -> str:
        return f"{self.base}/status"

    def subscribe(self) -> str:
        """Where letters are asked for."""
        return f"{self.base}/subscribe"

    def manage(self) -> str:
        """Where a link to alter a subscription is asked for."""
        return f"{self.base}/manage"

    def days(self) -> str:
        """The calendar."""
        return f"{self.base}/days/"

    def year(self, year: int) -> str:
        return f"{self.base}/days/{year:04d}/"

    def timeline(self, selection: Selection) -> str:
        """The timeline of a selection: a path of its own for one condition (or one day), else a query."""
        match selection:
            case Selection(facets=(), type=None, since=None, until=None):
                return self.home()
            case Selection(facets=((field, slug),), type=None, since=None, until=None):
                return f"{self.base}/{field}/{_part(slug)}/"
            case Selection(facets=(), type=str(kind), since=None, until=None):
                return f"{self.base}/types/{kind}/"
            case Selection(facets=(), type=None, since=date() as day, until=until) if day == until:
                return f"{self.base}/days/{day.isoformat()}/"
        asked = [(QUERY_NAMES[field], slug) for field, slug in selection.facets]
        rest = {"type": selection.type, "since": selection.since, "until": selection.until}
        asked += [(name, str(value)) for name, value in rest.items() if value is not None]
        return f"{self.base}/?{urlencode(asked, errors='replace')}"

    def statement(self, key: str) -> str:
        return f"{self.base}/statements/{_part(key)}"

    def version(self, key: str, number: int) -> str:
        return f"{self.statement(key)}/versions/{number}"

    def diff(self, key: str, old: int, new: int) -> str:
        return f"{self.statement(key)}/diff/{old}..{new}"

    def capture(self, key: str, number: int) -> str:
        """The stored bytes of a version, as a download."""
        return f"{self.version(key, number)}/capture"

    def asset(self, name: str) -> str:
        return f"{self.base}/assets/{_part(name)}"


@lru_cache(maxsize=2048)  # a page names the same slices and statements many times
def _part(text: str) -> str:
    return quote(text, safe="", errors="replace")
