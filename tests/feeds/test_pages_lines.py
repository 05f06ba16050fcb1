"""Lines that are set once stand on pages as if they had been set each time."""

from dataclasses import replace

from feeds.pages import Pages
from feeds.pages.ready import pages_for
from feeds.settings import PublishSettings
from store.selection import ALL, Selection
from tests.feeds.fakes import FakeArchive
from tests.feeds.world import world

SETTINGS = PublishSettings(base_url="https://watch.example")


def _timeline(pages: Pages, archive: FakeArchive, selection: Selection) -> bytes:
    return pages.timeline(
        selection, archive.latest_changes(20, selection), archive.latest_statements(20, selection), archive.slices()
    )


def test_a_line_says_what_is_so_now() -> None:
    archive, kept = world(), Pages(SETTINGS)
    _timeline(kept, archive, ALL)
    record = archive.latest_statements(20, ALL)[0]
    for altered in (
        replace(record, content=replace(record.content, title="Another title <b>")),
        replace(record, state="removed"),
        replace(record, version=replace(record.version, number=7)),
    ):
        arguments = (ALL, archive.latest_changes(20, ALL), [altered], archive.slices())
        assert kept.timeline(*arguments) == Pages(SETTINGS).timeline(*arguments)
        assert kept.timeline(*arguments) != _timeline(kept, archive, ALL)


def test_pages_are_kept_for_equal_settings_only() -> None:
    assert pages_for(SETTINGS) is pages_for(replace(SETTINGS))
    for other in (
        replace(SETTINGS, site_labels={"un": "A mission"}),
        replace(SETTINGS, base_url="https://other.example"),
    ):
        assert pages_for(other) is not pages_for(SETTINGS)
