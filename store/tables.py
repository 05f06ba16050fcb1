"""The tables. SQLAlchemy is seen here, in the migrations and in the modules that read and write, nowhere else.

Moments are kept as `store.columns` says. Hashes are 32 raw bytes. Ids are given by the writer (`store.archive`),
which is alone in its transaction, so that change numbers have no gaps on either engine.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store import derived_tables as _derived  # noqa: F401  # whoever has `metadata` has every table: backups copy by it
from store.columns import PageText, UtcDateTime
from store.mailing import tables as _mail  # noqa: F401
from store.metadata import id_column as _id
from store.metadata import metadata as metadata

# On SQLite only: whoever says it for PostgreSQL too loads that dialect (2.5 MiB) wherever the tables are known.
_UNWELL = text("problem IS NOT NULL")

run = Table(
    "run",
    metadata,
    _id(),
    Column("site", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("started", UtcDateTime, nullable=False),
    Column("finished", UtcDateTime),
    Column("outcome", Text),
    Column("counts", Text, nullable=False, default="{}"),
    Column("problems", Text, nullable=False, default="[]"),
    Column("job", Text),  # of the schedule; null when somebody asked for it
    Index("ix_run_site_started", "site", "started"),
)

section = Table(
    "section",
    metadata,
    _id(),
    Column("site", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("label", PageText, nullable=False, default=""),
    Column("page_count", Integer, nullable=False, default=0),
    Column("baselined", UtcDateTime),
    Column("walked", UtcDateTime),
    UniqueConstraint("site", "path"),
)

blob = Table(
    "blob",
    metadata,
    _id(),
    Column("sha256", LargeBinary(32), nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("base", Integer, ForeignKey("blob.id")),
    Column("depth", Integer, nullable=False, default=0),
    Column("data", LargeBinary, nullable=False),
    CheckConstraint("size >= 0", name="size"),
)

reference = Table(
    "reference",
    metadata,
    Column("site", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("blob_id", Integer, ForeignKey("blob.id"), nullable=False),
)

page = Table(
    "page",
    metadata,
    _id(),
    Column("site", Text, nullable=False),
    Column("url", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("origin", Text),  # host that gave the validators, where it is not the page's own
    Column("checked", UtcDateTime),
    Column("status", Integer),
    Column("capture_id", Integer),
    Column("problem", Text),  # the code of what was wrong at the last look; null when it was well
    Column("streak", Integer, nullable=False, default=0, server_default="0"),  # "not modified" in a row
    Index("ix_page_problem", "site", "problem", sqlite_where=_UNWELL),
)

capture = Table(
    "capture",
    metadata,
    _id(),
    Column("page_id", Integer, ForeignKey("page.id"), nullable=False),
    Column("run_id", Integer, ForeignKey("run.id")),
    Column("url", Text),  # only where it is not the page's own address: a replica, a redirect
    Column("fetched", UtcDateTime, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("blob_id", Integer, ForeignKey("blob.id"), nullable=False),
    Column("seal", LargeBinary(32)),  # null only where a migration could not read the row
    Index("ix_capture_page_id", "page_id"),
)

statement = Table(
    "statement",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("site", Text, nullable=False),
    Column("doc_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("page_id", Integer, ForeignKey("page.id"), nullable=False),
    Column("state", Text, nullable=False, default="live"),
    Column("baseline", Boolean, nullable=False, default=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("version", Integer),
    Column("text_sha256", LargeBinary(32)),
    Column("stated", Text),
    Column("updated", UtcDateTime),
    Column("duplicate_of", Integer),
    Column("missing_since", UtcDateTime),
    Column("missing_last", UtcDateTime),
    Column("missing_looks", Integer, nullable=False, default=0, server_default="0"),
    Index("ix_statement_text_sha256", "text_sha256"),
    Column("due", UtcDateTime),  # since when a listing shows another line for it than when its page was last read
    Index("ix_statement_page_id", "page_id"),
    Index("ix_statement_latest", "baseline", "updated"),
    Index("ix_statement_earlier", "baseline", "stated", "updated"),
)

location = Table(
    "location",
    metadata,
    _id(),
    Column("statement_id", Integer, ForeignKey("statement.id"), nullable=False),
    Column("section_id", Integer, ForeignKey("section.id"), nullable=False),
    Column("page_id", Integer, ForeignKey("page.id"), nullable=False),
    Column("title", PageText, nullable=False, default=""),
    Column("stated", Text),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("baseline", Boolean, nullable=False),
    Column("listed_on", Integer),
    Column("position", Integer),
    Column("gone", UtcDateTime),  # since a whole walk of the section no longer named it
    UniqueConstraint("statement_id", "section_id"),
    Index("ix_location_listed_on", "listed_on"),
    Index("ix_location_section", "section_id", "gone", "stated"),
)

version = Table(
    "version",
    metadata,
    _id(),
    Column("statement_id", Integer, ForeignKey("statement.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("capture_id", Integer, ForeignKey("capture.id"), nullable=False),
    Column("blob_id", Integer, ForeignKey("blob.id"), nullable=False),
    Column("text_sha256", LargeBinary(32), nullable=False),
    Column("extractor", Text, nullable=False),
    Column("observed_first", UtcDateTime, nullable=False),
    Column("observed_last", UtcDateTime, nullable=False),
    Column("seal", LargeBinary(32)),  # null only where a migration could not read the row
    UniqueConstraint("statement_id", "number"),
)

change = Table(
    "change",
    metadata,
    _id(),
    Column("type", Text, nullable=False),
    Column("statement_id", Integer, ForeignKey("statement.id"), nullable=False),
    Column("run_id", Integer, ForeignKey("run.id")),
    Column("from_version", Integer),
    Column("to_version", Integer),
    Column("detected", UtcDateTime, nullable=False, unique=True),
    Column("significance", Text, nullable=False),
    Column("reasons", Text, nullable=False, default="[]"),
    Column("baseline", Boolean, nullable=False),
    Column("title", PageText, nullable=False),
    Column("url", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("form", Integer, nullable=False, default=1, server_default="1"),  # of the line that is hashed
    # All that counting the news of statements and days asks for, so that the wide rows stay unread.
    Index("ix_change_news", "statement_id", "baseline", "detected", "type"),
)

coverage = Table(
    "coverage",
    metadata,
    _id(),
    Column("statement_id", Integer, ForeignKey("statement.id"), nullable=False),
    Column("result", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("looks", Integer, nullable=False, default=1),
    Index("ix_coverage_statement_id", "statement_id"),
)

incident = Table(
    "incident",
    metadata,
    _id(),
    Column("site", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("scope", Text, nullable=False, default=""),
    Column("opened", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("times", Integer, nullable=False, default=1),
    Column("resolved", UtcDateTime),
    Column("detail", PageText, nullable=False, default=""),
    Index("ix_incident_site_resolved", "site", "resolved"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("epoch", BigInteger, nullable=False),  # rises with each holder (see `store.lease`)
    Column("holder", Text, nullable=False),
    Column("taken", UtcDateTime, nullable=False),
)

held = Table(
    "held",
    metadata,
    Column("statement_id", Integer, ForeignKey("statement.id"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("text_sha256", LargeBinary(32)),  # of the text that waits; null for a removal
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("crawls", Integer, nullable=False, default=1),
)
