import os
from pathlib import Path

import pytest

from feeds.shelf import Shelf


def test_a_file_is_read_again_when_it_was_replaced(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"one")
    shelf = Shelf(tmp_path)
    first = shelf.find("")
    assert first is not None
    assert shelf.find("") is first
    (tmp_path / "next").write_bytes(b"two")
    os.utime(tmp_path / "next", ns=(0, (tmp_path / "index.html").stat().st_mtime_ns))
    (tmp_path / "next").replace(tmp_path / "index.html")
    second = shelf.find("")
    assert second is not None
    assert second.data == b"two"


def test_memory_is_bounded_and_everything_still_found(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}.html").write_bytes(bytes([number]) * 100)
    shelf = Shelf(tmp_path, kept_bytes=250)
    first = [shelf.find(f"{number}.html") for number in range(10)]
    assert [found and found.data for found in first] == [bytes([number]) * 100 for number in range(10)]
    assert shelf.find("9.html") is first[9]
    assert shelf.find("8.html") is first[8]
    assert shelf.find("0.html") is not first[0]
    assert shelf.find("0.html") == first[0]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.html",
        "a/../../secret.html",
        "/secret.html",
        "..",
        ".hidden.html",
        "a//b.html",
        "a\\b.html",
        "x\0.html",
        "link.html",
        "linked/secret.html",
        "notes.txt",
        "x" * 5000 + ".html",
        "\ud800.html",
        "folder.html",
    ],
)
def test_nothing_but_published_files_is_found(tmp_path: Path, path: str) -> None:
    out = tmp_path / "out"
    (out / "a").mkdir(parents=True)
    (out / "folder.html").mkdir()
    (out / ".hidden.html").write_bytes(b"x")
    (out / "notes.txt").write_bytes(b"x")
    (tmp_path / "secret.html").write_bytes(b"x")
    (out / "link.html").symlink_to(tmp_path / "secret.html")
    (out / "linked").symlink_to(tmp_path)
    assert Shelf(out).find(path) is None


def test_a_young_file_has_no_date_and_is_read_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"one")
    shelf = Shelf(tmp_path)
    first = shelf.find("a.html")
    assert first is not None
    assert first.modified is None
    with (tmp_path / "a.html").open("r+b") as same_file:
        same_file.write(b"two")  # what size, time and inode might all keep silent about
    second = shelf.find("a.html")
    assert second is not None
    assert second.data == b"two"


def test_a_file_is_dated_by_when_it_took_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.shelf.YOUNG", -60.0)
    (tmp_path / "waiting").write_bytes(b"one")
    os.utime(tmp_path / "waiting", (1_770_000_000, 1_770_000_000))
    (tmp_path / "waiting").replace(tmp_path / "a.html")
    found = Shelf(tmp_path).find("a.html")
    assert found is not None
    assert found.modified is not None
    assert found.modified.timestamp() >= (tmp_path / "a.html").stat().st_ctime
    assert found.modified.microsecond == 0


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("feeds/x.json", "application/feed+json; charset=utf-8"),
        ("status.json", "application/json; charset=utf-8"),
        ("feeds/opml.xml", "text/x-opml; charset=utf-8"),
        ("assets/icon.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_files_are_served_as_what_they_are(tmp_path: Path, name: str, media_type: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"x")
    found = Shelf(tmp_path, headers_of=lambda each: ((b"x-name", each.encode()),)).find(name)
    assert found is not None
    assert found.media_type == media_type
    assert (b"x-name", name.encode()) in found.plain.complete
