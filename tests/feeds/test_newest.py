"""What is newest in a slice is followed where that is sure, and asked for otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from feeds.publish import PublishSettings, publish
from store.attribution import Facets, Speaker
from store.selection import ALL, Selection
from tests.feeds.fakes import FakeArchive, a_statement

SETTINGS = PublishSettings(base_url="https://watch.example", feed_entries=3)
ANN = Facets(speakers=(Speaker(name="Ann Quay", role="", slug="ann-quay"),))


@dataclass
class Asked(FakeArchive):
    """Notes of which slices it was asked what is newest."""

    asked: list[Selection] = field(default_factory=list)

    def newest_keys(self, limit: int, within: Selection = ALL) -> Sequence[str]:
        self.asked.append(within)
        return super().newest_keys(limit, within)


def an_archive(out: Path) -> Asked:
    archive = Asked()
    for number in range(5):
        archive.add(a_statement(str(number), f"Statement {number}"), facets=ANN)
    publish(archive, out, SETTINGS)
    archive.asked.clear()
    return archive


def in_slices(archive: Asked) -> list[Selection]:
    return [each for each in archive.asked if each.facets]


def test_after_news_no_slice_is_asked_for(tmp_path: Path) -> None:
    archive = an_archive(tmp_path)
    new = archive.add(a_statement("9", "Statement 9"), facets=ANN)
    publish(archive, tmp_path, SETTINGS)
    assert in_slices(archive) == []
    feed = (tmp_path / "feeds/speakers/ann-quay/statements.atom").read_text(encoding="utf-8")
    assert feed.count("<entry") == 3
    assert feed.index(":un:9</id>") < feed.index(":un:4</id>"), new


def test_a_slice_that_a_statement_has_left_is_asked_for(tmp_path: Path) -> None:
    archive = an_archive(tmp_path)
    archive.read_as("un-4", Facets())
    publish(archive, tmp_path, SETTINGS)
    assert Selection(facets=(("speakers", "ann-quay"),)) in archive.asked
    feed = (tmp_path / "feeds/speakers/ann-quay/statements.atom").read_text(encoding="utf-8")
    assert ":un:1</id>" in feed
    assert ":un:4</id>" not in feed


def test_a_statement_that_altered_but_is_not_newest_makes_no_order_of_its_own(tmp_path: Path) -> None:
    archive = an_archive(tmp_path)
    archive.edit("un-0", a_statement("0", "Statement 0", ("Altered.",)))
    publish(archive, tmp_path, SETTINGS)
    assert in_slices(archive)
    feed = (tmp_path / "feeds/speakers/ann-quay/statements.atom").read_text(encoding="utf-8")
    assert ":un:0</id>" not in feed
