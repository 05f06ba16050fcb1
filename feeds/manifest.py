"""What was published: by it, the next publication knows what is affected by what happened since."""

import re
from datetime import date
from pathlib import Path

import msgspec

from feeds.archives import Archived
from feeds.files import OWN_FOLDER
from store.selection import FIELDS, Field, Mark

NAME = f"{OWN_FOLDER}/manifest.json"
Part = tuple[Field, str]
"""Field and slug of a slice."""
_SLUG = re.compile(r"\w[\w.-]*")
_LONGEST_NAME = 200
"""Bytes; file systems allow 255 for one name."""


class Kept(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What was published about a statement. Of thousands only a few are looked into, so lists are kept as texts."""

    stamp: str
    shape: str
    """Of everything but what mere looks move (see `feeds.statements`)."""
    slices: str
    """Those that have an address, as `field/slug`, with spaces between."""
    dates: str
    """The days whose pages name it, with spaces between."""
    stated: str = ""
    """Its own day among these."""
    said: str = ""
    """See `store.selection.Mark`."""

    @property
    def parts(self) -> set[Part]:
        return {part_of(each) for each in self.slices.split()}

    @property
    def days(self) -> set[date]:
        return {date.fromisoformat(each) for each in self.dates.split()}

    @property
    def mark(self) -> Mark:
        """What was known of the statement, without slices that have no address."""
        stated = date.fromisoformat(self.stated) if self.stated else None
        slices, days = tuple(sorted(self.parts)), tuple(sorted(self.days))
        return Mark(stamp=self.stamp, slices=slices, days=days, stated=stated, said=self.said)


class Manifest(msgspec.Struct, kw_only=True):
    """The state of the output folder after a publication."""

    fingerprint: str = ""
    newest: tuple[int, str] = (0, "")
    """Number and hash of the newest change that was told: another hash now means another log."""
    statements: dict[str, Kept] = {}
    labels: dict[str, str] = {}
    """Every slice there ever was, as `field/slug`, with its label."""
    days: dict[date, tuple[int, int]] = {}
    """Every day there ever was, with its changes and statements."""
    archives: dict[str, Archived] = {}
    """Path of a feed of changes → what is in its archive."""
    silences: str = ""
    status: str = ""
    """Hashes of the archive's answers."""
    state: str = ""
    """Of the marks (see `store.selection.Moved`)."""


def read(out: Path) -> Manifest | None:
    """The manifest of the last publication that came to its end; None where there is none that can be read."""
    try:
        return msgspec.json.decode((out / NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def dump(manifest: Manifest) -> bytes:
    """The same manifest gives the same bytes."""
    return msgspec.json.encode(manifest)


def kept(mark: Mark, shape: str) -> Kept:
    """A statement's line."""
    slices = " ".join(name(part) for part in mark.slices if has_address(part))
    stated = mark.stated.isoformat() if mark.stated else ""
    return Kept(mark.stamp, shape, slices, " ".join(day.isoformat() for day in mark.days), stated, mark.said)


def has_address(part: Part) -> bool:
    """Whether a slice can have files of its own: a slug that is no name of a file may not stop a publication."""
    return _SLUG.fullmatch(part[1]) is not None and len(part[1].encode("utf-8", "replace")) <= _LONGEST_NAME


def name(part: Part) -> str:
    """A slice as text."""
    return f"{part[0]}/{part[1]}"


def part_of(text: str) -> Part:
    """The slice of a name. Raises ValueError for what is none."""
    field, _, slug = text.partition("/")
    return FIELDS[FIELDS.index(field)], slug
