"""What an archive in memory answers, as the real one would."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256

from store.attribution import Facets
from store.glance import SiteGlance
from store.model import ChangeRecord, Statement, StatementRecord
from store.selection import ALL, FIELDS, DayCount, Field, Mark, Moved, Selection, Silence, Slice, section_slug


@dataclass
class FakeReader:
    """Answers from what it holds."""

    contents: dict[str, list[Statement]] = field(default_factory=dict)
    records: dict[str, StatementRecord] = field(default_factory=dict)
    changes: list[ChangeRecord] = field(default_factory=list)
    silent: list[Silence] = field(default_factory=list)
    sites: list[SiteGlance] = field(default_factory=list)

    def latest_statements(self, limit: int, within: Selection = ALL) -> Sequence[StatementRecord]:
        return self.statements_by_key(self.newest_keys(limit, within))

    def newest_keys(self, limit: int, within: Selection = ALL) -> Sequence[str]:
        found = [record for record in self.records.values() if self._fits(record.key, within, record.content.date.date)]
        if within.type is not None:
            had = {change.statement for change in self.changes if change.type == within.type and not change.baseline}
            found = [record for record in found if record.key in had]
        return [record.key for record in sorted(found, key=lambda record: record.first_seen, reverse=True)[:limit]]

    def statements_by_key(self, keys: Sequence[str]) -> Sequence[StatementRecord]:
        found = [self.records[key] for key in keys if key in self.records]
        return [replace(record, places=(), versions=(), coverage=()) for record in found]

    def facets(self, keys: Sequence[str]) -> Mapping[str, Facets]:
        return {key: self.records[key].facets for key in keys if key in self.records}

    def newest_numbers(self, limit: int, within: Selection = ALL) -> Sequence[int]:
        return self.news(within)[::-1][:limit]

    def latest_changes(self, limit: int, within: Selection = ALL) -> Sequence[ChangeRecord]:
        return self.changes_by_id(self.news(within)[::-1][:limit])

    def news(self, within: Selection = ALL, after: int = 0) -> Sequence[int]:
        return [
            change.id
            for change in self.changes
            if change.id > after
            and not change.baseline
            and within.type in (None, change.type)
            and self._fits(change.statement, within, change.detected.date())
        ]

    def changes_by_id(self, ids: Sequence[int]) -> Sequence[ChangeRecord]:
        return [self.changes[number - 1] for number in ids if 0 < number <= len(self.changes)]

    def keys(self) -> Sequence[str]:
        return list(self.records)

    def parts_of(self, key: str) -> list[tuple[Field, str]]:
        """The slices a statement is in."""
        record = self.records[key]
        found: list[tuple[Field, str]] = [("sites", record.site)]
        found += [("sections", section_slug(record.site, place.section)) for place in record.places]
        found += [("speakers", speaker.slug) for speaker in record.facets.speakers]
        found += [("organs", record.facets.organ.slug)] if record.facets.organ else []
        found += [("kinds", record.facets.kind.slug)] if record.facets.kind else []
        return [*found, ("languages", record.language)]

    def slices(self) -> Sequence[Slice]:
        held = Counter(part for key in self.records for part in self.parts_of(key))
        news = Counter(
            part for change in self.changes if not change.baseline for part in self.parts_of(change.statement)
        )
        found = [
            Slice(field=part[0], slug=part[1], label=self._label(part), statements=count, changes=news[part])
            for part, count in held.items()
        ]
        return sorted(found, key=lambda each: (FIELDS.index(each.field), -each.statements, each.slug))

    def labels(self) -> Mapping[tuple[Field, str], str]:
        return {(each.field, each.slug): each.label for each in self.slices()}

    def days(self) -> Sequence[DayCount]:
        changes = Counter(change.detected.date() for change in self.changes if not change.baseline)
        dated = Counter(day for record in self.records.values() if (day := record.content.date.date))
        days = sorted({*changes, *dated}, reverse=True)
        return [DayCount(day=day, changes=changes[day], statements=dated[day]) for day in days]

    def news_days(self, until: int) -> Mapping[date, int]:
        return Counter(change.detected.date() for change in self.changes if change.id <= until and not change.baseline)

    def moved(self, since: str = "") -> Moved:
        """As the real one: also of states long ago, and everything once a statement is gone."""
        marks = {key: self._mark(record) for key, record in self.records.items()}
        before = dict(line.split(" ") for line in since.splitlines())
        state = "\n".join(f"{key} {mark.stamp}" for key, mark in marks.items())
        if not before or before.keys() - marks.keys():
            return Moved(state=state, marks=marks, is_all=True)
        moved = {key: mark for key, mark in marks.items() if before.get(key) != mark.stamp}
        return Moved(state=state, marks=moved, is_all=False)

    def silences(self) -> Sequence[Silence]:
        return self.silent

    def status(self, now: datetime | None = None) -> Sequence[SiteGlance]:
        return self.sites

    def capture(self, key: str, number: int) -> bytes:
        return f"<html><body>{self.version(key, number).title}</body></html>".encode()

    def _mark(self, record: StatementRecord) -> Mark:
        changes = self.changes_of(record.key)
        days = {change.detected.date() for change in changes if not change.baseline}
        stated = record.content.date.date
        days |= {stated} if stated else set()
        stamp = sha256(ascii([record, changes]).encode()).hexdigest()
        return Mark(
            stamp=stamp,
            slices=tuple(sorted(self.parts_of(record.key))),
            days=tuple(sorted(days)),
            stated=stated,
            said=sha256(ascii(record.facets).encode()).hexdigest(),
        )

    def _fits(self, key: str, within: Selection, day: date | None) -> bool:
        if not set(within.facets) <= set(self.parts_of(key)):
            return False
        if within.since is None and within.until is None:
            return True
        return day is not None and (within.since or day) <= day <= (within.until or day)

    def _label(self, part: tuple[Field, str]) -> str:
        for record in self.records.values():
            named = {("speakers", each.slug): each.name for each in record.facets.speakers}
            named |= {("sections", section_slug(record.site, place.section)): place.label for place in record.places}
            if record.facets.organ:
                named["organs", record.facets.organ.slug] = record.facets.organ.name_en
            if record.facets.kind:
                named["kinds", record.facets.kind.slug] = record.facets.kind.name_en
            if part in named:
                return named[part]
        return part[1]

    def version(self, key: str, number: int) -> Statement:
        try:
            return self.contents[key][number - 1]
        except IndexError:
            raise KeyError(number) from None

    def statement(self, key: str) -> StatementRecord | None:
        return self.records.get(key)

    def changes_of(self, key: str) -> Sequence[ChangeRecord]:
        return [change for change in self.changes if change.statement == key]

    def change_head(self) -> str | None:
        return self.changes[-1].hash if self.changes else None
