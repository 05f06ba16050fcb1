"""The truth gate: absences, held changes, incidents, coverage; seals of captures and versions, forms of changes."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from store.changelog import GENESIS, fields_of, line_hash
from store.columns import EPOCH
from store.headers import headers_of, kept_headers, whole, whole_headers
from store.verification.seals import capture_seal, version_seal

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index("ix_incident_site_resolved", ["site", "resolved"], unique=False)

    op.create_table(
        "coverage",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_coverage_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage")),
    )
    with op.batch_alter_table("coverage", schema=None) as batch_op:
        batch_op.create_index("ix_coverage_statement_id", ["statement_id"], unique=False)

    op.create_table(
        "held",
        sa.Column("statement_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("crawls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_held_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_held")),
    )
    with op.batch_alter_table("location", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gone", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.add_column(sa.Column("problem", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("streak", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("duplicate_of", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("missing_since", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("missing_last", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("missing_looks", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index("ix_statement_text_sha256", ["text_sha256"], unique=False)

    with op.batch_alter_table("capture", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seal", sa.LargeBinary(length=32), nullable=True))

    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seal", sa.LargeBinary(length=32), nullable=True))

    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form", sa.Integer(), server_default="1", nullable=False))

    connection = op.get_bind()
    _fill(connection, "capture", "seal", _CAPTURES, _capture_seal)
    _fill(connection, "version", "seal", _VERSIONS, _version_seal)
    _fill(connection, "change", "form", _CHANGES, _form)


def downgrade() -> None:
    _fill(op.get_bind(), "capture", "headers", _SHORT_HEADERS, _whole_headers)
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_column("form")

    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.drop_column("seal")

    with op.batch_alter_table("capture", schema=None) as batch_op:
        batch_op.drop_column("seal")

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index("ix_statement_text_sha256")
        batch_op.drop_column("missing_looks")
        batch_op.drop_column("missing_last")
        batch_op.drop_column("missing_since")
        batch_op.drop_column("duplicate_of")

    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_column("streak")
        batch_op.drop_column("problem")

    with op.batch_alter_table("location", schema=None) as batch_op:
        batch_op.drop_column("gone")

    op.drop_table("held")
    with op.batch_alter_table("coverage", schema=None) as batch_op:
        batch_op.drop_index("ix_coverage_statement_id")

    op.drop_table("coverage")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index("ix_incident_site_resolved")

    op.drop_table("incident")


_CAPTURES = """
    SELECT c.id, p.url AS page, c.url, c.fetched, c.status, c.headers, b.sha256 AS body_sha256
    FROM capture c JOIN page p ON p.id = c.page_id JOIN blob b ON b.id = c.blob_id
    WHERE c.id > :after ORDER BY c.id LIMIT 1000
"""
_SHORT_HEADERS = """
    SELECT id, headers FROM capture
    WHERE id > :after AND headers NOT LIKE '[[%' AND headers <> '[]' ORDER BY id LIMIT 1000
"""
_VERSIONS = """
    SELECT v.id, s.key AS statement, v.number, v.kind, v.text_sha256, c.seal AS capture_seal, v.extractor,
    v.observed_first
    FROM version v JOIN statement s ON s.id = v.statement_id JOIN capture c ON c.id = v.capture_id
    WHERE v.id > :after ORDER BY v.id LIMIT 1000
"""
_CHANGES = """
    SELECT c.*, s.key AS statement, v.text_sha256, b.sha256 AS capture_sha256, earlier.hash AS previous
    FROM change c JOIN statement s ON s.id = c.statement_id
    LEFT JOIN version v ON v.statement_id = c.statement_id AND v.number = c.to_version
    LEFT JOIN capture p ON p.id = v.capture_id LEFT JOIN blob b ON b.id = p.blob_id
    LEFT JOIN change earlier ON earlier.id = c.id - 1
    WHERE c.id > :after ORDER BY c.id LIMIT 1000
"""


def _fill(connection: sa.Connection, table: str, column: str, rows: str, value: Callable[[Any], object]) -> None:
    """Sets a column of every row to what is worked out from the row and its neighbours.

    A row that cannot be read keeps the column's default: the upgrade goes on, and `verify` names the row.
    """
    setting = sa.text(f"UPDATE {table} SET {column} = :value WHERE id = :id")  # noqa: S608  # our names
    for some in _pages(connection, rows):
        found = []
        for row in some:
            try:
                found.append({"id": row.id, "value": value(row)})
            except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError):
                continue
        if found:
            connection.execute(setting, found)


def _pages(connection: sa.Connection, rows: str) -> Iterator[list[Any]]:
    after = 0
    while some := list(connection.execute(sa.text(rows), {"after": after})):
        yield some
        after = some[-1].id


def _capture_seal(row: Any) -> bytes:
    facts = {name: value for name, value in row._mapping.items() if name not in ("id", "headers")}
    return capture_seal(**facts, headers=whole_headers(row.headers))


def _whole_headers(row: Any) -> str:
    """Headers as the release before keeps them, which knows no short form."""
    return whole(headers_of(row.headers, kept_headers(op.get_bind())))


def _version_seal(row: Any) -> bytes:
    return version_seal(**{name: value for name, value in row._mapping.items() if name != "id"})


def _form(row: Any) -> int:
    """The form a line is hashed in: an archive that was here before and went back has lines of both."""
    line = dict(row._mapping) | {
        "detected": EPOCH + timedelta(microseconds=row.detected),
        "reasons": json.loads(row.reasons),
        "baseline": bool(row.baseline),
    }
    previous = bytes(row.previous) if row.previous is not None else GENESIS
    fits = line_hash(previous, fields_of(line | {"form": 2})) == bytes(row.hash)
    return 2 if fits else 1
