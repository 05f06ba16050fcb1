"""A small invented site as the crawler would hand it over, and looks into what the archive made of it."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any

from sqlalchemy import Table, select

from store.archive import Archive
from store.changelog import GENESIS, fields_of, line_hash
from store.database import Database
from store.model import (
    Attachment,
    Capture,
    CaptureKind,
    Image,
    ListedItem,
    Listing,
    Paragraph,
    StatedDate,
    Statement,
)
from store.observation import ListingSeen, LookFailed, Observation, PageSeen, Recorded, StatementSeen
from store.reader import ChangeFilter, Reader
from store.survey import Survey, survey
from store.tables import blob, capture, change, page, statement, version

BASE = "https://mission.example"
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HARBOUR = "eng/harbour"
FERRIES = "eng/ferries"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def surveyed(database: Database, site: str = "un") -> Survey:
    """All that a crawl may know of a site."""
    found = survey(database, site)
    found.everything()
    return found


def a_statement(
    doc_id: str = "1001",
    *text: str,
    title: str = "Remarks on the harbour",
    section: str = HARBOUR,
    stated: date | None = date(2026, 3, 1),
    template: str = "view",
    site: str = "un",
) -> Statement:
    paragraphs = text or ("The harbour opens at eight.", f"Boats of pier {doc_id} leave every hour.")
    return Statement(
        site=site,
        doc_id=doc_id,
        language="en",
        title=title,
        date=StatedDate(text=stated.isoformat() if stated else "", date=stated, zone="America/New_York"),
        paragraphs=tuple(Paragraph(text=each, html=escape(each, quote=False)) for each in paragraphs),
        images=(Image(url=f"{BASE}/{section}/W020260301.jpg", alt="A boat"),),
        attachments=(Attachment(url=f"{BASE}/{section}/P020260301.pdf", label="Timetable"),),
        section=section,
        crumbs=("Home", "Harbour"),
        template=template,
    )


def page_of(doc_id: str = "1001", section: str = HARBOUR) -> str:
    return f"{BASE}/{section}/202603/t20260301_{doc_id}.htm"


def list_of(section: str = HARBOUR, number: int = 0) -> str:
    return f"{BASE}/{section}/" + (f"index_{number}.htm" if number else "")


def a_capture(
    address: str,
    body: bytes,
    when: datetime = START,
    *,
    kind: CaptureKind = "statement",
    status: int = 200,
    site: str = "un",
    url: str | None = None,
    **headers: str,
) -> Capture:
    return Capture(
        site=site,
        kind=kind,
        page=address,
        url=url or address,
        fetched=when,
        status=status,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body,
    )


def looked(
    said: Statement,
    when: datetime = START,
    *,
    address: str | None = None,
    answered: str = "",
    frame: str = "menu",
    confirmed: bool = True,
    **more: Any,
) -> StatementSeen:
    """A statement's page, read, by the second look of a crawl unless it is not `confirmed`.

    `answered` is the address to which the one asked for leads; `frame` is what stands around the text.
    """
    body = f"<nav>{frame}</nav><h1>{said.title}</h1>{said.text}".encode("utf-8", "surrogatepass")
    address = address or page_of(said.doc_id, said.section)
    return StatementSeen(
        capture=a_capture(address, body, when, site=said.site, **more),
        statement=said,
        extractor="reader/1",
        page=answered,
        confirmed=confirmed,
    )


def listed(
    *doc_ids: str,
    when: datetime = START,
    section: str = HARBOUR,
    number: int = 0,
    page_count: int = 1,
    titles: Sequence[str] = (),
    site: str = "un",
) -> ListingSeen:
    """A listing page, read."""
    named = [*titles, *("Remarks on the harbour",) * (len(doc_ids) - len(titles))]
    body = "\n".join((*doc_ids, *named)).encode("utf-8", "surrogatepass")
    return ListingSeen(
        capture=a_capture(list_of(section, number), body, when, kind="listing", site=site),
        listing=Listing(
            site=site,
            section=section,
            language="en",
            label=section.rpartition("/")[2].title(),
            number=number,
            page_count=page_count,
            items=tuple(
                ListedItem(doc_id=doc_id, page=page_of(doc_id, section), title=title, date=date(2026, 3, 1))
                for doc_id, title in zip(doc_ids, named, strict=True)
            ),
        ),
    )


def key_of(address: str) -> str:
    """The statement that an address names, empty if it names none."""
    found = re.search(r"/t\d+_(\w+)\.htm", address)
    return f"un-{found[1]}" if found else ""


def not_modified(address: str, when: datetime = START, kind: CaptureKind = "statement") -> PageSeen:
    return PageSeen(capture=a_capture(address, b"", when, kind=kind, status=304), key=key_of(address))


def failed(address: str, when: datetime = START, status: int = 503, body: bytes = b"<h1>Sorry</h1>") -> PageSeen:
    """A page that is not what was asked for; with 404 it says that there is no such page."""
    code = "http-5xx" if status >= 500 else f"http-{status}"
    return PageSeen(capture=a_capture(address, body, when, status=status), code=code, key=key_of(address))


def unanswered(address: str, when: datetime = START, code: str = "timeout") -> LookFailed:
    """A request that got no answer, or one whose second answer contradicts the first (`unclear`)."""
    return LookFailed(site="un", kind="statement", page=address, key=key_of(address), code=code, at=when)


def record(database: Database, *observations: Observation, now: datetime = START) -> list[Recorded]:
    """Writes a batch with an archive of its own."""
    return Archive(database).record(observations, now)


def told(database: Database) -> list[tuple[str, str, int | None, int | None, bool]]:
    """The change log as (type, statement, from version, to version, whether baseline)."""
    changes = Reader(database).changes(ChangeFilter(include_baseline=True))
    return [(each.type, each.statement, each.from_version, each.to_version, each.baseline) for each in changes]


def rows(database: Database, table: Table) -> list[dict[str, Any]]:
    """Everything in a table, by primary key."""
    with database.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]


def page_row(database: Database, address: str) -> dict[str, Any]:
    return next(row for row in rows(database, page) if row["url"] == address)


def assert_log_holds(database: Database) -> None:
    """Recomputes the change log from what is kept: no gap, moments that rise, and each hash over the one before."""
    with database.reading() as connection:
        columns = select(change, statement.c.key, version.c.text_sha256, blob.c.sha256.label("capture_sha256"))
        lines = connection.execute(
            columns.join(statement, statement.c.id == change.c.statement_id)
            .outerjoin(
                version, (version.c.statement_id == change.c.statement_id) & (version.c.number == change.c.to_version)
            )
            .outerjoin(capture, capture.c.id == version.c.capture_id)
            .outerjoin(blob, blob.c.id == capture.c.blob_id)
            .order_by(change.c.id)
        ).all()
    assert len(lines) == len(rows(database, change))
    before, moment = GENESIS, datetime.min.replace(tzinfo=UTC)
    for number, line in enumerate(lines, start=1):
        assert line.id == number
        assert line.detected > moment
        assert (line.text_sha256 is None) == (line.to_version is None)
        covered = dict(line._mapping) | {"statement": line.key, "reasons": json.loads(line.reasons)}
        before, moment = line_hash(before, fields_of(covered)), line.detected
        assert bytes(line.hash) == before


def captures_of(database: Database, address: str) -> list[dict[str, Any]]:
    """The captures of one page, oldest first."""
    page_id = page_row(database, address)["id"]
    return [row for row in rows(database, capture) if row["page_id"] == page_id]
