"""The manual page: it holds every command and option, and the programs that show it have nothing to say against it."""

import os
import subprocess

from generate.grammar import grammar
from generate.manual import manual
from tests.needs import ROOT, needs

PAGE = ROOT / "deploy" / "man" / "missionwatch.1"


def test_it_names_every_command_and_option() -> None:
    told = manual().replace("\\-", "-")
    verbs = [verb for verb in grammar().walk() if not verb.verbs]
    assert len(verbs) > 20
    for verb in verbs:
        heading = " ".join(f"\\fB{word}\\fR" for word in verb.path)
        section = told.partition(f".SS {heading}")[2].partition("\n.S")[0]
        for option in verb.options:
            assert "--help" in option.names or f"\\fB{option.names[-1]}\\fR" in section


def test_man_shows_it_without_a_warning() -> None:
    line = [str(needs("man")), "--warnings", "--local-file", str(PAGE)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MANPAGER": "cat"}
    done = subprocess.run(line, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=True)
    assert done.stderr == ""
    assert "crawl [SITE ...]" in done.stdout
    assert "--include-baseline" in done.stdout


def test_mandoc_finds_no_error_in_it() -> None:
    line = [str(needs("mandoc")), "-Tlint", "-Werror", str(PAGE)]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")
