"""A verb that looks at a site, run as a process of its own against a replica."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from missionwatch.replica import ReplicaServer
from tests.needs import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON objects of the output."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(server: ReplicaServer, folder: Path, verb: str, *options: str) -> Told:
    """Runs the verb in a data folder that must stay empty."""
    command = [sys.executable, "-m", "missionwatch", "--data-dir", str(folder / "data"), verb, "un"]
    command += ["--base-url", server.url, "--delay", "0", *options]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert not (folder / "data").exists()
    assert list(folder.iterdir()) == []
    return Told(code=done.returncode, out=done.stdout, err=done.stderr)
