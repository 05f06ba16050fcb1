"""What one crawl will ask for: decided before it starts, from the profile, the survey and the operator's wishes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from crawler.profile import SiteProfile
from crawler.urls import SiteUrls
from store.known import KnownStatement
from store.ladder import FULL_EVERY, overdue
from store.model import ListedItem, Listing, Mode
from store.survey import Survey
from store.truth import TruthRules

RECHECK_BUDGET = 500
"""At two seconds a request a quarter of an hour; what is left is the most overdue of the next crawl."""


@dataclass(frozen=True, kw_only=True)
class CrawlPlan:
    """One crawl of one site. Everything in it is settled; nothing in it changes while the crawl runs."""

    site: str
    profile: SiteProfile
    urls: SiteUrls
    survey: Survey
    sections: tuple[str, ...]
    full: bool = False
    recheck: bool = False
    watch: bool = False
    """What a schedule wants of one crawl: the fronts of the listings, and the known statements that are due."""
    since: date | None = None
    """Items dated before this day are not asked for, and a listing is left where it begins to be older."""
    limit: int | None = None
    """At most this many statement pages."""
    only: tuple[str, ...] = ()
    """Canonical addresses of single pages; then no listing is read."""
    obey_robots: bool = True
    rules: TruthRules = field(default_factory=TruthRules)
    accept: bool = False
    """The operator's word that changes held back as too many are real; they are looked at again and told."""
    waiting: tuple[str, ...] = ()
    """Addresses of statements whose change is held back."""
    budget: int = RECHECK_BUDGET
    """Known statements looked at again in one crawl, at most, unless whole listings are walked too."""

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
        return not self.only and (self.full or self.watch or not self.recheck or bool(self.doubted))

    @cached_property
    def doubted(self) -> frozenset[str]:
        """Sections that list a statement whose own address was found empty."""
        known = self.survey.open()
        paths = {path for each in known if each.state == "suspect" for path in each.sections}
        return frozenset(paths & set(self.sections))

    def walks_whole(self, section: str) -> bool:
        """Whether every listing page is read: on request, until a section was read to its end once, and while a
        statement listed there was found missing, since only a whole walk can say that no listing names it."""
        known = self.survey.sections.get(section)
        return self.full or known is None or not known.baselined or section in self.doubted

    def meet(self, section: str, items: Sequence[ListedItem] = ()) -> None:
        """Reads what is known of what an answer for a listing may touch, before it is recorded."""
        if self.walks_whole(section):
            self.survey.meet_section(section)
        self.survey.meet(item.doc_id for item in items)

    def first_pages(self, now: datetime) -> Iterator[str]:
        """Statement pages to ask for besides what listings show.

        Single ones on request; else those still missing from the archive, those found empty whose absence has to be
        looked at again, and with `recheck` or `watch` the known ones: all with `recheck` and `full`, else those due by
        the ladder, most overdue first, within the budget.
        """
        if self.only:
            yield from self.only
            return
        if self.accept:
            yield from self.waiting
        due: list[tuple[timedelta, str]] = []
        wanted = set(self.sections)
        for known in self._candidates(now):
            if known.sections and wanted.isdisjoint(known.sections):
                continue
            if not known.recorded:
                if self.since is None:
                    yield known.page
            elif known.due or self._is_suspect_due(known, now) or (self.recheck and self.full):
                yield known.page
            elif self.recheck or self.watch:
                # A look that failed says nothing; it is repeated as for a statement of today.
                fresh = now if known.problem is not None else known.fresh
                late = overdue(now, checked=known.checked, fresh=fresh, edits=known.edits)
                if late is not None:
                    due.append((late, known.page))
        due.sort(reverse=True)
        yield from (page for _, page in due[: self.budget])

    def _candidates(self, now: datetime) -> list[KnownStatement]:
        """Known statements of which any may be asked for, whatever listings show."""
        if self.recheck and self.full:
            return self.survey.everything()
        return self.survey.open(now if self.recheck or self.watch else None)

    @property
    def stranger(self) -> str | None:
        """The address of a known statement that is none of the site's, so that it can never be looked at again."""
        base = f"{self.urls.canonical_base}/"
        return next((page for page in self.survey.elsewhere(base) if self.urls.canonical(page) is None), None)

    def canaries(self, count: int) -> list[str]:
        """Addresses of some statements that should be there, newest first."""
        live = [each for each in self.survey.everything() if each.recorded and each.state == "live"]
        return [each.page for each in sorted(live, key=lambda each: (each.fresh, each.page), reverse=True)[:count]]

    def elsewhere(self, page: str, doc_id: str) -> str | None:
        """Another address under which listings name a statement, where its own is empty."""
        known = self.survey.statement(doc_id)
        return next((each for each in known.places if each != page), None) if known else None

    def vanished(self, listing: Listing) -> list[str]:
        """Addresses of statements that stood between the items of a listing page and are not named there any more."""
        named = {item.doc_id for item in listing.items}
        days = [item.date.isoformat() for item in listing.items if item.date is not None]
        if not days:
            return []
        between = self.survey.between(listing.section, min(days), max(days))
        known = (self.survey.statement(doc_id) for doc_id in between if doc_id not in named)
        return [each.page for each in known if each is not None and each.recorded]

    def _is_suspect_due(self, known: KnownStatement, now: datetime) -> bool:
        return (
            known.state == "suspect"
            and known.missing_last is not None
            and now - known.missing_last >= self.rules.removal_min_age
        )

    def validators(self, page: str) -> dict[str, str]:
        """Headers of a conditional request; empty where a full answer is needed.

        Validators of another host are not used: a replica's date would make the real site answer "not modified".
        """
        found = self.survey.validators_of(page)
        if (
            found is None
            or found.streak >= FULL_EVERY
            or (found.host or _host(self.urls.canonical_base)) != _host(self.urls.fetch_base)
        ):
            return {}
        headers = {}
        if found.etag:
            headers["If-None-Match"] = found.etag
        if found.last_modified:
            headers["If-Modified-Since"] = found.last_modified
        return headers

    def is_new(self, item: ListedItem) -> bool:
        """Whether a listed statement is unknown, or known from a listing only."""
        known = self.survey.statement(item.doc_id)
        return known is None or not known.recorded

    def is_settled(self, section: str, item: ListedItem) -> bool:
        """Whether an item stands in its section as it stood before: known, same title, same date."""
        before = self.survey.line(section, item.doc_id)
        return not self.is_new(item) and before == (item.title, item.date.isoformat() if item.date else None)

    def is_wanted(self, section: str, item: ListedItem) -> bool:
        """Whether a listed statement's page is worth a request: new, there again, or under another title or date."""
        if self.since is not None and item.date is not None and item.date < self.since:
            return False
        known = self.survey.statement(item.doc_id)
        if known is None or not known.recorded or known.state == "removed":
            return True
        before = self.survey.line(section, item.doc_id)
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
