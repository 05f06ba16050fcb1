"""Wheel and sdist: one top-level name, everything inside it, and it works where nothing of the checkout is seen."""

import os
import subprocess
import sys
import tarfile
import venv
from pathlib import Path
from shutil import which
from sysconfig import get_path
from zipfile import ZipFile

import pytest

from missionwatch import __version__
from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.needs import ROOT

SHARED = (
    "share/man/man1/missionwatch.1",
    "share/bash-completion/completions/missionwatch",
    "share/zsh/site-functions/_missionwatch",
    "share/fish/vendor_completions.d/missionwatch.fish",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the checkout, built without the internet."""
    return _built("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


def _built(kind: str, source: Path, out: Path) -> Path:
    line = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out)]
    subprocess.run(line, cwd=source, check=True, capture_output=True)
    (built,) = out.iterdir()
    return built


def test_the_wheel_has_one_name_and_all_that_belongs_to_it(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    info = f"missionwatch-{__version__}.dist-info"
    data = f"missionwatch-{__version__}.data"
    assert {name.split("/")[0] for name in names} == {"missionwatch", info, data}
    assert {
        "missionwatch/missionwatch.toml",
        "missionwatch/_bundled/crawler/sites/china-mission-un.toml",
        "missionwatch/_bundled/store/migrations/env.py",
        "missionwatch/_bundled/store/migrations/versions/0001_first_schema.py",
        f"{info}/licenses/LICENSE",
        *(f"{data}/data/{name}" for name in SHARED),
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


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """The programs of a new environment with the wheel, which borrows what the wheel needs from this one."""
    folder = tmp_path / "venv"
    venv.create(folder)
    # Only the folder: the path file in it that leads to the checkout is not read for a folder that came so.
    packages = get_path("purelib", vars={"base": str(folder)})
    (Path(packages) / "borrowed.pth").write_text(get_path("purelib") + "\n", encoding="utf-8")
    line = [sys.executable, "-m", "pip", "--python", str(folder), "install", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(line, check=True, capture_output=True)
    return folder / "bin"


def _run(program: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs an installed program in a clean home."""
    home = program.parents[2] / "home"
    home.mkdir(exist_ok=True)
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    line = [str(program), *arguments]
    return subprocess.run(line, cwd=home, env=environment, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.slow
def test_the_installed_wheel_brings_its_program_its_manual_and_its_completions(installed: Path) -> None:
    for name in SHARED:
        assert (installed.parent / name).is_file()
    where = "import missionwatch, store; print(missionwatch.__file__, store.__file__)"
    told = _run(installed / "python", "-c", where).stdout.split()
    assert [Path(each).is_relative_to(installed.parent) for each in told] == [True, True]
    program = installed / "missionwatch"
    assert _run(program, "--version").stdout == f"missionwatch {__version__}\n"
    done = _run(program, "init")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.soak
def test_the_installed_wheel_shows_the_whole_way(installed: Path) -> None:
    done = _run(installed / "missionwatch", "demo", "--once")
    assert done.returncode == 0, done
    assert "feeds/changes.atom" in done.stdout


def test_the_sdist_has_all_that_is_in_the_repository_and_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    sdist = _built("sdist", ROOT, tmp_path / "sdist")
    top = f"missionwatch-{__version__}"
    with tarfile.open(sdist) as packed:
        names = {name.removeprefix(f"{top}/") for name in packed.getnames()}
        for member in packed.getmembers():
            content = packed.extractfile(member)
            assert content is not None
            (tmp_path / member.name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / member.name).write_bytes(content.read())
    if (ROOT / ".git").exists() and which("git"):
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
        kept = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
        assert {name for name in kept - names if not name.startswith(".ci/")} == set()
    again = _built("wheel", tmp_path / top, tmp_path / "wheel")
    assert ZipFile(again).namelist() == ZipFile(wheel).namelist()
