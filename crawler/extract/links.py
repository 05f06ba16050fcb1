"""Links of a page as absolute addresses that are safe to publish."""

import re
from urllib.parse import quote, urljoin, urlsplit

from crawler.urls import SiteUrls

_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_AUTHORITY = re.compile(r"[a-z0-9.-]+(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?", re.IGNORECASE | re.ASCII)
_MAIL = re.compile(r"mailto:[^\s<>\"']{1,200}", re.IGNORECASE)
_SAFE = "!#$%&'()*+,;=:@/?~[]"


class PageLinks:
    """The links of one page. `page` is its canonical address."""

    def __init__(self, urls: SiteUrls, page: str) -> None:
        self.urls = urls
        self.page = page

    def absolute(self, href: str | None) -> str | None:
        """An address in full: canonical on the site itself, http(s) elsewhere; None for anything else."""
        if not href or (href := href.strip()).startswith("#"):
            return None
        if own := self.urls.canonical(href, self.page):
            return own
        if _CONTROL.search(href):
            return None
        try:
            parts = urlsplit(urljoin(self.page, href))
            if parts.scheme not in ("http", "https") or not _AUTHORITY.fullmatch(parts.netloc):
                return None
            if self.urls.allowed(parts.geturl()):
                return None
            rest = parts._replace(scheme="", netloc="").geturl()
            return f"{parts.scheme}://{parts.netloc.lower()}{quote(rest, safe=_SAFE)}"
        except ValueError:
            return None

    def link(self, href: str | None) -> str | None:
        """As `absolute`, or a mail address."""
        if href and _MAIL.fullmatch(href.strip()):
            return quote(href.strip(), safe=_SAFE, errors="replace")
        return self.absolute(href)
