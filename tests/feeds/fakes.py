"""An archive in memory, built by telling what happened; and one small invented world for the tests."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html import escape

from store.attribution import NOTHING_SAID, Facets
from store.glance import SiteGlance
from store.model import (
    Attachment,
    ChangeRecord,
    ChangeType,
    Image,
    Interval,
    Paragraph,
    Place,
    StatedDate,
    Statement,
    StatementRecord,
    StatementState,
    VersionFacts,
)
from store.selection import ALL, FIELDS, DayCount, Field, Mark, Selection, Silence, Slice, section_slug

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STEP = timedelta(minutes=7, milliseconds=13)


def a_statement(
    doc_id: str = "1001",
    title: str = "Remarks on the harbour",
    paragraphs: Sequence[str] = ("The harbour opens at eight.", "Boats leave every hour.", "Tea is served.", "Thanks."),
    *,
    language: str = "en",
    stated: StatedDate | None = None,
    html: Sequence[str] | None = None,
) -> Statement:
    shown = html if html is not None else [escape(text) for text in paragraphs]
    return Statement(
        site="un",
        doc_id=doc_id,
        language=language,
        title=title,
        date=stated or StatedDate(text="2026-03-01", date=date(2026, 3, 1), zone="America/New_York"),
        paragraphs=tuple(Paragraph(text=text, html=one) for text, one in zip(paragraphs, shown, strict=True)),
        images=(Image(url="https://mission.example/pic/one.jpg", alt="A boat"),),
        attachments=(Attachment(url="https://mission.example/doc/one.pdf", label="Timetable"),),
        section="eng/harbour",
        crumbs=("Home", "Harbour"),
        template="view",
    )


@dataclass
class FakeArchive:
    """Records what it is told, one tick of its clock after another, and answers like the real one."""

    now: datetime = START
    contents: dict[str, list[Statement]] = field(default_factory=dict)
    records: dict[str, StatementRecord] = field(default_factory=dict)
    changes: list[ChangeRecord] = field(default_factory=list)
    silent: list[Silence] = field(default_factory=list)
    sites: list[SiteGlance] = field(default_factory=list)

    def add(self, statement: Statement, baseline: bool = False, facets: Facets = NOTHING_SAID) -> str:
        """A statement is found."""
        now = self._tick()
        key = statement.key
        self.contents[key] = [statement]
        place = Place(
            page=f"https://mission.example/{statement.doc_id}.htm",
            section=statement.section,
            label="Harbour",
            first_seen=now,
            last_seen=now,
        )
        facts = self._facts(statement, 1)
        self.records[key] = StatementRecord(
            key=key,
            site=statement.site,
            language=statement.language,
            page=place.page,
            state="live",
            baseline=baseline,
            first_seen=now,
            updated=now,
            content=statement,
            version=facts,
            places=(place,),
            versions=(facts,),
            facets=facets,
        )
        self._change("new", key, None, 1, (), baseline)
        return key

    def edit(self, key: str, statement: Statement, kind: ChangeType = "edited") -> int:
        """A new version is found; returns its number."""
        self._tick()
        self.contents[key].append(statement)
        number = len(self.contents[key])
        facts = self._facts(statement, number)
        record = self.records[key]
        self.records[key] = replace(
            record, content=statement, version=facts, versions=(*record.versions, facts), updated=self.now
        )
        self._change(kind, key, number - 1, number, ("text",))
        return number

    def set_state(self, key: str, state: StatementState) -> None:
        """A statement is found to be removed, or there again."""
        self._tick()
        self.records[key] = replace(self.records[key], state=state, updated=self.now)
        number = self.records[key].version.number
        kind: ChangeType = "removed" if state == "removed" else "restored"
        self._change(kind, key, number, None if state == "removed" else number, ("gone from its listing",))

    def look(self, key: str) -> None:
        """A statement is looked at, and nothing is new."""
        now = self._tick()
        record = self.records[key]
        latest = replace(record.version, observed_last=now)
        since = record.coverage[0].since if record.coverage else now
        looks = record.coverage[0].looks + 1 if record.coverage else 1
        self.records[key] = replace(
            record,
            version=latest,
            versions=(*record.versions[:-1], latest),
            places=tuple(replace(place, last_seen=now) for place in record.places),
            coverage=(Interval(since=since, until=now, result="unchanged", looks=looks),),
        )

    def list_in(self, key: str, section: str, label: str) -> None:
        """A statement is found to be listed in a further section, which is no news."""
        now = self._tick()
        record = self.records[key]
        place = Place(page=record.page, section=section, label=label, first_seen=now, last_seen=now)
        self.records[key] = replace(record, places=(*record.places, place))

    def read_as(self, key: str, facets: Facets) -> None:
        """Better rules read who, where and what otherwise, which is no news."""
        self.records[key] = replace(self.records[key], facets=facets)

    def fall_silent(self, section: str = "", told: datetime | None = None) -> Silence:
        """The site, or a section of it, cannot be read for longer than promised."""
        now = self._tick()
        silence = Silence(
            id=len(self.silent) + 1,
            site="un",
            section=section,
            since=now - timedelta(hours=6),
            told=told or now,
            ended=None,
            detail="no answer",
        )
        self.silent.append(silence)
        return silence

    def speak_again(self) -> None:
        """The last silence has ended."""
        self.silent[-1] = replace(self.silent[-1], ended=self._tick())

    def _tick(self) -> datetime:
        self.now += STEP
        return self.now

    def _facts(self, statement: Statement, number: int) -> VersionFacts:
        return VersionFacts(
            number=number,
            kind="observed",
            observed_first=self.now,
            observed_last=self.now,
            text_sha256=sha256(ascii([statement.title, statement.text]).encode()).hexdigest(),
            capture_sha256=sha256(f"{statement.key} {number}".encode()).hexdigest(),
            extractor="harbour/1",
        )

    def _change(
        self,
        kind: ChangeType,
        key: str,
        first: int | None,
        last: int | None,
        reasons: tuple[str, ...],
        baseline: bool = False,
    ) -> None:
        record = self.records[key]
        number = len(self.changes) + 1
        self.changes.append(
            ChangeRecord(
                id=number,
                type=kind,
                statement=key,
                site=record.site,
                language=record.language,
                title=record.content.title,
                page=record.page,
                detected=self.now,
                from_version=first,
                to_version=last,
                significance="high",
                reasons=reasons,
                baseline=baseline,
                hash=sha256(ascii([self.change_head(), number, kind, record]).encode()).hexdigest(),
            )
        )

    def latest_statements(self, limit: int, within: Selection = ALL) -> Sequence[StatementRecord]:
        found = [record for record in self.records.values() if self._fits(record.key, within, record.content.date.date)]
        if within.type is not None:
            had = {change.statement for change in self.changes if change.type == within.type and not change.baseline}
            found = [record for record in found if record.key in had]
        return sorted(found, key=lambda record: record.first_seen, reverse=True)[:limit]

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

    def days(self) -> Sequence[DayCount]:
        changes = Counter(change.detected.date() for change in self.changes if not change.baseline)
        dated = Counter(day for record in self.records.values() if (day := record.content.date.date))
        days = sorted({*changes, *dated}, reverse=True)
        return [DayCount(day=day, changes=changes[day], statements=dated[day]) for day in days]

    def marks(self) -> Mapping[str, Mark]:
        return {key: self._mark(record) for key, record in self.records.items()}

    def silences(self) -> Sequence[Silence]:
        return self.silent

    def status(self, now: datetime | None = None) -> Sequence[SiteGlance]:
        return self.sites

    def capture(self, key: str, number: int) -> bytes:
        return f"<html><body>{self.version(key, number).title}</body></html>".encode()

    def _mark(self, record: StatementRecord) -> Mark:
        changes = self.changes_of(record.key)
        days = {change.detected.date() for change in changes if not change.baseline}
        days |= {record.content.date.date} - {None}  # type: ignore[arg-type]
        stamp = sha256(ascii([record, changes]).encode()).hexdigest()
        return Mark(stamp=stamp, slices=tuple(sorted(self.parts_of(record.key))), days=tuple(sorted(days)))

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


def harbour() -> FakeArchive:
    """One of everything: baseline, new, edited, reverted, removed, restored; English and Chinese."""
    archive = FakeArchive()
    archive.add(a_statement("1000", "Opening hours of the harbour"), baseline=True)
    first = a_statement("1001")
    second = a_statement(
        "1001", paragraphs=("The harbour opens at nine.", "Boats leave every hour.", "Tea is served.", "Thanks.")
    )
    key = archive.add(first)
    archive.edit(key, second)
    archive.edit(key, first, "reverted")
    chinese = a_statement(
        "1002", "关于港口的说明", ("港口八点开放。", "船只每小时出发一次。", "谢谢。"), language="zh-Hans"
    )
    key = archive.add(chinese)
    archive.edit(key, replace(chinese, title="关于港口开放的说明"))
    key = archive.add(a_statement("1003", "A notice that went away"))
    archive.set_state(key, "removed")
    key = archive.add(a_statement("1004", "A notice that came back"))
    archive.set_state(key, "removed")
    archive.set_state(key, "live")
    return archive
