"""Databases to test with: SQLite files, and databases of a private PostgreSQL server."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from store import schema
from store.database import HEAD, Database
from store.tables import metadata
from tests.needs import ROOT

_NUMBERS = count(1)


class Databases(Protocol):
    """Makes databases of one engine and takes them away again."""

    def empty(self) -> str:
        """The address of a new database without tables."""

    def fresh(self) -> str:
        """The address of a new database with the tables of this release."""

    def remove(self) -> None:
        """Takes away what was made."""


@dataclass
class SqliteDatabases:
    folder: Path
    pattern: Path
    """A database with tables and nothing else; copying it is faster than migrating."""

    def empty(self) -> str:
        return f"sqlite:///{self.folder / f'archive{next(_NUMBERS)}.db'}"

    def fresh(self) -> str:
        url = self.empty()
        shutil.copyfile(self.pattern, url.removeprefix("sqlite:///"))
        return url

    def remove(self) -> None:
        """The folder is pytest's, which takes it away."""


@dataclass
class Server:
    """A running PostgreSQL server of our own, reached through a socket in its folder."""

    folder: Path

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://tester@/{name}?host={self.folder}"

    spare: list[str] = field(default_factory=list)
    """Databases with tables and nothing in them: emptying one is faster than making one."""

    def run(self, sql: str, name: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(host=str(self.folder), user="tester", dbname=name, autocommit=True) as connection:
            connection.execute(sql.encode())


@dataclass
class PostgresDatabases:
    server: Server
    made: list[str] = field(default_factory=list)
    lent: list[str] = field(default_factory=list)

    def empty(self) -> str:
        name = self._make("template1")
        self.made.append(name)
        return self.server.url(name)

    def fresh(self) -> str:
        name = self.server.spare.pop() if self.server.spare else self._make(PATTERN)
        self.lent.append(name)
        return self.server.url(name)

    def remove(self) -> None:
        for name in self.made:
            self.server.run(f"DROP DATABASE {name} WITH (FORCE)")
        emptying = [f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)]
        emptying.append(f"UPDATE alembic_version SET version_num = '{HEAD}'")
        for name in self.lent:
            self.server.run(f"SET lock_timeout = '5s'; {'; '.join(emptying)}", name)
        self.server.spare += self.lent

    def _make(self, template: str) -> str:
        name = f"archive{next(_NUMBERS)}"
        self.server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name


PATTERN = "pattern"


def with_tables(url: str) -> None:
    """Makes the tables in an empty database."""
    database = Database(url)
    try:
        schema.ensure(database)
    finally:
        database.close()


@contextmanager
def postgres(programs: Path, *, durable: bool = False) -> Iterator[Server]:
    """A server in a folder of its own, stopped and removed at the end; in it, a database with tables to copy from.

    It does not wait for the disk, unless it is to be `durable` as an operator's is.
    """
    # A socket's path may have 107 characters, fewer than pytest's own folders take.
    folder = Path(tempfile.mkdtemp(prefix="missionwatch-"))
    other: dict[str, Any] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        other = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(folder, "postgres", "postgres")
    try:
        data = ["-D", str(folder / "data")]
        manner = ["--no-sync", "--auth=trust", "--username=tester", "--encoding=UTF8", "--locale=C"]
        subprocess.run([programs / "initdb", *data, *manner], check=True, capture_output=True, cwd=folder, **other)
        left_out = () if durable else ("fsync", "synchronous_commit", "full_page_writes")
        quick = [each for name in left_out for each in ("-c", f"{name}=off")]
        sockets = ["-c", "listen_addresses=", "-k", str(folder)]
        with subprocess.Popen(
            [programs / "postgres", *data, *sockets, *quick],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **other,
        ) as process:
            try:
                yield _ready(Server(folder), process)
            finally:
                process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ready(server: Server, process: subprocess.Popen[bytes]) -> Server:
    import psycopg

    while True:
        try:
            server.run(f"CREATE DATABASE {PATTERN}")
            break
        except psycopg.OperationalError:
            if process.poll() is not None:
                raise
            time.sleep(0.05)
    with_tables(server.url(PATTERN))
    return server


def start(*arguments: str) -> subprocess.Popen[str]:
    """Another process at work on a database (see `tests.store.processes`)."""
    command = [sys.executable, "-m", "tests.store.processes", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
