"""What pages load besides themselves: one style sheet and one icon, named after their content."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "assets"
SHEETS = ("base", "timeline", "reading", "comparison", "tables", "forms", "print")
"""Source files of the style sheet, in the order in which they are joined."""


@dataclass(frozen=True, slots=True)
class Assets:
    """Files by name. A name changes with its bytes, so that a browser may keep a file for ever."""

    style: str
    icon: str
    files: Mapping[str, bytes]


def read_assets() -> Assets:
    """The assets as they are shipped."""
    style = b"\n".join((FOLDER / f"{sheet}.css").read_bytes() for sheet in SHEETS)
    icon = (FOLDER / "icon.svg").read_bytes()
    names = _name("style", style, "css"), _name("icon", icon, "svg")
    return Assets(*names, files=dict(zip(names, (style, icon), strict=True)))


def _name(stem: str, data: bytes, ending: str) -> str:
    return f"{stem}.{sha256(data).hexdigest()[:8]}.{ending}"
