"""The law of publishing: many publications and one into an empty folder come to the same files."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from feeds import documents, manifest
from feeds.publish import PublishSettings, publish
from tests.feeds.fakes import FakeArchive
from tests.feeds.histories import STEPS, UNSHRUNK, Step, take_step, world_of

SETTINGS = PublishSettings(
    base_url="https://watch.example/desk",
    site_labels={"un": "A mission"},
    feed_entries=4,
    websub_hubs=("https://hub.example/",),
)


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents that fill soon, and no waiting for the disk."""
    monkeypatch.setattr(documents, "PAGE", 3)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


def tree(out: Path) -> dict[str, bytes]:
    """The published files by name."""
    found = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".missionwatch/")}


@given(steps=STEPS)
@settings(
    max_examples=20,
    deadline=None,
    phases=UNSHRUNK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_history_published_step_by_step_gives_what_one_publication_gives(steps: Sequence[Step]) -> None:
    hold(steps)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@given(steps=STEPS)
@settings(max_examples=500, deadline=None, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_histories_keep_the_law(steps: Sequence[Step]) -> None:
    hold(steps)


def hold(steps: Sequence[Step]) -> None:
    """Holds the law against one history."""
    archive = FakeArchive()
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        for step in steps:
            take_step(archive, step)
            publish(archive, Path(one), SETTINGS)
        again = publish(archive, Path(one), SETTINGS)
        assert (again.written, again.unchanged) == (0, 0)
        stepwise = tree(Path(one))
        publish(archive, Path(other), SETTINGS)
        same_files(Path(one), Path(other))
        full = publish(archive, Path(one), SETTINGS, full=True)
        assert (full.written, tree(Path(one))) == (0, stepwise)


def same_files(stepwise: Path, at_once: Path) -> None:
    """Holds what was published in steps against what was published at once."""
    some, other = tree(stepwise), tree(at_once)
    late = late_feeds(stepwise)
    for path in late:
        assert told(some, path) == told(other, path)
    # What a day or a slice that is empty by now has left behind.
    before, after = manifest.read(stepwise), manifest.read(at_once)
    assert before is not None
    assert after is not None
    empty = before.labels.keys() - after.labels.keys()
    folders = ("days/", *(f"{above}{part}/" for part in empty for above in ("", "feeds/", "feeds/archive/")))
    left = {name for name in some.keys() - other.keys() if name.startswith(folders)}
    free = {name for name in (*some, *other) if any(is_of(name, path) for path in late)}
    assert some.keys() - left - free == other.keys() - free
    assert [name for name in other.keys() - free if other[name] != some[name]] == []


def late_feeds(out: Path) -> list[str]:
    """Feeds of slices that a statement joined when later changes stood in a closed document: it is told after them."""
    found = manifest.read(out)
    assert found is not None
    numbers = {
        path: [number for at in range(len(each.closed)) for number in each.document(at + 1)] + each.open
        for path, each in found.archives.items()
    }
    return [path for path, each in numbers.items() if each != sorted(each)]


def is_of(name: str, path: str) -> bool:
    """Whether a file is a document of that feed of changes."""
    return name.startswith((f"feeds/archive/{path}/", f"feeds/{path}."))


def told(files: dict[str, bytes], path: str) -> set[bytes]:
    """The ids of the entries in all Atom documents of a feed."""
    texts = [data for name, data in files.items() if is_of(name, path) and name.endswith(".atom")]
    return {each for text in texts for each in re.findall(rb"<id>(tag:[^<]*:change:\d+)</id>", text)}


KILLED = """
import os, signal, sys
from pathlib import Path
from feeds.publish import publish
from tests.feeds.histories import world_of
from tests.feeds.test_publish_law import LATER, SETTINGS
rename, left = Path.replace, int(sys.argv[2])
def replace(self, target):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
Path.replace = replace
publish(world_of(LATER), Path(sys.argv[1]), SETTINGS)
"""
FIRST: list[Step] = [("add", 0, number) for number in range(6)]
LATER: list[Step] = [*FIRST, ("edit", 1, 3), ("add", 0, 7), ("remove", 2, 0), ("silence", 0, 0), ("add", 0, 8)]


@pytest.mark.slow
@pytest.mark.parametrize("renames", [0, 1, 7, 40, 70])
def test_a_publication_that_is_killed_anywhere_is_made_good_by_the_next(tmp_path: Path, renames: int) -> None:
    publish(world_of(FIRST), tmp_path / "killed", SETTINGS)
    words = [sys.executable, "-c", KILLED, str(tmp_path / "killed"), str(renames)]
    child = subprocess.run(words, cwd=Path(__file__).parents[2], check=False)
    assert child.returncode == -signal.SIGKILL
    publish(world_of(LATER), tmp_path / "killed", SETTINGS)
    publish(world_of(LATER), tmp_path / "whole", SETTINGS)
    whole = tree(tmp_path / "whole")
    assert {name: data for name, data in tree(tmp_path / "killed").items() if name in whole} == whole
