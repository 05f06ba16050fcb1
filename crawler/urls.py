"""Addresses of a site: one canonical form for each page, and a strict gate for what may be fetched."""

import re
from datetime import date
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from crawler.profile import SiteProfile

_DEFAULT_PORTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?", re.IGNORECASE | re.ASCII)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")
# A server may read an encoded slash, backslash or NUL as the character itself, and so leave the folder named.
_FORBIDDEN_ESCAPE = re.compile(r"%(?:2f|5c|[01][0-9a-f]|7f)", re.IGNORECASE)
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?|/")
_SAFE = "!$&'()*+,;=:@~/"
_ENDS = "".join(map(chr, range(0x21)))


class SiteUrls:
    """The addresses of one site.

    `canonical` is the base of the addresses by which pages are known; `base_url` is where they are fetched, another
    host when a replica is crawled. Methods that take an address accept any form of it, on any host of the site.
    """

    def __init__(self, profile: SiteProfile, base_url: str | None = None, canonical: str | None = None) -> None:
        self.profile = profile
        self.canonical_base = (canonical or profile.base_url).rstrip("/")
        self.fetch_base = (base_url or self.canonical_base).rstrip("/")
        self._fetch_root = f"{self.fetch_base}/"
        self._fetch_origins = _origins(self.fetch_base)
        self._origins = self._fetch_origins | _origins(self.canonical_base)
        # A page's address is asked about a dozen times between its listing and its record: for its canonical form,
        # where to fetch it, its id, section, language and day.
        self._known = lru_cache(maxsize=4096)(self._canonical)
        for host in profile.hosts:
            self._origins |= _origins(f"https://{host}")

    def allowed(self, url: str) -> bool:
        """Whether this absolute address is one of the site's: http(s), exactly its host and port, no user part."""
        return _origin(url) in self._origins

    def fetchable(self, url: str) -> bool:
        """Whether this absolute address may be requested: as `allowed`, but on the host that is crawled only."""
        # All that a crawl asks for begins so; nothing but the path follows the slash.
        plain = url.startswith(self._fetch_root) and not _FORBIDDEN.search(url)
        return plain or _origin(url) in self._fetch_origins

    def canonical(self, url: str, page: str | None = None) -> str | None:
        """The one form of an address, or None where it is no address of this site.

        `page` is the address of the page on which a relative `url` stands. Query and fragment are dropped, dot
        segments and repeated slashes resolved, escapes normalised, and a folder's front file is the folder.
        """
        return self._known(url) if page is None else self._canonical(url, page)

    def _canonical(self, url: str, page: str | None = None) -> str | None:
        base = self.canonical_base
        if page and url.startswith("./") and page.startswith(base):
            url = page.rpartition("/")[0] + url[1:]
        if url.startswith(base) and _PLAIN_PATH.fullmatch(url, len(base)):
            return base + self._settle(url[len(base) :])
        cleaned = url.strip(_ENDS)
        if _FORBIDDEN.search(cleaned):
            return None
        try:
            absolute = urljoin(page, cleaned) if page else cleaned
            path = urlsplit(absolute).path
            if not self.allowed(absolute) or _FORBIDDEN_ESCAPE.search(path):
                return None
            return base + self._settle(_resolve(path))
        except ValueError:  # no address, or characters that no address can hold
            return None

    def fetch_url(self, page: str) -> str:
        """Where to fetch a page; raises ValueError for an address that is not of this site."""
        canonical = self.canonical(page)
        if canonical is None:
            raise ValueError(f"{page} is no address of {self.canonical_base}")
        return self.fetch_base + canonical[len(self.canonical_base) :]

    def path(self, url: str) -> str | None:
        """The canonical path, beginning with a slash, or None where it is no address of this site."""
        canonical = self.canonical(url)
        return None if canonical is None else canonical[len(self.canonical_base) :]

    def doc_id(self, url: str) -> str | None:
        """The document id in the address of a statement, or None for any other address."""
        path = self.path(url) or ""
        documents = self.profile.documents
        if found := documents.path.search(path):
            return found["id"] if found["day"].startswith(found["month"]) else None
        found = documents.old_path.search(path) if documents.old_path else None
        return found["id"] if found else None

    def upload_day(self, url: str) -> date | None:
        """The day in the address of a statement: the CMS's day, often one later than the statement's own."""
        found = self.profile.documents.path.search(self.path(url) or "")
        if not found:
            return None
        try:
            return date(int(found["day"][:4]), int(found["day"][4:6]), int(found["day"][6:]))
        except ValueError:
            return None

    def section(self, url: str) -> str:
        """The path of the section to which a listing or statement belongs, without slashes at its ends."""
        path = self.path(url) or "/"
        documents = self.profile.documents
        found = documents.path.search(path) or (documents.old_path.search(path) if documents.old_path else None)
        return (path[: found.start()] if found else path.rpartition("/")[0]).strip("/")

    def language(self, url: str) -> str:
        """The BCP 47 tag of the language under whose prefix an address stands."""
        path = (self.path(url) or "/").lstrip("/")
        fitting = [language for language in self.profile.languages if path.startswith(language.prefix)]
        return max(fitting, key=lambda language: len(language.prefix)).tag if fitting else "und"

    def listing(self, section: str, number: int = 0) -> str:
        """The canonical address of page `number` of a section's list; 0 is its front page."""
        listings = self.profile.listings
        name = listings.further.format(n=number - 1 + listings.first_number) if number else ""
        return f"{self.canonical_base}/{section.strip('/')}/{name}"

    def listing_number(self, url: str) -> int | None:
        """0 for the front page of a list, then 1, 2, …; None for an address that is not of a list."""
        name = (self.path(url) or "-").rpartition("/")[2]
        if not name:
            return 0
        listings = self.profile.listings
        found = listings.further_name.fullmatch(name)
        return int(found["n"]) + 1 - listings.first_number if found else None

    def is_listing(self, url: str) -> bool:
        """Whether an address is that of a page of a list (or of a folder, which looks the same)."""
        return self.listing_number(url) is not None

    def _settle(self, path: str) -> str:
        """A resolved path with a folder's front file dropped, and a slash after a folder."""
        folder, _, name = path.rpartition("/")
        if name in self.profile.listings.front:
            return f"{folder}/"
        # Every page of a static CMS has an extension; what has none is a folder, which the server redirects to `…/`.
        return path if not name or "." in name else f"{path}/"


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an absolute http(s) address, or None for anything else or anything doubtful."""
    if _FORBIDDEN.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    found = _AUTHORITY.fullmatch(parts.netloc)
    if parts.scheme not in _DEFAULT_PORTS or not found:
        return None
    port = int(found["port"]) if found["port"] else _DEFAULT_PORTS[parts.scheme]
    return parts.scheme, found["host"].lower(), port


def _origins(base: str) -> frozenset[tuple[str, str, int]]:
    """The origins under which a base may answer: itself, and on default ports the other scheme too."""
    origin = _origin(base)
    if origin is None:
        raise ValueError(f"{base} is no http address of a host")
    scheme, host, port = origin
    if port != _DEFAULT_PORTS[scheme]:
        return frozenset({origin})
    return frozenset((other, host, number) for other, number in _DEFAULT_PORTS.items())


def _resolve(path: str) -> str:
    """A path with escapes in one form, no dot segments and no empty ones."""
    segments: list[str] = []
    for segment in path.split("/"):
        plain = quote(unquote_to_bytes(segment), safe=_SAFE)
        if plain == "..":
            del segments[-1:]
        elif plain not in ("", "."):
            segments.append(plain)
    last = path.rpartition("/")[2]
    folder = unquote_to_bytes(last) in (b"", b".", b"..")
    return "/" + "/".join(segments) + ("/" if folder and segments else "")
