"""`missionwatch demo`: the whole way on a replica of the site, without internet, in under a minute.

A small replica of the mission's site starts on loopback and is crawled; then it changes as real sites do, and is
crawled again; what was found is shown and published. Each step is a command that the reader can type, run as a process
of its own. Everything lies in one folder, which the next demo replaces.
"""

import json
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Config, Settings
from missionwatch.output import say
from missionwatch.wiring import now

if TYPE_CHECKING:
    from missionwatch.replica import ReplicaServer, ReplicaSite
    from store.mailing.model import Frame

STATEMENTS = 120
READERS: "tuple[tuple[str, Frame], ...]" = (("ann@example.org", "en"), ("lin@example.org", "zh"))
MARKER = "made-by-missionwatch-demo"
CRAWL = ("crawl", "un", "--delay", "0", "--concurrency", "8")


class DemoError(Exception):
    """The tour did not show what it should have."""


def run(args: Namespace, settings: Settings) -> int:
    """Runs the tour, then serves the pages until Ctrl-C; `--once` ends after the tour."""
    from missionwatch.replica import ReplicaServer, ReplicaSite

    folder = settings.data_dir / "demo"
    _empty(folder)
    site = ReplicaSite(count=STATEMENTS, seed=2026, today=now().date())
    with ReplicaServer(site) as server:
        port = args.port or _free_port()
        tour = Tour(folder, server, port)
        tour.show(site)
        if not args.once:
            say("\nThe pages are served now. Press Ctrl-C to end.")
            try:
                tour.command("serve", "--port", str(port))
            except KeyboardInterrupt:
                say()
    return exits.OK


