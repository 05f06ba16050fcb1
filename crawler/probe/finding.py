"""What a probe says about one line of a profile."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check: what was found beside what was expected, and the line to change where the two differ."""

    check: str
    ok: bool | None
    """None where this probe has seen nothing that could tell."""
    found: str
    expected: str
    profile_key: str | None = None
    """The key of the profile that says so, as in `templates[view].date`; None where no line of it does."""
    advice: str = ""
    """One sentence; never empty where `ok` is False."""
    inferred: bool = False
    """Whether the profile's line was concluded and not yet seen, so that this finding is its first test."""

    def as_json(self) -> dict[str, object]:
        """The object of `probe --json`; an inferred line says so in `expected`."""
        return {
            "check": self.check,
            "ok": self.ok,
            "found": self.found,
            "expected": f"inferred: {self.expected}" if self.inferred else self.expected,
            "profile_key": self.profile_key,
            "advice": self.advice,
        }


def unseen(check: str, key: str, found: str, expected: str) -> Finding:
    """The finding for an inferred line that this probe could neither confirm nor refute."""
    return Finding(check=check, ok=None, found=found, expected=expected, profile_key=key, inferred=True)


def listed(words: Iterable[str]) -> str:
    """Words as code in one phrase: `a`, `b`."""
    return ", ".join(f"`{word}`" for word in words)


def quoted(text: str, length: int = 80) -> str:
    """A text from a page in quotation marks, cut to a length that fits a line."""
    shown = text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
    return f'"{shown}"'
