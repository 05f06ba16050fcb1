"""The index of slices: who, where and what each statement is about; and indexes that serve slices."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facet",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facet")),
        sa.UniqueConstraint("field", "slug", "label", name=op.f("uq_facet_field_slug_label")),
    )
    op.create_table(
        "member",
        sa.Column("facet_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["facet_id"], ["facet.id"], name=op.f("fk_member_facet_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_member_statement_id")),
        sa.PrimaryKeyConstraint("facet_id", "statement_id", name=op.f("pk_member")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reading",
        sa.Column("statement_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_reading_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_reading")),
    )
    op.drop_index("ix_change_statement_id", table_name="change")
    op.create_index("ix_change_news", "change", ["statement_id", "baseline", "detected", "type"], unique=False)
    op.drop_index("ix_statement_updated", table_name="statement")
    op.drop_index("ix_statement_site_stated", table_name="statement")
    op.create_index("ix_statement_latest", "statement", ["baseline", "updated"], unique=False)
    op.create_index("ix_statement_earlier", "statement", ["baseline", "stated", "updated"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_statement_earlier", table_name="statement")
    op.drop_index("ix_statement_latest", table_name="statement")
    op.create_index("ix_statement_site_stated", "statement", ["site", "stated"], unique=False)
    op.create_index("ix_statement_updated", "statement", ["updated"], unique=False)
    op.drop_index("ix_change_news", table_name="change")
    op.create_index("ix_change_statement_id", "change", ["statement_id"], unique=False)
    op.drop_table("reading")
    op.drop_table("member")
    op.drop_table("facet")
