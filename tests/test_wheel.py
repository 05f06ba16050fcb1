"""The wheel: one top-level name, everything inside it, and it works where nothing of the checkout is seen."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from missionwatch import __version__
from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.needs import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the checkout, built without the internet."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_has_one_name_and_all_that_belongs_to_it(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    info = f"missionwatch-{__version__}.dist-info"
    assert {name.split("/")[0] for name in names} == {"missionwatch", info}
    assert {
        "missionwatch/missionwatch.toml",
        "missionwatch/_bundled/crawler/sites/china-mission-un.toml",
        "missionwatch/_bundled/store/migrations/env.py",
        "missionwatch/_bundled/store/migrations/versions/0001_first_schema.py",
        f"{info}/licenses/LICENSE",
    } <= names
    for package, inside in (
        ("missionwatch", "missionwatch"),
        *((name, f"missionwatch/_bundled/{name}") for name in ("crawler", "feeds", "store")),
    ):
        files = {
            f"{inside}/{path.relative_to(ROOT / package).as_posix()}"
            for path in (ROOT / package).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert files - names == set()
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_the_wheel_crawls_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    inside = tmp_path / "site"
    ZipFile(wheel).extractall(inside)
    # The checkout is installed here by a path file: only what is named below is on the path of this process.
    packages = [path for path in sys.path if Path(path).name == "site-packages"]
    program = f"""
import sys
sys.path[:] = [{str(inside)!r}, *(path for path in sys.path if path != {str(ROOT)!r})]
import missionwatch, crawler, store, feeds
assert all(each.__file__.startswith({str(inside)!r}) for each in (missionwatch, crawler, store, feeds))
from missionwatch.cli import main
sys.exit(main(sys.argv[1:]))
"""
    assert packages
    with ReplicaServer(ReplicaSite(count=5, sections=["hyyfy"])) as server:
        options = ("--base-url", server.url, "--delay", "0", "--section", "hyyfy")
        for arguments in (("crawl", *options), ("publish",)):
            done = subprocess.run(
                [sys.executable, "-c", program, "--data-dir", str(tmp_path / "data"), *arguments],
                cwd=tmp_path,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, ""), done
    assert (tmp_path / "data" / "public" / "feeds" / "changes.atom").is_file()
