"""The tables of mail. Nothing here points into the archive: changes are named by their numbers, which stay."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from store.columns import PageText, UtcDateTime
from store.metadata import id_column as _id
from store.metadata import metadata

subscriber = Table(
    "subscriber",
    metadata,
    _id(),
    Column("address", Text),  # null once it was forgotten (see `store.mailing.retention`)
    Column("folded", Text),  # the address as it is compared
    Column("state", Text, nullable=False),
    Column("frame", Text, nullable=False),
    Column("cadence", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("send_at", Text, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("wishes", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("told_until", UtcDateTime, nullable=False),
    Column("bounces", Integer, nullable=False),
    Column("ended", UtcDateTime),
    Column("reason", Text),
    UniqueConstraint("folded"),
)

subscriber_token = Table(
    "subscriber_token",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("subscriber_id", Integer, ForeignKey("subscriber.id"), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("expires", UtcDateTime, nullable=False),
    Column("used", UtcDateTime),
    Column("settings", Text),  # what is to be confirmed
    Index("ix_subscriber_token_subscriber_id", "subscriber_id"),
    Index("ix_subscriber_token_expires", "expires"),
)

letter = Table(
    "letter",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("rank", Integer, nullable=False),  # those with a lower one go first
    Column("subscriber_id", Integer, ForeignKey("subscriber.id")),
    Column("recipient", PageText),  # null, as the body, once they were forgotten
    Column("message_id", PageText, nullable=False, unique=True),
    Column("body", LargeBinary),  # compressed
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("tried", UtcDateTime),  # the first time that it was put off
    Column("settled", UtcDateTime),  # when it was sent or given up
    Column("bounced", UtcDateTime),
    Column("claim", Text),  # whose it is now (see `store.mailing.claims`)
    Column("claimed", UtcDateTime),
    Column("error", PageText, nullable=False),
    Index("ix_letter_queue", "state", "rank", "due"),
    Index("ix_letter_subscriber", "subscriber_id", "id"),
    Index("ix_letter_settled", "settled"),
)

digest = Table(
    "digest",
    metadata,
    _id(),
    Column("subscriber_id", Integer, ForeignKey("subscriber.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("starts", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("covered", Text, nullable=False),  # numbers of the changes that it told, as JSON
    Column("through", Integer, nullable=False),  # the last change that was considered for it
    Column("letter_id", Integer, ForeignKey("letter.id")),  # null where nothing matched
    Column("made", UtcDateTime, nullable=False),
    UniqueConstraint("subscriber_id", "key"),
    Index("ix_digest_letter_id", "letter_id"),
    Index("ix_digest_made", "made"),
)

form_attempt = Table(
    "form_attempt",
    metadata,
    _id(),
    Column("who", LargeBinary(32), nullable=False),  # hash of an address or an origin
    Column("at", UtcDateTime, nullable=False),
    Index("ix_form_attempt_who", "who", "at"),
)
