"""Feed readers that people use, each in a folder of its own: subscribed to two feeds, polled, and looked into."""

import email
import email.policy
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Protocol

import feedparser

TIMEOUT = 60


@dataclass(frozen=True)
class Item:
    """One thing as a reader has it."""

    feed: str
    """`changes` or `statements`."""
    title: str
    words: tuple[str, ...]
    """Of its text, without markup and marks."""


class Program(Protocol):
    """A reader."""

    def poll(self) -> list[Item]:
        """Fetches both feeds; what is new to the reader's owner since the last time."""

    def shown(self) -> list[Item]:
        """Everything that it shows now."""


def words_of(html: str) -> tuple[str, ...]:
    """The words and numbers of a text, whatever its markup."""
    return tuple(re.findall(r"\w+", unescape(re.sub(r"<[^>]*>", " ", html))))


class Newsboat:
    """newsboat, without its terminal: it reloads, and its cache tells what is unread."""

    def __init__(self, folder: Path, feeds: dict[str, str]) -> None:
        self._folder = folder
        self._names = {url: name for name, url in feeds.items()}
        (folder / "urls").write_text("".join(f"{url}\n" for url in feeds.values()))
        (folder / "config").write_text("download-retries 1\nmax-items 0\n")

    def poll(self) -> list[Item]:
        with closing(sqlite3.connect(self._folder / "cache.db")) as cache, cache:
            if cache.execute("SELECT 1 FROM sqlite_master WHERE name = 'rss_item'").fetchone():
                cache.execute("UPDATE rss_item SET unread = 0")  # its owner has read everything
        words = ("-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload", "print-unread")
        said = _run(self._folder, "newsboat", *words)
        found = self._items("WHERE unread = 1")
        assert said.split()[0] == str(len(found))
        return found

    def shown(self) -> list[Item]:
        return self._items("")

    def _items(self, condition: str) -> list[Item]:
        with closing(sqlite3.connect(self._folder / "cache.db")) as cache:
            rows = cache.execute(f"SELECT feedurl, title, content FROM rss_item {condition}").fetchall()
        return [Item(self._names[url], title, words_of(content)) for url, title, content in rows]


class Sfeed:
    """sfeed: lines of a file. By default it keeps the first text of an entry; told so, the latest."""

    def __init__(self, folder: Path, feeds: dict[str, str]) -> None:
        self._folder = folder
        self._seen: set[str] = set()
        lines = "".join(f"feed {name} {url} '' UTF-8\n" for name, url in feeds.items())
        merge = 'merge() { sort -t \'\t\' -u -k6,6 "$3" "$2" 2>/dev/null; }\n'
        (folder / "sfeedrc").write_text(f"sfeedpath='{folder}/kept'\n{merge}feeds() {{\n{lines}}}\n")
        (folder / "kept").mkdir()

    def poll(self) -> list[Item]:
        _run(self._folder, "sfeed_update", "sfeedrc")
        found = []
        for name, line in self._lines():
            entry = line.split("\t")[5]
            if entry not in self._seen:
                self._seen.add(entry)
                found.append(self._item(name, line))
        return found

    def shown(self) -> list[Item]:
        return [self._item(name, line) for name, line in self._lines()]

    def _lines(self) -> list[tuple[str, str]]:
        return [(file.name, line) for file in (self._folder / "kept").iterdir() for line in _lines_of(file)]

    def _item(self, name: str, line: str) -> Item:
        _, title, _, content, *_ = line.split("\t")
        return Item(name, title, words_of(content.replace("\\n", "\n").replace("\\t", "\t")))


class Rss2email:
    """rss2email, into a maildir; an entry that changed comes as a reply to its first mail."""

    def __init__(self, folder: Path, feeds: dict[str, str]) -> None:
        self._folder = folder
        self._feeds = feeds
        for part in ("cur", "new", "tmp"):
            (folder / "mails" / "INBOX" / part).mkdir(parents=True)
        (folder / "rss2email.cfg").write_text(
            "[DEFAULT]\nfrom = robot@example.com\nto = reader@example.com\nhtml-mail = True\ntrust-guid = True\n"
            f"reply-changes = True\nemail-protocol = maildir\nmaildir-path = {folder}/mails\nmaildir-mailbox = INBOX\n"
        )
        for name, url in feeds.items():
            self._do("add", name, url)

    def poll(self) -> list[Item]:
        before = set(self._mails())
        self._do("run")
        return [self._item(file) for file in self._mails() if file not in before]

    def shown(self) -> list[Item]:
        return [self._item(file) for file in self._mails()]

    def _do(self, *words: str) -> None:
        _run(self._folder, "r2e", "-c", "rss2email.cfg", "-d", "rss2email.json", *words)

    def _mails(self) -> list[Path]:
        return sorted((self._folder / "mails" / "INBOX" / "new").iterdir())

    def _item(self, file: Path) -> Item:
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("html", "plain"))
        assert body is not None
        (name,) = [name for name, url in self._feeds.items() if url == mail["X-RSS-Feed"]]
        return Item(name, str(mail["Subject"]), words_of(body.get_content()))


