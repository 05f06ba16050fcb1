"""Which statements the replica has, where they are listed and in which order. No locks here: the site holds them."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import date as Day  # `date` is a field name below and would hide the type
from random import Random

from missionwatch.replica.sections import Section
from missionwatch.replica.statements import Content, compose, heading

PAGE_ITEMS = 35

_IDS_FROM = Day(2004, 1, 1)
_FIRST_ID, _IDS_A_DAY = 8_400_000, 430
"""The counter of the real CMS, roughly: 8.4 million for the oldest pages, 11.9 million in spring 2026."""


@dataclass(slots=True, eq=False, kw_only=True)
class Entry:
    """One statement of the site. Its text is made when asked for, and kept only once it was edited."""

    doc_id: str
    origin: Section
    """The section it was written for; decides language and text, whatever section lists it now."""
    stated: Day
    """The document date it was published with."""
    uploaded: Day
    """The day in its address."""
    title: str
    date: Day
    sections: list[str]
    age: float
    """0 for the oldest of the site, 1 for the newest; decides which menu its page shows."""
    style: float
    """0 to 1, drawn: the habits of its editor."""
    draw: float
    """0 to 1, drawn: its template on a mixed site."""
    modified: datetime
    live: bool = True
    revision: int = 0
    states: list[Content] = field(default_factory=list)

    def address(self, section: str) -> str:
        """The page's path below that section."""
        return f"/{section}/{self.uploaded:%Y%m}/t{self.uploaded:%Y%m%d}_{self.doc_id}.htm"

    def addresses(self) -> list[str]:
        """The paths of its page, one a section."""
        return [self.address(section) for section in self.sections]

    def content(self, seed: int) -> Content:
        """What the statement says now."""
        if self.states:
            return self.states[-1]
        return compose(seed, self.doc_id, self.origin, self.stated, self.uploaded)


def _place(entry: Entry) -> tuple[int, int]:
    return -entry.date.toordinal(), -int(entry.doc_id)


class Catalogue:
    """The statements of a seed, and for each section its list: latest document date first, as the site sorts."""

    def __init__(self, *, count: int, seed: int, sections: Sequence[Section], today: Day) -> None:
        self.seed = seed
        self.sections = {section.path: section for section in sections}
        self.entries: dict[str, Entry] = {}
        self.listed: dict[str, list[Entry]] = {path: [] for path in self.sections}
        self._last_id = 0
        # Not for secrets: the draws must repeat from run to run.
        self._rng = Random(f"{seed}/catalogue")  # noqa: S311
        span = min(8000, max(60, 2 * count))
        for number in range(count):
            uploaded = today - timedelta(days=span * (count - 1 - number) // count)
            date = uploaded - timedelta(days=self._drawn_delay())
            for path in (entry := self._made(self._drawn_section(), date, uploaded, number / count)).sections:
                self.listed[path].append(entry)
        for entries in self.listed.values():
            entries.sort(key=_place)

    def publish(self, section: Section | None, date: Day, uploaded: Day) -> Entry:
        """A further statement, in the section given or a drawn one, at its place in the lists."""
        entry = self._made(section or self._drawn_section(), date, uploaded, 1.0)
        self.enlist(entry)
        return entry

    def enlist(self, entry: Entry) -> None:
        """Puts the statement into the lists of its sections."""
        for path in entry.sections:
            insort(self.listed[path], entry, key=_place)

    def delist(self, entry: Entry) -> None:
        """Takes the statement out of the lists of its sections."""
        for path in entry.sections:
            self.listed[path].remove(entry)

    def retitle(self, entry: Entry, title: str, date: Day) -> None:
        """Gives the statement this title and document date, and its place in the lists for that."""
        if entry.live:
            self.delist(entry)
        entry.title, entry.date = title, date
        if entry.live:
            self.enlist(entry)

    def _made(self, section: Section, date: Day, uploaded: Day, age: float) -> Entry:
        rng = self._rng
        base = _FIRST_ID + (uploaded - _IDS_FROM).days * _IDS_A_DAY
        self._last_id = max(self._last_id, base) + rng.randint(1, 40)
        doc_id = str(self._last_id)
        paths = [section.path]
        others = [
            other.path
            for other in self.sections.values()
            if other.language == section.language and other is not section
        ]
        if others and rng.random() < 0.1:
            paths.append(rng.choice(others))
        entry = Entry(
            doc_id=doc_id,
            origin=section,
            stated=date,
            uploaded=uploaded,
            title=heading(self.seed, doc_id, section, date).title,
            date=date,
            sections=paths,
            age=age,
            style=rng.random(),
            draw=rng.random(),
            modified=datetime(uploaded.year, uploaded.month, uploaded.day, tzinfo=UTC),
        )
        self.entries[doc_id] = entry
        return entry

    def _drawn_section(self) -> Section:
        sections = list(self.sections.values())
        return self._rng.choices(sections, [section.weight for section in sections])[0]

    def _drawn_delay(self) -> int:
        # Measured on the site over 53 pages: mostly one day between document and upload, now and then months.
        draw = self._rng.random()
        if draw < 0.1:
            return 0
        if draw < 0.8:
            return 1
        return self._rng.randint(2, 44) if draw < 0.97 else self._rng.randint(60, 240)
