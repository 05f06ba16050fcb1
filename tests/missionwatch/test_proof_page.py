"""The scripts of docs/proof.md, as a third party would run them: nothing of Missionwatch in them or around them."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from missionwatch.replica import ReplicaServer
from tests.mission import Mission

PAGE = Path(__file__).parents[2] / "docs" / "proof.md"


def script(name: str) -> str:
    """The Python block of the page that begins with this name."""
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (found,) = (block for block in blocks if block.startswith(f'"""{name}: '))
    return str(found)


def run(folder: Path, name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs a script of the page in a folder, without this project and its packages."""
    (folder / name).write_text(script(name), encoding="utf-8")
    line: Sequence[str] = (sys.executable, "-I", "-S", "-X", "utf8", name, *arguments)
    return subprocess.run(line, cwd=folder, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture
def exported(known: tuple[Mission, ReplicaServer], tmp_path: Path) -> Path:
    """A folder with what an archive of 60 statements, one of them edited in each language, gives a third party."""
    mission, server = known
    server.site.edit(how="number")
    server.site.edit(next(each.doc_id for each in server.site.truth() if each.language != "en"), how="han")
    mission.crawl("--full", "--recheck")
    folder = tmp_path / "third party"
    folder.mkdir()
    log = mission.run("changes", "--include-baseline", "--json").stdout
    (folder / "changes.jsonl").write_text(log, encoding="utf-8")
    keys = sorted({json.loads(line)["statement"] for line in log.splitlines()})
    shown = (mission.run("show", key, "--json").stdout for key in keys)
    (folder / "statements.jsonl").write_text("".join(shown), encoding="utf-8")
    (folder / "head.json").write_text(mission.run("verify", "--head").stdout, encoding="utf-8")
    return folder


def test_a_third_party_comes_to_the_same_head(exported: Path) -> None:
    assert len(script("check.py").strip().splitlines()) <= 40
    done = run(exported, "check.py", "changes.jsonl", "statements.jsonl")
    head = json.loads((exported / "head.json").read_text())
    assert (done.stdout.split(), done.stderr) == ([str(head["number"]), head["hash"]], "")
    for file, old, new, sentence in (
        ("changes.jsonl", '"baseline": true', '"baseline": false', "AssertionError: change 1 is not what was recorded"),
        ("statements.jsonl", '"paragraphs": ["', '"paragraphs": ["X', "is not what was recorded"),
    ):
        before = (exported / file).read_text(encoding="utf-8")
        (exported / file).write_text(before.replace(old, new, 1), encoding="utf-8")
        done = run(exported, "check.py", "changes.jsonl", "statements.jsonl")
        assert (done.returncode, sentence in done.stderr) == (1, True)
        (exported / file).write_text(before, encoding="utf-8")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl")
def test_openssl_makes_the_keys_and_checks_the_signature(crawled: Mission, mission: Mission) -> None:
    mission.start_from(crawled)
    folder = mission.folder

    def openssl(*arguments: str) -> str:
        done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False)
        return done.stdout if done.returncode == 0 else done.stdout + done.stderr

    openssl("genpkey", "-algorithm", "ed25519", "-out", "signing.pem")
    openssl("pkey", "-in", "signing.pem", "-pubout", "-out", "signing.pem.pub")
    signed = mission.run("verify", "--head", "--signing-key", str(folder / "signing.pem")).stdout
    (folder / "head.json").write_text(signed)
    assert run(folder, "signed.py", "head.json").returncode == 0
    check = ("pkeyutl", "-verify", "-pubin", "-inkey", "signing.pem.pub", "-rawin", "-in", "head.txt", "-sigfile")
    assert "Verified Successfully" in openssl(*check, "head.sig")
    (folder / "head.txt").write_bytes((folder / "head.txt").read_bytes() + b"\n")
    assert "Verified Successfully" not in openssl(*check, "head.sig")
