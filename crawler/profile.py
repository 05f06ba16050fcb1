"""Site profiles: all that is particular to one site, as a TOML file that a reader can check against the site.

Another site of the same family is another file in `crawler/sites`, or one anywhere on disk, and no code.
"""

import re
import tomllib
from functools import cached_property, lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from crawler.profile_values import Locator, Selector, Zone, decode_value

Evidence = Literal["verified", "inferred"]
_MESSAGE = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<key>.*)`)?", re.DOTALL)


class ProfileError(ValueError):
    """A profile that cannot be used; one sentence that names the file and the key."""


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """What every table of a profile is: frozen, and closed to keys that it does not know."""


class Label(_Record, frozen=True, kw_only=True):
    """A name for readers, in English and Chinese."""

    en: str
    zh: str


class Documents(_Record, frozen=True, kw_only=True):
    """How the address of a statement is built."""

    path: re.Pattern[str]
    """Searched in the path; groups `id`, `day` (`YYYYMMDD`), `month` (`YYYYMM`)."""
    old_path: re.Pattern[str] | None = None
    """The scheme before month folders; group `id` only."""


class Language(_Record, frozen=True, kw_only=True):
    """The language of all pages under a path."""

    prefix: str
    tag: str


class Section(_Record, frozen=True, kw_only=True):
    """One list of statements on the site."""

    path: str
    label: Label
    evidence: Evidence = "verified"
    crawl: bool = True
    """Whether a crawl that names no section visits this one."""

    def __post_init__(self) -> None:
        if self.path != self.path.strip("/") or not self.path:
            raise ValueError("`path` must be a path without slashes at its ends")


class ListingTemplate(_Record, frozen=True, kw_only=True):
    """One way a listing page is built; the first whose fingerprint fits is used."""

    name: str
    fingerprint: tuple[Selector, ...]
    items: tuple[Selector, ...]
    label: tuple[Locator, ...]


class Listings(_Record, frozen=True, kw_only=True):
    """How lists of statements are named, paged and read."""

    front: tuple[str, ...]
    """File names that are the same as the folder; the first is the one used in addresses."""
    further: str
    """File name of page n, with `{n}`."""
    first_number: int = 1
    max_pages: int
    item_date: re.Pattern[str]
    """Searched in the text of an item and cut off it; group `date`."""
    page_count: tuple[re.Pattern[str], ...]
    current_page: re.Pattern[str] | None = None
    pager: tuple[Selector, ...] = ()
    templates: tuple[ListingTemplate, ...]

    def __post_init__(self) -> None:
        if "{n}" not in self.further or not self.front:
            raise ValueError("`further` needs `{n}`, and `front` at least one file name")

    @cached_property
    def further_name(self) -> re.Pattern[str]:
        """Matches the whole file name of a further page; group `n`."""
        before, after = self.further.split("{n}", 1)
        return re.compile(re.escape(before) + r"(?P<n>[1-9]\d{0,5})" + re.escape(after))


class Template(_Record, frozen=True, kw_only=True):
    """One way a statement's page is built: where each part stands, in the order worth trying."""

    name: str
    fingerprint: tuple[Selector, ...]
    """All must match for the template to fit."""
    title: tuple[Locator, ...]
    subtitle: tuple[Locator, ...] = ()
    date: tuple[Locator, ...] = ()
    body: tuple[Selector, ...]
    crumbs: tuple[Selector, ...] = ()
    attachments: tuple[Selector, ...] = ()


class Body(_Record, frozen=True, kw_only=True):
    """What of a body is not part of the statement."""

    junk: tuple[Selector, ...]
    """Elements that are taken out, wherever they stand."""
    frame_lines: tuple[str, ...] = ()
    """Lines that belong to the frame when they begin or end a body."""


class Refusals(_Record, frozen=True, kw_only=True):
    """How the site says that there is no statement behind an address, while it answers 200."""

    soft_404_urls: tuple[re.Pattern[str], ...] = ()
    soft_404_titles: tuple[re.Pattern[str], ...] = ()
    soft_404_phrases: tuple[str, ...] = ()
    block_phrases: tuple[str, ...] = ()
    block_markers: tuple[Selector, ...] = ()


class SiteProfile(_Record, frozen=True, kw_only=True, eq=False):
    """One site: hosts, sections, selectors, zone, manners. Two loads of a file are two profiles."""

    name: str
    label: Label
    base_url: str
    """Scheme and host of every canonical address."""
    hosts: tuple[str, ...] = ()
    """Further hosts that serve the same pages under the same paths."""
    zone: Zone
    delay: float
    """Seconds between two requests where the configuration names none."""
    languages: tuple[Language, ...]
    """The longest prefix that fits a path decides."""
    documents: Documents
    sections: tuple[Section, ...]
    listings: Listings
    templates: tuple[Template, ...]
    document_title: re.Pattern[str]
    """Cuts the site's name off the `title` element; group `title`."""
    date_formats: tuple[str, ...]
    """Names of the formats of `crawler.extract.dates` that may stand on this site's pages."""
    body: Body
    refusals: Refusals

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
            raise ValueError("`base_url` must be scheme and host only, as in https://example.org")
        paths = [section.path for section in self.sections]
        if twice := sorted({path for path in paths if paths.count(path) > 1}):
            raise ValueError(f"`sections` names {twice[0]} twice")
        if not self.templates or not self.listings.templates:
            raise ValueError("at least one of `templates` and of `listings.templates` is needed")

    @cached_property
    def default_sections(self) -> tuple[str, ...]:
        """Paths of the sections that a crawl visits when none is named."""
        return tuple(section.path for section in self.sections if section.crawl)

    def section(self, path: str) -> Section | None:
        """The section with this path, or None if the profile does not know it."""
        wanted = path.strip("/")
        return next((section for section in self.sections if section.path == wanted), None)


def available_profiles() -> tuple[str, ...]:
    """Names of the profiles that come with the program, sorted."""
    files = resources.files("crawler").joinpath("sites").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def load_profile(name_or_path: str | Path) -> SiteProfile:
    """The profile of this name, or of the TOML file at this path.

    A string that ends in `.toml` or holds a slash is a path. Raises `ProfileError` for a profile that is missing,
    is not TOML, has unknown or missing keys, or holds a pattern, selector or zone that is none.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or text.endswith(".toml") or "/" in text:
        path = Path(name_or_path)
        try:
            return parse_profile(path.read_text(encoding="utf-8"), path.name)
        except (OSError, UnicodeDecodeError) as error:
            raise ProfileError(f"{path}: cannot be read as a profile: {error}") from error
    return _bundled(text)


@lru_cache
def _bundled(name: str) -> SiteProfile:
    known = available_profiles()
    if name not in known:
        raise ProfileError(f"{name}: no such profile; there is {', '.join(known)}, or give the path of a TOML file")
    file = resources.files("crawler").joinpath("sites", f"{name}.toml")
    return parse_profile(file.read_text(encoding="utf-8"), file.name, tried=True)


def parse_profile(text: str, file: str, *, tried: bool = False) -> SiteProfile:
    """The profile in this TOML text; `file` is the name that errors carry. Selectors are `tried` where a test was."""
    try:
        return msgspec.convert(tomllib.loads(text), SiteProfile, dec_hook=partial(decode_value, tried=tried))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file}: is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        found = _MESSAGE.fullmatch(str(error))
        assert found
        key = (found["key"] or "").lstrip(".") or "top level"
        raise ProfileError(f"{file}: {key}: {found['what']}") from error
