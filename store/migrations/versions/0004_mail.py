"""Mail: subscribers, their tokens, the digests they were due, letters, and how often a form was used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("folded", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("frame", sa.Text(), nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("send_at", sa.Text(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("told_until", sa.BigInteger(), nullable=False),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("folded", name=op.f("uq_subscriber_folded")),
    )
    op.create_table(
        "subscriber_token",
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger()),
        sa.Column("settings", sa.Text()),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_subscriber_token_subscriber_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_subscriber_token")),
    )
    op.create_index("ix_subscriber_token_subscriber_id", "subscriber_token", ["subscriber_id"], unique=False)
    op.create_index("ix_subscriber_token_expires", "subscriber_token", ["expires"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer()),
        sa.Column("recipient", sa.Text()),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("tried", sa.BigInteger()),
        sa.Column("settled", sa.BigInteger()),
        sa.Column("bounced", sa.BigInteger()),
        sa.Column("claim", sa.Text()),
        sa.Column("claimed", sa.BigInteger()),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_letter_subscriber_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    op.create_index("ix_letter_queue", "letter", ["state", "rank", "due"], unique=False)
    op.create_index("ix_letter_subscriber", "letter", ["subscriber_id", "id"], unique=False)
    op.create_index("ix_letter_settled", "letter", ["settled"], unique=False)
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("covered", sa.Text(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer()),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_digest_letter_id")),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"], name=op.f("fk_digest_subscriber_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("subscriber_id", "key", name=op.f("uq_digest_subscriber_id_key")),
    )
    op.create_index("ix_digest_letter_id", "digest", ["letter_id"], unique=False)
    op.create_index("ix_digest_made", "digest", ["made"], unique=False)
    op.create_table(
        "form_attempt",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_attempt")),
    )
    op.create_index("ix_form_attempt_who", "form_attempt", ["who", "at"], unique=False)


def downgrade() -> None:
    for table in ("form_attempt", "digest", "letter", "subscriber_token", "subscriber"):
        op.drop_table(table)
