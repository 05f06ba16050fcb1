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
