import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from feeds import files


def test_the_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    assert files.write(tmp_path, "feeds/a.atom", b"one")
    file = tmp_path / "feeds" / "a.atom"
    os.utime(file, (1, 1))
    assert not files.write(tmp_path, "feeds/a.atom", b"one")
    assert file.stat().st_mtime == 1
    assert files.write(tmp_path, "feeds/a.atom", b"two")
    assert file.read_bytes() == b"two"
    assert file.stat().st_mtime > 1


def test_others_may_read_what_is_published(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        files.write(tmp_path, "a", b"x")
    finally:
        os.umask(old)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", ["", "/etc/x", "../x", "a/../../x", "a//x", "a\\x", "a/./x", "a/", "x\0", "link/x"])
def test_names_stay_below_the_folder(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "link").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="output folder"):
        files.write(out, name, b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_a_folder_in_the_way_is_an_error_that_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(OSError, match="a"):
        files.write(tmp_path, "a", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(tmp_path, "a", b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write(tmp_path, "a", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


KILLED_BEFORE_RENAME = """
import os, signal, sys
from pathlib import Path
from feeds import files
os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
files.write(Path(sys.argv[1]), "a", b"new" * 1000)
"""


@pytest.mark.slow
def test_a_killed_writer_leaves_the_old_file_and_is_swept_up_after(tmp_path: Path) -> None:
    files.write(tmp_path, "a", b"old")
    child = subprocess.run([sys.executable, "-c", KILLED_BEFORE_RENAME, str(tmp_path)], check=False)
    assert child.returncode == -signal.SIGKILL
    assert (tmp_path / "a").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2
    assert files.sweep(tmp_path) == 0
    assert files.sweep(tmp_path, stale_after=0) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