class Feedparser:
    """feedparser, with the validators of its last fetch."""

    def __init__(self, folder: Path, feeds: dict[str, str]) -> None:
        self._feeds = feeds
        self._etags: dict[str, str] = {}
        self._kept: dict[str, dict[str, Item]] = {name: {} for name in feeds}
        self.statuses: list[int] = []

    def poll(self) -> list[Item]:
        found = []
        for name, url in self._feeds.items():
            parsed = feedparser.parse(url, etag=self._etags.get(name))
            assert not parsed.bozo, parsed.bozo_exception
            self.statuses.append(parsed.status)
            self._etags[name] = parsed.etag
            for entry in parsed.entries:
                text = entry.content[0].value if "content" in entry else entry.description
                item = Item(name, entry.title, words_of(text))
                if entry.id not in self._kept[name]:
                    found.append(item)
                self._kept[name][entry.id] = item
        return found

    def shown(self) -> list[Item]:
        return [item for kept in self._kept.values() for item in kept.values()]


class LemonReader:
    """reader, the library: in a process of its own, as it keeps a database open."""

    def __init__(self, folder: Path, feeds: dict[str, str]) -> None:
        self._folder = folder
        self._names = {url: name for name, url in feeds.items()}

    def poll(self) -> list[Item]:
        return self._ask("new")

    def shown(self) -> list[Item]:
        return self._ask("all")

    def _ask(self, wanted: str) -> list[Item]:
        said = _run(self._folder, sys.executable, "-c", _LEMON, json.dumps([*self._names]), wanted)
        rows: list[list[str]] = json.loads(said)
        return [Item(self._names[url], title, words_of(text)) for url, title, text in rows]


# reader 3.26 counts on a module that came with feedparser until 6.0.13 and has another name since.
_LEMON = """
import feedparser.sgml, json, sys
sys.modules["sgmllib"] = feedparser.sgml.sgmllib
from reader import make_reader
urls, wanted = json.loads(sys.argv[1]), sys.argv[2]
with make_reader("reader.sqlite") as reader:
    for url in urls:
        reader.add_feed(url, exist_ok=True)
    if wanted == "new":
        for result in reader.update_feeds_iter(scheduled=False):
            if isinstance(result.value, Exception):
                raise result.value
    found = list(reader.get_entries(read=False if wanted == "new" else None))
    print(json.dumps([[e.feed_url, e.title, e.content[0].value if e.content else e.summary] for e in found]))
    for each in found:
        reader.mark_entry_as_read(each)
"""

PROGRAMS: dict[str, tuple[Callable[[Path, dict[str, str]], Program], tuple[str, ...]]] = {
    "newsboat": (Newsboat, ("atom", "rss")),
    "sfeed": (Sfeed, ("atom", "rss")),
    "rss2email": (Rss2email, ("atom", "rss")),
    "feedparser": (Feedparser, ("atom", "rss")),
    "reader": (LemonReader, ("atom", "rss", "json")),
}
"""Name → how to begin with it, and the formats it reads."""


def missing(program: str) -> str | None:
    """Why a program cannot be used here, or None."""
    command = {"newsboat": "newsboat", "sfeed": "sfeed_update", "rss2email": "r2e"}.get(program)
    if command is not None:
        return None if which(command) else f"{command} is not installed (Debian: {program})"
    return None if find_spec(program) else f"the package {program} is not installed"


def _run(folder: Path, *words: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    env = kept | {"HOME": str(folder), "LC_ALL": "C.UTF-8", "TERM": "xterm", "NO_PROXY": "*"}
    done = subprocess.run(
        words, cwd=folder, env=env, capture_output=True, encoding="utf-8", timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def _lines_of(file: Path) -> list[str]:
    # Not splitlines: a text may hold the separators that it knows beside LF.
    return [line for line in file.read_text("utf-8").split("\n") if line]
