import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from feeds import files


def write(folder: Path, name: str, data: bytes) -> bool:
    """Puts one file in place."""
    with files.Batch(folder) as batch:
        return batch.put(name, data)


def names(folder: Path) -> list[str]:
    """What visitors could see, and what is on its way."""
    staged = folder / files.OWN_FOLDER / "partial"
    return sorted(
        [path.name for path in folder.iterdir() if path.name != files.OWN_FOLDER] + [*map(str, staged.iterdir())]
    )


def test_the_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    assert write(tmp_path, "feeds/a.atom", b"one")
    file = tmp_path / "feeds" / "a.atom"
    os.utime(file, (1, 1))
    assert not write(tmp_path, "feeds/a.atom", b"one")
    assert file.stat().st_mtime == 1
    assert write(tmp_path, "feeds/a.atom", b"two")
    assert file.read_bytes() == b"two"
    assert file.stat().st_mtime > 1


def test_others_may_read_what_is_published(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        write(tmp_path, "a", b"x")
    finally:
        os.umask(old)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", ["", "/etc/x", "../x", "a/../../x", "a//x", "a\\x", "a/./x", "a/", "x\0", "link/x"])
def test_names_stay_below_the_folder(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "link").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="output folder"):
        write(out, name, b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert names(out) == ["link"]


def test_a_folder_in_the_way_is_an_error_that_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(OSError, match="a"):
        write(tmp_path, "a", b"x")
    assert names(tmp_path) == ["a"]


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a", b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path, "a", b"new")
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


@pytest.fixture
def placed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files in the order in which they come into their places."""
    names: list[str] = []
    rename = Path.replace

    def watched(partial: Path, target: Path) -> Path:
        names.append(target.name)
        return rename(partial, target)

    monkeypatch.setattr(Path, "replace", watched)
    return names


def test_a_batch_is_put_in_place_in_order_and_in_parts(
    tmp_path: Path, placed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "STAGED_FILES", 3)
    with files.Batch(tmp_path) as batch:
        for number in range(5):
            assert batch.put(f"folder/{number}/file-{number}", b"x" * number)
        assert placed == ["file-0", "file-1", "file-2"]
    assert placed == [f"file-{number}" for number in range(5)]
    assert all((tmp_path / f"folder/{number}/file-{number}").stat().st_size == number for number in range(5))


def test_the_same_name_twice_in_a_batch_ends_with_the_second(tmp_path: Path) -> None:
    with files.Batch(tmp_path) as batch:
        assert batch.put("a", b"one")
        assert batch.put("a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"


def test_everything_is_waited_for_before_anything_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    rename, sync = Path.replace, os.fsync

    def renaming(partial: Path, target: Path) -> Path:
        happened.append("rename")
        return rename(partial, target)

    def syncing(descriptor: int) -> None:
        happened.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    monkeypatch.setattr(Path, "replace", renaming)
    monkeypatch.setattr(os, "fsync", syncing)
    with files.Batch(tmp_path) as batch:
        batch.put("new/deep/a", b"a")
        batch.put("b", b"b")
    # The folders are those of both files and those that have got a new folder.
    assert happened == ["file", "file", "rename", "rename", "folder", "folder", "folder"]


def test_a_batch_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    batch = files.Batch(tmp_path)
    with batch:
        batch.put("a", b"x")
        batch.__exit__(RuntimeError, RuntimeError(), None)
    assert names(tmp_path) == []


KILLED_BEFORE_RENAME = """
import os, signal, sys
from pathlib import Path
from feeds import files
os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
with files.Batch(Path(sys.argv[1])) as batch:
    batch.put("a", b"new" * 1000)
"""


@pytest.mark.slow
def test_a_killed_writer_leaves_the_old_file_and_the_next_one_tidies_up(tmp_path: Path) -> None:
    write(tmp_path, "a", b"old")
    child = subprocess.run([sys.executable, "-c", KILLED_BEFORE_RENAME, str(tmp_path)], check=False)
    assert child.returncode == -signal.SIGKILL
    assert (tmp_path / "a").read_bytes() == b"old"
    assert len(names(tmp_path)) == 2
    assert write(tmp_path, "b", b"other")
    assert names(tmp_path) == ["a", "b"]


def test_one_publication_at_a_time(tmp_path: Path) -> None:
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        with files.alone(tmp_path):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with files.alone(tmp_path):
        inside.set()
        thread.join(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_the_last_file_comes_when_all_others_are_there(tmp_path: Path, placed: list[str]) -> None:
    with files.Batch(tmp_path) as batch:
        batch.put("one", b"1")
        batch.put_last(".missionwatch/all", b"all")
        batch.put("two", b"2")
    assert placed == ["one", "two", "all"]
    assert (tmp_path / ".missionwatch" / "all").read_bytes() == b"all"


def test_the_last_file_does_not_come_if_another_could_not(tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(b"a file where a folder has to be")

    def publish() -> None:
        with files.Batch(tmp_path) as batch:
            batch.put_last("all", b"all")
            batch.put("folder/one", b"1")

    with pytest.raises(OSError, match="folder"):
        publish()
    assert not (tmp_path / "all").exists()
    with files.Batch(tmp_path) as batch:
        batch.put("two", b"2")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".missionwatch", "folder", "two"]


def test_the_next_file_waits_where_the_disk_is_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "UNWRITTEN_BYTES", 5)
    written: list[int] = []
    sync = os.fsync

    def slow(descriptor: int) -> None:
        time.sleep(0.1)
        sync(descriptor)
        written.append(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    with files.Batch(tmp_path) as batch:
        batch.put("a", b"four")
        assert not written
        batch.put("b", b"more")
        assert written
