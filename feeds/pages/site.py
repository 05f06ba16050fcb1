"""The pages of the reading site, each from records to bytes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from feeds.citation import cite
from feeds.clean import xml_text
from feeds.content import last_notice
from feeds.pages.assets import read_assets
from feeds.pages.calendar import Calendar
from feeds.pages.comparison import comparisons
from feeds.pages.coverage import spells
from feeds.pages.environment import environment
from feeds.pages.head import Alternate, Head, alternates, neighbours, version_relations
from feeds.pages.lines import Lines
from feeds.pages.listing import feed_groups
from feeds.pages.naming import about, description_of, facts_of, title_of
from feeds.pages.parts import Part, Parts, words
from feeds.pages.reasons import read_reasons
from feeds.pages.rows import ChangeRow, Rows, StatementRow
from feeds.pages.standing import incident_words, outcome_words, standings
from feeds.pages.timeline import Timeline, timeline
from feeds.permalinks import Permalinks
from feeds.settings import PublishSettings
from store.glance import SiteGlance
from store.model import ChangeRecord, Statement, StatementRecord, VersionFacts
from store.selection import ALL, Selection, Silence, Slice, section_slug
from store.textdiff import compare_statements


class Pages:
    """Renders pages. The same records give the same bytes, in any process, time zone and locale."""

    def __init__(self, settings: PublishSettings) -> None:
        """Raises ValueError if `base_url` is no plain address."""
        self.absolute = Permalinks.absolute(settings.base_url)
        self.links = self.absolute.from_root()
        self._settings = settings
        self._assets = read_assets()
        self.parts = Parts(settings, self.links)
        self._environment = environment(settings, self.absolute, self.links, self._assets)
        self.rows = Rows(self.parts, cast("Lines", self._environment.globals["lines"]))
        self._environment.globals.update(
            day_selection=lambda day: Selection(since=day, until=day),
            incident_words=incident_words,
            outcome_words=outcome_words,
            words=words,
            section_selection=lambda section: Selection(
                facets=(("sections", section_slug(section.site, section.section)),)
            ),
        )

    @property
    def assets(self) -> Mapping[str, bytes]:
        """What pages load: file name → bytes. A name belongs to its bytes for ever."""
        return self._assets.files

    def timeline(
        self,
        selection: Selection,
        changes: Sequence[ChangeRow],
        statements: Sequence[StatementRow],
        slices: Sequence[Slice],
        *,
        newest: ChangeRecord | None = None,
        combinable: bool = False,
        before: date | None = None,
        after: date | None = None,
    ) -> bytes:
        """Changes by day of detection (UTC) beside statements, and filters as links.

        `combinable` makes links that add a condition or replace one; without it each leads to one condition alone.
        `before` and `after` are the nearest days with something, for the page of a day. `newest` is the newest line of
        the log that is news, which the timeline of everything tells.
        """
        view = timeline(
            selection,
            changes,
            statements,
            slices,
            newest=newest,
            parts=self.parts,
            links=self.links,
            combinable=combinable,
        )
        head = Head(
            title="" if selection == ALL else view.heading,
            canonical=self.absolute.timeline(selection),
            description=about(view),
            alternates=tuple(self._slice_feeds(view)),
            chapter="days" if view.is_day else "timeline",
            indexed="?" not in self.absolute.timeline(selection),
        )
        return self._page("timeline.html", head, view=view, before=before, after=after)

    def calendar(self, days: Calendar, year: int | None) -> bytes:
        """The calendar of a year; without one, that of the newest year that has something, for `/days/`."""
        numbers = [each.number for each in days.years]
        shown = year if year is not None else max(numbers, default=None)
        near = dict(neighbours(numbers, shown or 0))
        head = Head(
            title="Days" if year is None else f"Days of {year}",
            canonical=self.absolute.days() if year is None else self.absolute.year(year),
            description="Every day on which a change was detected or a statement is dated.",
            chapter="days",
        )
        return self._page(
            "calendar.html",
            head,
            whole=year is None,
            years=days.years,
            shown=shown,
            months=tuple(days.months(shown or 0)),
            before=near.get("predecessor-version"),
            after=near.get("successor-version"),
        )

    def feeds(self, slices: Sequence[Slice]) -> bytes:
        """Every feed: which one is for whom, and its addresses."""
        head = Head(
            title="Feeds",
            canonical=self.absolute.feeds(),
            description="Feeds of changes and of statements, whole and by section, speaker, organ, kind and language.",
            chapter="feeds",
        )
        return self._page("feeds.html", head, groups=feed_groups(slices, self.parts))

    def statement(self, record: StatementRecord, changes: Sequence[ChangeRecord]) -> bytes:
        """A statement: its latest text, versions, changes, looks and places, and how to cite it."""
        newest_first = sorted(changes, key=lambda change: change.id, reverse=True)
        notice = last_notice(newest_first)
        parts = self.parts.of(record)
        head = Head(
            title=title_of(record.content, record.key),
            canonical=self.absolute.statement(record.key),
            description=description_of(record.content),
            alternates=self._part_feeds(parts),
            relations=(
                ("latest-version", self.absolute.version(record.key, record.version.number)),
                ("cite-as", self.absolute.version(record.key, record.version.number)),
            ),
        )
        return self._page(
            "statement.html",
            head,
            record=record,
            title=head.title,
            parts=parts,
            changes=[(change, read_reasons(change.reasons)) for change in newest_first],
            spells=spells(record.coverage),
            # A removal has its own words on the page, a return after one is told by the list of changes.
            notice=notice if notice and notice.type in ("edited", "reverted") else None,
            citation=self._citation(record, record.version, record.content),
        )

    def version(
        self, record: StatementRecord, number: int, content: Statement, changes: Sequence[ChangeRecord] = ()
    ) -> bytes:
        """One version, as it was, with its hashes; `changes` of the statement tell its line in the change log.

        Raises:
            KeyError: The statement has no such version.
        """
        facts = facts_of(record, number)
        title = title_of(content, record.key)
        head = Head(
            title=f"Version {number}: {title}",
            canonical=self.absolute.version(record.key, number),
            description=description_of(content),
            alternates=self._part_feeds(self.parts.of(record)),
            relations=tuple(version_relations(record, number, self.absolute)),
        )
        near = dict(neighbours([version.number for version in record.versions], number))
        lines = [change for change in changes if change.to_version == number and change.from_version != number]
        return self._page(
            "version.html",
            head,
            record=record,
            facts=facts,
            content=content,
            title=title,
            previous=near.get("predecessor-version"),
            following=near.get("successor-version"),
            line=min(lines, key=lambda change: change.id, default=None),
            citation=self._citation(record, facts, content),
        )

    def diff(
        self,
        record: StatementRecord,
        numbers: tuple[int, int],
        old: Statement,
        new: Statement,
        changes: Sequence[ChangeRecord] = (),
    ) -> bytes:
        """What differs between two versions, word by word: inline or side by side, in parts or whole.

        `changes` of the statement tell why the second version was told as a change of the first.

        Raises:
            KeyError: The statement lacks one of the versions.
        """
        first, last = numbers
        title = title_of(new, record.key)
        found = compare_statements(old, new)
        head = Head(
            title=f"Version {first} to {last}: {title}",
            canonical=self.absolute.diff(record.key, first, last),
            description=f"What differs between version {first} and version {last}, word by word.",
            alternates=self._part_feeds(self.parts.of(record)),
            relations=(("version-history", self.absolute.statement(record.key)),),
        )
        told = [change for change in changes if (change.from_version, change.to_version) == numbers]
        change = min(told, key=lambda each: each.id, default=None)
        return self._page(
            "diff.html",
            head,
            record=record,
            old=facts_of(record, first),
            new=facts_of(record, last),
            parts=comparisons(found),
            words=(found.deleted_words, found.inserted_words),
            change=change,
            reasons=read_reasons(change.reasons) if change else (),
            title=title,
            language=new.language,
        )

    def status(self, sites: Sequence[SiteGlance], silences: Sequence[Silence], head_hash: str | None = None) -> bytes:
        """How each site stands; `head_hash` is that of the newest line of the change log."""
        head = Head(
            title="Status",
            canonical=self.absolute.status(),
            description="When each site and section was last read, and what is wrong.",
            chapter="status",
        )
        return self._page("status.html", head, standings=standings(sites, silences), head_hash=head_hash)

    def message(self, heading: str, sentence: str) -> bytes:
        """A page that says one thing, such as that there is no such page."""
        return self._page("message.html", Head(title=heading, indexed=False), heading=heading, sentence=sentence)

    def about_mail(self, template: str, title: str, policy: str, **values: Any) -> bytes:
        """A page with a form, which no search engine should find; `policy` is its own, since others have no forms."""
        return self._page(template, Head(title=title, chapter="mail", indexed=False), policy=policy, **values)

    def _slice_feeds(self, view: Timeline) -> Sequence[Alternate]:
        return tuple(alternates([view.part], self.absolute)) if view.part else ()

    def _part_feeds(self, parts: Sequence[Part]) -> Sequence[Alternate]:
        return tuple(alternates(parts, self.absolute, ("atom",)))

    def _citation(self, record: StatementRecord, facts: VersionFacts, content: Statement) -> Any:
        label = self._settings.label(record.site)
        return cite(record, facts, content, publisher=label, absolute=self.absolute)

    def _page(self, template: str, head: Head, **values: Any) -> bytes:
        return xml_text(self._environment.get_template(template).render(head=head, **values)).encode()
