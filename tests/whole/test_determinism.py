"""The same state gives the same bytes of every published file, whichever process writes them, wherever it stands."""

from pathlib import Path

import pytest

from tests.whole.conftest import Story

ELSEWHERE = [
    {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "1"},
    {"TZ": "America/New_York", "LC_ALL": "de_DE.UTF-8", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "2"},
]


def _files(folder: Path) -> dict[str, bytes]:
    """What visitors may see."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".missionwatch/")}


@pytest.mark.parametrize("env", ELSEWHERE, ids=lambda env: env["TZ"])
def test_another_process_writes_the_same_bytes(story: Story, tmp_path: Path, env: dict[str, str]) -> None:
    told = story.mission.publish(tmp_path / "out", env)
    elsewhere, here = _files(tmp_path / "out"), _files(story.public)
    assert told["written"] == len(elsewhere) > 100
    # What was published of the first crawl stays; addresses are permanent.
    assert elsewhere.keys() <= here.keys()
    assert [name for name, data in elsewhere.items() if here[name] != data] == []
    feeds = {f"feeds/{name}.{kind}" for name in ("statements", "changes") for kind in ("atom", "rss", "json")}
    assert feeds < elsewhere.keys()


def test_a_second_publication_writes_nothing(story: Story) -> None:
    before = {path: path.stat().st_mtime_ns for path in story.public.rglob("*")}
    told = story.mission.publish()
    assert (told["written"], told["unchanged"], told["files"], told["pings_pending"]) == (0, 0, {}, 0)
    assert {path: path.stat().st_mtime_ns for path in story.public.rglob("*")} == before


def test_everything_made_anew_comes_out_as_it_was(story: Story) -> None:
    before = _files(story.public)
    done = story.mission.run("publish", "--full", "--json")
    (told,) = done.objects
    assert (done.code, told["written"], told["unchanged"] > 100) == (0, 0, True)
    assert _files(story.public) == before
