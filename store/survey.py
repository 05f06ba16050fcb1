"""What a crawl needs to know of the archive: sections walked so far, validators, and what is listed where.

Read piece by piece, as the crawl comes to need it: one that finds nothing new looks at a few listings and at the
statements that are due, however much the archive holds. It is the archive as it was when the crawl began all the same:
what was read once stays, and of whatever a crawl records it has asked here before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from store.blobs import BlobCache, BlobShelf
from store.database import Database
from store.known import KnownSection, KnownStatement, Validators
from store.survey_rows import Found, SurveyRows
from store.tables import capture, page


@dataclass(slots=True, kw_only=True)
class Survey:
    """The archive as one crawl finds it. Statements by document id, the rest by section path or page address.

    What the four mappings hold is what was read so far; without `rows` it is all there is. Methods read what is
    missing, and raise DatabaseError.
    """

    sections: dict[str, KnownSection] = field(default_factory=dict)
    statements: dict[str, KnownStatement] = field(default_factory=dict)
    listed: dict[tuple[str, str], tuple[str, str | None]] = field(default_factory=dict)
    """(section path, document id) → title and ISO date as last listed there."""
    validators: dict[str, Validators] = field(default_factory=dict)
    rows: SurveyRows | None = field(default=None, compare=False, repr=False)
    _met: set[str] = field(default_factory=set, init=False, compare=False, repr=False)
    _asked: set[str] = field(default_factory=set, init=False, compare=False, repr=False)
    _walked: set[str] = field(default_factory=set, init=False, compare=False, repr=False)
    _open: list[KnownStatement] | None = field(default=None, init=False, compare=False, repr=False)
    _days: dict[str, list[tuple[str, str]]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def meet(self, doc_ids: Iterable[str]) -> None:
        """Reads what is known of these statements, before anything of them is recorded."""
        new = [each for each in dict.fromkeys(doc_ids) if each not in self._met]
        if self.rows is not None and new:
            self._take(self.rows.of_documents(new))
            self._met.update(new)

    def meet_section(self, path: str) -> None:
        """The same for all statements of a section, which is about to be walked whole."""
        if self.rows is not None and path not in self._walked:
            self._walked.add(path)
            self._take(self.rows.of_section(path))

    def statement(self, doc_id: str) -> KnownStatement | None:
        """What is known of a statement; None if nothing."""
        self.meet([doc_id])
        return self.statements.get(doc_id)

    def line(self, section: str, doc_id: str) -> tuple[str, str | None] | None:
        """Title and ISO date under which a section names a statement; None if it does not."""
        self.meet([doc_id])
        return self.listed.get((section, doc_id))

    def open(self, now: datetime | None = None) -> list[KnownStatement]:
        """The statements that wait to be read (see `KnownStatement.is_open`).

        With `now` also those that the ladder wants looked at again by then, and maybe others.
        """
        if self.rows is None:
            return [each for each in self.statements.values() if now is not None or each.is_open]
        if self._open is None or now is not None:
            found = [self.statements[each] for each in self._take(self.rows.open(now))]
            if self._open is None:
                self._open = [each for each in found if each.is_open]
            return found
        return self._open

    def everything(self) -> list[KnownStatement]:
        """All statements."""
        if self.rows is not None:
            self._take(self.rows.everything())
            others = self.rows.validators(None)
            self.validators = {url: each for url, each in others.items() if url not in self._asked} | self.validators
            self.rows = None
        return list(self.statements.values())

    def between(self, section: str, after: str, before: str) -> list[str]:
        """Document ids of what a section names with an ISO date after the one day and before the other, by date."""
        if self.rows is not None and section not in self._walked:
            self.meet(self.rows.between(section, after, before))
        if section not in self._days:
            dated = ((stated, doc_id) for (path, doc_id), (_, stated) in self.listed.items() if path == section)
            self._days[section] = sorted((stated, doc_id) for stated, doc_id in dated if stated is not None)
        days = self._days[section]
        return [doc_id for _, doc_id in days[bisect_right(days, (after, "\uffff")) : bisect_left(days, (before, ""))]]

    def expect(self, pages: Iterable[str]) -> None:
        """Reads the validators of pages that will be asked for."""
        new = [each for each in dict.fromkeys(pages) if each not in self._asked]
        if self.rows is not None and new:
            self.validators |= self.rows.validators(new)
            self._asked.update(new)

    def validators_of(self, page: str) -> Validators | None:
        """The validators of a page; None if it has none."""
        self.expect([page])
        return self.validators.get(page)

    def lively(self, since: str) -> set[str]:
        """Paths of the sections that name something of this ISO date or a later one."""
        if self.rows is not None:
            return self.rows.lively(since)
        return {path for (path, _), (_, stated) in self.listed.items() if stated is not None and stated >= since}

    def elsewhere(self, base: str) -> list[str]:
        """Addresses of statements that do not begin so."""
        if self.rows is not None:
            return self.rows.elsewhere(base)
        return [each.page for each in self.statements.values() if not each.page.startswith(base)]

    def _take(self, found: Found) -> list[str]:
        """Adds what was not known yet; returns the document ids of all that was found and was there before."""
        new = found.statements.keys() - self._met
        self.statements.update((doc_id, each) for doc_id, each in found.statements.items() if doc_id in new)
        for (path, doc_id), line in found.listed.items():
            if doc_id in new:
                self.listed[path, doc_id] = line
                self._days.pop(path, None)
        own = {found.statements[doc_id].page for doc_id in new} - self._asked
        self.validators.update((url, each) for url, each in found.validators.items() if url in own)
        self._asked |= own
        self._met |= new
        return [doc_id for doc_id in found.statements if doc_id in self.statements]


def survey(database: Database, site: str) -> Survey:
    """The survey of a site, to be read as it is needed; where no section was ever walked whole, all of it at once."""
    rows = SurveyRows(database, site)
    found = Survey(sections=rows.sections(), rows=rows)
    if not any(each.baselined for each in found.sections.values()):
        found.everything()  # a first crawl asks about every statement
    return found


def kept_answer(database: Database, url: str, *, now: datetime, max_age: timedelta) -> tuple[int, bytes] | None:
    """Status and body of a page as last answered, if it was looked at within `max_age`; None otherwise.

    "Not modified" is a look: the answer it confirms is given.
    """
    with database.reading() as connection:
        row = connection.execute(
            select(page.c.checked, capture.c.status, capture.c.blob_id)
            .join(capture, capture.c.id == page.c.capture_id)
            .where(page.c.url == url)
        ).one_or_none()
        if row is None or row.checked is None or not timedelta(0) <= now - row.checked <= max_age:
            return None
        return row.status, BlobShelf(connection, BlobCache()).get(row.blob_id)
