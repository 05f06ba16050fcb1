import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from feeds.feed import Entry
from feeds.notices import concerns, notices
from feeds.permalinks import Permalinks
from feeds.publish import PublishSettings, publish
from tests.feeds.fakes import FakeArchive, a_statement

LINKS = Permalinks.absolute("https://watch.example")
SETTINGS = PublishSettings(base_url="https://watch.example", site_labels={"un": "A mission"})


def entries_of(archive: FakeArchive) -> Sequence[Entry]:
    return [entry for _, entry in notices(archive, archive.silences(), LINKS, SETTINGS)]


def test_a_silence_is_told_when_it_is_too_long_and_when_it_ends() -> None:
    archive = FakeArchive()
    archive.add(a_statement())
    silence = archive.fall_silent()
    (told,) = entries_of(archive)
    assert told.id == "tag:missionwatch.invalid,2026:missionwatch:silence:1"
    assert told.title == "[NOT READ] A mission could not be read since 2 March 2026, 03:44 UTC."
    assert told.updated == told.published == silence.told
    archive.speak_again()
    again, ended = entries_of(archive)
    assert again == told
    assert ended.id == f"{told.id}:ended"
    assert ended.title.startswith("[READ AGAIN] A mission can be read again since 2 March 2026, 09:51 UTC")
    assert ended.updated > told.updated


def test_notices_are_in_the_feeds_of_everything_of_the_site_and_of_the_section(tmp_path: Path) -> None:
    archive = FakeArchive()
    archive.add(a_statement())
    archive.fall_silent()
    archive.fall_silent("eng/harbour")
    archive.fall_silent("eng/pier")
    publish(archive, tmp_path, SETTINGS)

    def told(name: str) -> set[str]:
        entries = feedparser.parse(tmp_path / f"feeds/{name}.atom").entries
        return {found[0] for entry in entries if (found := re.findall(r"silence:\d+", entry.id))}

    for name in ("changes", "statements"):
        assert told(name) == told(f"sites/un/{name}") == {"silence:1", "silence:2", "silence:3"}
        assert told(f"sections/un-eng-harbour/{name}") == {"silence:2"}
        assert told(f"languages/en/{name}") == set()
    assert concerns(archive.silent[2], ("sections", "un-eng-pier"))


def test_a_silence_that_ends_is_the_only_thing_that_is_written(tmp_path: Path) -> None:
    archive = FakeArchive()
    archive.add(a_statement())
    archive.fall_silent()
    publish(archive, tmp_path, SETTINGS)
    archive.speak_again()
    done = publish(archive, tmp_path, SETTINGS)
    feeds = {
        f"feeds/{part}{name}.{kind}"
        for part in ("", "sites/un/")
        for name in ("changes", "statements")
        for kind in ("atom", "rss", "json")
    }
    assert set(done.paths) - {"status/index.html"} == feeds | {"status.json"}


@given(
    moments=st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=8),
    changes=st.integers(0, 9),
)
def test_no_two_entries_share_a_moment(moments: list[tuple[int, bool]], changes: int) -> None:
    archive = FakeArchive()
    for number in range(changes):
        archive.add(a_statement(str(number)), baseline=number % 3 == 0)
    detected = [change.detected for change in archive.changes] or [archive.now]
    for place, ends in moments:
        archive.fall_silent(told=detected[place % len(detected)])
        if ends:
            archive.speak_again()
    entries = entries_of(archive)
    updated = [entry.updated for entry in entries] + [change.detected for change in archive.changes]
    assert len(set(updated)) == len(updated)
    assert len({entry.id for entry in entries}) == len(entries)
    for silence in archive.silent:
        told = [entry.updated for entry in entries if entry.id.endswith(f":silence:{silence.id}")]
        assert timedelta(0) <= told[0] - silence.told < timedelta(milliseconds=1)
