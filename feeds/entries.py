"""The entries of statements and changes: what each says, in no format yet."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feeds.clean import language_tag, safe_link, title_text
from feeds.content import change_content, excerpt, last_notice, statement_content
from feeds.feed import Category, Entry, Provenance, Relation
from feeds.permalinks import Permalinks, change_id, scheme_id, statement_id
from feeds.phrases import VERBS, change_words, language_words
from store.model import ChangeRecord, StatedDate, Statement, StatementRecord
from store.selection import Field, section_slug

STATED_DATE_TRUSTED = timedelta(days=7)
"""Readers hide entries that come with an old date, so a late posting is dated by its first sight."""
SUMMARY_LIMIT = 300
_NOT_IN_ADDRESS = re.compile(r"[\s<>\"{}|\\^`]")


def statement_entry(
    record: StatementRecord, links: Permalinks, *, author: str, history: Sequence[ChangeRecord] = ()
) -> Entry:
    """The entry of a statement: the same id for ever, text of the latest version, `updated` of the last real change.

    `history` are the statement's changes; the first line of the content tells the last one (edited, removed, …).
    """
    title = title_text(record.content.title) or f"Statement {record.key}"
    number = record.version.number
    relations = [
        ("version-history", links.statement(record.key)),
        ("latest-version", links.version(record.key, number)),
    ]
    if number > 1:
        relations.append(("predecessor-version", links.version(record.key, number - 1)))
    published = published_at(record.content.date, record.first_seen)
    return Entry(
        id=statement_id(record.site, record.content.doc_id),
        title=f"[Removed] {title}" if record.state == "removed" else title,
        link=links.statement(record.key),
        via=_original(record.page),
        published=published,
        updated=record.updated,
        moment=record.first_seen,
        author=title_text(author),
        language=language_tag(record.language),
        categories=tuple(_categories_of(record)),
        relations=tuple(relations),
        # Never empty: in RSS the whole content would take the place of an empty description.
        summary=excerpt(record.content.text, SUMMARY_LIMIT) or title,
        html=statement_content(record, links, last_notice(history), date_told=published == record.first_seen),
        provenance=Provenance(
            type="statement",
            statement=record.key,
            versions=(number,),
            hash=record.version.text_sha256,
            facets=record.facets,
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
        via=_original(change.page),
        published=change.detected,
        updated=change.detected,
        moment=change.detected,
        author=title_text(author),
        language=language_tag(change.language),
        categories=tuple(_categories_of_change(change, after or before)),
        relations=tuple(_relations_of_change(change, links)),
        summary=title_text(" ".join([change_words(change), *([f"Reasons: {', '.join(reasons)}."] if reasons else [])])),
        html=change_content(change, before, after, links),
        provenance=Provenance(
            type=change.type,
            statement=change.statement,
            versions=versions,
            reasons=reasons,
            significance=change.significance,
            hash=change.hash,
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


def _original(page: str) -> str | None:
    """The page's address if it may stand in a link as it is."""
    link = safe_link(page)
    return None if link is None or _NOT_IN_ADDRESS.search(link) else link


def _relations_of_change(change: ChangeRecord, links: Permalinks) -> Iterator[Relation]:
    """Never to a numbered latest version: that moves, and the entry does not."""
    page = links.statement(change.statement)
    yield "version-history", page
    yield "latest-version", page
    if change.from_version is not None and change.to_version is not None and change.from_version != change.to_version:
        yield "predecessor-version", links.version(change.statement, change.from_version)


def _categories_of(record: StatementRecord) -> Iterator[Category]:
    facets = record.facets
    for slug, label in dict.fromkeys(
        (section_slug(record.site, place.section), place.label) for place in record.places
    ):
        yield _category("sections", slug, label)
    for speaker in facets.speakers:
        yield _category("speakers", speaker.slug, speaker.name)
    if facets.organ is not None:
        yield _category("organs", facets.organ.slug, facets.organ.name_en)
    if facets.kind is not None:
        yield _category("kinds", facets.kind.slug, facets.kind.name_en)
    yield _category("languages", language_tag(record.language), language_words(record.language))


def _categories_of_change(change: ChangeRecord, content: Statement | None) -> Iterator[Category]:
    """Of the change and the version it led to alone: who spoke and where is read anew by each better rule."""
    yield _category("types", change.type, VERBS[change.type])
    yield _category("significances", change.significance, f"{change.significance} significance")
    if content is not None and content.section:
        yield _category("sections", section_slug(change.site, content.section), "".join(content.crumbs[-1:]))
    yield _category("languages", language_tag(change.language), language_words(change.language))


def _category(name: Field | Literal["types", "significances"], term: str, label: str) -> Category:
    term = title_text(term)
    return Category(scheme=scheme_id(name), term=term, label=title_text(label) or term)
