"""What one crawl will ask for: decided before it starts, from the profile, the survey and the operator's wishes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from crawler.profile import SiteProfile
from crawler.urls import SiteUrls
from store.model import ListedItem, Listing, Mode
from store.survey import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPlan:
    """One crawl of one site. Everything in it is settled; nothing in it changes while the crawl runs."""

    site: str
    profile: SiteProfile
    urls: SiteUrls
    survey: Survey
    sections: tuple[str, ...]
    full: bool = False
    recheck: bool = False
    since: date | None = None
    """Items dated before this day are not asked for, and a listing is left where it begins to be older."""
    limit: int | None = None
    """At most this many statement pages."""
    only: tuple[str, ...] = ()
    """Canonical addresses of single pages; then no listing is read."""
    obey_robots: bool = True
    user_agent: str = "missionwatch"

    @property
    def mode(self) -> Mode:
        """The run's mode, in the words of the contract."""
        if self.only:
            return "url"
        if self.full:
            return "full"
        return "recheck" if self.recheck else "incremental"

    @property
    def walks_listings(self) -> bool:
        return not self.only and (self.full or not self.recheck)

    def walks_whole(self, section: str) -> bool:
        """Whether every listing page is read: on request, and until a section was read to its end once."""
        known = self.survey.sections.get(section)
        return self.full or known is None or not known.baselined

    def first_pages(self) -> Iterator[str]:
        """Statement pages to ask for besides what listings show: single ones, missing ones, due ones, known ones."""
        if self.only:
            yield from self.only
            return
        wanted = set(self.sections)
        for known in self.survey.statements.values():
            if wanted.isdisjoint(known.sections):
                continue
            if self.recheck or known.due if known.recorded else self.since is None:
                yield known.page

    def validators(self, page: str) -> dict[str, str]:
        """Headers of a conditional request; empty where a full answer is needed.

        Validators of another host are not used: a replica's date would make the real site answer "not modified".
        """
        found = self.survey.validators.get(page)
        if found is None or (found.host or _host(self.urls.canonical_base)) != _host(self.urls.fetch_base):
            return {}
        headers = {}
        if found.etag:
            headers["If-None-Match"] = found.etag
        if found.last_modified:
            headers["If-Modified-Since"] = found.last_modified
        return headers

    def is_new(self, item: ListedItem) -> bool:
        """Whether a listed statement is unknown, or known from a listing only."""
        known = self.survey.statements.get(item.doc_id)
        return known is None or not known.recorded

    def is_settled(self, section: str, item: ListedItem) -> bool:
        """Whether an item stands in its section as it stood before: known, same title, same date."""
        before = self.survey.listed.get((section, item.doc_id))
        return not self.is_new(item) and before == (item.title, item.date.isoformat() if item.date else None)

    def is_wanted(self, section: str, item: ListedItem) -> bool:
        """Whether a listed statement's page is worth a request: new, or listed under another title or date now."""
        if self.since is not None and item.date is not None and item.date < self.since:
            return False
        if self.is_new(item):
            return True
        before = self.survey.listed.get((section, item.doc_id))
        return before is not None and not self.is_settled(section, item)

    def goes_on(self, listing: Listing) -> bool:
        """Whether the next listing page is worth a request.

        An incremental walk ends at a page that is as it was, or whose only news stands in its upper half with the
        rest as it was: late uploads land in the middle of a listing by their date, so one known item proves nothing,
        but half a page of them in the old order leaves no room for an insertion that pushed the rest down unseen.
        What lands further back is found by the next `--full` walk (docs/decisions/0005-listings.md).
        """
        if not listing.items:
            return False
        if self.since is not None and all(item.date is not None and item.date < self.since for item in listing.items):
            return False
        if self.walks_whole(listing.section):
            return True
        settled_tail = 0
        for item in reversed(listing.items):
            if not self.is_settled(listing.section, item):
                break
            settled_tail += 1
        return settled_tail * 2 < len(listing.items)


def _host(base: str) -> str:
    return base.partition("://")[2].partition("/")[0]
