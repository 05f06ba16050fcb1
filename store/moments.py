"""Moments as the tables keep them, for who reads with the bare driver: microseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(number: int) -> datetime:
    """The moment of a kept number."""
    return _EPOCH + timedelta(microseconds=int(number))


def number_of(moment: datetime) -> int:
    """The number that a moment is kept as."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
