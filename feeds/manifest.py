"""What was published: by it, the next publication knows what is affected by what happened since."""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from zlib import crc32

import msgspec

from feeds.archives import Archived
from feeds.files import OWN_FOLDER
from store.selection import FIELDS, Field, Mark

NAME = f"{OWN_FOLDER}/manifest.json"
Part = tuple[Field, str]
"""Field and slug of a slice."""
_SLUG = re.compile(r"\w[\w.-]*")
_BETWEEN = "|"  # in no slug that has an address, no date and no hash
_AFTER_SUM = b","
_LONGEST_NAME = 200
"""Bytes; file systems allow 255 for one name."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was published about a statement."""

    stamp: str = ""
    """Of its mark; empty for one that is gone."""
    shape: str = ""
    """Of everything but what mere looks move (see `feeds.statements`)."""
    stated: str = ""
    """Its own day among `dates`."""
    said: str = ""
    """See `store.selection.Mark`."""
    slices: str = ""
    """Those that have an address, as `field/slug`, with spaces between."""
    dates: str = ""
    """The days whose pages name it, with spaces between."""

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


class Statements(MutableMapping[str, Kept]):
    """What was published about each statement, by key, in the order of first publication.

    As a line of text each, slices by their place in a list of names: of thousands only a few are looked into, and
    reading all as values took half as long again.
    """

    def __init__(self, lines: dict[str, str], names: list[str]) -> None:
        """Over these, which are altered with it."""
        self._lines = lines
        self._names = names

    def __getitem__(self, key: str) -> Kept:
        stamp, shape, stated, said, places, dates = self._lines[key].split(_BETWEEN)
        slices = " ".join(self._names[int(place)] for place in places.split())
        return Kept(stamp=stamp, shape=shape, stated=stated, said=said, slices=slices, dates=dates)

    def __setitem__(self, key: str, kept: Kept) -> None:
        known = self._places
        for each in kept.slices.split():
            if each not in known:
                known[each] = str(len(self._names))
                self._names.append(each)
        places = " ".join(known[each] for each in kept.slices.split())
        self._lines[key] = _BETWEEN.join((kept.stamp, kept.shape, kept.stated, kept.said, places, kept.dates))

    @cached_property
    def _places(self) -> dict[str, str]:
        return {each: str(place) for place, each in enumerate(self._names)}

    def stamp(self, key: str) -> str:
        """That of a statement, without the rest. Raises KeyError."""
        return self._lines[key].partition(_BETWEEN)[0]

    def said(self, key: str) -> str:
        """What lines say of a statement, without the rest. Raises KeyError."""
        return self._lines[key].split(_BETWEEN, 4)[3]

    def __delitem__(self, key: str) -> None:
        del self._lines[key]

    def __contains__(self, key: object) -> bool:
        return key in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


class Manifest(msgspec.Struct, kw_only=True):
    """The state of the output folder after a publication."""

    fingerprint: str = ""
    newest: tuple[int, str] = (0, "")
    """Number and hash of the newest change that was told: another hash now means another log."""
    published: dict[str, str] = {}
    names: list[str] = []
    """See `Statements`."""
    labels: dict[str, str] = {}
    """Every slice there ever was, as `field/slug`, with its label."""
    slices: dict[str, tuple[int, int]] = {}
    """Every slice that holds a statement, with its statements and changes."""
    days: dict[date, tuple[int, int]] = {}
    """Every day there ever was, with its changes and statements."""
    archives: dict[str, Archived] = {}
    """Path of a feed of changes → what is in its archive."""
    numbers: dict[str, Sequence[int]] = {}
    """The newest changes of each timeline (see `feeds.newest`)."""
    keys: dict[str, str] = {}
    """The same of statements."""
    silences: str = ""
    status: str = ""
    """Hashes of the archive's answers."""
    state: str = ""
    """Of the marks (see `store.selection.Moved`)."""

    @property
    def statements(self) -> Statements:
        """What was published about each statement; to be altered only in a copy."""
        return Statements(self.published, self.names)


def read(out: Path) -> Manifest | None:
    """The manifest of the last publication that came to its end; None where there is none that can be read."""
    try:
        # By its sum it is what was written, so nobody has to look into every line.
        given, _, rest = (out / NAME).read_bytes().partition(_AFTER_SUM)
        packed = rest[:-1]
        return msgspec.json.decode(packed, type=Manifest) if given == _sum(packed) else None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def dump(manifest: Manifest) -> bytes:
    """JSON: a checksum and the manifest. The same manifest gives the same bytes."""
    packed = msgspec.json.encode(manifest)
    return b"".join((_sum(packed), _AFTER_SUM, packed, b"]"))


def _sum(packed: bytes) -> bytes:
    return b"[%d" % crc32(packed)


def kept(mark: Mark, shape: str) -> Kept:
    """What is to be kept of a statement."""
    return Kept(
        stamp=mark.stamp,
        shape=shape,
        stated=mark.stated.isoformat() if mark.stated else "",
        said=mark.said,
        slices=" ".join(name(part) for part in mark.slices if has_address(part)),
        dates=" ".join(day.isoformat() for day in mark.days),
    )


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
