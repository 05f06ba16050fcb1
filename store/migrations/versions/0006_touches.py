"""Touches: the database itself notes which statements may be shown otherwise than before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_DAY = 86_400_000_000
_TOUCH = (
    "INSERT INTO touch (statement_id, number) VALUES (NEW.{of}, (SELECT coalesce(max(number), 0) + 1 FROM touch)) "
    "ON CONFLICT (statement_id) DO UPDATE SET number = excluded.number"
)


def _another_day(column: str) -> str:
    return f"NEW.{column} / {_DAY} <> OLD.{column} / {_DAY}"


# Looks move what is shown at most once a day, so they touch at most once a day.
_TRIGGERS = (
    ("statement", "added", "INSERT", ""),
    ("statement", "altered", "UPDATE OF stated, state, baseline, updated, version, page_id, duplicate_of", ""),
    ("version", "added", "INSERT", ""),
    ("version", "altered", "UPDATE OF extractor", ""),
    ("version", "seen", "UPDATE OF observed_last", _another_day("observed_last")),
    ("location", "added", "INSERT", ""),
    ("location", "altered", "UPDATE OF section_id, page_id", ""),
    ("location", "seen", "UPDATE OF last_seen", _another_day("last_seen")),
    ("coverage", "added", "INSERT", ""),
    ("coverage", "seen", "UPDATE OF until", _another_day("until")),
    ("change", "added", "INSERT", ""),
    ("reading", "added", "INSERT", ""),
    ("reading", "altered", "UPDATE OF facets, members", ""),
)


def upgrade() -> None:
    op.create_table(
        "touch",
        sa.Column("statement_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_touch_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_touch")),
    )
    op.create_index("ix_touch_number", "touch", ["number"], unique=False)
    op.execute("INSERT INTO touch (statement_id, number) SELECT id, 1 FROM statement")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        for name, of in (("touch_own", "id"), ("touch_its", "statement_id")):
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {_TOUCH.format(of=of)}; RETURN NULL; END $$"
            )
    for table, what, event, condition in _TRIGGERS:
        when = f"WHEN ({condition}) " if condition else ""
        begin = f"CREATE TRIGGER touch_{table}_{what} AFTER {event} ON {table} FOR EACH ROW {when}"
        of = "id" if table == "statement" else "statement_id"
        if is_sqlite:
            op.execute(f"{begin}BEGIN {_TOUCH.format(of=of)}; END")
        else:
            op.execute(f"{begin}EXECUTE FUNCTION {'touch_own' if of == 'id' else 'touch_its'}()")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, what, _, _ in _TRIGGERS:
        op.execute(f"DROP TRIGGER touch_{table}_{what}" + ("" if is_sqlite else f" ON {table}"))
    if not is_sqlite:
        op.execute("DROP FUNCTION touch_own()")
        op.execute("DROP FUNCTION touch_its()")
    op.drop_index("ix_touch_number", table_name="touch")
    op.drop_table("touch")
