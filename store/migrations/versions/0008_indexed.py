"""Up to which touch the index of slices is known to be whole; and that a reading was taken away is a touch too."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TOUCH = (
    "INSERT INTO touch (statement_id, number) VALUES "
    "(OLD.statement_id, (SELECT coalesce(max(number), 0) + 1 FROM touch)) "
    "ON CONFLICT (statement_id) DO UPDATE SET number = excluded.number"
)
_TRIGGER = "CREATE TRIGGER touch_reading_gone AFTER DELETE ON reading FOR EACH ROW"


def upgrade() -> None:
    op.create_table(
        "indexed",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexed")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"{_TRIGGER} BEGIN {_TOUCH}; END")
    else:
        op.execute(
            f"CREATE FUNCTION touch_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {_TOUCH}; RETURN NULL; END $$"
        )
        op.execute(f"{_TRIGGER} EXECUTE FUNCTION touch_gone()")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER touch_reading_gone" + ("" if is_sqlite else " ON reading"))
    if not is_sqlite:
        op.execute("DROP FUNCTION touch_gone()")
    op.drop_table("indexed")
