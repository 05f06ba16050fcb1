"""An archive in memory, built by telling what happened; and one small invented world for the tests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html import escape

from store.attribution import NOTHING_SAID, Facets
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
from store.selection import Silence
from tests.feeds.fake_reader import FakeReader

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
class FakeArchive(FakeReader):
    """Records what it is told, one tick of its clock after another, and answers like the real one."""

    now: datetime = START

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
