"""A big archive without a database: what publishing costs by itself. Texts are made when they are asked for."""

from bisect import bisect_right, insort
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from random import Random

from store.attribution import Facets, Kind, Organ, Speaker
from store.glance import SiteGlance
from store.model import ChangeRecord, ChangeType, Paragraph, Place, StatedDate, Statement, StatementRecord, VersionFacts
from store.selection import ALL, FIELDS, DayCount, Field, Mark, Moved, Selection, Silence, Slice, section_slug

START = datetime(2016, 1, 4, 9, tzinfo=UTC)
SECTIONS, SPEAKERS, ORGANS, KINDS = 8, 25, 15, 9
"""With one site and two languages sixty slices."""
PARAGRAPHS = 14
WORDS = "harbour council notes with interest the report on berths tides and lights and calls upon all parties to"
SENTENCE = "港口理事会注意到关于泊位潮汐和灯塔的报告，并呼吁各方继续努力。"
Part = tuple[Field, str]
_WORDS = WORDS.split()


@dataclass(slots=True)
class _Known:
    key: str
    seed: int
    first_seen: datetime
    changes: list[int]
    versions: list[datetime] = field(default_factory=list)
    updated: datetime = START
    removed: bool = False
    parts: tuple[Part, ...] = ()
    stamp: str = ""