class Tour:
    """The demo's steps, over one folder and one replica."""

    def __init__(self, folder: Path, server: "ReplicaServer", port: int) -> None:
        self._folder = folder
        self._config = folder / "missionwatch.toml"
        self._port = port
        sections = ", ".join(f'"{path}"' for path in server.site.catalogue.sections)
        self._config.write_text(
            "# Written by `missionwatch demo`: the replica in place of the real site.\n"
            '[truth]\nremoval_min_age = "1s"   # an hour, outside of a demo\n\n'
            f'[publish]\nbase_url = "http://127.0.0.1:{port}"\n\n'
            "[mail]\nsubscribe = true\n\n"
            f'[sites.un]\nprofile = "china-mission-un"\nbase_url = "{server.url}"\nsections = [{sections}]\n',
            encoding="utf-8",
        )
        self._url = server.url

    def show(self, site: "ReplicaSite") -> None:
        """All steps in order, each with the command that does it. Raises DemoError if a step finds something else."""
        say(f"A replica of the mission's site, with {STATEMENTS} invented statements, runs at {self._url}/eng/\n")
        say("1. The first crawl records everything. That is the baseline: kept and shown, but no news.")
        self._crawl({"baseline": STATEMENTS, "new": 0, "edited": 0})

        self._subscribe()
        english = [each.doc_id for each in site.truth() if each.language == "en" and len(each.sections) == 1]
        first, second, third, fourth, fifth = english[:5]
        chinese = next(each.doc_id for each in site.truth() if each.language != "en")
        site.edit(first, how="word")
        site.edit(second, how="number")
        site.edit(chinese, how="han")
        site.add(1)
        site.add(1, late_days=40)
        site.noise()
        say("\n2. The site changes: three statements are edited without notice (a word, a number, a Han character),")
        say("   two are added, one of them in the middle of a listing, and every page gets a new menu and counter.")
        self._crawl({"edited": 3, "new": 2}, "--full", "--recheck")

        free = [path for path in site.catalogue.sections if path.startswith("eng/")]
        site.revert(second)
        site.list_in(third, next(path for path in free if third not in site.listed(path)))
        site.remove(fourth)
        site.move(fifth, next(path for path in free if fifth not in site.listed(path)))
        say("\n3. The number is changed back; a statement is listed in a further section, which is no news; one is")
        say("   removed and one is moved. An absence is believed when two crawls find it and no listing names it.")
        self._crawl({"reverted": 1, "removed": 0, "moved": 0}, "--full", "--recheck", partial=True)
        time.sleep(1.1)  # the demo's removal_min_age
        self._crawl({"removed": 1, "moved": 1}, "--full", "--recheck")
        site.restore(fourth)
        say("\n   What was removed comes back:")
        self._crawl({"restored": 1}, "--full", "--recheck")

        say("\n4. The log of changes, and one edit word by word:")
        self.command("changes")
        self.command("diff", f"un-{second}", "1", "2")
        self.command("diff", f"un-{chinese}")

        say("\n5. Feeds and pages:")
        self.command("publish")
        public = self._folder / "public"
        base = f"http://127.0.0.1:{self._port}"
        say("\n6. Letters to the two subscribers, one with an English and one with a Chinese frame:")
        self.command("subscribers", "list")
        self.command("digest", "preview", "--out", str(self._folder / "letters"))
        self.command("digest", "send")
        mail = self._folder / "mail"
        letters = sum(1 for _ in (mail / "new").glob("*"))
        if letters != len(READERS):
            raise DemoError(f"There should have been {len(READERS)} letters, and there are {letters}.")
        say("\nWhere everything is:")
        say(f"  database        {self._folder / 'missionwatch.db'}")
        say(f"  configuration   {self._config}")
        say(f"  change feed     {public / 'feeds' / 'changes.atom'}   ({base}/feeds/changes.atom when served)")
        say(f"  statement feed  {public / 'feeds' / 'statements.atom'}")
        say(f"  pages           {public / 'index.html'}   ({base}/ when served)")
        say(f"  letters         {mail}   (a Maildir: mutt -f {mail})")
        say(f"  the same        {self._folder / 'letters'}   (.eml for mail programs, .html for browsers)")
        say(f"  subscribing     {base}/subscribe   (when served)")
        say(f"\nTry: {self._typed('show', f'un-{first}')}")

    def _subscribe(self) -> None:
        """Two people who were told last an hour ago: what changes in the tour is due at its end."""
        from store.database import Database
        from store.mailing.subscribers import Subscribers

        say("   Two invented people subscribe to letters.")
        database = Database(Settings(config=Config(), data_dir=self._folder, source=None).database_url)
        for address, frame in READERS:
            before = now() - timedelta(hours=1)
            Subscribers(database).add(address, now=before, frame=frame, cadence="instant", zone="America/New_York")
        database.close()

    def command(self, *arguments: str) -> None:
        """One command in a process of its own, its words shown before its output."""
        say(f"\n   $ missionwatch {' '.join(arguments)}")
        sys.stdout.flush()
        done = subprocess.run(self._line(*arguments), check=False)  # noqa: S603  # ourselves
        if done.returncode not in (exits.OK, 130):
            raise DemoError(f"`missionwatch {arguments[0]}` ended with {done.returncode}; the lines above say why.")

    def _crawl(self, expected: dict[str, int], *options: str, partial: bool = False) -> None:
        say(f"\n   $ missionwatch {' '.join((*CRAWL, *options))}")
        sys.stdout.flush()
        done = subprocess.run(  # noqa: S603  # ourselves
            self._line(*CRAWL, *options, "--json"), check=False, stdout=subprocess.PIPE, encoding="utf-8"
        )
        if done.returncode != (exits.PARTIAL if partial else exits.OK):
            raise DemoError(f"The crawl ended with {done.returncode}: {done.stdout.strip() or 'see above'}.")
        found = json.loads(done.stdout)
        told = ", ".join(f"{found[name]} {name}" for name in (*expected, "unchanged") if found[name])
        why = "".join(f"; {each['code']}: {each['detail']}" for each in found["problems"][:1])
        say(f"   {found['outcome']}: {told or 'nothing new'} ({found['requests']} requests){why}")
        missed = {name: found[name] for name, count in expected.items() if found[name] != count}
        if missed:
            raise DemoError(f"The crawl should have found {expected} and found {missed}.")

    def _line(self, *arguments: str) -> list[str]:
        where = ["--config", str(self._config), "--data-dir", str(self._folder)]
        return [sys.executable, "-m", "missionwatch", *where, *arguments]

    def _typed(self, *arguments: str) -> str:
        where = f"--config {self._config} --data-dir {self._folder}"
        return f"missionwatch {where} {' '.join(arguments)}"


def _empty(folder: Path) -> None:
    """A folder of the demo's own, emptied; one that holds anything else is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise DemoError(f"{folder} holds files that no demo made; choose another place with --data-dir.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARKER).touch()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
