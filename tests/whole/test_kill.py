"""SIGKILL at any moment of a crawl: what was recorded stays whole, and crawling again ends where no kill would have."""

import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.forge import Forge
from tests.mission import Mission
from tests.needs import has, needs
from tests.store.databases import Server, postgres
from tests.whole.archive_laws import check_against, check_archive, check_texts
from tests.whole.killing import Archives, Kill, PostgresArchives, SqliteArchives, count_calls, drawn

PAGE_SECONDS = 0.02
"""A page takes so long that there is time to kill before, between and in the batches."""
BATCH_PAGES = 16
"""So few that a crawl writes several batches."""
RULES = "[truth]\nmass_change_floor = 30\nremoval_confirmations = 1\nremoval_min_age = '0s'\n"
"""What is changed at once here is more than a site changes at once; and a removal is told by the crawl that sees it."""

EDITS = ("word", "number", "title", "date", "paragraph_added", "image")
EVERYTHING = ("--full", "--recheck")
STEPS: list[tuple[str, ...]] = [(), EVERYTHING, ()]


def _change(site: ReplicaSite, step: int) -> None:
    """Changes of every kind that a crawl has to tell apart, and what is none."""
    english = [truth for truth in site.truth() if truth.language == "en"]
    alone = [truth for truth in english if truth.sections == ("eng/hyyfy",)]
    if step == 1:
        site.list_in(alone[0].doc_id, "eng/chinaandun/socialhr/rqwt")
        site.move(alone[1].doc_id, "eng/chinaandun/socialhr/rqwt")
        site.remove(alone[2].doc_id)
    touched = {each.doc_id for each in alone[:3]}
    for truth, how in zip([each for each in english[5::9] if each.doc_id not in touched], EDITS, strict=False):
        site.edit(truth.doc_id, how=how)
    site.add(4)
    site.add(2, section="eng/hyyfy", late_days=20)
    site.noise()


def _crawl(mission: Mission, options: Sequence[str]) -> int:
    """A crawl that nothing disturbs; how many requests it took. It may say that a page is missing."""
    done = mission.run_line(mission.crawl_line(*options))
    assert done.code in (0, 3), done
    return int(done.objects[0]["requests"])


def _crawl_on(mission: Mission, options: Sequence[str]) -> None:
    """One crawl more where the first leaves something to the next: a move is told when two crawls have seen it."""
    if options == EVERYTHING:
        _crawl(mission, options)


def _kill_until_done(
    archives: Archives,
    mission: Mission,
    server: ReplicaServer,
    options: Sequence[str],
    moments: Iterator[Kill],
) -> int:
    """Crawls again and again, killed each time, until one comes to its end; returns how many were killed."""
    killed = 0
    for kill in moments:
        with mission.running(mission.crawl_line(*options), stopped=True) as child:
            kill(mission, server, child)
        if child.code != -signal.SIGKILL:
            assert child.code in (0, 3)
            return killed
        killed += 1
        archives.left(mission)
        # Tables are made whole or not at all.
        if mission.tables():
            check_archive(mission)
    _crawl(mission, options)
    return killed


def _kill_and_compare(archives: Archives, *, kills: int, seed: int, statements: int) -> None:
    """Kills so many crawls of each step, and holds what comes of the killed ones against one that was not."""
    random, watched = Random(seed), has("strace")
    site = ReplicaSite(count=statements, seed=seed)
    with ReplicaServer(site) as server, archives.made() as undisturbed:
        undisturbed.watch(server, RULES)
        for step, options in enumerate(STEPS):
            if step:
                _change(site, step)
            with archives.made(like=undisturbed) as before:
                calls = 0
                if watched:
                    with archives.made(like=before) as counted:
                        calls = count_calls(counted.watch(server, RULES), options, archives.calls)
                        assert calls > 10
                requests = _crawl(undisturbed, options)
                _crawl_on(undisturbed, options)
                check_against(site, undisturbed, looked_at_all=options == EVERYTHING or not step)
                killed = 0
                while killed < kills:
                    moments = (drawn(random, requests, calls, archives) for _ in range(kills - killed))
                    with archives.made(like=before) as disturbed:
                        disturbed.watch(server, RULES)
                        site.slow(PAGE_SECONDS)
                        killed += _kill_until_done(archives, disturbed, server, options, moments)
                        site.slow(0)
                        _crawl_on(disturbed, options)
                        _compare(disturbed, undisturbed)
                        check_against(site, disturbed, looked_at_all=options == EVERYTHING or not step)
        kinds = {kind for (kind,) in undisturbed.rows("SELECT type FROM change WHERE NOT baseline")}
        assert {"new", "edited", "removed", "moved"} <= kinds, "the crawls had too little to find"


def _compare(disturbed: Mission, undisturbed: Mission) -> None:
    check_archive(disturbed)
    check_texts(disturbed)
    assert disturbed.versions() == undisturbed.versions()
    assert disturbed.history() == undisturbed.history()
    assert disturbed.states() == undisturbed.states()


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    """Starts crawls with small batches."""
    running = Forge(BATCH_PAGES)
    yield running
    running.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server for this module."""
    with postgres(needs("postgresql")) as running:
        yield running


@pytest.mark.slow
def test_a_crawl_that_is_killed_goes_on_as_if_it_had_not_been(tmp_path: Path, forge: Forge) -> None:
    _kill_and_compare(SqliteArchives(tmp_path, forge), kills=4, seed=1, statements=50)


@pytest.mark.slow
def test_the_same_on_postgresql(tmp_path: Path, forge: Forge, server: Server) -> None:
    _kill_and_compare(PostgresArchives(tmp_path, forge, server), kills=2, seed=1, statements=50)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_kills(tmp_path: Path, forge: Forge, seed: int) -> None:
    _kill_and_compare(SqliteArchives(tmp_path, forge), kills=34, seed=100 + seed, statements=90)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(2))
def test_two_hundred_kills_on_postgresql(tmp_path: Path, forge: Forge, server: Server, seed: int) -> None:
    _kill_and_compare(PostgresArchives(tmp_path, forge, server), kills=34, seed=200 + seed, statements=90)
