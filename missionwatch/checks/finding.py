"""What one check found."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Result = Literal["ok", "warning", "wrong", "unchecked"]
"""`warning`: works, and should be looked at. `unchecked`: could not be found out, or was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check and one sentence, which says what to do where something is to be done."""

    name: str
    result: Result
    sentence: str
    is_configuration: bool = False
    """Whether what is wrong is a configuration that cannot be used."""


def ok(name: str, sentence: str) -> Finding:
    return Finding(name=name, result="ok", sentence=sentence)


def warning(name: str, sentence: str) -> Finding:
    return Finding(name=name, result="warning", sentence=sentence)


def wrong(name: str, sentence: str, *, is_configuration: bool = False) -> Finding:
    return Finding(name=name, result="wrong", sentence=sentence, is_configuration=is_configuration)


def unchecked(name: str, sentence: str) -> Finding:
    return Finding(name=name, result="unchecked", sentence=sentence)


def megabytes(size: float) -> str:
    """A size for people."""
    if size < 1e6:
        return f"{size / 1e3:.0f} KB"
    return f"{size / 1e6:,.0f} MB" if size < 1e10 else f"{size / 1e9:,.0f} GB"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago a moment was, roughly; of one to come, how far ahead it is."""
    span = abs(now - moment)
    for unit, name in ((timedelta(days=1), "days"), (timedelta(hours=1), "hours"), (timedelta(minutes=1), "minutes")):
        if span >= 2 * unit:
            said = f"{span // unit} {name}"
            break
    else:
        said = f"{span.total_seconds():.0f} seconds"
    return f"{said} ago" if moment <= now else f"in {said}"
