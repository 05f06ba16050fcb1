"""The program as its users have it: a process of its own, with a home, a data folder and an environment of its own."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from missionwatch.replica import ReplicaServer
from tests.forge import Child, Forge
from tests.needs import ROOT

COUNTED = ("new", "edited", "reverted", "removed", "restored", "moved", "unchanged", "baseline")
TIMEOUT = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output as JSON, one object a line."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def sentence(self) -> str:
        """The one line on standard error, which begins with the program's name."""
        (line,) = self.stderr.splitlines()
        assert line.startswith("missionwatch: "), line
        return line.removeprefix("missionwatch: ")


class Mission:
    """Missionwatch in one folder: everything it reads and writes lies below it."""

    def __init__(self, folder: Path, forge: Forge | None = None, database_url: str | None = None) -> None:
        self.folder = folder
        self.database_url = database_url
        """Of a database outside the data folder, on PostgreSQL; None for SQLite in it."""
        self._forge = forge
        self.data = folder / "data"
        self.config = folder / "missionwatch.toml"
        self.database = self.data / "missionwatch.db"
        self._site: tuple[str, ...] = ()
        (folder / "home").mkdir(parents=True, exist_ok=True)

    def watch(self, server: ReplicaServer, more: str = "") -> Self:
        """Configures the replica's sections, and crawls of this mission to go to the replica."""
        sections = json.dumps(list(server.site.catalogue.sections))
        self.config.write_text(
            f'{more}\n[sites.un]\nprofile = "china-mission-un"\nsections = {sections}\n', encoding="utf-8"
        )
        self._site = ("un", "--base-url", server.url, "--delay", "0", "--concurrency", "8")
        return self

    def start_from(self, other: "Mission") -> Self:
        """Takes over all data of a mission that is at rest."""
        shutil.copytree(other.data, self.data)
        return self

    def line(self, *arguments: str) -> list[str]:
        """The command line, with this mission's folder and configuration before the verb."""
        config = ["--config", str(self.config)] if self.config.is_file() else []
        return [sys.executable, "-m", "missionwatch", *config, "--data-dir", str(self.data), *arguments]

    def crawl_line(self, *options: str) -> list[str]:
        """The command line of a crawl of the watched replica."""
        return self.line("crawl", *self._site, "--json", *options)

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """A newcomer's environment: nothing of this one but where programs are, and this checkout before others."""
        home = str(self.folder / "home")
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
        own = {"HOME": home, "XDG_CONFIG_HOME": f"{home}/config", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        if self.database_url is not None:
            own["MISSIONWATCH_DATABASE__URL"] = self.database_url
        return kept | own | dict(more or {})

    def run(self, *arguments: str) -> Done:
        """Runs a command to its end."""
        return self.run_line(self.line(*arguments))

    def run_line(
        self,
        line: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        anew: bool = False,
        before: Callable[[], None] | None = None,
    ) -> Done:
        """Runs a command line to its end: in a new interpreter if asked to, or with an environment or `before` it."""
        if self._forge is not None and env is None and before is None and not anew:
            code, stdout, stderr = self._forge.run(line[3:], self.environment(), self.folder)
            return Done(code=code, stdout=stdout, stderr=stderr)
        done = subprocess.run(
            line,
            env=self.environment(env),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
            preexec_fn=before,
        )
        return Done(code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def running(self, line: Sequence[str], *, stopped: bool = False) -> AbstractContextManager[Child]:
        """A process for a command line, `stopped` before it begins; it is waited for at the block's end."""
        assert self._forge
        return self._forge.running(line[3:], self.environment(), self.folder, stopped=stopped)

    def start(self, line: Sequence[str]) -> "subprocess.Popen[str]":
        """Starts a command line and leaves it running, in a process group of its own."""
        return subprocess.Popen(
            line,
            env=self.environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def crawl(self, *options: str, code: int = 0) -> dict[str, Any]:
        """Crawls the watched replica; the object of `--json`. The exit code must be as said."""
        done = self.run_line(self.crawl_line(*options))
        assert done.code == code, done
        (told,) = done.objects
        return told

    def changes(self, *options: str) -> list[dict[str, Any]]:
        """The log of changes."""
        done = self.run("changes", "--json", *options)
        assert done.code == 0, done
        return done.objects

    def show(self, key: str, *options: str) -> dict[str, Any]:
        """One statement."""
        done = self.run("show", key, "--json", *options)
        assert done.code == 0, done
        (told,) = done.objects
        return told

    def status(self) -> dict[str, Any]:
        """What `status` says of the one site there is."""
        done = self.run("status", "--json")
        assert done.code == 0, done
        (told,) = done.objects
        return told

    def publish(self, out: Path | None = None, env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Publishes, into the data folder unless told otherwise; the object of `--json`."""
        done = self.run_line(self.line("publish", "--json", *(["--out", str(out)] if out else [])), env=env)
        assert done.code == 0, done
        (told,) = done.objects
        return told

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database answers, read beside the program; bytes as hex."""
        if self.database_url is not None:
            import psycopg

            with psycopg.connect(_address(self.database_url)) as server:
                found = server.execute(query.encode()).fetchall()
        else:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
                found = connection.execute(query).fetchall()
        return [tuple(each.hex() if isinstance(each, bytes) else each for each in row) for row in found]

    def write(self, statement: str) -> None:
        """Changes the database behind the program's back."""
        if self.database_url is not None:
            import psycopg

            with psycopg.connect(_address(self.database_url)) as server:
                server.execute(statement.encode())
            return
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement)

    def tables(self) -> set[str]:
        """The names of the tables there are; none while there is no database, or it is still being made."""
        if self.database_url is not None:
            return {name for (name,) in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
        # There is a rollback journal only until the file is made, which a reader cannot roll back.
        journal = self.database.with_name(self.database.name + "-journal")
        if not self.database.is_file() or journal.exists():
            return set()
        return {name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def dump(self) -> list[str]:
        """The whole content of the database, as SQL."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return list(connection.iterdump())

    def versions(self) -> set[tuple[Any, ...]]:
        """Every version there is: statement, number, kind, hash of its text."""
        return set(
            self.rows(
                "SELECT s.key, v.number, v.kind, v.text_sha256 FROM version v JOIN statement s ON s.id = v.statement_id"
            )
        )

    def history(self) -> set[tuple[Any, ...]]:
        """Every change there is, but for its number and moment, which depend on the order of answers.

        Without the reason of a removal too, which says when the page was found missing.
        """
        return set(
            self.rows(
                "SELECT s.key, c.type, c.from_version, c.to_version, c.significance, "
                "CASE WHEN c.type = 'removed' THEN '' ELSE c.reasons END, c.baseline, c.title "
                "FROM change c JOIN statement s ON s.id = c.statement_id"
            )
        )

    def states(self) -> set[tuple[Any, ...]]:
        """Where every statement stands: live, suspect or removed, its twin, what it is or was listed in."""
        return set(
            self.rows(
                "SELECT s.key, s.state, d.key, s.baseline, c.path, l.gone IS NULL FROM statement s "
                "LEFT JOIN statement d ON d.id = s.duplicate_of "
                "LEFT JOIN location l ON l.statement_id = s.id LEFT JOIN section c ON c.id = l.section_id"
            )
        )


def _address(database_url: str) -> str:
    """As the driver takes it."""
    return database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def counts(told: Mapping[str, Any]) -> dict[str, int]:
    """What a crawl found, without what it found none of."""
    return {name: told[name] for name in COUNTED if told[name]}


def problem_codes(told: Mapping[str, Any]) -> Iterator[str]:
    """The codes of a crawl's problems, in order."""
    return (problem["code"] for problem in told["problems"])
