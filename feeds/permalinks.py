"""Addresses and ids of everything published (docs: the paths are part of the contract, the ids are for ever)."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

Format = Literal["atom", "rss", "json"]
FeedName = Literal["statements", "changes"]
FORMATS: tuple[Format, ...] = ("atom", "rss", "json")
FEEDS: tuple[FeedName, ...] = ("statements", "changes")

AUTHORITY = "missionwatch.invalid,2026"
"""Who mints the ids (RFC 4151): a name and a year, neither of which may ever be altered.

A feed reader knows an entry by its id alone, so an id may hang on nothing that moves: the address of an installation
moves, and so does the watched host. `.invalid` is reserved (RFC 2606): nobody can register the name and mint others.
"""


def statement_id(site: str, doc_id: str) -> str:
    """The id of a statement's entry: made from site and document id, whatever title, path or layout become."""
    return f"tag:{AUTHORITY}:missionwatch:statement:{_part(site)}:{_part(doc_id)}"


def change_id(number: int) -> str:
    """The id of a change's entry."""
    return f"tag:{AUTHORITY}:missionwatch:change:{number}"


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

    def feed(self, name: FeedName, kind: Format) -> str:
        return f"{self.base}/feeds/{name}.{kind}"

    def statement(self, key: str) -> str:
        return f"{self.base}/statements/{_part(key)}"

    def version(self, key: str, number: int) -> str:
        return f"{self.statement(key)}/versions/{number}"

    def diff(self, key: str, old: int, new: int) -> str:
        return f"{self.statement(key)}/diff/{old}..{new}"

    def asset(self, name: str) -> str:
        return f"{self.base}/assets/{_part(name)}"


def _part(text: str) -> str:
    return quote(text, safe="", errors="replace")
