"""The completions: shells take them, and offer what can stand at a place and nothing else."""

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.needs import ROOT, needs

FOLDER = ROOT / "deploy" / "completion"

OFFERED = [
    ("missionwatch se", {"sections", "serve"}),
    ("missionwatch --da", {"--data-dir"}),
    ("missionwatch subscribers ", {"list", "add", "remove", "import", "export"}),
    ("missionwatch --config crawl digest p", {"preview"}),
    ("missionwatch changes --type re", {"reverted", "removed", "restored"}),
    ("missionwatch subscribers add --cadence ", {"instant", "daily", "weekly"}),
    ("missionwatch digest send --", {"--help", "--json"}),
    ("missionwatch crawl --since ", set()),
    ("missionwatch restore mis", {"mission.backup"}),
    ("missionwatch publish --out fol", {"folder"}),
]
BACK = {"reverted", "removed", "restored"}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "mission.backup").touch()
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(("line", "offered"), [*OFFERED, ("missionwatch changes --type = re", BACK)])
def test_bash_offers_what_fits(line: str, offered: set[str], here: Path) -> None:
    words = [*shlex.split(line), *([""] if line.endswith(" ") else [])]
    script = """
set -u
source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_missionwatch 2>&1
printf '%s\\n' "${COMPREPLY[@]}"
"""
    file = str(FOLDER / "missionwatch.bash")
    assert set(_said([str(needs("bash")), "--norc", "-c", script, "bash", file, *words], here)) == offered


@pytest.mark.parametrize(
    ("line", "offered"), [*OFFERED, ("missionwatch changes --type=re", {f"--type={each}" for each in BACK})]
)
def test_fish_offers_what_fits(line: str, offered: set[str], here: Path) -> None:
    script = f"source {shlex.quote(str(FOLDER / 'missionwatch.fish'))}; complete -C {shlex.quote(line)}"
    found = _said([str(needs("fish")), "--no-config", "-c", script], here)
    assert {each.partition("\t")[0].rstrip("/") for each in found} == offered


FILES = [("bash", "missionwatch.bash"), ("zsh", "_missionwatch"), ("fish", "missionwatch.fish")]


@pytest.mark.parametrize(("shell", "file"), FILES)
def test_a_shell_can_read_its_file(shell: str, file: str, here: Path) -> None:
    assert _said([str(needs(shell)), "-n", str(FOLDER / file)], here) == []


def _said(line: list[str], here: Path) -> list[str]:
    done = subprocess.run(line, cwd=here, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [each for each in done.stdout.splitlines() if each]
