from pathlib import Path
from urllib.parse import quote

from lxml import etree

from feeds.channels import channels
from feeds.manifest import Part
from feeds.opml import opml
from feeds.permalinks import Permalinks
from feeds.publish import PublishSettings, publish
from tests.feeds.fakes import FakeArchive, a_statement, harbour
from tests.feeds.histories import facets_of

SETTINGS = PublishSettings(base_url="https://watch.example/desk", site_labels={"un": "A mission"}, title="Desk & <Co>")


def test_every_feed_is_listed_once_in_folders_changes_first(tmp_path: Path) -> None:
    archive = harbour()
    archive.add(a_statement("7"), facets=facets_of(2))
    publish(archive, tmp_path, SETTINGS)
    root = etree.parse(tmp_path / "feeds/opml.xml").getroot()
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "Desk & ＜Co>")
    folders = root.findall("body/outline")
    assert [folder.get("text") for folder in folders] == [
        "Everything",
        "Sites",
        "Sections",
        "Speakers",
        "Organs",
        "Kinds",
        "Languages",
    ]
    feeds = [feed for folder in folders for feed in folder]
    assert all(feed.get("type") == "rss" and feed.get("text") == feed.get("title") for feed in feeds)
    listed = [str(feed.get("xmlUrl")).removeprefix("https://watch.example/desk/") for feed in feeds]
    files = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "feeds").rglob("*.atom")}
    named = {name for name in files if not name.startswith("feeds/archive/")}
    assert sorted(listed) == sorted(map(quote, named))
    assert [name.rpartition("/")[2] for name in listed] == ["changes.atom", "statements.atom"] * (len(listed) // 2)
    assert [feed.get("text") for feed in folders[3]][:2] == [
        "Desk & ＜Co>: Ann Quay: changes",
        "Desk & ＜Co>: Ann Quay: statements",
    ]
    for feed in feeds:
        page = (
            str(feed.get("htmlUrl")).removeprefix("https://watch.example/desk/").replace("%E6%9E%97%E6%B8%AF", "林港")
        )
        assert (tmp_path / page / "index.html").is_file()


def test_labels_that_say_anything_stay_text() -> None:
    labels: dict[Part, str] = {("speakers", "x"): '"><outline xmlUrl="y"/>\x0b\ud800&'}
    made = opml(channels(labels, SETTINGS), Permalinks.absolute("https://watch.example"), SETTINGS)
    assert len(etree.fromstring(made).findall(".//outline[@xmlUrl]")) == 4


def test_an_empty_archive_has_the_feeds_of_everything(tmp_path: Path) -> None:
    publish(FakeArchive(), tmp_path, SETTINGS)
    assert len(etree.parse(tmp_path / "feeds/opml.xml").getroot().findall(".//outline[@xmlUrl]")) == 2
