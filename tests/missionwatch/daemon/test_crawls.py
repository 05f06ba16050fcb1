"""Children that fail in every way: the daemon goes on, and the record says what happened."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from missionwatch.config_model import Config, CrawlConfig, Settings, SiteConfig
from missionwatch.daemon.children import Children, Ended, Limits
from missionwatch.daemon.crawls import Crawls, why_dead
from missionwatch.daemon.orders import Order
from missionwatch.wiring import now, open_database
from store.database import Database, LeaseLostError
from store.incidents import after_run, incidents
from store.lease import Held, lease
from store.model import Run
from store.runs import recent_runs

FAULTY = (sys.executable, "-m", "tests.missionwatch.daemon.faulty_nursery")
MEMORY = 300 * 1024 * 1024


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    sites: tuple[str, ...] = (
        "segfaultxrun",
        "segfaultx",
        "quitsxrun",
        "quitsx",
        "liesxrun",
        "hangsxrun",
        "obeysxrun",
        "eatsxrun",
    )
    sites += ("gluttonsx", "orphansxrun", "wellxrun", "busyx")
    return Settings(
        config=Config(
            crawl=CrawlConfig(max_duration="60s", max_memory=MEMORY),
            sites={name: SiteConfig(profile="china-mission-un") for name in sites},
        ),
        data_dir=tmp_path,
        source=None,
    )


@pytest.fixture
def led(settings: Settings) -> Iterator[tuple[Database, Held]]:
    with open_database(settings) as database, lease(database, now, "daemon") as held:
        yield database, held


@asynccontextmanager
async def crawls_of(settings: Settings, database: Database, held: Held) -> AsyncIterator[tuple[Crawls, Children]]:
    children = Children(FAULTY)
    try:
        yield Crawls(children, database, held.epoch, lambda: settings, now, again=0.01), children
    finally:
        await children.end()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("segfaultxrun", "ended by signal SIGSEGV"),
        ("segfaultx", "ended by signal SIGSEGV"),
        ("quitsxrun", "and left its run open"),
        ("quitsx", "before its run was noted"),
        ("liesxrun", "exit code 0, but its run says `failed`"),
        ("hangsxrun", "took longer than crawl.max_duration (2s)"),
        ("obeysxrun", "took longer than crawl.max_duration (2s)"),
        ("eatsxrun", f"more memory than crawl.max_memory ({MEMORY} bytes)"),
        ("gluttonsx", "before its run was noted"),
        ("orphansxrun", "The process that had begun it died"),
    ],
)
def test_a_crawl_that_dies_is_a_failed_run_and_an_incident_and_the_next_goes_well(
    settings: Settings, led: tuple[Database, Held], site: str, words: str
) -> None:
    database, held = led
    if "max_duration" in words:
        settings = replace(settings, config=replace(settings.config, crawl=CrawlConfig(max_duration="2s")))

    async def crawl() -> tuple[str, str]:
        async with crawls_of(settings, database, held) as (crawls, children):
            with quick(children):
                return await crawls.crawl(site, "news"), await crawls.crawl("wellxrun", "news")

    assert asyncio.run(crawl()) == ("died", "ok")
    [run] = recent_runs(database, site)
    assert (run.outcome, run.finished is not None) == ("failed", True)
    assert [problem.code for problem in run.problems] == ["died"]
    assert words in run.problems[0].detail
    [incident] = incidents(database)
    assert (incident.site, incident.code, incident.times) == (site, "crawl-died", 1)
    assert words in incident.detail
    # A later run that saw the site resolves it.
    opened, resolved = after_run(database, site, outcome="ok", answers=3, fatal=None, now=now())
    assert (opened, [each.code for each in resolved]) == ([], ["crawl-died"])


class quick:
    """Children that have to end are given less time."""

    def __init__(self, children: Children) -> None:
        self._children = children

    def __enter__(self) -> None:
        do = self._children.do

        async def hurried(order: Order, limits: Limits) -> Ended:
            hasty = Limits(seconds=limits.seconds, memory=limits.memory, silence=limits.silence, grace=0.5)
            return await do(order, hasty)

        self._children.do = hurried  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        del self._children.do


@pytest.mark.slow
def test_a_crawl_that_dies_again_counts_and_one_that_is_silent_is_ended(
    settings: Settings, led: tuple[Database, Held]
) -> None:
    database, held = led

    async def crawl() -> Ended:
        async with crawls_of(settings, database, held) as (crawls, children):
            for _ in range(2):
                assert await crawls.crawl("quitsx", "news") == "died"
            order = crawls._order("obeysxrun", "news")
            return await children.do(order, Limits(seconds=60, memory=MEMORY, silence=1, grace=5))

    ended = asyncio.run(crawl())
    assert (ended.why, ended.code) == ("silence", -15)
    [incident] = incidents(database)
    assert incident.times == 2


@pytest.mark.slow
def test_at_the_end_every_child_ends_and_none_is_left(settings: Settings, led: tuple[Database, Held]) -> None:
    database, held = led

    async def crawl() -> tuple[str, list[int]]:
        async with crawls_of(settings, database, held) as (crawls, children):
            crawling = asyncio.create_task(crawls.crawl("obeysxrun", "news"))
            await until(lambda: len(children.pids) == 2)
            pids = children.pids
            await children.end()
            return await crawling, pids

    outcome, pids = asyncio.run(crawl())
    assert outcome == "ended"
    assert [pid for pid in pids if _runs(pid)] == []


@pytest.mark.slow
def test_a_child_whose_end_comes_before_its_birth_is_asked_to_end_as_well(
    settings: Settings, led: tuple[Database, Held]
) -> None:
    database, held = led

    async def crawl() -> Ended:
        children = Children(FAULTY)
        crawls = Crawls(children, database, held.epoch, lambda: settings, now)
        order = crawls._order("obeysxrun", "news")
        doing = asyncio.create_task(children.do(order, Limits(seconds=60, memory=MEMORY)))
        await until(lambda: bool(children._children))
        assert len(children.pids) < 2, "only the nursery is there by now"
        await children.end()
        return await doing

    ended = asyncio.run(crawl())
    assert (ended.code, ended.why) == (-signal.SIGTERM, "end")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_children_die_with_the_nursery_and_the_nursery_with_the_daemon(
    settings: Settings, led: tuple[Database, Held]
) -> None:
    database, held = led

    async def crawl() -> list[int]:
        async with crawls_of(settings, database, held) as (crawls, children):
            crawling = asyncio.create_task(crawls.crawl("hangsxrun", "news"))
            await until(lambda: len(children.pids) == 2)
            pids = children.pids
            assert children._process is not None
            assert children._process.stdin is not None
            children._process.stdin.close()  # as the system does it for a daemon that is killed
            assert await crawling == "died"
            return pids

    pids = asyncio.run(crawl())
    wait_until(lambda: not any(_runs(pid) for pid in pids))


@pytest.mark.slow
def test_a_crawl_that_finds_another_one_is_tried_again(settings: Settings, led: tuple[Database, Held]) -> None:
    database, held = led

    async def crawl() -> dict[str, int]:
        async with crawls_of(settings, database, held) as (crawls, _):
            working = asyncio.create_task(crawls.work())
            crawls.want("busyx", "news")
            await until(lambda: crawls.done.get("blocked", 0) == 3)
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
            return crawls.done

    assert set(asyncio.run(crawl())) == {"blocked"}
    assert recent_runs(database) == []
    assert incidents(database) == []


@pytest.mark.slow
def test_a_daemon_that_was_given_up_records_nothing(settings: Settings, led: tuple[Database, Held]) -> None:
    database, held = led
    with open_database(settings) as other, other.writing() as connection:
        connection.exec_driver_sql("UPDATE lease SET epoch = epoch + 1")

    async def crawl() -> None:
        async with crawls_of(settings, database, held) as (crawls, _):
            await crawls.crawl("quitsx", "news")

    with pytest.raises(LeaseLostError):
        asyncio.run(crawl())
    assert recent_runs(database) == []


def test_wishes_for_a_site_come_together_in_the_broadest(settings: Settings, led: tuple[Database, Held]) -> None:
    database, held = led
    done: list[tuple[str, str]] = []

    async def crawl() -> None:
        crawls = Crawls(Children(FAULTY), database, held.epoch, lambda: settings, now)

        async def note(site: str, job: str) -> str:
            done.append((site, job))
            return "ok"

        crawls.crawl = note  # type: ignore[method-assign]
        for site, job in (("wellxrun", "news"), ("busyx", "sections"), ("wellxrun", "deep"), ("wellxrun", "sections")):
            crawls.want(site, job)
        crawls.want("gone", "deep")
        crawls.under_way = ("busyx", "deep")
        crawls.want("busyx", "deep")
        crawls.want("busyx", "news")
        crawls.under_way = None
        working = asyncio.create_task(crawls.work())
        await until(lambda: not crawls.waiting)
        working.cancel()

    asyncio.run(crawl())
    assert done == [("wellxrun", "deep"), ("busyx", "sections")]


def test_a_run_is_believed_when_it_says_what_the_exit_code_says() -> None:
    run = Run(id=1, site="un", mode="full", started=now(), finished=now(), outcome="partial", counts={})
    assert why_dead(Ended(code=3), run) == ""
    assert why_dead(Ended(code=143), run) == ""
    assert why_dead(Ended(code=0), run) != ""
    assert why_dead(Ended(code=None), None) != ""


async def until(holds: Callable[[], bool]) -> None:
    """The same without holding up the loop."""
    await asyncio.to_thread(wait_until, holds)


def wait_until(holds: Callable[[], bool]) -> None:
    """Waits for something that is to come in a moment."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 60
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"
