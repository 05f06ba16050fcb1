"""Requests while files are replaced without a pause: no half file, and no 304 for bytes that were not the latest."""

import gzip
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from random import Random

from feeds.publish import publish
from tests.feeds.fakes import FakeArchive, a_statement
from tests.feeds.visiting import SETTINGS, Breaking, serving
from tests.truth.scale import scaled

VISITORS = 4
QUICK = "feeds/quick.atom"
PATHS = (QUICK, "feeds/changes.atom", "feeds/statements.json", "statements/un-1")


@dataclass
class Ledger:
    """What each file has held, and from when to when it can have been seen to hold it."""

    held: dict[str, list[tuple[str, float, float]]] = field(default_factory=dict)

    def replaced(self, path: str, data: bytes, begin: float, end: float) -> None:
        """The file got these bytes at some moment between the two."""
        spans = self.held.setdefault(path, [])
        digest = sha256(data).hexdigest()
        if spans and spans[-1][0] == digest:
            return
        if spans:
            spans[-1] = (spans[-1][0], spans[-1][1], end)
        spans.append((digest, begin, float("inf")))

    def was_latest(self, path: str, digest: str, begin: float, end: float) -> bool:
        """Whether the file can have held these bytes at a moment between the two."""
        return any(each == digest and since <= end and begin <= until for each, since, until in self.held[path])


def a_world(number: int) -> FakeArchive:
    """One of several archives whose files differ by a few bytes and not in their length."""
    archive = FakeArchive()
    key = archive.add(a_statement("1", f"Remarks on pier {number}"))
    archive.edit(key, a_statement("1", f"Remarks on quay {number}"))
    return archive


@contextmanager
def publishing(out: Path, ledger: Ledger) -> Iterator[None]:
    """Publishes one world after another, and replaces one more file as fast as it goes."""
    worlds = [a_world(number) for number in range(5)]
    ending = threading.Event()

    def whole() -> None:
        for number in count():
            begin = time.monotonic()
            publish(worlds[number % len(worlds)], out, SETTINGS)
            end = time.monotonic()
            for path in PATHS:
                if path != QUICK:
                    file = out / path / "index.html" if path.startswith("statements") else out / path
                    ledger.replaced(path, file.read_bytes(), begin, end)
            begun.set()
            if ending.is_set():
                return

    def quick() -> None:
        for number in count():
            data = b"<feed>" + b"%09d" % (number % 7) * 200 + b"</feed>"
            waiting = out / "feeds" / ".quick"
            waiting.write_bytes(data)
            begin = time.monotonic()
            waiting.replace(out / QUICK)
            ledger.replaced(QUICK, data, begin, time.monotonic())
            if ending.wait(0.001 if number % 20 else 0.05):
                return

    (out / "feeds").mkdir(parents=True)
    begun = threading.Event()
    writers = [threading.Thread(target=each) for each in (whole, quick)]
    for writer in writers:
        writer.start()
    try:
        assert begun.wait(30)
        yield
    finally:
        ending.set()
        for writer in writers:
            writer.join()


@dataclass
class Regular:
    """A feed reader that keeps what it got, and asks again with the validators of that."""

    connection: HTTPConnection
    random: Random
    known: dict[tuple[str, bool], tuple[dict[str, str], str]] = field(default_factory=dict)
    full: int = 0
    unchanged: int = 0
    seen: list[tuple[str, str, float, float]] = field(default_factory=list)
    """Path, hash of the bytes that the server says are the latest, and the moments between which it said so."""

    def ask(self) -> None:
        """One request; its answer has to fit together."""
        path, packed, dated = self.random.choice(PATHS), self.random.random() < 0.5, self.random.random() < 0.4
        asked: dict[str, str] = {"Accept-Encoding": "gzip"} if packed else {"Accept-Encoding": "identity"}
        headers, known = self.known.get((path, packed), ({}, ""))
        if dated and known:
            asked["If-Modified-Since"] = headers.get("last-modified", headers["date"])
        elif known:
            asked["If-None-Match"] = headers["etag"]
        begin = time.monotonic()
        self.connection.request("GET", f"/{path}", headers=asked)
        response = self.connection.getresponse()
        data = response.read()
        end = time.monotonic()
        told = {name.lower(): value for name, value in response.getheaders()}
        if response.status == 304:
            self.unchanged += 1
            assert (data, told["etag"]) == (b"", headers["etag"])
        else:
            self.full += 1
            assert response.status == 200
            assert len(data) == int(told["content-length"])
            is_packed = told.get("content-encoding") == "gzip"
            known = sha256(gzip.decompress(data) if is_packed else data).hexdigest()
            assert told["etag"] == (f'"{known}-gzip"' if is_packed else f'"{known}"')
            if "last-modified" in told:
                assert parsedate_to_datetime(told["last-modified"]) <= parsedate_to_datetime(told["date"])
            self.known[path, packed] = (told, known)
        self.seen.append((path, known, begin, end))


@scaled("requests", 1_000, 10_000)
def test_no_half_file_and_no_wrong_304(tmp_path: Path, requests: int) -> None:
    ledger = Ledger()

    def visit(seed: int) -> Regular:
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            regular = Regular(connection, Random(seed))
            for _ in range(requests // VISITORS):
                regular.ask()
            return regular

    with publishing(tmp_path, ledger), serving(Breaking(), tmp_path) as port, ThreadPoolExecutor(VISITORS) as pool:
        regulars = list(pool.map(visit, range(VISITORS)))
    for regular in regulars:
        for path, digest, begin, end in regular.seen:
            assert ledger.was_latest(path, digest, begin, end), path
    assert sum(each.full for each in regulars) > requests / 10
    assert sum(each.unchanged for each in regulars) > requests / 100
    assert all(len(ledger.held[path]) > 3 for path in PATHS)


def test_a_published_file_is_unchanged_for_a_second_server_and_after_a_restart(tmp_path: Path) -> None:
    archive = Breaking(**vars(a_world(1)))
    out = tmp_path / "public"
    publish(archive, out, SETTINGS)
    names = sorted(str(file.relative_to(out)) for file in out.rglob("*.*") if file.is_file())
    feeds = [name for name in names if name.startswith("feeds/")]
    assert len(feeds) >= 7

    def validators(port: int, asked: dict[str, dict[str, str]]) -> dict[str, tuple[int, str]]:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        found = {}
        for name in feeds:
            for coding in ("gzip", "identity"):
                more = asked.get(f"{name} {coding}", {})
                connection.request("GET", f"/{name}", headers={"Accept-Encoding": coding, **more})
                response = connection.getresponse()
                response.read()
                found[f"{name} {coding}"] = (response.status, response.headers["ETag"])
        connection.close()
        return found

    with serving(archive, out) as port, serving(archive, out) as other:
        first = validators(port, {})
        asked = {key: {"If-None-Match": etag} for key, (_, etag) in first.items()}
        assert {status for status, _ in first.values()} == {200}
        assert {status for status, _ in validators(other, asked).values()} == {304}
    publish(replace(archive), out, SETTINGS)
    with serving(archive, out) as port:
        assert validators(port, asked) == {key: (304, etag) for key, (_, etag) in first.items()}
