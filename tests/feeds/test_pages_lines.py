"""Lines that are set once stand on pages as if they had been set each time."""

from dataclasses import replace

from feeds.pages import Pages
from feeds.pages.ready import pages_for
from feeds.settings import PublishSettings
from store.selection import ALL
from tests.feeds.press import timeline
from tests.feeds.world import world

SETTINGS = PublishSettings(base_url="https://watch.example")


def test_a_line_says_what_is_so_now() -> None:
    archive, kept = world(), Pages(SETTINGS)
    timeline(kept, archive, ALL)
    record = archive.latest_statements(20, ALL)[0]
    for altered in (
        replace(record, content=replace(record.content, title="Another title <b>")),
        replace(record, state="removed"),
        replace(record, version=replace(record.version, number=7)),
    ):
        assert kept.rows.statement(altered) == Pages(SETTINGS).rows.statement(altered)
        assert kept.rows.statement(altered) != kept.rows.statement(record)
    change = archive.latest_changes(20, ALL)[0]
    for other in (replace(change, title="Another title <b>"), replace(change, type="removed")):
        assert kept.rows.change(other, record.facets) == Pages(SETTINGS).rows.change(other, record.facets)
        assert kept.rows.change(other, record.facets) != kept.rows.change(change, record.facets)


def test_pages_are_kept_for_equal_settings_only() -> None:
    assert pages_for(SETTINGS) is pages_for(replace(SETTINGS))
    for other in (
        replace(SETTINGS, site_labels={"un": "A mission"}),
        replace(SETTINGS, base_url="https://other.example"),
    ):
        assert pages_for(other) is not pages_for(SETTINGS)
