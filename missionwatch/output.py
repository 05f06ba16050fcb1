"""What people and programs read: tables on a terminal, plain text in a pipe, one JSON object a line."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TextIO

from missionwatch.config import wants_colour

_ESCAPED = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)}
_ESCAPED |= {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)}


def clean(text: str) -> str:
    """Text from a page, safe for a terminal: escapes, control characters and bidi overrides show as what they are."""
    return text.translate(_ESCAPED).encode("utf-8", "replace").decode("utf-8")


def say(text: str = "", *, file: TextIO | None = None) -> None:
    """One line of text for people, on standard output unless told otherwise."""
    print(clean(text), file=file or sys.stdout)


def tell(text: str) -> None:
    """One line for people on standard error: progress, hints, errors."""
    print(clean(text), file=sys.stderr)


def emit(data: dict[str, object]) -> None:
    """One JSON object on a line of its own."""
    line = json.dumps(data, ensure_ascii=False, separators=(", ", ": "))
    print(line.encode("utf-8", "backslashreplace").decode("utf-8"), flush=True)


def is_rich(stream: TextIO) -> bool:
    """Whether a stream is a terminal that wants colour and tables."""
    return stream.isatty() and wants_colour()


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows in columns: drawn on a terminal, separated by tabs in a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        drawn.add_column(heading, overflow="fold")  # a path that is cut short is the wrong path
    for row in rows:
        drawn.add_row(*(Text(clean(cell)) for cell in row))
    Console(no_color=not wants_colour()).print(drawn)


def moment(value: datetime | None, *, missing: str = "never") -> str:
    """A moment for people: UTC, to the minute."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if value else missing


def iso(value: datetime | None) -> str | None:
    """A moment for programs: UTC with milliseconds and `Z`."""
    if value is None:
        return None
    value = value.astimezone(UTC)
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


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
