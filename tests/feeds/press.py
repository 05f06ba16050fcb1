"""Every page of an archive by the name of its file, as a file server would have them: for tests of pages alone."""

from datetime import date
from functools import cache
from itertools import combinations
from urllib.parse import unquote

from feeds.pages import Pages
from feeds.pages.calendar import Calendar
from feeds.permalinks import Permalinks
from feeds.settings import PublishSettings
from store.model import ChangeType
from store.selection import ALL, Selection
from tests.feeds.fakes import FakeArchive
from tests.feeds.world import world

SETTINGS = PublishSettings(base_url="https://watch.example/desk", site_labels={"un": "Mission of the Harbour"})
SERVED_ONLY = "/desk/?", "/capture"
TYPES: tuple[ChangeType, ...] = ("new", "edited", "reverted", "removed", "restored", "moved")


@cache
def pressed_world() -> dict[str, bytes]:
    """The pages of `world`, made once for all tests; not to be altered."""
    return press(world())


def timeline(
    pages: Pages,
    archive: FakeArchive,
    selection: Selection,
    *,
    combinable: bool = False,
    before: date | None = None,
    after: date | None = None,
) -> bytes:
    """The timeline of a selection, from the records of an archive."""
    changes = archive.latest_changes(100, selection)
    return pages.timeline(
        selection,
        [pages.rows.change(each, archive.records[each.statement].facets) for each in changes],
        [pages.rows.statement(each) for each in archive.latest_statements(60, selection)],
        archive.slices(),
        newest=changes[0] if changes else None,
        combinable=combinable,
        before=before,
        after=after,
    )


def press(archive: FakeArchive, settings: PublishSettings = SETTINGS) -> dict[str, bytes]:
    """File name → bytes."""
    pages = Pages(settings)
    files = {f"assets/{name}": data for name, data in pages.assets.items()}
    slices, days = archive.slices(), archive.days()
    calendar = Calendar({each.day: (each.changes, each.statements) for each in days})
    records = archive.records

    def put(address: str, data: bytes) -> None:
        files[unquote(f"{address}/index.html".lstrip("/"))] = data

    def line(selection: Selection, combinable: bool = False, near: tuple[int, ...] = ()) -> bytes:
        before, after = (days[at].day if 0 <= at < len(days) else None for at in (near or (-1, -1)))
        return timeline(pages, archive, selection, combinable=combinable, before=before, after=after)

    put("", line(ALL))
    links = Permalinks("")
    for each in slices:
        selection = Selection(facets=((each.field, each.slug),))
        put(links.timeline(selection).strip("/"), line(selection))
    for kind in TYPES:
        put(f"types/{kind}", line(Selection(type=kind)))
    for at, counted in enumerate(days):
        selection = Selection(since=counted.day, until=counted.day)
        put(f"days/{counted.day.isoformat()}", line(selection, near=(at + 1, at - 1)))
    put("days", pages.calendar(calendar, None))
    for year in {counted.day.year for counted in days}:
        put(f"days/{year}", pages.calendar(calendar, year))
    put("feeds", pages.feeds(slices))
    put("status", pages.status(archive.status(), archive.silences(), archive.change_head()))
    for key, record in records.items():
        changes = archive.changes_of(key)
        put(f"statements/{key}", pages.statement(record, changes))
        for number in range(1, len(record.versions) + 1):
            put(
                f"statements/{key}/versions/{number}",
                pages.version(record, number, archive.version(key, number), changes),
            )
        for old, new in combinations(range(1, len(record.versions) + 1), 2):
            data = pages.diff(record, (old, new), archive.version(key, old), archive.version(key, new), changes)
            put(f"statements/{key}/diff/{old}..{new}", data)
    combined = Selection(facets=(("speakers", "qiao-wenlan"), ("languages", "en")), type="edited")
    put("combined", line(combined, combinable=True))
    put("message", pages.message("No such page", "There is nothing at this address."))
    return files
