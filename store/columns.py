"""Moments and texts as columns: the same value on SQLite and PostgreSQL, whatever the driver thinks of it.

A moment is whole microseconds since 1970 in UTC: free of the drivers' ideas about zones, and eight bytes where text
takes twenty-six.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Text, TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since 1970. Naive datetimes are refused with ValueError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone cannot be kept: {value!r}")
        return (value - EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class PageText(TypeDecorator[str]):
    """Text that came from a page, in a form that every engine can keep (see `storable`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def storable(value: str) -> str:
    """The text with NUL and lone surrogates as U+FFFD: PostgreSQL refuses the one, UTF-8 the others."""
    return value.replace("\x00", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")
