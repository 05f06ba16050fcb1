"""The words of the project as frozen records: what flows between fetching, extracting, keeping and publishing.

Every datetime in here is aware and in UTC. Every record is immutable and holds plain values only, so it can be
compared, hashed into a canonical form and handed across any boundary. Standard library only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date as Day  # `date` is a field name below and would hide the type
from datetime import datetime
from hashlib import sha256
from typing import Literal

from store.attribution import NOTHING_SAID, Facets

CaptureKind = Literal["statement", "listing", "robots"]
ChangeType = Literal["new", "edited", "reverted", "removed", "restored", "moved"]
VersionKind = Literal["observed", "reextracted"]
StatementState = Literal["live", "suspect", "removed"]
Significance = Literal["high", "medium", "low"]
Mode = Literal["incremental", "full", "recheck", "url"]
Outcome = Literal["ok", "partial", "unreachable", "blocked", "suspended", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer of the site: the bytes as fetched, with where, when and how. Never altered afterwards."""

    site: str
    kind: CaptureKind
    page: str
    """The canonical address on the site (see `crawler.urls`); the key under which the page is known."""
    url: str
    """The address that answered, after redirects; on another host than `page` when a replica is crawled."""
    fetched: datetime
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    """After content decoding (gzip and the like), before any character decoding. Empty for 304."""

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the body."""
        return sha256(self.body).hexdigest()

    def header(self, name: str) -> str | None:
        """First value of a header, or None; names match without regard to case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDate:
    """The date a page states, in the zone of the profile, beside what was printed."""

    text: str
    """As printed, e.g. `2009-11-19 16:00`; empty if the page prints none."""
    date: Day | None = None
    time: str | None = None
    """`HH:MM`, or None where the page prints none or `00:00`, which the site uses for "no time"."""
    zone: str = "UTC"
    source: Literal["page", "listing", "url", "none"] = "page"
    """Where the date was read; `url` is the day of upload and often a day late (site profile notes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph: clean text, and the same as clean HTML (inline tags only, absolute links, nothing active)."""

    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    url: str
    label: str
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one capture says, once its frame is taken away."""

    site: str
    doc_id: str
    """The CMS document id in the address: `9126861` for `t20210524_9126861.htm`."""
    language: str
    """BCP 47: `en` or `zh-Hans`."""
    title: str
    subtitle: str = ""
    date: StatedDate = field(default_factory=lambda: StatedDate(text="", source="none"))
    paragraphs: tuple[Paragraph, ...] = ()
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    section: str = ""
    """Path of the section whose page was read, without slashes at the ends: `eng/chinaandun/socialhr/rqwt`."""
    crumbs: tuple[str, ...] = ()
    template: str = ""
    """Name of the template of the profile that fitted; a fact about the page, not part of the text."""

    @property
    def key(self) -> str:
        """The statement's public id: `un-9126861`."""
        return f"{self.site}-{self.doc_id}"

    @property
    def text(self) -> str:
        """The paragraphs' text, one blank line between two."""
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """One line of a listing page."""

    doc_id: str
    page: str
    """Canonical address of the statement's page."""
    title: str
    date: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one listing page says: its items in order, and of how many pages it is one."""

    site: str
    section: str
    language: str
    label: str
    """The section's name as printed above the list."""
    number: int
    """0 for the front page, then 1, 2, …"""
    page_count: int
    items: tuple[ListedItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on the site a statement was seen."""

    page: str
    section: str
    label: str
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """A numbered state of a statement, without its text."""

    number: int
    kind: VersionKind
    observed_first: datetime
    observed_last: datetime
    text_sha256: str
    capture_sha256: str
    extractor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Looks at a statement with one result, from the first to the last of them (see `store.coverage`)."""

    since: datetime
    until: datetime
    result: str
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRecord:
    """A statement as kept: its latest version and what is known around it."""

    key: str
    site: str
    language: str
    page: str
    state: StatementState
    baseline: bool
    """True while nothing about it has been news: recorded in its section's first full walk and unchanged since."""
    first_seen: datetime
    updated: datetime
    """When the last change that readers should notice was detected; unique over all statements."""
    content: Statement
    version: VersionFacts
    places: tuple[Place, ...] = ()
    versions: tuple[VersionFacts, ...] = ()
    coverage: tuple[Interval, ...] = ()
    facets: Facets = NOTHING_SAID
    """Who, where, what, as today's rules read it (see `store.facets`)."""
    duplicate_of: str | None = None
    """Key of the statement of the same site that says the same and was there first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecord:
    """One line of the change log. `detected` rises strictly with `id`; nothing of it is ever altered."""

    id: int
    type: ChangeType
    statement: str
    """The statement's key."""
    site: str
    language: str
    title: str
    page: str
    detected: datetime
    from_version: int | None
    to_version: int | None
    significance: Significance
    reasons: tuple[str, ...]
    baseline: bool
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something of a run that went wrong, as data: a stable code, where, and one sentence."""

    code: str
    url: str
    detail: str


COUNTS = (
    "requests",
    "not_modified",
    "listings",
    "pages",
    "new",
    "edited",
    "reverted",
    "removed",
    "restored",
    "moved",
    "unchanged",
    "baseline",
)
"""The counts of a run, in the order of the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One crawl of one site: window, counts, problems, outcome (None while it goes on)."""

    id: int
    site: str
    mode: Mode
    started: datetime
    finished: datetime | None
    outcome: Outcome | None
    counts: dict[str, int]
    problems: Sequence[Problem] = ()