class Library:
    """Statements and changes by their numbers; implements `feeds.reading.Archive`."""

    def __init__(self, statements: int, changes: int, seed: int = 7) -> None:
        """An archive with so many statements, and so many changes that are news."""
        self._random = Random(seed)  # texts, no secrets
        self._known: dict[str, _Known] = {}
        self._log: list[ChangeRecord] = []
        self._by_part: dict[Part, list[str]] = {}
        self._news: dict[Part, list[int]] = {}
        self._by_day: dict[date, list[str]] = {}
        self._marks: dict[str, Mark] = {}
        self._made: OrderedDict[tuple[str, int], Statement] = OrderedDict()
        self._now = START
        self._step = timedelta(days=3650) / max(changes, 1)
        left = changes - statements
        for number in range(statements):
            self.add()
            due = left * (number + 1) // statements - left * number // statements
            for _ in range(due):
                self.edit(f"un-{100000 + self._random.randrange(number + 1)}")

    def add(self) -> str:
        """A statement is found."""
        number = len(self._known)
        key = f"un-{100000 + number}"
        self._now += self._step
        known = self._known[key] = _Known(key=key, seed=number, first_seen=self._now, changes=[])
        known.versions.append(self._now)
        known.parts = tuple(sorted(self._parts(number)))
        for part in known.parts:
            self._by_part.setdefault(part, []).append(key)
        self._by_day.setdefault(self._stated(known), []).append(key)
        self._tell(known, "new", None, 1)
        return key

    def edit(self, key: str) -> None:
        """A statement gets a new version."""
        known = self._known[key]
        self._now += self._step
        known.versions.append(self._now)
        self._tell(known, "edited", len(known.versions) - 1, len(known.versions))

    def latest_statements(self, limit: int, within: Selection = ALL) -> Sequence[StatementRecord]:
        return self.statements_by_key(self.newest_keys(limit, within))

    def statements_by_key(self, keys: Sequence[str]) -> Sequence[StatementRecord]:
        return [self._record(self._known[key]) for key in keys]

    def facets(self, keys: Sequence[str]) -> Mapping[str, Facets]:
        return {key: self._facets_of(self._known[key].seed) for key in keys}

    def newest_numbers(self, limit: int, within: Selection = ALL) -> Sequence[int]:
        return self.news(within)[-limit:][::-1]

    def newest_keys(self, limit: int, within: Selection = ALL) -> Sequence[str]:
        if within.facets:
            keys = self._by_part.get(within.facets[0], [])
        elif within.since is not None:
            keys = self._by_day.get(within.since, [])
        else:
            keys = list(self._known)
        if within.type is not None and within.type != "new":
            keys = [key for key in keys if within.type == "edited" and len(self._known[key].versions) > 1]
        return keys[-limit:][::-1]

    def latest_changes(self, limit: int, within: Selection = ALL) -> Sequence[ChangeRecord]:
        return self.changes_by_id(self.newest_numbers(limit, within))

    def news(self, within: Selection = ALL, after: int = 0) -> Sequence[int]:
        if within.facets:
            numbers: Sequence[int] = self._news.get(within.facets[0], [])
        else:
            numbers = range(1, len(self._log) + 1)
        if within.type is not None:
            numbers = [number for number in numbers if self._log[number - 1].type == within.type]
        if within.since is not None:
            numbers = [number for number in numbers if self._log[number - 1].detected.date() == within.since]
        return numbers[bisect_right(numbers, after) :]

    def changes_by_id(self, ids: Sequence[int]) -> Sequence[ChangeRecord]:
        return [self._log[number - 1] for number in ids if 0 < number <= len(self._log)]

    def version(self, key: str, number: int) -> Statement:
        if (key, number) not in self._made:
            self._made[key, number] = self._statement(self._known[key], number)
            if len(self._made) > 2000:
                self._made.popitem(last=False)
        return self._made[key, number]

    def capture(self, key: str, number: int) -> bytes:
        return self.version(key, number).text.encode()

    def statement(self, key: str) -> StatementRecord | None:
        return self._record(self._known[key]) if key in self._known else None

    def changes_of(self, key: str) -> Sequence[ChangeRecord]:
        return self.changes_by_id(self._known[key].changes)

    def change_head(self) -> str | None:
        return self._log[-1].hash if self._log else None

    def keys(self) -> Sequence[str]:
        return list(self._known)

    def labels(self) -> Mapping[tuple[Field, str], str]:
        return {(each.field, each.slug): each.label for each in self.slices()}

    def slices(self) -> Sequence[Slice]:
        found = [
            Slice(
                field=part[0], slug=part[1], label=part[1].title(), statements=len(keys), changes=len(self._news[part])
            )
            for part, keys in self._by_part.items()
        ]
        return sorted(found, key=lambda each: (FIELDS.index(each.field), -each.statements, each.slug))

    def days(self) -> Sequence[DayCount]:
        changes = Counter(change.detected.date() for change in self._log)
        days = sorted({*changes, *self._by_day}, reverse=True)
        return [DayCount(day=day, changes=changes[day], statements=len(self._by_day.get(day, ()))) for day in days]

    def marks(self) -> Mapping[str, Mark]:
        return dict(self._marks)

    def news_days(self, until: int) -> Mapping[date, int]:
        return Counter(change.detected.date() for change in self._log if change.id <= until)

    def moved(self, since: str = "") -> Moved:
        last = str(len(self._log))
        if not since:
            return Moved(state=last, marks=self.marks(), is_all=True)
        told = dict.fromkeys(change.statement for change in self._log[int(since) :])
        return Moved(state=last, marks={key: self._marks[key] for key in told}, is_all=False)

    def silences(self) -> Sequence[Silence]:
        return ()

    def status(self, now: datetime | None = None) -> Sequence[SiteGlance]:
        return ()

    def _parts(self, number: int) -> set[Part]:
        facets = self._facets_of(number)
        found: set[Part] = {("sites", "un"), ("sections", section_slug("un", _section(number)))}
        found |= {("speakers", speaker.slug) for speaker in facets.speakers}
        found |= {("organs", facets.organ.slug)} if facets.organ else set()
        found |= {("kinds", facets.kind.slug)} if facets.kind else set()
        return found | {("languages", _language(number))}

    def _facets_of(self, number: int) -> Facets:
        speaker, organ, kind = number % SPEAKERS, number // 3 % ORGANS, number // 7 % KINDS
        return Facets(
            speakers=(Speaker(name=f"Speaker {speaker}", role="Representative", slug=f"speaker-{speaker}"),),
            organ=Organ(slug=f"organ-{organ}", name_en=f"Organ {organ}", name_zh="机构"),
            kind=Kind(slug=f"kind-{kind}", name_en=f"Kind {kind}", name_zh="形式"),
        )

    def _stated(self, known: _Known) -> date:
        return (known.first_seen - timedelta(days=known.seed % 3)).date()

    def _statement(self, known: _Known, number: int) -> Statement:
        random = Random(known.seed)
        chinese = _language(known.seed) != "en"
        texts = []
        for _ in range(PARAGRAPHS):
            size = random.randrange(4, 8) if chinese else random.randrange(40, 90)
            texts.append(SENTENCE * size if chinese else " ".join(random.choices(_WORDS, k=size)) + ".")
        for edit in range(1, number):
            at = edit % PARAGRAPHS
            texts[at] = f"{texts[at][: len(texts[at]) // 2]} {100 + edit} berths {texts[at][len(texts[at]) // 2 :]}"
        stated = self._stated(known)
        return Statement(
            site="un",
            doc_id=known.key.removeprefix("un-"),
            language=_language(known.seed),
            title=f"Remarks of speaker {known.seed % SPEAKERS} at the harbour council, number {known.seed}",
            date=StatedDate(text=stated.isoformat(), date=stated, zone="America/New_York"),
            paragraphs=tuple(Paragraph(text=text, html=text) for text in texts),
            section=_section(known.seed),
            crumbs=("Home", "Harbour"),
            template="view",
        )

    def _record(self, known: _Known) -> StatementRecord:
        versions = tuple(
            VersionFacts(
                number=at,
                kind="observed",
                observed_first=seen,
                observed_last=seen,
                text_sha256=sha256(f"{known.key} {at}".encode()).hexdigest(),
                capture_sha256=sha256(f"{known.key} {at} page".encode()).hexdigest(),
                extractor="library/1",
            )
            for at, seen in enumerate(known.versions, 1)
        )
        page = f"https://mission.example/{known.key}.htm"
        place = Place(
            page=page,
            section=_section(known.seed),
            label=f"Section {known.seed % SECTIONS}",
            first_seen=known.first_seen,
            last_seen=known.first_seen,
        )
        return StatementRecord(
            key=known.key,
            site="un",
            language=_language(known.seed),
            page=page,
            state="live",
            baseline=False,
            first_seen=known.first_seen,
            updated=known.updated,
            content=self.version(known.key, len(versions)),
            version=versions[-1],
            places=(place,),
            versions=versions,
            facets=self._facets_of(known.seed),
        )

    def _tell(self, known: _Known, kind: ChangeType, first: int | None, last: int) -> None:
        number = len(self._log) + 1
        known.updated = self._now
        known.changes.append(number)
        self._log.append(
            ChangeRecord(
                id=number,
                type=kind,
                statement=known.key,
                site="un",
                language=_language(known.seed),
                title=f"Remarks of speaker {known.seed % SPEAKERS} at the harbour council, number {known.seed}",
                page=f"https://mission.example/{known.key}.htm",
                detected=self._now,
                from_version=first,
                to_version=last,
                significance="medium",
                reasons=("text",) if first else (),
                baseline=False,
                hash=sha256(f"{number} {known.key} {last}".encode()).hexdigest(),
            )
        )
        for part in known.parts:
            insort(self._news.setdefault(part, []), number)
        stated = self._stated(known)
        days = {stated, *(self._log[each - 1].detected.date() for each in known.changes)}
        stamp = sha256(f"{known.key} {known.changes}".encode()).hexdigest()
        self._marks[known.key] = Mark(
            stamp=stamp, slices=known.parts, days=tuple(sorted(days)), stated=self._stated(known)
        )


def _section(number: int) -> str:
    return f"eng/section{number % SECTIONS}"


def _language(number: int) -> str:
    return "zh-Hans" if number % 4 == 0 else "en"
