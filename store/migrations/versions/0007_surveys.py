"""Indexes for what a crawl asks before it begins: what a section lists, by day, and which pages are not well."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_UNWELL = sa.text("problem IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_location_section", "location", ["section_id", "gone", "stated"])
    op.create_index("ix_page_problem", "page", ["site", "problem"], sqlite_where=_UNWELL)


def downgrade() -> None:
    op.drop_index("ix_page_problem", "page")
    op.drop_index("ix_location_section", "location")
