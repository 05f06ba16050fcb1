"""The pages of one statement: its own, those of its versions, and those of what differs between them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise

from feeds.pages import Pages
from store.model import ChangeRecord, Statement, StatementRecord, VersionFacts

_WHENEVER = datetime(1970, 1, 1, tzinfo=UTC)


def shape_of(record: StatementRecord, changes: Sequence[ChangeRecord]) -> str:
    """A hash of everything that the pages show but what moves when a look finds nothing new.

    While it is the same, so are the pages of all versions but the latest one.
    """

    def unlooked(facts: VersionFacts) -> VersionFacts:
        return replace(facts, observed_last=_WHENEVER) if facts.number == record.version.number else facts

    lasting = replace(
        record,
        version=unlooked(record.version),
        versions=tuple(map(unlooked, record.versions)),
        places=tuple(replace(place, last_seen=_WHENEVER) for place in record.places),
        coverage=(),
    )
    return sha256(ascii([lasting, changes]).encode()).hexdigest()[:32]


def statement_files(
    pages: Pages,
    version: Callable[[str, int], Statement],
    record: StatementRecord,
    changes: Sequence[ChangeRecord],
    *,
    looks_only: bool,
) -> Iterator[tuple[str, bytes]]:
    """The files by name: all, or with `looks_only` those that may differ although the shape is the same.

    `version` gives what a statement said in a version; it may be asked for one again.
    """

    def content(number: int) -> Statement:
        return record.content if number == record.version.number else version(record.key, number)

    folder = f"statements/{record.key}"
    latest = record.version.number
    for facts in record.versions:
        if not looks_only or facts.number == latest:
            data = pages.version(record, facts.number, content(facts.number), changes)
            yield f"{folder}/versions/{facts.number}/index.html", data
    for first, last in compared(record, changes):
        if not looks_only or latest in (first, last):
            data = pages.diff(record, (first, last), content(first), content(last), changes)
            yield f"{folder}/diff/{first}..{last}/index.html", data
    yield f"{folder}/index.html", pages.statement(record, changes)


def compared(record: StatementRecord, changes: Sequence[ChangeRecord]) -> list[tuple[int, int]]:
    """The pairs of versions that published pages and entries link to: neighbours, and those of changes."""
    pairs = set(pairwise(sorted(facts.number for facts in record.versions)))
    for change in changes:
        match change.from_version, change.to_version:
            case int(first), int(last) if first != last:
                pairs.add((first, last))
    return sorted(pairs)
