"""The one meaning that all feed formats share: entries and feeds, clean already, with every time set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feeds.clean import safe_link, title_text
from feeds.content import change_content, excerpt, last_notice, statement_content
from feeds.permalinks import Format, Permalinks, change_id, statement_id
from feeds.phrases import VERBS, change_words
from store.model import ChangeRecord, ChangeType, StatedDate, Statement, StatementRecord

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STATED_DATE_TRUSTED = timedelta(days=7)
"""Readers hide entries that come with an old date, so a late posting is dated by its first sight."""
SUMMARY_LIMIT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The facts behind an entry, for programs (JSON Feed's `_missionwatch`)."""

    type: Literal["statement"] | ChangeType
    statement: str
    """The statement's key."""
    versions: tuple[int, ...]
    """The version shown, or those before and after."""
    reasons: tuple[str, ...] = ()
    hash: str
    """Of the text (statement) or of the line in the change log (change)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. Text is plain and clean, HTML is clean, addresses are absolute, times are aware and in UTC."""

    id: str
    title: str
    link: str
    via: str | None
    """The page on the watched site."""
    published: datetime
    updated: datetime
    author: str
    language: str
    categories: tuple[str, ...]
    summary: str
    html: str
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed in no format yet: its entries are in order, newest first."""

    id: str
    title: str
    subtitle: str
    home: str
    """The page about it."""
    selves: Mapping[Format, str]
    """Its own address in each format."""
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        """The newest entry's; the epoch for an empty feed, so that the same state gives the same bytes."""
        return max((entry.updated for entry in self.entries), default=EPOCH)


def statement_entry(
    record: StatementRecord, links: Permalinks, *, author: str, history: Sequence[ChangeRecord] = ()
) -> Entry:
    """The entry of a statement: the same id for ever, text of the latest version, `updated` of the last real change.

    `history` are the statement's changes; the first line of the content tells the last one (edited, removed, …).
    """
    title = title_text(record.content.title) or f"Statement {record.key}"
    published = published_at(record.content.date, record.first_seen)
    return Entry(
        id=statement_id(record.site, record.content.doc_id),
        title=f"[Removed] {title}" if record.state == "removed" else title,
        link=links.statement(record.key),
        via=safe_link(record.page),
        published=published,
        updated=record.updated,
        author=title_text(author),
        language=record.language,
        categories=_labels(*(place.label for place in record.places), *record.content.crumbs[-1:]),
        # Never empty: in RSS the whole content would take the place of an empty description.
        summary=excerpt(record.content.text, SUMMARY_LIMIT) or title,
        html=statement_content(record, links, last_notice(history), date_told=published == record.first_seen),
        provenance=Provenance(
            type="statement",
            statement=record.key,
            versions=(record.version.number,),
            hash=record.version.text_sha256,
        ),
    )


def change_entry(
    change: ChangeRecord, before: Statement | None, after: Statement | None, links: Permalinks, *, author: str
) -> Entry:
    """The entry of a change: made of the change and its two versions alone, so never altered.

    It holds reasons, the word diff and links, never the full text again: readers that drop near-duplicates would take
    it for the statement's own entry.
    """
    title = title_text(change.title) or f"Statement {change.statement}"
    versions = tuple(number for number in (change.from_version, change.to_version) if number is not None)
    reasons = tuple(title_text(reason) for reason in change.reasons)
    return Entry(
        id=change_id(change.id),
        title=f"[{VERBS[change.type].upper()}] {title}",
        link=_change_link(change, links),
        via=safe_link(change.page),
        published=change.detected,
        updated=change.detected,
        author=title_text(author),
        language=change.language,
        categories=_labels(change.type, change.significance),
        summary=title_text(" ".join([change_words(change), *([f"Reasons: {', '.join(reasons)}."] if reasons else [])])),
        html=change_content(change, before, after, links),
        provenance=Provenance(
            type=change.type, statement=change.statement, versions=versions, reasons=reasons, hash=change.hash
        ),
    )


def published_at(stated: StatedDate, first_seen: datetime) -> datetime:
    """The statement's own date when that lies within seven days of first sight, otherwise first sight."""
    moment = stated_moment(stated)
    if moment is None or abs(moment - first_seen) > STATED_DATE_TRUSTED:
        return first_seen
    return moment


def stated_moment(stated: StatedDate) -> datetime | None:
    """The stated date in UTC, at its time or at the start of the day in its zone; None where the page states none."""
    if stated.date is None or stated.source == "url":
        return None
    try:
        at = time.fromisoformat(stated.time) if stated.time else time.min
        return datetime.combine(stated.date, at, ZoneInfo(stated.zone)).astimezone(UTC)
    except (ZoneInfoNotFoundError, OSError, ValueError, OverflowError):
        return None


def _change_link(change: ChangeRecord, links: Permalinks) -> str:
    match change.from_version, change.to_version:
        case int(first), int(last) if first != last:
            return links.diff(change.statement, first, last)
        case _, int(number):
            return links.version(change.statement, number)
        case int(number), None:
            return links.version(change.statement, number)
    return links.statement(change.statement)


def _labels(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label for text in texts if (label := title_text(text))))
