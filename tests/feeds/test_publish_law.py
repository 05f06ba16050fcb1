"""The law of publishing: many publications and one into an empty folder come to the same files."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from feeds import documents
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
        at_once = tree(Path(other))
        # What a day or a slice that is empty by now has left behind is the only difference.
        left = {name for name in stepwise.keys() - at_once.keys() if name.startswith("days/")}
        assert stepwise.keys() - left == at_once.keys()
        assert [name for name in at_once if at_once[name] != stepwise[name]] == []
        full = publish(archive, Path(one), SETTINGS, full=True)
        assert (full.written, tree(Path(one))) == (0, stepwise)


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
