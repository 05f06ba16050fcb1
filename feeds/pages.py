"""The reading site: pages as bytes, for the published folder and for answers on request alike."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from feeds import phrases
from feeds.clean import safe_html, safe_link, title_text, xml_text
from feeds.content import last_notice
from feeds.permalinks import FEEDS, FORMATS, Format, Permalinks
from feeds.settings import PublishSettings
from store.model import ChangeRecord, Statement, StatementRecord, VersionFacts
from store.textdiff import Block, compare_statements

MEDIA_TYPES: dict[Format, str] = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}
FORMAT_WORDS: dict[Format, str] = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
# Also in each page, for the day it is served by a plain file server.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
CONTEXT = 1
"""Unchanged paragraphs shown beside a change; the rest of a run is folded."""

_here = Path(__file__).parent


class Pages:
    """Renders pages. The same records give the same bytes, in any process, time zone and locale."""

    def __init__(self, settings: PublishSettings) -> None:
        self.absolute = Permalinks.absolute(settings.base_url)
        self.links = self.absolute.from_root()
        self.stylesheet = (_here / "assets" / "style.css").read_bytes()
        self.stylesheet_name = f"style.{sha256(self.stylesheet).hexdigest()[:8]}.css"
        self._environment = Environment(
            loader=FileSystemLoader(_here / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(
            clock=lambda moment: f"{moment.astimezone(UTC):%H:%M}",
            day_words=phrases.day_words,
            language_words=phrases.language_words,
            moment_words=phrases.moment_words,
            page_html=lambda html: Markup(safe_html(html)),  # noqa: S704 - cleaned to the allow-list in feeds.clean
            safe_link=safe_link,
            stated_words=phrases.stated_words,
            timestamp=phrases.timestamp,
            title_text=title_text,
            utc_day=_utc_day,
        )
        self._environment.globals.update(
            absolute=self.absolute,
            canonical=None,
            feed_names=FEEDS,
            format_words=FORMAT_WORDS,
            formats=FORMATS,
            label=lambda site: title_text(settings.label(site)),
            links=self.links,
            media_types=MEDIA_TYPES,
            policy=POLICY,
            site_title=title_text(settings.title),
            stylesheet=self.links.asset(self.stylesheet_name),
            verbs=phrases.VERBS,
        )

    def home(self, statements: Sequence[StatementRecord], changes: Sequence[ChangeRecord]) -> bytes:
        """The timeline: changes by day of detection (UTC), and the newest statements."""
        days = [(day, list(group)) for day, group in groupby(changes, lambda change: _utc_day(change.detected))]
        return self._page("home.html", days=days, statements=statements, canonical=self.absolute.home())

    def feeds(self) -> bytes:
        """Which feed is for whom."""
        return self._page("feeds.html", canonical=self.absolute.feeds())

    def statement(self, record: StatementRecord, changes: Sequence[ChangeRecord]) -> bytes:
        """A statement: its latest text, versions, changes and places, and how to cite it."""
        newest_first = sorted(changes, key=lambda change: change.id, reverse=True)
        notice = last_notice(newest_first)
        return self._page(
            "statement.html",
            record=record,
            title=_title(record.content, record.key),
            stated=title_text(phrases.stated_words(record.content.date)),
            changes=newest_first,
            # A removal has its own words on the page, a return after one is told by the list of changes.
            notice=notice if notice and notice.type in ("edited", "reverted") else None,
            canonical=self.absolute.statement(record.key),
        )

    def version(self, record: StatementRecord, number: int, content: Statement) -> bytes:
        """One version, as it was, with its hashes.

        Raises:
            KeyError: The statement has no such version.
        """
        numbers = sorted(version.number for version in record.versions)
        return self._page(
            "version.html",
            record=record,
            facts=_facts(record, number),
            content=content,
            title=_title(content, record.key),
            previous=max((other for other in numbers if other < number), default=None),
            following=min((other for other in numbers if other > number), default=None),
            canonical=self.absolute.version(record.key, number),
        )

    def diff(self, record: StatementRecord, numbers: tuple[int, int], old: Statement, new: Statement) -> bytes:
        """What differs between two versions, word by word; long unchanged runs are folded, not left out.

        Raises:
            KeyError: The statement lacks one of the versions.
        """
        first, last = numbers
        parts = [{"name": part.name, "runs": list(_runs(part.blocks))} for part in compare_statements(old, new).parts]
        return self._page(
            "diff.html",
            record=record,
            old=_facts(record, first),
            new=_facts(record, last),
            parts=parts,
            title=_title(new, record.key),
            language=new.language,
            canonical=self.absolute.diff(record.key, first, last),
        )

    def message(self, heading: str, sentence: str) -> bytes:
        """A page that says one thing, such as that there is no such page."""
        return self._page("message.html", heading=heading, sentence=sentence)

    def _page(self, template: str, **values: Any) -> bytes:
        return xml_text(self._environment.get_template(template).render(values)).encode()


def _title(content: Statement, key: str) -> str:
    return title_text(content.title) or f"Statement {key}"


def _utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _facts(record: StatementRecord, number: int) -> VersionFacts:
    for version in record.versions:
        if version.number == number:
            return version
    raise KeyError(number)


def _runs(blocks: Sequence[Block]) -> Iterator[tuple[bool, list[Block]]]:
    """The rows of a part in runs, and whether a run is to be folded."""
    runs = [(equal, list(run)) for equal, run in groupby(blocks, lambda block: block.kind == "equal")]
    for position, (equal, run) in enumerate(runs):
        before = CONTEXT if position > 0 else 0
        after = CONTEXT if position < len(runs) - 1 else 0
        if not equal or len(run) <= before + after + 1:
            yield False, run
            continue
        yield False, run[:before]
        yield True, run[before : len(run) - after]
        yield False, run[len(run) - after :]
