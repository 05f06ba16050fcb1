"""SIGKILL at any moment of a crawl: what was recorded stays whole, and crawling again ends where no kill would have."""

import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.forge import Forge
from tests.mission import Mission, counts
from tests.whole.archive_laws import check_archive, check_texts

STATEMENTS = 90
PAGE_SECONDS = 0.03
"""A page takes so long that a crawl writes several batches, and kills come before, between and in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a crawl is killed: after so many requests, and then so much later, or as soon as the database is written."""

    requests: int
    seconds: float
    writing: bool

    @classmethod
    def drawn(cls, random: Random, requests: int) -> "Moment":
        return cls(requests=random.randrange(requests), seconds=random.uniform(0, 0.05), writing=random.random() < 0.5)


def _await(moment: Moment, pid: int, server: ReplicaServer, log: Path) -> None:
    """Returns at that moment, or when the process has ended."""
    start = len(server.requests)
    while len(server.requests) - start < moment.requests:
        if not _runs(pid):
            return
        time.sleep(0.001)
    if not moment.writing:
        time.sleep(moment.seconds)
        return
    size = _size(log)
    while _size(log) == size and _runs(pid):
        pass


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _kill_often(mission: Mission, server: ReplicaServer, moments: Sequence[Moment], options: Sequence[str]) -> int:
    """Crawls again and again, killed each time; returns how many were killed before their end."""
    killed = 0
    for moment in moments:
        with mission.running(mission.crawl_line(*options)) as pid:
            _await(moment, pid, server, mission.database.with_name(mission.database.name + "-wal"))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if mission.database.is_file() and mission.rows("SELECT 1 FROM sqlite_master WHERE name = 'run'"):
            check_archive(mission)
            killed += mission.rows("SELECT finished FROM run ORDER BY id DESC LIMIT 1") == [(None,)]
    return killed


def _change(site: ReplicaSite) -> None:
    """Edits of every kind that a crawl has to tell apart, and what is no edit."""
    truths = [truth for truth in site.truth() if truth.language == "en"]
    for truth, how in zip(truths[5::9], ("word", "number", "title", "date", "paragraph_added", "image"), strict=False):
        site.edit(truth.doc_id, how=how)
    site.add(4)
    site.add(2, section="eng/hyyfy", late_days=20)
    alone = next(truth for truth in truths if truth.sections == ("eng/hyyfy",))
    site.list_in(alone.doc_id, "eng/chinaandun/socialhr/rqwt")
    site.noise()


def _kill_and_compare(folder: Path, forge: Forge, kills: int, seed: int) -> None:
    random = Random(seed)
    site = ReplicaSite(count=STATEMENTS, seed=seed)
    undisturbed, disturbed = (Mission(folder / name, forge) for name in ("undisturbed", "disturbed"))
    with ReplicaServer(site) as server:
        for mission in (undisturbed, disturbed):
            mission.watch(server)
        killed = 0
        steps: list[tuple[str, ...]] = [(), ("--full", "--recheck"), ()]
        for step, options in enumerate(steps):
            if step:
                _change(site)
            site.slow(0)
            asked = undisturbed.crawl(*options)["requests"]
            site.slow(PAGE_SECONDS)
            moments = [Moment.drawn(random, asked) for _ in range(kills // len(steps))]
            killed += _kill_often(disturbed, server, moments, options)
            site.slow(0)
            told = disturbed.crawl(*options)
            check_archive(disturbed)
            assert disturbed.versions() == undisturbed.versions(), counts(told)
            assert disturbed.history() == undisturbed.history(), counts(told)
    check_texts(disturbed)
    assert killed > kills // 2, "the kills came too late to show anything"


@pytest.mark.slow
def test_a_crawl_that_is_killed_goes_on_as_if_it_had_not_been(tmp_path: Path, forge: Forge) -> None:
    _kill_and_compare(tmp_path, forge, kills=12, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_many_kills(tmp_path: Path, forge: Forge, seed: int) -> None:
    _kill_and_compare(tmp_path, forge, kills=60, seed=seed)
