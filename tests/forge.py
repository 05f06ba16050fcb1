"""Processes of the program without its second of imports: a process that has done them forks one for each command.

`python -m tests.forge` reads a JSON line for each command; it writes the process's number and, later, its exit code.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PRELOADED = (
    *("missionwatch.cli", "missionwatch.config", "platformdirs.unix"),
    *("missionwatch.recording", "missionwatch.repair", "store.gate", "store.incidents", "store.verification"),
    *(f"missionwatch.commands.{verb}" for verb in ("crawl", "changes", "show", "publish", "status", "diff", "verify")),
    *("crawler.process", "crawler.guard", "crawler.robots", "crawler.pipeline", "crawler.recorder", "crawler.plan"),
    *("store.archive", "store.reader", "store.survey", "store.lease", "store.runs", "store.schema"),
    *("sqlalchemy.dialects.sqlite", "feeds.publish", "feeds.diffview", "alembic.command", "uvloop"),
)


@dataclass(slots=True)
class Child:
    """A process of the program; `code` is None until it has been waited for, and negative after a signal."""

    pid: int
    code: int | None = None


class Forge:
    """Runs commands one after the other, each in a process of its own. Ends with `close`.

    `batch_pages` is the size of a crawl's batches, where a test needs more of them than the program would make.
    """

    def __init__(self, batch_pages: int | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forge", *([] if batch_pages is None else [str(batch_pages)])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            encoding="utf-8",
        )

    def run(self, arguments: Sequence[str], env: Mapping[str, str], folder: Path) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of `missionwatch` with these arguments."""
        with TemporaryDirectory() as said:
            self._start(arguments, env, folder, said)
            code = self._read()
            out, errors = ((Path(said) / name).read_text(encoding="utf-8") for name in ("out", "err"))
            return code, out, errors

    @contextmanager
    def running(
        self, arguments: Sequence[str], env: Mapping[str, str], folder: Path, *, stopped: bool = False
    ) -> Iterator[Child]:
        """A process that runs `missionwatch` with these arguments; at the end it is waited for.

        With `stopped` it stops before it does anything, until it is sent SIGCONT.
        """
        with TemporaryDirectory() as said:
            child = Child(self._start(arguments, env, folder, said, stopped))
            yield child
            child.code = self._read()

    def _start(
        self, arguments: Sequence[str], env: Mapping[str, str], folder: Path, said: str, stopped: bool = False
    ) -> int:
        assert self._process.stdin
        wanted: dict[str, object] = {"arguments": list(arguments), "env": dict(env), "folder": str(folder)}
        wanted |= {"said": said, "stopped": stopped}
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Ends the process that forks."""
        self._process.communicate()


def _serve() -> None:
    for name in PRELOADED:
        import_module(name)
    for pages in sys.argv[1:]:
        session: Any = import_module("crawler.session")
        session.BATCH_PAGES = session.BATCH_LOOKS = int(pages)
    assert "twisted.internet.reactor" not in sys.modules, "each crawl installs its own"
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(_become(wanted))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


def _become(wanted: Mapping[str, Any]) -> int:
    from missionwatch.cli import main

    os.environ.clear()
    os.environ.update(wanted["env"])
    time.tzset()
    os.chdir(wanted["folder"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{wanted['said']}/{name}", os.O_WRONLY | os.O_CREAT, 0o600), number)
    sys.argv = ["missionwatch", *wanted["arguments"]]
    if wanted["stopped"]:
        os.kill(os.getpid(), signal.SIGSTOP)
    try:
        code: Any = main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return int(code or 0)


if __name__ == "__main__":
    _serve()
