"""A replica in another process, steered over its standard input."""

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from missionwatch.replica import ReplicaSite
from missionwatch.replica.steering import COMMANDS, steer

Process = subprocess.Popen[str]


@pytest.fixture
def process() -> Iterator[Process]:
    command = [sys.executable, "-m", "missionwatch.replica", "--count", "30", "--seed", "6", "--template", "mixed"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def tell(process: Process, **command: object) -> Any:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(command) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


@pytest.mark.slow
def test_another_process_is_steered_and_ends_with_its_input(process: Process) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["url"]
    site = ReplicaSite(count=30, seed=6, template="mixed")
    deed = site.edit(how="number")
    assert tell(process, do="edit", how="number") == {"ok": True, "result": deed}
    with urlopen(url + deed["paths"][0], timeout=10) as response:
        assert response.read() == site.answer(deed["paths"][0]).body
    assert tell(process, do="requests")["result"] == [["GET", deed["paths"][0], 200]]
    assert tell(process, do="edit", doc_id="1")["ok"] is False
    assert tell(process, do="raw", path="/odd", text="odd")["ok"] is True
    with urlopen(url + "/odd", timeout=10) as response:
        assert response.read() == b"odd"
    process.stdin.close()
    assert process.wait(timeout=20) == 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(process: Process, number: signal.Signals) -> None:
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    assert process.wait(timeout=20) == 0


def test_each_line_gets_a_line_and_errors_say_what_to_do() -> None:
    site = ReplicaSite(count=12, seed=1)
    doc_id = site.truth()[0].doc_id
    lines = [
        {"do": "noise"},
        {"do": "truth"},
        {"do": "truth_of", "doc_id": doc_id},
        {"do": "listed", "section": "eng/hyyfy"},
        {"do": "_tick"},
        {"do": "edit", "when": "now"},
        {"do": "raw", "path": "/x", "base64": "//4="},
        {"do": "reset"},
    ]
    out = io.StringIO()
    steer(site, io.StringIO("\n".join(map(json.dumps, lines)) + "\n\nnot json\n[]\n"), out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer["ok"] for answer in answers] == [True, True, True, True, False, False, True, True, False, False]
    assert len(answers[1]["result"]) == 12
    assert answers[2]["result"] in answers[1]["result"]
    assert answers[2]["result"]["date"] == site.truth_of(doc_id).date.isoformat()
    assert all(name in answers[4]["error"] for name in COMMANDS)
    assert site.answer("/x").body == b"\xff\xfe"
