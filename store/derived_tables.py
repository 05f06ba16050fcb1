"""The tables of what is derived: `store.indexing` and the database itself can make it again at any time."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from store.columns import PageText
from store.metadata import id_column, metadata

facet = Table(
    "facet",
    metadata,
    id_column(),
    Column("field", Text, nullable=False),  # as in `store.selection`
    Column("slug", PageText, nullable=False),
    Column("label", PageText, nullable=False),  # one slug may be read under several names
    UniqueConstraint("field", "slug", "label"),
)

member = Table(
    "member",
    metadata,
    Column("facet_id", Integer, ForeignKey("facet.id"), primary_key=True, autoincrement=False),
    Column("statement_id", Integer, ForeignKey("statement.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

reading = Table(
    "reading",
    metadata,
    Column("statement_id", Integer, ForeignKey("statement.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("places", Integer, nullable=False),  # how many sections had named it
    Column("rules", Text, nullable=False),
    Column("facets", PageText, nullable=False),  # what was read (see `store.readings`)
    Column("members", Text, nullable=False),  # ids of its facets, ascending, with spaces between
)

touch = Table(
    "touch",
    metadata,
    Column("statement_id", Integer, ForeignKey("statement.id"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),  # rises with each (see `store.marks`)
    Index("ix_touch_number", "number"),
)

indexed = Table(
    "indexed",
    metadata,
    id_column(),  # 1, the only one
    Column("number", BigInteger, nullable=False),  # no statement with a touch up to here has to be looked at
    Column("rules", Text, nullable=False),  # as long as these are used
)

# Whoever empties all tables empties this one first, since each of its rows that goes is a touch.
reading.add_is_dependent_on(touch)
