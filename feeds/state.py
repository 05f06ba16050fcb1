"""What the archive says as a publication begins: what has moved since the last one, over what that one knew."""

from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from feeds.clean import title_text
from feeds.manifest import Manifest, Part, Statements
from feeds.reading import Archive
from feeds.tally import days_since, read_days, read_slices, slices_since
from store.glance import SiteGlance
from store.model import ChangeRecord
from store.selection import Mark, Moved, Silence, Slice


class Marks(Mapping[str, Mark]):
    """The marks of all statements: what was published, and what has moved since."""

    def __init__(self, kept: Statements, moved: Mapping[str, Mark]) -> None:
        self._kept = kept
        self._moved = moved

    def __getitem__(self, key: str) -> Mark:
        if key in self._moved:
            return self._moved[key]
        if not self._kept.stamp(key):  # gone by then
            raise KeyError(key)
        return self._kept[key].mark

    def stamp(self, key: str) -> str:
        """That of a statement's mark, without making the mark. Raises KeyError."""
        return self._moved[key].stamp if key in self._moved else self._kept.stamp(key)

    def said(self, key: str) -> str:
        """What lines of changes say of a statement, as a mark has it; empty for one that is not there."""
        mark = self._moved.get(key)
        if mark is not None:
            return mark.said
        return self._kept.said(key) if key in self else ""

    def __contains__(self, key: object) -> bool:
        return key in self._moved or (key in self._kept and bool(self._kept.stamp(str(key))))

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._kept if key in self)
        yield from (key for key in self._moved if key not in self._kept)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the archive says at the beginning of a publication. What comes later is for the next one."""

    newest: ChangeRecord | None
    moved: Moved
    marks: Marks
    slices: Sequence[Slice]
    labels: Mapping[Part, str]
    """The slices in their order, with their labels, clean."""
    fresh: Sequence[ChangeRecord]
    """Changes that are news and were not published yet, oldest first; none where all marks were read."""
    counts: Mapping[date, tuple[int, int]]
    """The days with anything, with their changes and statements."""
    recounted: Set[date]
    """The days that may have other counts than those published."""
    silences: Sequence[Silence]
    sites: Sequence[SiteGlance]
    head: str | None

    @property
    def newest_told(self) -> tuple[int, str]:
        """Number and hash of the newest change that is news; (0, "") where there is none."""
        return (self.newest.id, self.newest.hash) if self.newest else (0, "")

    @property
    def last(self) -> int:
        """Number of the newest change that is news."""
        return self.newest.id if self.newest else 0


def observe(archive: Archive, last: Manifest) -> State:
    """The archive's present state, without slices that no address could name: one of these may not stop all others.

    The newest change is asked for first: a change that comes in between is in no feed yet, while its statement may be
    newer than its mark says, and is then made anew next time.
    """
    with ThreadPoolExecutor(1) as beside:
        # Counts everything there is, which is the database's work alone.
        sites = beside.submit(archive.status)
        return _observe(archive, last, sites)


def _observe(archive: Archive, last: Manifest, sites: Future[Sequence[SiteGlance]]) -> State:
    newest = next(iter(archive.latest_changes(1)), None)
    until = newest.id if newest else 0
    moved = archive.moved(last.state)
    fresh: Sequence[ChangeRecord] = ()
    if not moved.is_all:
        fresh = archive.changes_by_id([each for each in archive.news(after=last.newest[0]) if each <= until])
    counts: Mapping[date, tuple[int, int]]
    recounted: Set[date]
    if moved.is_all:
        slices, counts = read_slices(archive), read_days(archive, until, moved)
        recounted = counts.keys() | last.days.keys()
    else:
        slices = slices_since(archive, last, moved, fresh, until)
        counts, recounted = days_since(last, moved, fresh)
    return State(
        newest=newest,
        moved=moved,
        marks=Marks(Statements({}, []) if moved.is_all else last.statements, moved.marks),
        slices=slices,
        labels={(each.field, each.slug): title_text(each.label) for each in slices},
        fresh=fresh,
        counts=counts,
        recounted=recounted,
        silences=archive.silences(),
        sites=sites.result(),
        head=archive.change_head(),
    )
